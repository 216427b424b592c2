//! The epoch as the lesson writes it and the fast one: the same steps.
#![allow(clippy::unwrap_used, missing_docs)]

use digits::{Loss, Mnist, Network, Parameters, Sgd, largest_difference};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use std::path::Path;

fn difference(a: &Parameters, b: &Parameters) -> f64 {
    let biases = a.b.iter().zip(&b.b).map(|(a, b)| largest_difference(a, b));
    let weights = a.w.iter().zip(&b.w).map(|(a, b)| largest_difference(a, b));
    let mut all = biases.chain(weights);
    // Not f64::max, which passes over NaN.
    all.find(|error| error.is_nan() || *error > 1e-12)
        .unwrap_or(0.0)
}

#[test]
fn plain_epochs_and_fast_ones_take_the_same_steps() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data");
    // 130 images in batches of 40: the last one is smaller.
    let set = Mnist::load(data).unwrap().train.first(130).unwrap();
    for dimensions in [&[784, 10][..], &[784, 12, 10], &[784, 12, 11, 10]] {
        for (scale, rate) in [(1.0, 0.05), (1.0 / 255.0, 0.5)] {
            for loss in [Loss::SquaredError, Loss::CrossEntropy] {
                for momentum in [0.0, 0.9] {
                    let network = Network::glorot(dimensions).unwrap();
                    let network = network.with_pixel_scale(scale).unwrap();
                    let network = network.with_loss(loss).unwrap();
                    let start = network.init(&mut ChaCha8Rng::seed_from_u64(1));
                    let sgd = Sgd::new(rate).momentum(momentum).batch(40);
                    let (mut sgd_plain, mut sgd_fast) = (sgd.clone(), sgd);
                    let (mut plain, mut fast) = (start.clone(), start.clone());
                    for _ in 0..2 {
                        plain = network.plain_epoch(&plain, &set, &mut sgd_plain).unwrap();
                        fast = network.epoch(&fast, &set, &mut sgd_fast).unwrap();
                    }
                    let what = format!("{dimensions:?}, {scale}, {loss:?}, {momentum}");
                    assert_eq!(difference(&plain, &fast), 0.0, "{what}");
                    assert!(difference(&plain, &start) > 1e-3, "{what}: nothing moved");
                }
            }
        }
    }
}
