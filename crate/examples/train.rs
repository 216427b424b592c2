//! Trains a network with one hidden layer for three epochs and tests it: `cargo run --example train`.
#![allow(clippy::print_stdout)]

use digits::rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use digits::{Loss, Mnist, Network, Result, Sgd};

/// Public for the test that runs it.
pub fn main() -> Result<()> {
    let mnist = Mnist::load(concat!(env!("CARGO_MANIFEST_DIR"), "/../data"))?;
    let network = Network::glorot(&[784, 100, 10])?
        .with_pixel_scale(1.0 / 255.0)?
        .with_loss(Loss::CrossEntropy)?;

    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut parameters = network.init(&mut rng);
    let mut sgd = Sgd::new(0.1).momentum(0.9).batch(100);
    for epoch in 1..=3 {
        let set = mnist.train.shuffled(&mut rng);
        parameters = network.epoch(&parameters, &set, &mut sgd)?;
        let accuracy = network.accuracy(&mnist.validation, &parameters)?;
        println!("epoch {epoch}: validation {:.2} %", 100.0 * accuracy);
    }

    let accuracy = network.accuracy(&mnist.test, &parameters)?;
    println!("test: {:.2} %", 100.0 * accuracy);
    assert!(accuracy > 0.96);
    Ok(())
}
