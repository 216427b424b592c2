//! Derivatives against finite differences, and one image at a time against many at once.
#![allow(clippy::unwrap_used, missing_docs)]

use digits::{
    Activation, Check, Derivative, Difference, Mnist, Network, Parameters, Part, Set, Sgd,
};
use ndarray::{Array1, Array2, Axis};
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::path::Path;

fn train() -> Set {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data");
    Mnist::load(data).unwrap().train
}

/// The largest error over the parameters of a part, each with a random image and random parameters; with
/// `background`, of a b0 only where the image has no ink.
fn largest_error(
    set: &Set,
    seed: u64,
    (part, n): (Part, usize),
    difference: Difference,
    background: bool,
) -> f64 {
    let network = Network::glorot(&[784, 10]).unwrap();
    let h = if part == Part::Bias(1) && difference == Difference::Forward {
        1e-3
    } else {
        1e-5
    };
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut most = 0.0_f64;
    for k in 0..n {
        let start = network.init(&mut rng);
        let i = rng.random_range(0..set.len());
        let (image, label) = (set.image(i).unwrap(), set.label(i).unwrap());
        if background && image[k] > 0 {
            continue;
        }
        let exact = entry(
            &mut network.gradient(&image, label, &start).unwrap(),
            part,
            k,
        );
        let mut moved = start.clone();
        let x = entry(&mut moved, part, k);
        let loss = |x: f64| {
            set_entry(&mut moved, part, k, x);
            network.loss(&image, label, &moved).unwrap()
        };
        most = most.max((exact - difference.slope(loss, x, h)).abs());
    }
    most
}

const B1: (Part, usize) = (Part::Bias(1), 10);
const W1: (Part, usize) = (Part::Weights(1), 7840);
const B0: (Part, usize) = (Part::Bias(0), 784);

fn entry(parameters: &mut Parameters, part: Part, k: usize) -> f64 {
    match part {
        Part::Bias(layer) => parameters.b[layer][k],
        Part::Weights(layer) => parameters.w[layer].as_slice().unwrap()[k],
    }
}

fn set_entry(parameters: &mut Parameters, part: Part, k: usize, x: f64) {
    match part {
        Part::Bias(layer) => parameters.b[layer][k] = x,
        Part::Weights(layer) => parameters.w[layer].as_slice_mut().unwrap()[k] = x,
    }
}

/// A pixel of value 1 or 2 bends tanh so much that the forward difference alone is wrong by up to
/// h/2 · |tanh″| · |∂L/∂a| < 1e-6; on background and saturated pixels 5e-8 holds.
#[test]
fn forward_checks_pass_within_the_original_bounds_whatever_the_seed() {
    let set = train();
    for seed in 0..4 {
        let check =
            |which, background| largest_error(&set, seed, which, Difference::Forward, background);
        assert!(check(B1, false) < 1e-4);
        assert!(check(W1, false) < 1.5e-6);
        assert!(check(B0, true) < 5e-8);
        assert!(check(B0, false) < 1e-6);
    }
}

#[test]
fn central_differences_agree_to_1e_9() {
    let set = train();
    for which in [B1, W1, B0] {
        let error = largest_error(&set, 0, which, Difference::Central, false);
        assert!(error < 1e-9, "{which:?}: {error:e}");
    }
}

#[test]
fn check_of_every_parameter_of_a_deep_network() {
    let network = Network::glorot(&[784, 6, 5, 10]).unwrap();
    let network = network.with_pixel_scale(1.0 / 255.0).unwrap();
    let set = train();
    let parameters = network.init(&mut ChaCha8Rng::seed_from_u64(1));
    for part in [
        Part::Bias(0),
        Part::Weights(1),
        Part::Bias(1),
        Part::Weights(2),
        Part::Bias(2),
        Part::Weights(3),
        Part::Bias(3),
    ] {
        let image = set.image(2).unwrap();
        let check = network.check(&image, 4, &parameters, part).unwrap();
        assert!(
            check.largest_error() < 1e-9,
            "{part:?}: {:e}",
            check.largest_error()
        );
        assert!(
            check.exact.iter().any(|d| d.abs() > 1e-4),
            "{part:?} is all but 0"
        );
    }
}

#[test]
fn check_finds_a_wrong_derivative() {
    let set = train();
    let network = Network::glorot(&[784, 10]).unwrap();
    let parameters = network.init(&mut ChaCha8Rng::seed_from_u64(1));
    let image = set.image(2).unwrap();
    let mut check = network
        .check_with(
            &image,
            4,
            &parameters,
            Part::Bias(1),
            Difference::Forward,
            1e-5,
        )
        .unwrap();
    check.errors[3] = f64::NAN;
    assert!(
        check.largest_error().is_nan(),
        "NaN must not pass for small"
    );
}

#[test]
fn a_derivative_that_is_no_number_is_no_success() {
    for (exact, approximate) in [(f64::NAN, 0.0), (0.0, f64::NAN), (f64::NAN, f64::NAN)] {
        let check = Check {
            exact: vec![0.0, exact],
            approximate: vec![0.0, approximate],
            errors: vec![0.0, exact - approximate],
        };
        assert!(check.largest_relative_error().is_nan());
    }
}

#[test]
fn an_image_at_a_time_agrees_with_many_at_once() {
    let set = train();
    for dimensions in [&[784, 10][..], &[784, 7, 10], &[784, 9, 8, 7, 10]] {
        let network = Network::glorot(dimensions).unwrap();
        let mut parameters = network.init(&mut ChaCha8Rng::seed_from_u64(5));
        // Biases of 0 would hide whatever the background adds.
        for b in &mut parameters.b {
            *b = Array1::from_iter((0..b.len()).map(|i| (i as f64).sin()));
        }
        let scaled = network.clone().with_pixel_scale(1.0 / 255.0).unwrap();
        for (network, n) in [
            (&network, 1),
            (&network, 7),
            (&network, 100),
            (&scaled, 100),
        ] {
            let (images, labels) = (set.images(), set.labels());
            let (images, _) = images.split_at(Axis(0), n);
            let (labels, _) = labels.split_at(Axis(0), n);
            let batch = network
                .gradient_batch(&images, &labels, &parameters)
                .unwrap();
            let mut mean = network
                .gradient(&images.row(0), labels[0], &parameters)
                .unwrap();
            for i in 1..n {
                let one = network
                    .gradient(&images.row(i), labels[i], &parameters)
                    .unwrap();
                mean = mean.step(&one, -1.0).unwrap();
            }
            for (batch, sum) in batch.b.iter().zip(&mean.b) {
                assert!(digits::largest_difference(batch, &(sum / n as f64)) < 1e-12);
            }
            for (batch, sum) in batch.w.iter().zip(&mean.w) {
                assert!(digits::largest_difference(batch, &(sum / n as f64)) < 1e-12);
            }
        }
    }
}

/// numpy's order "F" is what a transposed matrix has.
#[test]
fn the_order_in_memory_changes_no_bit() {
    let train = train();
    let (images, _) = train.images().split_at(Axis(0), 60);
    let (labels, _) = train.labels().split_at(Axis(0), 60);
    for dimensions in [&[784, 10][..], &[784, 12, 10]] {
        let network = Network::glorot(dimensions).unwrap();
        let by_rows = network.init(&mut ChaCha8Rng::seed_from_u64(4));
        let mut by_columns = by_rows.clone();
        for w in &mut by_columns.w {
            *w = w.t().as_standard_layout().into_owned().reversed_axes();
        }
        assert!(!by_columns.w[1].is_standard_layout());
        let turned = images.t().as_standard_layout().into_owned().reversed_axes();
        let gradient = network.gradient_batch(&images, &labels, &by_rows).unwrap();
        let same = network
            .gradient_batch(&turned, &labels, &by_columns)
            .unwrap();
        assert_eq!(gradient, same);
        let (y, same) = (
            network.predict_batch(&images, &by_rows).unwrap(),
            network.predict_batch(&turned, &by_columns).unwrap(),
        );
        assert_eq!(y, same);
        let train = Set::new(images.to_owned(), labels.to_owned()).unwrap();
        let epoch = |start| {
            network
                .epoch(start, &train, &mut Sgd::new(0.1).batch(20))
                .unwrap()
        };
        assert_eq!(epoch(&by_rows), epoch(&by_columns));
        for part in [Part::Bias(0), Part::Weights(1), Part::Bias(1)] {
            let image = images.row(2);
            let check = |parameters| network.check(&image, labels[2], parameters, part).unwrap();
            let (rows, columns) = (check(&by_rows), check(&by_columns));
            // Another order in memory sums the products in another order.
            for (a, b) in rows.exact.iter().zip(&columns.exact) {
                assert!(
                    (a - b).abs() < 1e-15,
                    "{part:?}: {a} by rows, {b} by columns"
                );
            }
            assert!(columns.largest_error() < 1e-9, "{part:?}");
        }
    }
}

/// An image: ink in runs of all lengths, up to its last pixel, of all values, on a background.
fn image(pixels: usize) -> impl Strategy<Value = Vec<u8>> {
    let ink = prop_oneof![3 => Just(0), 1 => 1..30_u8, 2 => 200..=255_u8];
    prop::collection::vec((ink, 1..12_usize), pixels).prop_map(move |runs| {
        let runs = runs.into_iter();
        let all = runs.flat_map(|(ink, n)| std::iter::repeat_n(ink, n));
        all.take(pixels).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn an_image_at_a_time_agrees_with_many_at_once_whatever_they_are(
        (pixels, images) in (1..70_usize).prop_flat_map(|pixels| {
            (Just(pixels), prop::collection::vec(image(pixels), 1..60))
        }),
        hidden in prop::collection::vec(1..25_usize, 0..3),
        scale in prop_oneof![Just(1.0), Just(1.0 / 255.0), Just(-1.0), Just(0.0), Just(0.1)],
        b0 in prop_oneof![Just(0.0), Just(3.0), Just(30.0)],
        seed in any::<u64>(),
    ) {
        let dimensions = [&[pixels], &hidden[..], &[10]].concat();
        let network = Network::glorot(&dimensions).unwrap().with_pixel_scale(scale).unwrap();
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut parameters = network.init(&mut rng);
        parameters.b[0].mapv_inplace(|_| b0 * rng.random_range(-1.0..1.0));
        let images = Array2::from_shape_fn((images.len(), pixels), |(i, pixel)| images[i][pixel]);
        let labels = Array1::from_shape_simple_fn(images.nrows(), || rng.random_range(0..10));
        let outputs = network.predict_batch(&images, &parameters).unwrap();
        let mean = network.gradient_batch(&images, &labels, &parameters).unwrap();
        // The same as f64, half of the ink below 0 and beyond 255.
        let other = images.mapv(|pixel| f64::from(pixel) * if pixel % 2 == 0 { 1.1 } else { -1.1 });
        let other_outputs = network.predict_batch(&other, &parameters).unwrap();
        let mut sum = parameters.step(&parameters, 1.0).unwrap();
        for (i, (image, other)) in images.rows().into_iter().zip(other.rows()).enumerate() {
            let output = network.predict(&image, &parameters).unwrap();
            prop_assert!(digits::largest_difference(&output, &outputs.row(i)) < 1e-12);
            let output = network.predict(&other, &parameters).unwrap();
            prop_assert!(digits::largest_difference(&output, &other_outputs.row(i)) < 1e-12);
            let one = network.gradient(&image, labels[i], &parameters).unwrap();
            sum = sum.step(&one, -1.0 / images.nrows() as f64).unwrap();
        }
        for (mean, sum) in mean.b.iter().zip(&sum.b) {
            prop_assert!(digits::largest_difference(mean, sum) < 1e-12);
        }
        for (mean, sum) in mean.w.iter().zip(&sum.w) {
            prop_assert!(digits::largest_difference(mean, sum) < 1e-12);
        }
    }

    #[test]
    fn derivatives_of_activations_agree_with_central_differences(
        x in prop::collection::vec(-5.0..5.0_f64, 1..12)
    ) {
        let x = Array1::from(x);
        for activation in [Activation::Tanh, Activation::Softmax] {
            let jacobian = match activation.derivative(&x) {
                Derivative::Diagonal(d) => Array2::from_diag(&d),
                Derivative::Jacobian(j) => j,
            };
            for j in 0..x.len() {
                let h = 1e-5;
                let moved = |d: f64| {
                    let mut moved = x.clone();
                    moved[j] += d;
                    activation.apply(&moved)
                };
                let approximate = (moved(h) - moved(-h)) / (2.0 * h);
                let error = digits::largest_difference(&jacobian.column(j), &approximate);
                prop_assert!(error < 1e-9, "{activation:?}: {error:e}");
            }
        }
    }
}
