//! Drawings that stay: two IDX files, as MNIST's are, in a folder of the student's.

use std::fs;
use std::path::{Path, PathBuf};

use ndarray::{Array1, Array2, ArrayRef1, Axis, Slice};

use crate::data::{PIXELS, read_images, read_labels};
use crate::{Error, Result, Set};

const IMAGES: &str = "drawings-images-idx3-ubyte";
const LABELS: &str = "drawings-labels-idx1-ubyte";

/// Adds a drawing and the digit that was meant to the files of a folder; gives all that are kept there.
///
/// The files have MNIST's format (IDX: a magic number, the sizes, then the bytes), so that Python reads them
/// too; [`kept_drawings`] reads them again. The folder is made where it is missing.
///
/// # Errors
///
/// [`Error::Shape`] for an image of another size than 784 pixels, [`Error::Value`] for a label over 9,
/// [`Error::Write`] where a file cannot be written, and the errors of [`kept_drawings`].
///
/// ```
/// use digits::ndarray::Array1;
/// let folder = std::env::temp_dir().join(format!("drawings-{}", std::process::id()));
/// digits::keep_drawing(&folder, &Array1::zeros(784), 3)?;
/// let set = digits::keep_drawing(&folder, &Array1::ones(784), 7)?;
/// assert_eq!((set.len(), set.label(0)?, set.label(1)?), (2, 3, 7));
/// # std::fs::remove_dir_all(folder).unwrap();
/// # Ok::<(), digits::Error>(())
/// ```
pub fn keep_drawing(folder: impl AsRef<Path>, image: &ArrayRef1<u8>, label: u8) -> Result<Set> {
    let folder = folder.as_ref();
    if image.len() != PIXELS {
        return Err(Error::shape("image", "784 pixels", image.len()));
    }
    let (mut images, mut labels) = read(folder)?;
    let row = image.to_owned().insert_axis(Axis(0));
    images = ndarray::concatenate![Axis(0), images, row];
    labels = ndarray::concatenate![Axis(0), labels, Array1::from_elem(1, label)];
    let set = Set::new(images, labels)?;
    fs::create_dir_all(folder).map_err(|source| write_error(folder.into(), source))?;
    let n = set.len() as u32;
    write(folder.join(IMAGES), &[2051, n, 28, 28], set.images().iter())?;
    write(folder.join(LABELS), &[2049, n], set.labels().iter())?;
    Ok(set)
}

/// The drawings that [`keep_drawing`] has put into a folder, in their order; none where it has put none.
///
/// # Errors
///
/// As [`read_images`](crate::data::read_images) where one of the two files is damaged or missing.
pub fn kept_drawings(folder: impl AsRef<Path>) -> Result<Set> {
    let (images, labels) = read(folder.as_ref())?;
    Set::new(images, labels)
}

fn read(folder: &Path) -> Result<(Array2<u8>, Array1<u8>)> {
    let (images, labels) = (folder.join(IMAGES), folder.join(LABELS));
    if !images.exists() && !labels.exists() {
        return Ok((Array2::zeros((0, PIXELS)), Array1::zeros(0)));
    }
    let (images, labels) = (read_images(images)?, read_labels(labels)?);
    // Who was stopped between the two files has kept an image without its label.
    let both = Slice::from(..images.nrows().min(labels.len()));
    Ok((
        images.slice_axis(Axis(0), both).to_owned(),
        labels.slice_axis(Axis(0), both).to_owned(),
    ))
}

/// Writes a file under another name first: what is interrupted leaves the old one.
fn write<'a>(path: PathBuf, header: &[u32], bytes: impl Iterator<Item = &'a u8>) -> Result<()> {
    let numbers = header.iter().flat_map(|number| number.to_be_bytes());
    let all: Vec<u8> = numbers.chain(bytes.copied()).collect();
    let new = path.with_extension("new");
    fs::write(&new, all)
        .and_then(|()| fs::rename(&new, &path))
        .map_err(|source| write_error(path, source))
}

fn write_error(path: PathBuf, source: std::io::Error) -> Error {
    Error::Write { path, source }
}
