//! MNIST: from four files in a folder to three sets.

use super::{Set, read_images, read_labels};
use crate::{Error, Result};
use std::path::{Path, PathBuf};

const TRAIN: usize = 50_000;
const VALIDATION: usize = 10_000;
const TEST: usize = 10_000;

/// MNIST in its three parts, as the course uses it.
#[derive(Clone, Debug)]
pub struct Mnist {
    /// The first 50000 of the 60000 training images: to learn from.
    pub train: Set,
    /// The other 10000: to choose a learning rate by.
    pub validation: Set,
    /// The 10000 test images: to be opened once, at the end.
    pub test: Set,
}

impl Mnist {
    /// Reads the four MNIST files of a folder, raw or gzipped, and splits them 50000 / 10000 / 10000.
    ///
    /// Takes both spellings of the names, `train-images-idx3-ubyte` and `train-images.idx3-ubyte`,
    /// each with or without `.gz`. Whether a file is packed is read from its first bytes, not from
    /// its name.
    ///
    /// NumPy equivalent: `np.fromfile(f, dtype=np.uint8).reshape(-1, 784)` after the header.
    ///
    /// # Errors
    ///
    /// [`Error::File`] where the folder has a file under none of its names, a file has another number of
    /// items than MNIST, or labels and images differ in number; and the errors of [`read_images`] and
    /// [`read_labels`].
    ///
    /// ```
    /// use digits::Mnist;
    /// # let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../data");
    /// # if !std::path::Path::new(folder).exists() { return Ok(()); }
    /// let mnist = Mnist::load(folder)?;
    /// assert_eq!(mnist.train.len(), 50_000);
    /// assert_eq!(mnist.train.label(0)?, 5);
    /// # Ok::<(), digits::Error>(())
    /// ```
    pub fn load(folder: impl AsRef<Path>) -> Result<Self> {
        let folder = folder.as_ref();
        let training = load_pair(folder, "train", TRAIN + VALIDATION)?;
        Ok(Self {
            train: training.part(0..TRAIN),
            validation: training.part(TRAIN..training.len()),
            test: load_pair(folder, "t10k", TEST)?,
        })
    }
}

fn load_pair(folder: &Path, part: &str, count: usize) -> Result<Set> {
    let images_path = find(folder, &format!("{part}-images"), "idx3-ubyte")?;
    let labels_path = find(folder, &format!("{part}-labels"), "idx1-ubyte")?;
    let images = read_images(&images_path)?;
    let labels = read_labels(&labels_path)?;
    if images.nrows() != labels.len() {
        let (n, path) = (images.nrows(), images_path.display());
        let expected = format!("{n} labels, as many as there are images in {path}");
        return Err(Error::file(&labels_path, expected, labels.len()));
    }
    if labels.len() != count {
        return Err(Error::file(
            &images_path,
            format!("{count} items"),
            labels.len(),
        ));
    }
    Set::new(images, labels)
}

/// The path of a file, in the first spelling of its name that the folder has.
fn find(folder: &Path, stem: &str, kind: &str) -> Result<PathBuf> {
    let names = ["-", "."]
        .iter()
        .flat_map(|dash| ["", ".gz"].map(|packed| format!("{stem}{dash}{kind}{packed}")));
    let names: Vec<String> = names.collect();
    names
        .iter()
        .map(|name| folder.join(name))
        .find(|path| path.exists())
        .ok_or_else(|| {
            let expected = format!("one of the files {}", names.join(", "));
            Error::file(folder, expected, "none of them")
        })
}
