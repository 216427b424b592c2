//! The MNIST files: from four files in a folder to three sets of images and labels.
//!
//! The format is IDX (LeCun, Cortes, Burges, "The MNIST database of handwritten digits"): big-endian
//! `u32` numbers, first a magic number (0, 0, the type 8 for `u8`, the number of dimensions), then the
//! length of each dimension, then the bytes.

use crate::{Error, Result};
use byteorder::{BigEndian, ReadBytesExt};
use flate2::bufread::MultiGzDecoder;
use ndarray::{ArcArray1, ArcArray2, Array1, Array2, ArrayView1, ArrayView2, Axis, Slice};
use rand::{Rng, RngExt, seq::SliceRandom};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

const SIDE: usize = 28;

/// Pixels of an image: 28 rows of 28.
pub const PIXELS: usize = SIDE * SIDE;

const IMAGES_MAGIC: u32 = 0x0803;
const LABELS_MAGIC: u32 = 0x0801;

/// Bounds the memory that a damaged header can ask for; MNIST has 60000.
const MOST_ITEMS: u32 = 1_000_000;

/// The most bytes that one byte of gzip can become: 258, the longest repetition, for 2 bits.
const MOST_UNPACKED: u64 = 1032;

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

/// Images and their labels. Pixels stay `u8` until a computation uses them.
#[derive(Clone)]
pub struct Set {
    // Shared: the 50000 and the 10000 are two parts of one file, and a copy of them costs as much as to read it.
    images: ArcArray2<u8>,
    labels: ArcArray1<u8>,
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
    /// [`Error::MissingFile`] where a file has none of its names; the errors of [`read_images`] and
    /// [`read_labels`]; [`Error::ItemCount`] where a file has another number of items than MNIST;
    /// [`Error::CountMismatch`] where images and labels differ in number.
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
        let (train, validation) = training.split(TRAIN);
        Ok(Self {
            train,
            validation,
            test: load_pair(folder, "t10k", TEST)?,
        })
    }
}

impl Set {
    /// A set from images, N × 784 with pixels from 0 to 255, and N labels from 0 to 9.
    ///
    /// # Errors
    ///
    /// [`Error::CountMismatch`] where there are not as many labels as images; [`Error::Shape`] for
    /// images of another size; [`Error::Value`] for a label over 9.
    ///
    /// ```
    /// use digits::{ndarray::{Array1, Array2}, Set};
    /// let set = Set::new(Array2::zeros((2, 784)), Array1::from(vec![3, 7]))?;
    /// assert_eq!(set.len(), 2);
    /// # Ok::<(), digits::Error>(())
    /// ```
    pub fn new(images: Array2<u8>, labels: Array1<u8>) -> Result<Self> {
        if images.nrows() != labels.len() {
            return Err(Error::CountMismatch {
                images: images.nrows().to_string(),
                labels: labels.len().to_string(),
            });
        }
        if images.ncols() != PIXELS {
            let expected = format!("{PIXELS} pixels an image");
            return Err(Error::shape("images", expected, images.ncols()));
        }
        match labels.iter().position(|&label| label > 9) {
            Some(i) => {
                let what = format!("labels[{i}]");
                Err(Error::value(&what, "a digit from 0 to 9", labels[i]))
            }
            None => Ok(Self {
                images: images.into_shared(),
                labels: labels.into_shared(),
            }),
        }
    }

    /// How many images there are.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there is no image.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The same images with their labels, in random order.
    ///
    /// The same generator from the same seed gives the same order, on every machine.
    ///
    /// NumPy equivalent: `order = rng.permutation(n); images[order], labels[order]`.
    ///
    /// ```
    /// use digits::{ndarray::{Array1, Array2}, Set};
    /// # use {rand::SeedableRng, rand_chacha::ChaCha8Rng};
    /// let set = Set::new(Array2::zeros((10, 784)), Array1::from_iter(0..10))?;
    /// let shuffled = set.shuffled(&mut ChaCha8Rng::seed_from_u64(1));
    /// assert_ne!(shuffled.labels(), set.labels());
    /// assert_eq!(shuffled.labels().sum(), 45);
    /// # Ok::<(), digits::Error>(())
    /// ```
    pub fn shuffled(&self, rng: &mut impl Rng) -> Self {
        let mut order: Vec<usize> = (0..self.len()).collect();
        order.shuffle(rng);
        self.ordered(&order)
    }

    /// Not generic, so that it is compiled with this crate, not in a student's cell.
    fn ordered(&self, order: &[usize]) -> Self {
        let images = self.images.as_standard_layout();
        let mut pixels = Vec::with_capacity(images.len());
        for &i in order {
            pixels.extend_from_slice(images.row(i).to_slice().unwrap_or_default());
        }
        Self {
            images: images_of(pixels),
            labels: self.labels.select(Axis(0), order).into_shared(),
        }
    }

    /// The same set with each image moved at random, by at most so many pixels up or down and left or
    /// right. What leaves the image is lost, and background comes in.
    ///
    /// An image that is moved is still the same digit: a set that is shifted anew in each epoch is more
    /// to learn from.
    ///
    /// NumPy equivalent, for each image: `np.pad(image, most)[down:down + 28, right:right + 28]`.
    ///
    /// # Errors
    ///
    /// [`Error::Value`] where `most` is more than 27: nothing of an image would be left.
    ///
    /// ```
    /// use digits::{ndarray::{Array1, Array2}, Set};
    /// # use {rand::SeedableRng, rand_chacha::ChaCha8Rng};
    /// let mut images = Array2::zeros((1, 784));
    /// images[[0, 14 * 28 + 14]] = 255; // one pixel of ink in row 14, column 14
    /// let set = Set::new(images, Array1::from(vec![1]))?;
    /// let shifted = set.shifted(1, &mut ChaCha8Rng::seed_from_u64(1))?;
    /// let ink = shifted.image(0)?.iter().position(|&pixel| pixel > 0);
    /// assert!(ink.is_some_and(|i| (13..=15).contains(&(i / 28)) && (13..=15).contains(&(i % 28))));
    /// # Ok::<(), digits::Error>(())
    /// ```
    pub fn shifted(&self, most: usize, rng: &mut impl Rng) -> Result<Self> {
        if most >= SIDE {
            let expected = format!("0 to {} pixels", SIDE - 1);
            return Err(Error::value("most", expected, most));
        }
        let corners = self
            .labels
            .iter()
            .map(|_| [(); 2].map(|()| rng.random_range(0..=2 * most)));
        Ok(self.cut_out(most, &corners.collect::<Vec<_>>()))
    }

    /// Each image with a margin of so many pixels, and of that the square whose upper left corner is given.
    fn cut_out(&self, margin: usize, corners: &[[usize; 2]]) -> Self {
        let side = SIDE + 2 * margin;
        let mut padded = vec![0; side * side];
        let images = self.images.as_standard_layout();
        let mut pixels = Vec::with_capacity(images.len());
        for (image, [down, right]) in images.rows().into_iter().zip(corners) {
            let rows = image.to_slice().unwrap_or_default().chunks_exact(SIDE);
            for (to, row) in padded[margin * side..].chunks_mut(side).zip(rows) {
                to[margin..margin + SIDE].copy_from_slice(row);
            }
            for from in padded[down * side..].chunks(side).take(SIDE) {
                pixels.extend_from_slice(&from[*right..right + SIDE]);
            }
        }
        Self {
            images: images_of(pixels),
            labels: self.labels.clone(),
        }
    }

    /// All images, N × 784, each pixel from 0 (background) to 255 (ink).
    pub fn images(&self) -> ArrayView2<'_, u8> {
        self.images.view()
    }

    /// All labels, N numbers from 0 to 9.
    pub fn labels(&self) -> ArrayView1<'_, u8> {
        self.labels.view()
    }

    /// The 784 pixels of one image, row by row.
    ///
    /// # Errors
    ///
    /// [`Error::Value`] where the set has no image of that index.
    pub fn image(&self, index: usize) -> Result<ArrayView1<'_, u8>> {
        self.check(index)?;
        Ok(self.images.row(index))
    }

    /// The label of one image, 0 to 9.
    ///
    /// # Errors
    ///
    /// [`Error::Value`] where the set has no label of that index.
    pub fn label(&self, index: usize) -> Result<u8> {
        self.check(index)?;
        Ok(self.labels[index])
    }

    fn check(&self, index: usize) -> Result<()> {
        if index < self.len() {
            return Ok(());
        }
        let expected = format!("a number below {}", self.len());
        Err(Error::value("index", expected, index))
    }

    fn split(self, at: usize) -> (Self, Self) {
        let part = |range| {
            let mut part = self.clone();
            part.images.slice_axis_inplace(Axis(0), range);
            part.labels.slice_axis_inplace(Axis(0), range);
            part
        };
        (part(Slice::from(..at)), part(Slice::from(at..)))
    }
}

/// Only the numbers of images and pixels: a notebook that shows a set should not print 39 million.
impl std::fmt::Debug for Set {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (n, pixels) = self.images.dim();
        write!(f, "Set of {n} images of {pixels} pixels, with labels")
    }
}

/// The images of one IDX file, raw or gzipped: N × 784, each pixel from 0 to 255.
///
/// # Errors
///
/// [`Error::Read`], [`Error::Gzip`], [`Error::MagicNumber`], [`Error::ImageSize`],
/// [`Error::ItemCount`] for more than a million, [`Error::ShortFile`], [`Error::LongFile`].
///
/// ```no_run
/// let images = digits::data::read_images("data/train-images-idx3-ubyte.gz")?;
/// assert_eq!(images.dim(), (60_000, 784));
/// # Ok::<(), digits::Error>(())
/// ```
pub fn read_images(path: impl AsRef<Path>) -> Result<Array2<u8>> {
    let mut file = Idx::open(path.as_ref(), IMAGES_MAGIC, 16)?;
    let (rows, columns) = (file.number()?, file.number()?);
    if (rows, columns) != (28, 28) {
        return Err(Error::ImageSize {
            path: file.path,
            rows,
            columns,
        });
    }
    let n = file.items;
    let pixels = file.rest(PIXELS)?;
    Array2::from_shape_vec((n, PIXELS), pixels)
        .map_err(|error| Error::shape("images", format!("{n} × {PIXELS}"), error))
}

/// The labels of one IDX file, raw or gzipped: N numbers from 0 to 9.
///
/// # Errors
///
/// As [`read_images`], and [`Error::LabelInFile`] for a label over 9.
///
/// ```no_run
/// let labels = digits::data::read_labels("data/train-labels-idx1-ubyte.gz")?;
/// assert_eq!(labels.len(), 60_000);
/// # Ok::<(), digits::Error>(())
/// ```
pub fn read_labels(path: impl AsRef<Path>) -> Result<Array1<u8>> {
    let path = path.as_ref();
    let labels = Idx::open(path, LABELS_MAGIC, 8)?.rest(1)?;
    match labels.iter().position(|&label| label > 9) {
        Some(index) => Err(Error::LabelInFile {
            path: path.into(),
            index,
            found: labels[index],
        }),
        None => Ok(Array1::from(labels)),
    }
}

/// An open IDX file whose magic number was right.
struct Idx {
    path: PathBuf,
    reader: Box<dyn Read>,
    packed: bool,
    /// The most bytes, unpacked, that a file of this size can hold.
    most: u64,
    header: u64,
    read: u64,
    items: usize,
}

impl Idx {
    fn open(path: &Path, magic: u32, header: u64) -> Result<Self> {
        let fault = |source| Error::read(path, source);
        let metadata = std::fs::metadata(path).map_err(fault)?;
        // To open a pipe waits for its writer, and a device has no end.
        if !metadata.is_file() {
            let found = if metadata.is_dir() {
                "a folder"
            } else {
                "no file"
            };
            return Err(fault(std::io::Error::other(found)));
        }
        let mut file = BufReader::with_capacity(1 << 16, File::open(path).map_err(fault)?);
        let packed = file.fill_buf().map_err(fault)?.starts_with(&[0x1f, 0x8b]);
        let reader: Box<dyn Read> = if packed {
            Box::new(MultiGzDecoder::new(file))
        } else {
            Box::new(file)
        };
        let mut idx = Self {
            path: path.into(),
            reader,
            packed,
            most: metadata
                .len()
                .saturating_mul(if packed { MOST_UNPACKED } else { 1 }),
            header,
            read: 0,
            items: 0,
        };
        let found = idx.number()?;
        if found != magic {
            return Err(Error::MagicNumber {
                path: idx.path,
                expected: magic,
                found,
            });
        }
        let items = idx.number()?;
        if items > MOST_ITEMS {
            return Err(Error::ItemCount {
                path: idx.path,
                expected: format!("at most {MOST_ITEMS}"),
                found: items as usize,
            });
        }
        idx.items = items as usize;
        Ok(idx)
    }

    /// The next number of the header.
    fn number(&mut self) -> Result<u32> {
        let mut bytes = Vec::with_capacity(4);
        self.read_up_to(4, &mut bytes)?;
        bytes.as_slice().read_u32::<BigEndian>().map_err(|_| {
            let expected = self.header;
            self.short(expected)
        })
    }

    /// The bytes after the header, `size` an item, and not one more.
    fn rest(mut self, size: usize) -> Result<Vec<u8>> {
        let length = self.items * size;
        let expected = self.header + length as u64;
        // All at once, so that no growing doubles it; but no more than so small a file can fill.
        let mut bytes = Vec::with_capacity((length as u64).min(self.most) as usize + 1);
        // One more than expected: it tells an overlong file, and brings gzip to its checksum.
        self.read_up_to(length as u64 + 1, &mut bytes)?;
        match bytes.len() {
            found if found < length => Err(self.short(expected)),
            found if found > length => Err(Error::LongFile {
                path: self.path,
                expected,
            }),
            _ => Ok(bytes),
        }
    }

    fn read_up_to(&mut self, bytes: u64, into: &mut Vec<u8>) -> Result<()> {
        let result = self.reader.as_mut().take(bytes).read_to_end(into);
        self.read += into.len() as u64;
        result.map(drop).map_err(|source| {
            let path = self.path.clone();
            if self.packed {
                Error::Gzip { path, source }
            } else {
                Error::Read { path, source }
            }
        })
    }

    fn short(&self, expected: u64) -> Error {
        Error::ShortFile {
            path: self.path.clone(),
            expected,
            found: self.read,
        }
    }
}

fn load_pair(folder: &Path, part: &str, count: usize) -> Result<Set> {
    let images_path = find(folder, &format!("{part}-images"), "idx3-ubyte")?;
    let labels_path = find(folder, &format!("{part}-labels"), "idx1-ubyte")?;
    let images = read_images(&images_path)?;
    let labels = read_labels(&labels_path)?;
    if images.nrows() != labels.len() {
        return Err(Error::CountMismatch {
            images: format!("{}: {}", images_path.display(), images.nrows()),
            labels: format!("{}: {}", labels_path.display(), labels.len()),
        });
    }
    if labels.len() != count {
        return Err(Error::ItemCount {
            path: images_path,
            expected: count.to_string(),
            found: labels.len(),
        });
    }
    Ok(Set {
        images: images.into_shared(),
        labels: labels.into_shared(),
    })
}

/// Pixels, image after image, as images.
fn images_of(pixels: Vec<u8>) -> ArcArray2<u8> {
    Array2::from_shape_vec((pixels.len() / PIXELS, PIXELS), pixels)
        .unwrap_or_default()
        .into_shared()
}

/// The first spelling of a file's name that the folder has.
fn find(folder: &Path, stem: &str, kind: &str) -> Result<PathBuf> {
    let names = ["-", "."]
        .iter()
        .flat_map(|dash| ["", ".gz"].map(|packed| format!("{stem}{dash}{kind}{packed}")));
    let names: Vec<String> = names.collect();
    names
        .iter()
        .map(|name| folder.join(name))
        .find(|path| path.exists())
        .ok_or_else(|| Error::MissingFile {
            folder: folder.into(),
            names,
        })
}
