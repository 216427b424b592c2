//! Checks every derivative of a network against finite differences: `cargo run --example check`.
#![allow(clippy::print_stdout)]

use digits::rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use digits::{Mnist, Network, Part, Result};

/// Public for the test that runs it.
pub fn main() -> Result<()> {
    let mnist = Mnist::load(concat!(env!("CARGO_MANIFEST_DIR"), "/../data"))?;
    let (image, label) = (mnist.train.image(2)?, mnist.train.label(2)?);
    let network = Network::glorot(&[784, 10])?.with_pixel_scale(1.0 / 255.0)?;
    let parameters = network.init(&mut ChaCha8Rng::seed_from_u64(1));

    for part in [Part::Bias(1), Part::Weights(1), Part::Bias(0)] {
        let check = network.check(&image, label, &parameters, part)?;
        let (n, error) = (check.errors.len(), check.largest_error());
        println!("{part:?}: {n} derivatives, largest error {error:.0e}");
        assert!(error < 1e-9);
    }
    Ok(())
}
