//! Parameters in a file that Python reads too.
//!
//! The format is [safetensors](https://github.com/huggingface/safetensors): a header that names each
//! array, its type and its shape, then the numbers, little-endian.

use crate::{Error, Network, Parameters, Result};
use ndarray::{Array, ArrayViewD, Dimension};
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// More than the header of any network of the course takes.
const MOST_HEADER: u64 = 1 << 16;

const PIXEL_SCALE: &str = "pixel_scale";
const ACTIVATIONS: &str = "activations";

impl Network {
    /// Writes parameters to a file in the format safetensors: the arrays `b0`, `w1`, `b1`, … as `f64`,
    /// and the network's activations and pixel scale as the file's metadata.
    ///
    /// A file of that name is replaced, once the new one is complete.
    ///
    /// NumPy equivalent: `safetensors.numpy.save_file({"b0": b0, "w1": w1, "b1": b1}, path)`.
    ///
    /// # Errors
    ///
    /// [`Error::Shape`] where the parameters are not this network's; [`Error::Write`] where the file
    /// cannot be written.
    ///
    /// ```
    /// use digits::Network;
    /// # use {rand::SeedableRng, rand_chacha::ChaCha8Rng};
    /// let network = Network::glorot(&[784, 10])?;
    /// let parameters = network.init(&mut ChaCha8Rng::seed_from_u64(1));
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = &folder.path().join("network.safetensors");
    /// network.save(&parameters, path)?; // path: "network.safetensors"
    /// assert_eq!(network.load(path)?, parameters);
    /// # Ok::<(), digits::Error>(())
    /// ```
    pub fn save(&self, parameters: &Parameters, path: impl AsRef<Path>) -> Result<()> {
        self.check_parameters("parameters", parameters)?;
        if let Some(found) = parameters.find(|number| !number.is_finite()) {
            return Err(Error::value("parameters", "finite numbers", found));
        }
        let path = path.as_ref();
        let arrays = arrays(parameters).map(|(name, array)| {
            let bytes: Vec<u8> = array.iter().flat_map(|x| x.to_le_bytes()).collect();
            (name, array.shape().to_vec(), bytes)
        });
        let arrays: Vec<_> = arrays.collect();
        let tensors = arrays.iter().map(|(name, shape, bytes)| {
            Ok((name, TensorView::new(Dtype::F64, shape.clone(), bytes)?))
        });
        let described = [
            (PIXEL_SCALE, self.pixel_scale().to_string()),
            (ACTIVATIONS, self.activation_names()),
        ];
        let described = described.map(|(key, value)| (key.to_owned(), value));
        let bytes = tensors
            .collect::<std::result::Result<Vec<_>, _>>()
            .and_then(|tensors| safetensors::serialize(tensors, Some(described.into())))
            .map_err(|fault| Error::file(path, "arrays that can be saved", fault))?;
        // Under another name first: a kernel that ends in the middle of it leaves the old file whole.
        let unfinished = path.with_added_extension("part");
        std::fs::write(&unfinished, bytes)
            .and_then(|()| std::fs::rename(&unfinished, path))
            .map_err(|source| Error::Write {
                path: path.into(),
                source,
            })
    }

    /// Reads parameters from a file in the format safetensors, as [`save`](Self::save) or Python
    /// writes it, with numbers of 64 or 32 bits.
    ///
    /// NumPy equivalent: `safetensors.numpy.load_file(path)`.
    ///
    /// # Errors
    ///
    /// [`Error::Read`] where the file cannot be read; [`Error::File`] where it is not such a file, its
    /// arrays are not those of this network, a number is not finite, or its metadata names other
    /// activations or another pixel scale.
    pub fn load(&self, path: impl AsRef<Path>) -> Result<Parameters> {
        let path = path.as_ref();
        let mut parameters = self.zeros();
        let bytes = read(path, MOST_HEADER + 8 * parameters.values().count() as u64)?;
        let fault = |fault| Error::file(path, "a whole safetensors file", fault);
        let (_, header) = SafeTensors::read_metadata(&bytes).map_err(fault)?;
        let file = SafeTensors::deserialize(&bytes).map_err(fault)?;
        let described = |key: &str| header.metadata().as_ref()?.get(key);
        for (key, expected) in [
            (PIXEL_SCALE, self.pixel_scale().to_string()),
            (ACTIVATIONS, self.activation_names()),
        ] {
            if let Some(found) = described(key).filter(|found| **found != expected) {
                return Err(Error::file(path, format!("{key} {expected}"), found));
            }
        }
        let names: Vec<String> = arrays(&parameters).map(|(name, ..)| name).collect();
        let mut found = file.names();
        found.sort_unstable();
        let mut expected: Vec<&str> = names.iter().map(String::as_str).collect();
        expected.sort_unstable();
        if found != expected {
            let (expected, found) = (expected.join(", "), found.join(", "));
            return Err(Error::file(path, format!("the arrays {expected}"), found));
        }
        for (layer, b) in parameters.b.iter_mut().enumerate() {
            fill(path, &file, &format!("b{layer}"), b)?;
        }
        for (layer, w) in parameters.w.iter_mut().enumerate().skip(1) {
            fill(path, &file, &format!("w{layer}"), w)?;
        }
        Ok(parameters)
    }

    fn activation_names(&self) -> String {
        let names = self.activations().iter();
        let names: Vec<String> = names
            .map(|activation| format!("{activation:?}").to_lowercase())
            .collect();
        names.join(" ")
    }
}

/// Each array that a file holds, with its name; `w0` is empty and not saved.
fn arrays(parameters: &Parameters) -> impl Iterator<Item = (String, ArrayViewD<'_, f64>)> {
    let (b, w) = (parameters.b.iter(), parameters.w.iter());
    let b = b.map(|b| b.view().into_dyn()).enumerate();
    let w = w.map(|w| w.view().into_dyn()).enumerate().skip(1);
    let b = b.map(|(layer, b)| (format!("b{layer}"), b));
    b.chain(w.map(|(layer, w)| (format!("w{layer}"), w)))
}

/// A file of at most so many bytes: a longer one cannot be this network's, and is not read.
fn read(path: &Path, most: u64) -> Result<Vec<u8>> {
    let fault = |source| Error::read(path, source);
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(fault)?;
    file.take(most + 1).read_to_end(&mut bytes).map_err(fault)?;
    if bytes.len() as u64 > most {
        let expected = format!("at most {most} bytes for this network");
        return Err(Error::file(path, expected, "more (those of a larger one?)"));
    }
    Ok(bytes)
}

/// Fills an array with the numbers of the file's array of that name, which must have its shape.
fn fill<D: Dimension>(
    path: &Path,
    file: &SafeTensors<'_>,
    name: &str,
    array: &mut Array<f64, D>,
) -> Result<()> {
    let tensor = file
        .tensor(name)
        .map_err(|fault| Error::file(path, format!("an array {name}"), fault))?;
    if tensor.shape() != array.shape() {
        let expected = format!("{name} of shape {:?}", array.shape());
        return Err(Error::file(path, expected, format!("{:?}", tensor.shape())));
    }
    let data = tensor.data();
    let numbers: Vec<f64> = match tensor.dtype() {
        Dtype::F64 => {
            let numbers = data.as_chunks().0.iter();
            numbers.map(|x| f64::from_le_bytes(*x)).collect()
        }
        Dtype::F32 => {
            let numbers = data.as_chunks().0.iter();
            numbers.map(|x| f32::from_le_bytes(*x).into()).collect()
        }
        other => {
            let expected = format!("{name} in F64 or F32");
            return Err(Error::file(path, expected, format!("{other:?}")));
        }
    };
    if let Some(x) = numbers.iter().find(|x| !x.is_finite()) {
        return Err(Error::file(path, format!("finite numbers in {name}"), x));
    }
    // As many as the shape says: safetensors has checked that.
    array.iter_mut().zip(numbers).for_each(|(to, x)| *to = x);
    Ok(())
}
