//! The engine's parts, one by one: `cargo bench -p digits-by-hand`.
#![allow(clippy::unwrap_used, missing_docs)]

use digits::{Mnist, Network, Parameters, Sgd};
use divan::Bencher;
use ndarray::Axis;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use std::path::Path;
use std::sync::LazyLock;

static MNIST: LazyLock<Mnist> =
    LazyLock::new(|| Mnist::load(Path::new(env!("CARGO_MANIFEST_DIR")).join("../data")).unwrap());

/// Raw pixels, the widths of the hidden layers.
const HIDDEN: [&[usize]; 2] = [&[], &[100]];

fn main() {
    LazyLock::force(&MNIST);
    divan::main();
}

fn network(hidden: &[usize]) -> (Network, Parameters) {
    let network = Network::glorot(&[&[784], hidden, &[10]].concat()).unwrap();
    let start = network.init(&mut ChaCha8Rng::seed_from_u64(1));
    (network, start)
}

#[divan::bench(args = HIDDEN)]
fn gradient_of_100(bencher: Bencher, hidden: &[usize]) {
    let (network, start) = network(hidden);
    let (images, labels) = (MNIST.train.images(), MNIST.train.labels());
    let (images, _) = images.split_at(Axis(0), 100);
    let (labels, _) = labels.split_at(Axis(0), 100);
    bencher.bench(|| network.gradient_batch(&images, &labels, &start).unwrap());
}

#[divan::bench(args = HIDDEN, sample_count = 20)]
fn validation_of_10000(bencher: Bencher, hidden: &[usize]) {
    let (network, start) = network(hidden);
    bencher.bench(|| network.accuracy(&MNIST.validation, &start).unwrap());
}

#[divan::bench(args = HIDDEN, sample_count = 10)]
fn epoch(bencher: Bencher, hidden: &[usize]) {
    let (network, start) = network(hidden);
    bencher.bench(|| {
        let trained = network.epoch(&start, &MNIST.train, &mut Sgd::new(0.1));
        trained.unwrap()
    });
}
