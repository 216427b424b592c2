//! Small files in the format of MNIST, right and wrong ones.
#![allow(dead_code)]

use digits::data::{read_images, read_labels};
use digits::ndarray::{Array1, Array2};
use digits::{Error, Result};
use flate2::{Compression, write::GzEncoder};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The four files, without `.gz`.
pub const FILES: [&str; 4] = [
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
];

/// The folder of the real files.
pub fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../data")
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// An IDX file of images: magic number, three lengths, then the bytes.
pub fn images_file(header: [u32; 4], pixels: &[u8]) -> Vec<u8> {
    let header = header.iter().flat_map(|number| number.to_be_bytes());
    header.chain(pixels.iter().copied()).collect()
}

/// An IDX file of labels: magic number, length, then the bytes.
pub fn labels_file(header: [u32; 2], labels: &[u8]) -> Vec<u8> {
    let header = header.iter().flat_map(|number| number.to_be_bytes());
    header.chain(labels.iter().copied()).collect()
}

/// Two images of noise, which gzip cannot make small.
pub fn two_images() -> Vec<u8> {
    let mut noise = 1_u32;
    let pixels = (0..2 * 784).map(|_| {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (noise >> 24) as u8
    });
    images_file([2051, 2, 28, 28], &pixels.collect::<Vec<u8>>())
}

/// One file that is written and read again and again.
pub struct Scratch {
    _folder: TempDir,
    pub path: PathBuf,
}

impl Scratch {
    pub fn new() -> Self {
        // In memory, where the system has such a folder: millions of files are written in there.
        let folder = TempDir::new_in("/dev/shm").or_else(|_| TempDir::new());
        let folder = folder.unwrap();
        let path = folder.path().join("file");
        Self {
            _folder: folder,
            path,
        }
    }

    pub fn images(&self, bytes: &[u8]) -> Result<Array2<u8>> {
        fs::write(&self.path, bytes).unwrap();
        read_images(&self.path)
    }

    pub fn labels(&self, bytes: &[u8]) -> Result<Array1<u8>> {
        fs::write(&self.path, bytes).unwrap();
        read_labels(&self.path)
    }
}

/// What reading these bytes as an image file says.
pub fn images_error(bytes: &[u8]) -> Error {
    Scratch::new().images(bytes).unwrap_err()
}

pub fn labels_error(bytes: &[u8]) -> Error {
    Scratch::new().labels(bytes).unwrap_err()
}

/// What a file was expected to hold, and what it holds; nothing for another error.
pub fn found_in_file(error: &Error) -> (&str, &str) {
    match error {
        Error::File {
            expected, found, ..
        } => (expected, found),
        _ => ("", ""),
    }
}

pub fn is_gzip(error: &Error) -> bool {
    found_in_file(error).0 == "whole gzip data"
}
