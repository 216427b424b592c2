//! Saved parameters: what is written comes back, and what is damaged is refused in words.
#![allow(clippy::unwrap_used, missing_docs)]

use digits::{Error, Network, Parameters};
use proptest::prelude::*;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use std::path::PathBuf;
use tempfile::{TempDir, tempdir};

fn small() -> (Network, Parameters) {
    let network = Network::glorot(&[4, 3, 2]).unwrap();
    let parameters = network.init(&mut ChaCha8Rng::seed_from_u64(1));
    (network, parameters)
}

/// A folder and the path of a file in it that holds these bytes.
fn file(bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempdir().unwrap();
    let path = folder.path().join("network.safetensors");
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

fn saved(network: &Network, parameters: &Parameters) -> Vec<u8> {
    let (_folder, path) = file(b"an older file");
    network.save(parameters, &path).unwrap();
    std::fs::read(&path).unwrap()
}

#[test]
fn what_could_not_be_read_again_is_not_saved() {
    let (network, mut parameters) = small();
    let (_folder, path) = file(b"an older file");
    parameters.w[1][[2, 1]] = f64::NAN;
    let error = network.save(&parameters, &path).unwrap_err().to_string();
    assert_eq!(error, "parameters: expected finite numbers, found NaN");
    assert_eq!(std::fs::read(&path).unwrap(), b"an older file");
}

#[test]
fn what_is_saved_comes_back_to_the_last_bit() {
    for dimensions in [&[784, 10][..], &[784, 12, 11, 10], &[5]] {
        let network = Network::glorot(dimensions).unwrap();
        let parameters = network.init(&mut ChaCha8Rng::seed_from_u64(3));
        let (_folder, path) = file(&saved(&network, &parameters));
        assert_eq!(network.load(&path).unwrap(), parameters);
        let beside: Vec<_> = path.parent().unwrap().read_dir().unwrap().collect();
        assert_eq!(beside.len(), 1, "nothing is left beside the file");
    }
}

#[test]
fn the_file_names_its_arrays_as_the_course_does() {
    let (network, parameters) = small();
    let bytes = saved(&network, &parameters);
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let mut names = file.names();
    names.sort_unstable();
    assert_eq!(names, ["b0", "b1", "b2", "w1", "w2"]);
    let w1 = file.tensor("w1").unwrap();
    assert_eq!((w1.dtype(), w1.shape()), (Dtype::F64, &[4, 3][..]));
    assert_eq!(w1.data()[..8], parameters.w[1][[0, 0]].to_le_bytes());
}

#[test]
fn numbers_of_32_bits_are_read_too() {
    let (network, parameters) = small();
    let bytes = saved(&network, &parameters);
    let wide = SafeTensors::deserialize(&bytes).unwrap();
    let narrow: Vec<(String, Vec<usize>, Vec<u8>)> = wide
        .tensors()
        .into_iter()
        .map(|(name, tensor)| {
            let numbers = tensor.data().as_chunks().0.iter();
            let numbers = numbers.flat_map(|x| (f64::from_le_bytes(*x) as f32).to_le_bytes());
            (name, tensor.shape().to_vec(), numbers.collect())
        })
        .collect();
    let tensors = narrow.iter().map(|(name, shape, bytes)| {
        let tensor = TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap();
        (name, tensor)
    });
    let (_folder, path) = file(&safetensors::serialize(tensors, None).unwrap());
    let read = network.load(&path).unwrap();
    assert!(digits::largest_difference(&read.w[1], &parameters.w[1]) < 1e-7);
    assert_eq!(read.w[1][[0, 0]], f64::from(parameters.w[1][[0, 0]] as f32));
}

/// The error of a network that loads a file which another network has saved.
fn refusal(network: &Network, by: &Network) -> String {
    let parameters = by.init(&mut ChaCha8Rng::seed_from_u64(1));
    let (_folder, path) = file(&saved(by, &parameters));
    let error = network.load(&path).unwrap_err();
    assert!(matches!(error, Error::File { .. }), "{error}");
    error.to_string()
}

#[test]
fn a_file_of_another_network_is_refused_in_words() {
    let (network, _) = small();
    let another = |dimensions: &[usize]| Network::glorot(dimensions).unwrap();
    let says = |by: &Network, words: &str| {
        let error = refusal(&network, by);
        assert!(error.ends_with(words), "{error}");
    };
    says(&another(&[4, 5, 2]), "expected b1 of shape [3], found [5]");
    says(
        &another(&[4, 2]),
        "expected activations tanh tanh softmax, found tanh softmax",
    );
    says(
        &another(&[784, 100, 2]),
        "found more (those of a larger one?)",
    );
    let scaled = network.clone().with_pixel_scale(0.5).unwrap();
    says(&scaled, "expected pixel_scale 1, found 0.5");
    let (_folder, path) = file(b"");
    let error = network.load(&path).unwrap_err().to_string();
    assert!(
        error.contains("expected a whole safetensors file, found"),
        "{error}"
    );
    assert!(matches!(
        network.load(path.parent().unwrap()),
        Err(Error::Read { .. })
    ));
}

#[test]
fn a_number_that_is_none_is_refused() {
    let (network, mut parameters) = small();
    parameters.w[2][[1, 1]] = 12_345.678;
    let mut bytes = saved(&network, &parameters);
    let sought = 12_345.678_f64.to_le_bytes();
    let at = bytes.windows(8).position(|eight| eight == sought).unwrap();
    bytes[at..at + 8].copy_from_slice(&f64::NAN.to_le_bytes());
    let (_folder, path) = file(&bytes);
    let error = network.load(&path).unwrap_err().to_string();
    assert!(
        error.ends_with("expected finite numbers in w2, found NaN"),
        "{error}"
    );
}

#[test]
fn every_truncation_is_refused() {
    let (network, parameters) = small();
    let bytes = saved(&network, &parameters);
    for end in 0..bytes.len() {
        let (_folder, path) = file(&bytes[..end]);
        assert!(network.load(&path).is_err(), "the first {end} bytes");
    }
}

proptest! {
    /// A flipped bit in the numbers may give other numbers; in the header it must never be a panic.
    #[test]
    fn damage_is_refused_or_gives_parameters_of_the_right_shapes(
        flips in prop::collection::vec((0_usize..600, 0..8_u8), 1..4),
    ) {
        let (network, parameters) = small();
        let mut bytes = saved(&network, &parameters);
        for (at, bit) in flips {
            let at = at % bytes.len();
            bytes[at] ^= 1 << bit;
        }
        let (_folder, path) = file(&bytes);
        if let Ok(read) = network.load(&path) {
            prop_assert_eq!(read.w[1].dim(), (4, 3));
            prop_assert!(read.b.iter().flatten().all(|x| x.is_finite()));
        }
    }
}
