//! The loader: the real files, both spellings, and every way in which a file can be wrong.
#![allow(clippy::unwrap_used, missing_docs)]

mod mnist_common;

use digits::data::{read_images, read_labels};
use digits::{Error, Mnist, Set};
use mnist_common::{
    FILES, data, found_in_file, gzip, images_error, images_file, is_gzip, labels_error, labels_file,
};
use ndarray::{Array1, Array2};
use proptest::prelude::*;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use sha2::{Digest, Sha256};
use std::fs;
use std::io::Read;
use std::path::Path;
use tempfile::TempDir;

fn gunzip(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    let file = fs::File::open(path).unwrap();
    flate2::read::GzDecoder::new(file)
        .read_to_end(&mut bytes)
        .unwrap();
    bytes
}

#[test]
fn the_files_are_those_that_the_readme_names() {
    let readme = fs::read_to_string(data().join("README.md")).unwrap();
    for name in FILES {
        let packed = data().join(format!("{name}.gz"));
        for bytes in [fs::read(&packed).unwrap(), gunzip(&packed)] {
            let digest = Sha256::digest(&bytes);
            let sum: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            assert!(
                readme.contains(&sum),
                "{name}: {sum} is not in data/README.md"
            );
        }
    }
}

/// `np.bincount(labels)` and `images.sum()` of each part, from numpy.
#[test]
fn the_three_parts_hold_what_numpy_reads() {
    let mnist = Mnist::load(data()).unwrap();
    let facts = |set: &Set| {
        let mut counts = [0_u32; 10];
        set.labels()
            .iter()
            .for_each(|&label| counts[usize::from(label)] += 1);
        let ink: u64 = set.images().iter().map(|&pixel| u64::from(pixel)).sum();
        (counts, ink)
    };
    assert_eq!(
        facts(&mnist.train),
        (
            [4932, 5678, 4968, 5101, 4859, 4506, 4951, 5175, 4842, 4988],
            1309089051
        )
    );
    assert_eq!(
        facts(&mnist.validation),
        (
            [991, 1064, 990, 1030, 983, 915, 967, 1090, 1009, 961],
            258209494
        )
    );
    assert_eq!(
        facts(&mnist.test),
        (
            [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009],
            264923200
        )
    );
}

#[test]
fn raw_and_packed_and_both_spellings_are_the_same() {
    let expected = Mnist::load(data()).unwrap();
    let folder = TempDir::new().unwrap();
    for (i, name) in FILES.iter().enumerate() {
        let packed = data().join(format!("{name}.gz"));
        let dotted = name.replace("-idx", ".idx");
        match i {
            0 => fs::write(folder.path().join(name), gunzip(&packed)),
            1 => fs::write(folder.path().join(dotted), gunzip(&packed)),
            2 => fs::copy(&packed, folder.path().join(format!("{dotted}.gz"))).map(drop),
            // A browser may unpack on the way and keep the name.
            _ => fs::write(folder.path().join(format!("{name}.gz")), gunzip(&packed)),
        }
        .unwrap();
    }
    let read = Mnist::load(folder.path()).unwrap();
    assert_eq!(read.train.images(), expected.train.images());
    assert_eq!(read.validation.labels(), expected.validation.labels());
    assert_eq!(read.test.images(), expected.test.images());
    assert_eq!(read.test.labels(), expected.test.labels());
}

#[test]
fn a_missing_file_is_named_with_all_its_spellings() {
    let folder = TempDir::new().unwrap();
    let message = Mnist::load(folder.path()).unwrap_err().to_string();
    assert!(
        message.starts_with(&folder.path().display().to_string()),
        "{message}"
    );
    for name in ["train-images-idx3-ubyte", "train-images.idx3-ubyte.gz"] {
        assert!(message.contains(name), "{message}");
    }
}

#[test]
fn each_fault_of_a_file_is_named() {
    let one = vec![7; 784];
    let says = |error: Error, expected: &str, found: &str| {
        assert_eq!(found_in_file(&error), (expected, found));
        let sentence = format!(": expected {expected}, found {found}");
        assert!(error.to_string().ends_with(&sentence), "{error}");
    };
    let broken_off = |n| format!("only {n} (a download that broke off?)");
    let error = images_error(&labels_file([2049, 1], &one[..1]));
    says(error, "the magic number 2051", "2049");
    let error = images_error(&images_file([2051, 1, 28, 27], &one));
    says(error, "images of 28 × 28 pixels", "28 × 27");
    let error = images_error(&images_file([2051, 2, 28, 28], &one));
    says(error, "1584 bytes", &broken_off(800));
    let error = images_error(&images_file([2051, 0, 28, 28], &one));
    says(error, "16 bytes", "more");
    let error = images_error(&images_file([2051, u32::MAX, 28, 28], &one));
    says(error, "at most 1000000 items", "4294967295");
    let error = labels_error(&labels_file([2049, 3], &[9, 10, 255]));
    says(error, "labels from 0 to 9", "10 at item 1");
    says(images_error(&[]), "16 bytes", &broken_off(0));
    let folder = TempDir::new().unwrap();
    assert!(matches!(
        read_images(folder.path()).unwrap_err(),
        Error::Read { .. }
    ));
}

#[test]
fn damaged_gzip_is_an_error() {
    let whole = gzip(&images_file([2051, 1, 28, 28], &[7; 784]));
    let mut wrong_checksum = whole.clone();
    let last = wrong_checksum.len() - 6;
    wrong_checksum[last] ^= 1;
    assert!(is_gzip(&images_error(&wrong_checksum)));
    let trailing: Vec<u8> = whole.iter().copied().chain(*b"more").collect();
    assert!(is_gzip(&images_error(&trailing)));
    assert!(is_gzip(&images_error(&whole[..whole.len() / 2])));
}

#[test]
fn images_and_labels_that_differ_in_number_are_an_error_that_names_both() {
    let folder = TempDir::new().unwrap();
    let images = images_file([2051, 2, 28, 28], &[0; 1568]);
    fs::write(folder.path().join("train-images-idx3-ubyte"), images).unwrap();
    let labels = folder.path().join("train-labels-idx1-ubyte");
    fs::write(&labels, labels_file([2049, 3], &[1, 2, 3])).unwrap();
    let error = Mnist::load(folder.path()).unwrap_err();
    let message = error.to_string();
    for words in [
        "train-labels-idx1-ubyte: expected 2 labels",
        "train-images",
        "found 3",
    ] {
        assert!(message.contains(words), "{message}");
    }
    fs::write(&labels, labels_file([2049, 2], &[1, 2])).unwrap();
    let error = Mnist::load(folder.path()).unwrap_err();
    assert_eq!(found_in_file(&error), ("60000 items", "2"));
}

#[test]
fn sets_that_do_not_fit_are_errors() {
    let error = Set::new(Array2::zeros((2, 784)), Array1::zeros(3)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "labels: expected 2, one per image, found 3"
    );
    let error = Set::new(Array2::zeros((1, 784)), Array1::from(vec![11])).unwrap_err();
    assert_eq!(
        error.to_string(),
        "labels[0]: expected a digit from 0 to 9, found 11"
    );
    let set = Set::new(Array2::zeros((1, 784)), Array1::zeros(1)).unwrap();
    let error = set.image(1).unwrap_err();
    assert_eq!(
        error.to_string(),
        "index: expected a number below 1, found 1"
    );
}

proptest! {
    #[test]
    fn whatever_is_written_is_read_back(
        n in 0_usize..5, seed in any::<u8>(), packed in any::<bool>()
    ) {
        let pixels: Vec<u8> = (0..n * 784).map(|i| (i as u8).wrapping_mul(seed)).collect();
        let bytes = images_file([2051, n as u32, 28, 28], &pixels);
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("images");
        fs::write(&path, if packed { gzip(&bytes) } else { bytes }).unwrap();
        let read = read_images(&path).unwrap();
        prop_assert_eq!(read.dim(), (n, 784));
        prop_assert_eq!(read.into_raw_vec_and_offset().0, pixels);
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        images_error(&bytes);
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("labels");
        fs::write(&path, &bytes).unwrap();
        let _ = read_labels(&path);
    }
}

#[test]
fn the_first_images_share_memory_and_are_no_more_than_there_are() {
    let set = different_images();
    let first = set.first(3).unwrap();
    assert_eq!((first.len(), first.label(2).unwrap()), (3, 2));
    assert_eq!(first.images().as_ptr(), set.images().as_ptr());
    assert!(set.first(0).unwrap().is_empty());
    assert_eq!(
        set.first(201).unwrap_err().to_string(),
        "n: expected at most 200, the images of the set, found 201"
    );
}

/// Two hundred images, no two alike, stored column by column.
fn different_images() -> Set {
    let pixel = |(n, i): (usize, usize)| ((n * 37 + i * 11 + i / 28) % 256) as u8;
    let images = Array2::from_shape_fn((784, 200), |(i, n)| pixel((n, i)));
    let labels = Array1::from_shape_fn(200, |n| (n % 10) as u8);
    Set::new(images.reversed_axes(), labels).unwrap()
}

#[test]
fn shuffled_has_each_image_once_with_its_label() {
    let set = different_images();
    let pairs = |set: &Set| {
        let images = set.images();
        let pairs = images.rows().into_iter().zip(set.labels());
        pairs
            .map(|(image, &label)| (image.to_vec(), label))
            .collect::<Vec<_>>()
    };
    let mut found = pairs(&set.shuffled(&mut ChaCha8Rng::seed_from_u64(1)));
    let mut expected = pairs(&set);
    assert_ne!(found, expected);
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn shifted_moves_each_image_by_one_of_the_nine_ways() {
    let set = different_images();
    let shifted = set.shifted(1, &mut ChaCha8Rng::seed_from_u64(1)).unwrap();
    assert_eq!(shifted.labels(), set.labels());
    let mut ways = [0; 9];
    for (image, found) in set.images().rows().into_iter().zip(shifted.images().rows()) {
        let is_way = |way: &usize| {
            (0..784).all(|i| {
                // Where this pixel was, in an image with a margin of one pixel.
                let (row, column) = (i / 28 + way / 3, i % 28 + way % 3);
                let inside = (1..29).contains(&row) && (1..29).contains(&column);
                found[i]
                    == if inside {
                        image[(row - 1) * 28 + column - 1]
                    } else {
                        0
                    }
            })
        };
        ways[(0..9).find(is_way).unwrap()] += 1;
    }
    assert!(ways.iter().all(|&images| images > 0), "{ways:?}");
}
