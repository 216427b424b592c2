//! Whatever comes in: a picture that is in order, or an error that says what is wrong.
#![allow(missing_docs, clippy::unwrap_used)]

mod common;

use common::{check, message};
use digits_plot::{self as plot, Picture};
use ndarray::{Array1, Array2};
use proptest::collection::vec;
use proptest::prelude::*;

/// Any number at all, those that make trouble more often than chance would.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => -10.0..10.0f64,
        1 => any::<f64>(),
        1 => prop::sample::select(vec![
            0.0, -0.0, 1.0, 1e-300, 5e-324, 1e300, -1e300, f64::MAX, f64::INFINITY, f64::NAN,
        ]),
    ]
}

/// Numbers with nothing else in it that an error would find first.
fn drawable() -> impl Strategy<Value = f64> {
    prop_oneof![
        3 => (-300i32..300, -10.0..10.0f64).prop_map(|(e, digit)| digit * 10f64.powi(e - 1)),
        1 => (0..3).prop_map(|n| 1e6 + f64::from(n) * 1e-9),
        1 => Just(0.0),
    ]
}

fn any_outcome(result: digits_plot::Result<Picture>) {
    match result {
        Ok(picture) => check(&picture),
        Err(_) => drop(message(result)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn curves(
        x in vec(number(), 0..6),
        y in vec(number(), 0..6),
        (log_x, log_y, percent) in any::<(bool, bool, bool)>(),
        text in any::<String>(),
    ) {
        let mut chart = plot::curves(&text).x(&text).y(&text).line(&text, &x, &y);
        chart = if log_x { chart.log_x() } else { chart };
        chart = if log_y { chart.log_y() } else { chart };
        chart = if percent { chart.percent() } else { chart };
        let marked = chart.clone().points(&text, &y, &x).mark(1.0, 2.0, &text);
        any_outcome(chart.draw());
        any_outcome(marked.draw());
    }

    #[test]
    fn curves_of_any_size(
        points in vec((drawable(), drawable()), 1..50),
        (log_x, log_y) in any::<(bool, bool)>(),
    ) {
        let (x, y): (Vec<f64>, Vec<f64>) = points.into_iter().unzip();
        let mut chart = plot::curves("T").line("a", &x, &y);
        chart = if log_x { chart.log_x() } else { chart };
        chart = if log_y { chart.log_y() } else { chart };
        match chart.draw() {
            Ok(picture) => check(&picture),
            Err(error) => prop_assert!(error.to_string().contains("above 0"), "{error}"),
        }
    }

    #[test]
    fn bars_and_histograms(values in vec(number(), 0..30), names in vec(any::<String>(), 0..30), bins in 0usize..600) {
        let array = Array1::from(values);
        any_outcome(plot::bars("T", "x", "y", &names, &array));
        any_outcome(plot::histogram("T", "x", &array, bins));
        let names: Vec<usize> = (0..array.len()).collect();
        any_outcome(plot::bars("T", "x", "y", &names, &array));
    }

    #[test]
    fn histograms_of_any_size(values in vec(drawable(), 1..30), bins in 1usize..40) {
        check(&plot::histogram("T", "x", Array1::from(values), bins).unwrap());
    }

    #[test]
    fn probabilities(p in vec(prop_oneof![4 => 0.0..1.0f64, 1 => number()], 9..12), label in any::<Option<u8>>()) {
        any_outcome(plot::probabilities(Array1::from(p), label));
    }

    #[test]
    fn rates(pairs in vec((number(), 0.0..1.1f64), 0..6)) {
        let (rates, accuracies): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
        any_outcome(plot::accuracy_against_rate(&rates, &accuracies));
    }

    #[test]
    fn heat_map((rows, columns) in (0usize..40, 0usize..40), values in vec(number(), 1..20), title in any::<String>()) {
        let value = |(i, j): (usize, usize)| values[(i * 40 + j) % values.len()];
        any_outcome(plot::heat_map(&title, &Array2::from_shape_fn((rows, columns), value)));
        let finite = |at| if value(at).abs() <= 1e300 { value(at) } else { 0.0 };
        any_outcome(plot::heat_map(&title, &Array2::from_shape_fn((rows, columns), finite)));
    }

    #[test]
    fn confusion((rows, columns) in (0usize..22, 0usize..22), counts in vec(any::<usize>(), 1..20)) {
        let value = |(i, j): (usize, usize)| counts[(i * 22 + j) % counts.len()];
        any_outcome(plot::confusion(&Array2::from_shape_fn((rows, columns), value)));
        any_outcome(plot::confusion(&Array2::from_shape_fn((rows, rows), value)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn images(
        (count, pixels) in (0usize..8, prop::sample::select(vec![0usize, 783, 784])),
        values in vec(number(), 1..20),
        captions in vec(any::<String>(), 0..8),
        columns in 0usize..12,
        label in any::<u8>(),
    ) {
        let at = |i: usize| values[i % values.len()];
        let images = Array2::from_shape_fn((count, pixels), |(i, j)| at(i * 784 + j));
        any_outcome(plot::digits(&images, &captions, columns));
        any_outcome(plot::heat_maps(&images, &captions, columns));
        any_outcome(plot::heat_maps(&images, plot::NO_CAPTIONS, columns));
        let bytes = images.mapv(|v| v as u8);
        any_outcome(plot::digits(&bytes, plot::NO_CAPTIONS, columns));
        if let Some(image) = bytes.outer_iter().next() {
            any_outcome(plot::digit(&image, label % 12));
        }
    }
}
