//! Fuzz targets: whatever bytes a file holds, the loader takes what the format allows and refuses all else.
//!
//! As tests they run over the small corpus in `__fuzz__` and some random bytes. `cargo xtask fuzz`
//! is the long run, guided by coverage.
#![allow(clippy::unwrap_used, missing_docs)]

mod mnist_common;

use digits::Network;
use flate2::read::MultiGzDecoder;
use flate2::{Crc, Decompress, FlushDecompress};
use mnist_common::Scratch;
use std::io::Read;

/// As many random inputs as a test has time for.
const SHORT_RUN: usize = 10_000;

/// The most bytes that a small input is unpacked to.
const UNPACKED: usize = 1 << 14;

/// The items of a raw file, if it is whole: one magic number, one size, and not a byte too many.
fn items(file: &[u8], magic: [u8; 4], sizes: &[u8], item: usize) -> Option<usize> {
    let rest = file.strip_prefix(&magic)?;
    let (n, rest) = rest.split_first_chunk::<4>()?;
    let n = u32::from_be_bytes(*n) as usize;
    let rest = rest.strip_prefix(sizes)?;
    (n <= 1_000_000 && rest.len() == n * item).then_some(n)
}

fn images(file: &[u8]) -> Option<&[u8]> {
    let sizes = [0, 0, 0, 28, 0, 0, 0, 28];
    items(file, [0, 0, 8, 3], &sizes, 784).map(|_| &file[16..])
}

fn labels(file: &[u8]) -> Option<&[u8]> {
    items(file, [0, 0, 8, 1], &[], 1)?;
    let labels = &file[8..];
    labels.iter().all(|&label| label < 10).then_some(labels)
}

/// The loader must read `file` as `unpacked` says, as images and as labels.
fn agree(scratch: &Scratch, file: &[u8], unpacked: &[u8]) {
    let read = scratch.images(file).ok();
    let read = read.map(|images| images.into_raw_vec_and_offset().0);
    assert_eq!(read.as_deref(), images(unpacked));
    let read = digits::data::read_labels(&scratch.path).ok();
    let read = read.map(|labels| labels.into_raw_vec_and_offset().0);
    assert_eq!(read.as_deref(), labels(unpacked));
}

#[test]
fn fuzz_idx() {
    let scratch = Scratch::new();
    bolero::check!()
        .with_iterations(SHORT_RUN)
        .for_each(|file: &[u8]| {
            if !file.starts_with(&[0x1f, 0x8b]) {
                agree(&scratch, file, file);
            }
        });
}

/// The bytes as they are, behind gzip's two first bytes: heads, members, checksums.
#[test]
fn fuzz_gzip() {
    let scratch = Scratch::new();
    bolero::check!()
        .with_iterations(SHORT_RUN)
        .for_each(|bytes: &[u8]| {
            let file = [&[0x1f, 0x8b], bytes].concat();
            let mut unpacked = Vec::new();
            let decoder = MultiGzDecoder::new(&file[..]);
            let whole = decoder.take(UNPACKED as u64).read_to_end(&mut unpacked);
            // What is damaged, or longer than any input here, is no file at all.
            match whole {
                Ok(length) if length < UNPACKED => agree(&scratch, &file, &unpacked),
                _ => {
                    scratch.images(&file).unwrap_err();
                    digits::data::read_labels(&scratch.path).unwrap_err();
                }
            }
        });
}

/// The bytes as packed data with a right head and checksum around them, which chance never finds.
#[test]
fn fuzz_deflate() {
    let scratch = Scratch::new();
    bolero::check!()
        .with_iterations(SHORT_RUN)
        .for_each(|packed: &[u8]| {
            let mut inflate = Decompress::new(false);
            let mut unpacked = Vec::with_capacity(UNPACKED);
            let status = inflate.decompress_vec(packed, &mut unpacked, FlushDecompress::Finish);
            let used = inflate.total_in() as usize;
            let whole = matches!(status, Ok(flate2::Status::StreamEnd));
            let mut sum = Crc::new();
            sum.update(&unpacked);
            let mut file = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
            file.extend(&packed[..used]);
            file.extend(sum.sum().to_le_bytes());
            file.extend(sum.amount().to_le_bytes());
            match whole {
                true => agree(&scratch, &file, &unpacked),
                false => {
                    let _ = (scratch.images(&file), scratch.labels(&file));
                }
            }
        });
}

/// What a file of parameters gives is finite, and comes back when it is saved again.
#[test]
fn fuzz_saved() {
    let scratch = Scratch::new();
    let network = Network::glorot(&[4, 3, 2]).unwrap();
    bolero::check!()
        .with_iterations(SHORT_RUN)
        .for_each(|file: &[u8]| {
            std::fs::write(&scratch.path, file).unwrap();
            if let Ok(parameters) = network.load(&scratch.path) {
                let mut numbers = parameters.b.iter().flatten();
                assert!(numbers.all(|p| p.is_finite()));
                let mut numbers = parameters.w.iter().flatten();
                assert!(numbers.all(|p| p.is_finite()));
                network.save(&parameters, &scratch.path).unwrap();
                assert_eq!(network.load(&scratch.path).unwrap(), parameters);
            }
        });
}
