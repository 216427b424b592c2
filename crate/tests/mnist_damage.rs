//! Every way in which a file breaks: all cuts, all flipped bits, any header, any gzip, any of the four files.
#![allow(clippy::unwrap_used, missing_docs)]

mod mnist_common;

use digits::data::{read_images, read_labels};
use digits::{Error, Mnist};
use flate2::{Compression, GzBuilder};
use mnist_common::{
    FILES, Scratch, data, found_in_file, gzip, images_file, is_gzip, labels_file, two_images,
};
use proptest::prelude::*;
use std::fs;
use std::io::Write;
use std::path::Path;
use tempfile::TempDir;

fn labels() -> Vec<u8> {
    labels_file([2049, 10], &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
}

/// The file with one bit turned, for each of the first `bits`.
fn flips(bytes: &[u8], bits: usize) -> impl Iterator<Item = Vec<u8>> + '_ {
    (0..bits).map(|bit| {
        let mut flipped = bytes.to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        flipped
    })
}

#[test]
fn every_cut_of_every_kind_is_an_error() {
    let scratch = Scratch::new();
    let images = two_images();
    for (whole, packed) in [(images.clone(), false), (gzip(&images), true)] {
        for cut in 0..whole.len() {
            let error = scratch.images(&whole[..cut]).unwrap_err();
            // One byte of gzip is not known for gzip.
            let expected = if is_gzip(&error) {
                packed
            } else {
                found_in_file(&error).1.starts_with("only ") && (!packed || cut < 2)
            };
            assert!(expected, "cut at {cut}: {error}");
        }
        scratch.images(&whole).unwrap();
    }
    for whole in [labels(), gzip(&labels())] {
        for cut in 0..whole.len() {
            scratch.labels(&whole[..cut]).unwrap_err();
        }
        scratch.labels(&whole).unwrap();
    }
}

#[test]
fn every_flipped_bit_of_a_header_is_an_error() {
    let scratch = Scratch::new();
    for flipped in flips(&two_images(), 8 * 16) {
        scratch.images(&flipped).unwrap_err();
    }
    for flipped in flips(&labels(), 8 * 8) {
        scratch.labels(&flipped).unwrap_err();
    }
}

/// Some bits of gzip carry no data: its date, its system. No other may pass.
#[test]
fn a_flipped_bit_of_gzip_is_an_error_or_changes_nothing() {
    let scratch = Scratch::new();
    let images = two_images();
    let expected = scratch.images(&images).unwrap();
    let packed = gzip(&images);
    let mut passed = 0;
    for flipped in flips(&packed, 8 * packed.len()) {
        if let Ok(images) = scratch.images(&flipped) {
            assert_eq!(images, expected);
            passed += 1;
        }
    }
    // Date, extra flags and system: 6 bytes; the flag for text: 1 bit; unused bits after the data.
    assert!((48..64).contains(&passed), "{passed} flipped bits passed");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_header_over_few_bytes_is_an_error(
        n in any::<u32>(),
        rows in any::<u32>(),
        columns in any::<u32>(),
        sizes_are_right in any::<bool>(),
        packed in any::<bool>(),
    ) {
        let (rows, columns) = if sizes_are_right { (28, 28) } else { (rows, columns) };
        let bytes = images_file([2051, n, rows, columns], &[7; 100]);
        let error = Scratch::new().images(&if packed { gzip(&bytes) } else { bytes }).unwrap_err();
        let expected = match found_in_file(&error) {
            ("at most 1000000 items", found) => n > 1_000_000 && found == n.to_string(),
            ("images of 28 × 28 pixels", _) => (rows, columns) != (28, 28),
            ("16 bytes", "more") => n == 0,
            (_, found) => n > 0 && found.starts_with("only 116 "),
        };
        prop_assert!(expected, "{}", error);
    }

    #[test]
    fn any_label_but_a_digit_is_named_with_its_place(
        labels in prop::collection::vec(any::<u8>(), 0..40), packed in any::<bool>()
    ) {
        let bytes = labels_file([2049, labels.len() as u32], &labels);
        let read = Scratch::new().labels(&if packed { gzip(&bytes) } else { bytes });
        match labels.iter().position(|&label| label > 9) {
            None => prop_assert_eq!(read.unwrap().to_vec(), labels),
            Some(place) => {
                let error = read.unwrap_err();
                let found = format!("{} at item {place}", labels[place]);
                prop_assert_eq!(found_in_file(&error), ("labels from 0 to 9", found.as_str()));
            }
        }
    }

    #[test]
    fn any_bytes_after_whole_gzip_are_an_error(tail in prop::collection::vec(any::<u8>(), 1..30)) {
        let mut bytes = gzip(&labels());
        bytes.extend(&tail);
        let error = Scratch::new().labels(&bytes).unwrap_err();
        prop_assert!(is_gzip(&error), "{}", error);
    }

    #[test]
    fn two_members_are_one_file(cut in 0_usize..1584) {
        let bytes = two_images();
        let members = [gzip(&bytes[..cut]), gzip(&bytes[cut..])].concat();
        let read = Scratch::new().images(&members).unwrap();
        prop_assert_eq!(read.into_raw_vec_and_offset().0, &bytes[16..]);
    }
}

/// The numbers whose products overflow 32 and 64 bits, and their neighbours.
#[test]
fn dimensions_at_the_edges_are_errors() {
    let scratch = Scratch::new();
    let edges = [
        0,
        1,
        27,
        28,
        29,
        1 << 16,
        (1 << 31) - 1,
        1 << 31,
        u32::MAX - 1,
        u32::MAX,
    ];
    for n in [1, 2, 1 << 16, 1_000_001, 1 << 31, u32::MAX] {
        for rows in edges {
            for columns in edges {
                let bytes = images_file([2051, n, rows, columns], &[7; 100]);
                scratch.images(&bytes).unwrap_err();
            }
        }
        scratch.labels(&labels_file([2049, n], &[])).unwrap_err();
    }
}

#[test]
fn a_second_member_too_many_is_an_error() {
    let scratch = Scratch::new();
    let whole = gzip(&two_images());
    let error = scratch.images(&[&whole[..], &whole].concat()).unwrap_err();
    assert_eq!(found_in_file(&error), ("1584 bytes", "more"));
    let error = scratch
        .images(&[&whole[..], &whole[..9]].concat())
        .unwrap_err();
    assert!(is_gzip(&error), "{error}");
    scratch.images(&[&whole[..], &gzip(&[])].concat()).unwrap();
}

#[test]
fn an_endless_name_in_the_head_of_gzip_is_an_error() {
    let name = vec![b'x'; 1 << 20];
    let mut encoder = GzBuilder::new()
        .filename(name)
        .write(Vec::new(), Compression::fast());
    encoder.write_all(&two_images()).unwrap();
    let error = Scratch::new()
        .images(&encoder.finish().unwrap())
        .unwrap_err();
    assert!(is_gzip(&error), "{error}");
}

/// One of the four files of a folder, broken; each gives the place and the name of the fault.
type Damage = (&'static str, fn(&Path, &[u8]));

const DAMAGES: [Damage; 8] = [
    ("empty", |path, _| fs::write(path, []).unwrap()),
    ("a folder", |path, _| fs::create_dir(path).unwrap()),
    ("half", |path, whole| {
        fs::write(path, &whole[..whole.len() / 2]).unwrap()
    }),
    ("all but a byte", |path, whole| {
        fs::write(path, &whole[..whole.len() - 1]).unwrap()
    }),
    ("another checksum", |path, whole| {
        let mut bytes = whole.to_vec();
        let last = bytes.len() - 5;
        bytes[last] ^= 0x80;
        fs::write(path, bytes).unwrap();
    }),
    ("a web page", |path, _| {
        fs::write(path, "<!DOCTYPE html><title>404</title>").unwrap()
    }),
    ("trailing bytes", |path, whole| {
        fs::write(path, [whole, b"more"].concat()).unwrap()
    }),
    ("a member more", |path, whole| {
        fs::write(path, [whole, &gzip(&[0])].concat()).unwrap()
    }),
];

#[test]
fn whichever_of_the_four_files_is_broken_its_name_is_in_the_message() {
    let folder = TempDir::new().unwrap();
    for name in FILES {
        let file = format!("{name}.gz");
        fs::copy(data().join(&file), folder.path().join(&file)).unwrap();
    }
    for name in FILES {
        let path = folder.path().join(format!("{name}.gz"));
        let whole = fs::read(&path).unwrap();
        for (damage, break_it) in DAMAGES {
            fs::remove_file(&path).unwrap();
            break_it(&path, &whole);
            let message = Mnist::load(folder.path()).unwrap_err().to_string();
            let start = path.display().to_string();
            assert!(message.starts_with(&start), "{damage}: {message}");
            match path.is_dir() {
                true => fs::remove_dir(&path).unwrap(),
                false => fs::remove_file(&path).unwrap(),
            }
            fs::write(&path, &whole).unwrap();
        }
    }
    Mnist::load(folder.path()).unwrap();
}

#[test]
fn labels_of_10_and_255_in_a_whole_set_are_named() {
    let folder = TempDir::new().unwrap();
    let images = format!("{}.gz", FILES[0]);
    fs::copy(data().join(&images), folder.path().join(&images)).unwrap();
    for wrong in [10, 255] {
        let mut labels = vec![3; 60_000];
        labels[59_999] = wrong;
        let file = labels_file([2049, 60_000], &labels);
        fs::write(folder.path().join(FILES[1]), file).unwrap();
        let message = Mnist::load(folder.path()).unwrap_err().to_string();
        let end = format!("found {wrong} at item 59999");
        assert!(message.ends_with(&end), "{message}");
    }
}

#[test]
fn a_folder_is_called_a_folder() {
    let folder = TempDir::new().unwrap();
    for message in [
        read_images(folder.path()).unwrap_err().to_string(),
        read_labels(folder.path()).unwrap_err().to_string(),
    ] {
        assert!(
            message.ends_with("expected a file that can be read, found: a folder"),
            "{message}"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_device_or_a_pipe_is_no_file() {
    let error = read_images("/dev/zero").unwrap_err();
    assert!(error.to_string().ends_with("found: no file"), "{error}");
    let folder = TempDir::new().unwrap();
    let pipe = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    if made.is_ok_and(|status| status.success()) {
        let error = read_labels(&pipe).unwrap_err();
        assert!(error.to_string().ends_with("found: no file"), "{error}");
    }
}

#[cfg(unix)]
#[test]
fn no_permission_is_an_error() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("labels");
    fs::write(&path, labels()).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::File::open(&path).is_ok() {
        // This user may read any file. Without that right, this test is another process.
        assert!(std::env::var_os("RIGHTS_DROPPED").is_none());
        let without = std::process::Command::new("setpriv")
            .arg("--bounding-set=-dac_override,-dac_read_search")
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", "no_permission_is_an_error"])
            .env("RIGHTS_DROPPED", "")
            .status();
        assert!(without.unwrap().success());
        return;
    }
    let error = read_labels(&path).unwrap_err();
    assert!(matches!(error, Error::Read { .. }), "{error}");
    assert!(error.to_string().contains("denied"), "{error}");
}
