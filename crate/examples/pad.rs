//! Trains a network for some seconds and writes what the browser tests need:
//! `cargo run --example pad -- FOLDER` writes a page with a drawing pad, `pad.html`, the pad in a frame
//! for another page, `frame.html`, the parameters, `network.safetensors`, and `expected.json`, the first
//! hundred test images with their probabilities, to check the others by.
#![allow(clippy::print_stdout)]

use digits::{Loss, Mnist, Network, Set, Sgd, ndarray::ArrayRef1};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use std::path::{Path, PathBuf};

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let folder: PathBuf = std::env::args_os().nth(1).ok_or("which folder?")?.into();
    let mnist = Mnist::load(Path::new(env!("CARGO_MANIFEST_DIR")).join("../data"))?;
    let network = Network::glorot(&[784, 100, 10])?
        .with_pixel_scale(1.0 / 255.0)?
        .with_loss(Loss::CrossEntropy)?;
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut parameters = network.init(&mut rng);
    let mut sgd = Sgd::new(0.1).momentum(0.9);
    for _ in 0..8 {
        let set: Set = mnist.train.shuffled(&mut rng).shifted(1, &mut rng)?;
        parameters = network.epoch(&parameters, &set, &mut sgd)?;
        sgd.rate *= 0.8;
    }
    println!(
        "test set: {:.4}",
        network.accuracy(&mnist.test, &parameters)?
    );
    std::fs::create_dir_all(&folder)?;
    let pad = digits::drawing_pad(&network, &parameters)?;
    std::fs::write(folder.join("pad.html"), pad.page())?;
    std::fs::write(folder.join("frame.html"), pad.html())?;
    network.save(&parameters, folder.join("network.safetensors"))?;
    let mut lines = Vec::new();
    for i in 0..100 {
        let image = mnist.test.image(i)?;
        let p = network.predict(&image, &parameters)?;
        let label = mnist.test.label(i)?;
        lines.push(format!(
            "{{\"label\": {label}, \"image\": {}, \"probabilities\": {}}}",
            list(&image),
            list(&p)
        ));
    }
    let all = format!("[{}]\n", lines.join(",\n"));
    Ok(std::fs::write(folder.join("expected.json"), all)?)
}

/// Numbers as JSON writes them, to the last bit.
fn list<T: std::fmt::Debug>(values: &ArrayRef1<T>) -> String {
    format!("{:?}", values.iter().collect::<Vec<_>>())
}
