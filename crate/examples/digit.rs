//! Reads MNIST and draws its first digits: `cargo run --example digit`.
#![allow(clippy::print_stdout)]

use digits::{Mnist, Result, plot};

/// Public for the test that runs it.
pub fn main() -> Result<()> {
    let mnist = Mnist::load(concat!(env!("CARGO_MANIFEST_DIR"), "/../data"))?;
    let (image, label) = (mnist.train.image(0)?, mnist.train.label(0)?);

    // In a terminal: a character per pixel.
    for row in image.exact_chunks(28) {
        let ink = |&pixel: &u8| [' ', '.', '+', '#'][usize::from(pixel) / 64];
        println!("{}", row.iter().map(ink).collect::<String>());
    }
    println!("The label is {label}.");

    // As a picture: a notebook shows it by itself, a program saves it.
    let ten = mnist.train.first(10)?;
    let path = std::env::temp_dir().join("digits.svg");
    plot::digits(&ten.images(), ten.labels(), 5)?.save(&path)?;
    println!("The first ten are in {}.", path.display());
    Ok(())
}
