//! What a page must compute: `cargo run -p digits-page --example expected -- FOLDER` writes `expected.json`, the losses
//! of some runs and the numbers of the formula, both from the crate as it is compiled for this machine.
#![allow(missing_docs, dead_code, clippy::print_stdout)]

use digits::data::PIXELS;
use digits::rand::SeedableRng;
use digits::rand_chacha::ChaCha8Rng;
use digits::{Loss, Mnist, Network, Result, Set, Sgd};
use digits_page::Page;

/// Hidden units, pixel scale, loss, rate, momentum, batch, seed.
pub type Settings = (usize, f64, usize, f64, f64, usize, u32);

pub const RUNS: [Settings; 6] = [
    (0, 1.0 / 255.0, 0, 0.5, 0.0, 100, 1),
    (0, 1.0, 0, 0.1, 0.0, 100, 2),
    (0, 1.0 / 255.0, 1, 0.3, 0.9, 50, 3),
    (30, 1.0 / 255.0, 1, 0.1, 0.9, 100, 4),
    (30, 1.0 / 255.0, 0, 1.0, 0.0, 64, 5),
    (100, 1.0 / 255.0, 1, 0.1, 0.5, 100, 6),
];
pub const BATCHES: usize = 50;
pub const TRAIN: usize = 2000;

pub fn mnist() -> Result<Mnist> {
    Mnist::load(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data"))
}

/// The losses of the first batches, by the crate alone: whole epochs over the shuffled set.
pub fn losses(set: &Set, settings: Settings) -> Result<Vec<f64>> {
    let (hidden, scale, loss, rate, momentum, batch, seed) = settings;
    let dimensions: Vec<usize> = [PIXELS, hidden, 10]
        .into_iter()
        .filter(|&n| n > 0)
        .collect();
    let loss = if loss == 0 {
        Loss::SquaredError
    } else {
        Loss::CrossEntropy
    };
    let network = Network::glorot(&dimensions)?
        .with_pixel_scale(scale)?
        .with_loss(loss)?;
    let mut rng = ChaCha8Rng::seed_from_u64(seed.into());
    let mut parameters = network.init(&mut rng);
    let mut sgd = Sgd::new(rate).momentum(momentum).batch(batch);
    let mut losses = Vec::new();
    while losses.len() < BATCHES {
        let order = set.shuffled(&mut rng);
        parameters =
            network.epoch_watched(&parameters, &order, &mut sgd, |now| losses.push(now.loss))?;
    }
    losses.truncate(BATCHES);
    Ok(losses)
}

/// Labels, then pixels, as a page hands them over.
pub fn bytes(set: &Set) -> Vec<u8> {
    set.labels()
        .iter()
        .chain(set.images().iter())
        .copied()
        .collect()
}

/// The pixel and the digit that are looked at in an image.
pub fn place(image: usize) -> (usize, usize) {
    ((image * 37 + 350) % PIXELS, image % 10)
}

/// The numbers of the formula for 100 images, raw or scaled in turn.
pub fn formulas(train: &Set) -> Result<Vec<Vec<f64>>> {
    let mut page = Page::new()?;
    page.images(&bytes(&train.first(100)?), 100)?;
    (0..100)
        .map(|image| {
            let scale = if image % 2 == 0 { 1.0 } else { 1.0 / 255.0 };
            page.start(0, scale, 0, [0.1, 0.0], 100, 3)?;
            let (pixel, digit) = place(image);
            page.formula(image, pixel, digit)
        })
        .collect()
}

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("which folder?")?;
    let mnist = mnist()?;
    let set = mnist.train.first(TRAIN)?;
    let mut runs = Vec::new();
    for settings in RUNS {
        let (hidden, scale, loss, rate, momentum, batch, seed) = settings;
        let losses = losses(&set, settings)?;
        runs.push(format!(
            "{{\"settings\": [{hidden}, {scale:?}, {loss}, {rate:?}, {momentum:?}, {batch}, {seed}], \"losses\": {losses:?}}}"
        ));
    }
    let places: Vec<_> = (0..100)
        .map(place)
        .map(|(pixel, digit)| [pixel, digit])
        .collect();
    let json = format!(
        "{{\"runs\": [{}],\n\"places\": {places:?},\n\"formulas\": {:?}}}\n",
        runs.join(",\n"),
        formulas(&mnist.train)?
    );
    Ok(std::fs::write(format!("{folder}/expected.json"), json)?)
}
