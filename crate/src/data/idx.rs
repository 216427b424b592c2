//! The reader of MNIST's files, raw or packed by gzip.
//!
//! The format is IDX (LeCun, Cortes, Burges, "The MNIST database of handwritten digits"): big-endian
//! `u32` numbers, first a magic number (0, 0, the type 8 for `u8`, the number of dimensions), then the
//! length of each dimension, then the bytes.

use super::PIXELS;
use crate::{Error, Result};
use byteorder::{BigEndian, ReadBytesExt};
use flate2::bufread::MultiGzDecoder;
use ndarray::{Array1, Array2};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

const IMAGES_MAGIC: u32 = 0x0803;
const LABELS_MAGIC: u32 = 0x0801;

/// Bounds the memory that a damaged header can ask for; MNIST has 60000.
const MOST_ITEMS: u32 = 1_000_000;

/// The most bytes that one byte of gzip can become: 258, the longest repetition, for 2 bits.
const MOST_UNPACKED: u64 = 1032;

/// The images of one IDX file, raw or gzipped: N × 784, each pixel from 0 to 255.
///
/// # Errors
///
/// [`Error::Read`] where the system cannot read the file. [`Error::File`] for damaged gzip data, another
/// magic number, images of another size, more than a million images, or a file that ends before its
/// header says or goes on after it.
///
/// ```no_run
/// let images = digits::data::read_images("data/train-images-idx3-ubyte.gz")?;
/// assert_eq!(images.dim(), (60_000, 784));
/// # Ok::<(), digits::Error>(())
/// ```
#[expect(clippy::expect_used)]
pub fn read_images(path: impl AsRef<Path>) -> Result<Array2<u8>> {
    let mut file = Idx::open(path.as_ref(), IMAGES_MAGIC, 16)?;
    let (rows, columns) = (file.number()?, file.number()?);
    if (rows, columns) != (28, 28) {
        let found = format!("{rows} × {columns}");
        return Err(Error::file(&file.path, "images of 28 × 28 pixels", found));
    }
    let n = file.items;
    let pixels = file.rest(PIXELS)?;
    let images = Array2::from_shape_vec((n, PIXELS), pixels);
    Ok(images.expect("784 bytes were read for each image"))
}

/// The labels of one IDX file, raw or gzipped: N numbers from 0 to 9.
///
/// # Errors
///
/// As [`read_images`], and [`Error::File`] for a label over 9.
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
        Some(i) => {
            let found = format!("{} at item {i}", labels[i]);
            Err(Error::file(path, "labels from 0 to 9", found))
        }
        None => Ok(Array1::from(labels)),
    }
}

/// An open IDX file with the right magic number.
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
        // Opening a pipe would wait for its writer, and a device has no end.
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
            return Err(Error::file(
                path,
                format!("the magic number {magic}"),
                found,
            ));
        }
        let items = idx.number()?;
        if items > MOST_ITEMS {
            return Err(Error::file(
                path,
                format!("at most {MOST_ITEMS} items"),
                items,
            ));
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

    /// The bytes after the header, `size` per item, and not one more.
    fn rest(mut self, size: usize) -> Result<Vec<u8>> {
        let length = self.items * size;
        let expected = self.header + length as u64;
        // All memory at once, so that growing does not double it; but no more than a file of this size can fill.
        let mut bytes = Vec::with_capacity((length as u64).min(self.most) as usize + 1);
        // One byte more than expected: it shows that a file is too long, and makes gzip check its checksum.
        self.read_up_to(length as u64 + 1, &mut bytes)?;
        match bytes.len() {
            found if found < length => Err(self.short(expected)),
            found if found > length => {
                Err(Error::file(&self.path, format!("{expected} bytes"), "more"))
            }
            _ => Ok(bytes),
        }
    }

    fn read_up_to(&mut self, bytes: u64, into: &mut Vec<u8>) -> Result<()> {
        let result = self.reader.as_mut().take(bytes).read_to_end(into);
        self.read += into.len() as u64;
        result.map(drop).map_err(|source| {
            if self.packed {
                let found = format!("{source} (a download that broke off?)");
                Error::file(&self.path, "whole gzip data", found)
            } else {
                Error::read(&self.path, source)
            }
        })
    }

    fn short(&self, expected: u64) -> Error {
        let found = format!("only {} (a download that broke off?)", self.read);
        Error::file(&self.path, format!("{expected} bytes"), found)
    }
}
