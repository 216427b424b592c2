//! The loader's memory: never more than what the header honestly announces, and a fixed allowance.
//!
//! A file of its own, with one test: the allocator counts for the whole program.
#![allow(clippy::unwrap_used, missing_docs)]

mod mnist_common;

use digits::Mnist;
use digits::data::{read_images, read_labels};
use flate2::{Compress, Compression, FlushCompress};
use mnist_common::{Scratch, data, found_in_file, gzip, images_file, labels_file};
use peak_alloc::PeakAlloc;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Buffers: 64 KB to read ahead, 64 KB of gzip's window, names in messages.
const ALLOWANCE: usize = 256 << 10;

/// The most memory, in bytes, that `f` held beyond what was held before.
fn peak<T>(f: impl FnOnce() -> T) -> (usize, T) {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let result = f();
    (MEMORY.peak_usage() - before, result)
}

/// A gzip file that begins with these bytes and goes on with 10 GB of zeros, in 10 MB.
///
/// A full flush ends on a whole byte and looks back at nothing, so the same 10 MB can be
/// written a thousand times. Its checksum is never reached.
fn bomb(path: &Path, start: &[u8]) {
    let mut deflate = Compress::new(Compression::best(), false);
    let mut pack = |bytes: &[u8]| {
        let mut packed = Vec::with_capacity(1 << 16);
        let flush = FlushCompress::Full;
        deflate.compress_vec(bytes, &mut packed, flush).unwrap();
        packed
    };
    let (start, zeros) = (pack(start), pack(&vec![0; 10_000_000]));
    let mut file = BufWriter::new(File::create(path).unwrap());
    file.write_all(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])
        .unwrap();
    file.write_all(&start).unwrap();
    for _ in 0..1000 {
        file.write_all(&zeros).unwrap();
    }
    file.into_inner().unwrap();
    let length = std::fs::metadata(path).unwrap().len();
    assert!((9 << 20..11 << 20).contains(&length), "{length} bytes");
}

#[test]
fn memory_stays_below_the_announced_size_and_an_allowance() {
    let scratch = Scratch::new();
    let within = |what: &str, most: usize, used: usize| {
        assert!(
            used <= most + ALLOWANCE,
            "{what}: {used} bytes, announced {most}"
        );
        println!("{what}: {used} bytes, announced {most}");
    };

    // 10 GB behind headers that announce one image, a million images, a million labels.
    for n in [1, 1_000_000] {
        bomb(&scratch.path, &images_file([2051, n, 28, 28], &[]));
        let (used, result) = peak(|| read_images(&scratch.path));
        assert_eq!(found_in_file(&result.unwrap_err()).1, "more");
        within(&format!("bomb behind {n} images"), n as usize * 784, used);
    }
    bomb(&scratch.path, &labels_file([2049, 1_000_000], &[]));
    let (used, result) = peak(|| read_labels(&scratch.path));
    assert_eq!(found_in_file(&result.unwrap_err()).1, "more");
    within("bomb behind a million labels", 1_000_000, used);

    // A header that announces more than the file can hold gets what the file can hold.
    let lie = images_file([2051, 1_000_000, 28, 28], &[7; 784]);
    let packed = gzip(&lie);
    for (what, bytes, most) in [
        ("raw lie", &lie, lie.len()),
        ("packed lie", &packed, packed.len() * 1032),
    ] {
        let (used, result) = peak(|| scratch.images(bytes));
        assert!(found_in_file(&result.unwrap_err()).1.starts_with("only "));
        within(what, most, used);
    }
    for n in [1_000_001, 1 << 31, u32::MAX] {
        let (used, result) = peak(|| scratch.images(&images_file([2051, n, 28, 28], &[])));
        assert!(
            found_in_file(&result.unwrap_err())
                .0
                .starts_with("at most ")
        );
        within(&format!("{n} announced"), 0, used);
    }

    // The real files: twice the training images while they are split, no more.
    let (used, images) = peak(|| read_images(data().join("train-images-idx3-ubyte.gz")));
    assert_eq!(images.unwrap().dim(), (60_000, 784));
    within("the training images", 60_000 * 784, used);
    let (used, mnist) = peak(|| Mnist::load(data()));
    assert_eq!(mnist.unwrap().test.len(), 10_000);
    within("all of MNIST", 2 * 60_000 * 785, used);
}
