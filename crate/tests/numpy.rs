//! The crate against numpy on the same inputs; `numpy/make.py` made the golden values.
#![allow(clippy::unwrap_used, missing_docs)]

use digits::{Mnist, Network, Parameters};
use ndarray::{Array1, Array2, ArrayBase, Axis, Data, Dimension, concatenate};
use ndarray_npy::ReadNpyExt;
use std::path::Path;

const SHALLOW: &[usize] = &[784, 10];
const HIDDEN: &[usize] = &[784, 12, 10];
const RATE: f64 = 0.1;

fn golden<T: ReadNpyExt>(name: &str) -> T {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/numpy");
    T::read_npy(std::fs::File::open(folder.join(format!("{name}.npy"))).unwrap()).unwrap()
}

/// `(k * 7919 + salt * 104729) % 2003`, brought into −1 to 1: whole numbers, the same in numpy.
fn spread(n: usize, salt: usize) -> Array1<f64> {
    Array1::from_shape_fn(n, |k| {
        (((k * 7919 + salt * 104_729) % 2003) as f64 - 1001.0) / 1001.0
    })
}

fn parameters(dimensions: &[usize]) -> Parameters {
    let biases = dimensions.iter().enumerate();
    let b = biases
        .map(|(layer, &n)| spread(n, 2 * layer) / 16.0)
        .collect();
    let mut w = vec![Array2::zeros((0, dimensions[0]))];
    for (layer, fan) in dimensions.windows(2).enumerate() {
        let (m, n) = (fan[0], fan[1]);
        let range = (6.0 / (m + n) as f64).sqrt();
        let values = spread(m * n, 2 * layer + 3) * range;
        w.push(values.into_shape_with_order((m, n)).unwrap());
    }
    Parameters { b, w }
}

/// All parameters in one row, layer by layer, biases first.
fn flat(parameters: &Parameters) -> Array1<f64> {
    let layers = parameters.b.iter().zip(&parameters.w);
    let parts: Vec<Array1<f64>> = layers
        .flat_map(|(b, w)| [b.clone(), w.flatten().to_owned()])
        .collect();
    let views: Vec<_> = parts.iter().map(|part| part.view()).collect();
    concatenate(Axis(0), &views).unwrap()
}

/// Equal to 1e-12 of the largest entry.
fn assert_agrees<D: Dimension>(
    ours: &ArrayBase<impl Data<Elem = f64>, D>,
    numpy: &ArrayBase<impl Data<Elem = f64>, D>,
) {
    let most = numpy.fold(0.0_f64, |most, x| most.max(x.abs()));
    let error = digits::largest_difference(ours, numpy);
    assert!(error <= 1e-12 * most, "{error:e} of {most:e}");
}

fn mnist() -> Mnist {
    Mnist::load(Path::new(env!("CARGO_MANIFEST_DIR")).join("../data")).unwrap()
}

fn agrees_with_numpy(name: &str, dimensions: &[usize]) {
    let set = mnist().train;
    let (images, labels) = (set.images(), set.labels());
    let (images, _) = images.split_at(Axis(0), 100);
    let (labels, _) = labels.split_at(Axis(0), 100);
    let network = Network::glorot(dimensions).unwrap();
    let parameters = parameters(dimensions);

    let predictions: Array2<f64> = golden(&format!("{name}_predict"));
    let batch = network.predict_batch(&images, &parameters).unwrap();
    assert_agrees(&batch, &predictions);
    let losses: Array1<f64> = golden(&format!("{name}_loss"));
    for i in 0..100 {
        let one = network.predict(&images.row(i), &parameters).unwrap();
        assert_agrees(&one, &predictions.row(i));
        let loss = network
            .loss(&images.row(i), labels[i], &parameters)
            .unwrap();
        assert!((loss / losses[i] - 1.0).abs() <= 1e-12, "loss of image {i}");
    }

    let one = network
        .gradient(&images.row(2), labels[2], &parameters)
        .unwrap();
    assert_agrees(
        &flat(&one),
        &golden::<Array1<f64>>(&format!("{name}_gradient")),
    );
    let mean = network
        .gradient_batch(&images, &labels, &parameters)
        .unwrap();
    assert_agrees(
        &flat(&mean),
        &golden::<Array1<f64>>(&format!("{name}_mean_gradient")),
    );
    let stepped = parameters.step(&mean, RATE).unwrap();
    assert_agrees(
        &flat(&stepped),
        &golden::<Array1<f64>>(&format!("{name}_step")),
    );
}

#[test]
fn shallow_network_agrees_with_numpy() {
    agrees_with_numpy("shallow", SHALLOW);
}

#[test]
fn network_with_a_hidden_layer_agrees_with_numpy() {
    agrees_with_numpy("hidden", HIDDEN);
}

/// `d_softmax(np.array([1, 2, 3, 4]))`, as numpy prints it to 8 digits.
#[test]
fn softmax_jacobian_at_1_2_3_4() {
    let rows = digits::d_softmax(&ndarray::array![1.0, 2.0, 3.0, 4.0]);
    let printed: Vec<String> = rows.iter().map(|x| format!("{x:.8}")).collect();
    assert_eq!(
        printed.join(" "),
        "0.03103085 -0.00279373 -0.00759413 -0.02064299 \
         -0.00279373 0.07955019 -0.02064299 -0.05611347 \
         -0.00759413 -0.02064299 0.18076935 -0.15253222 \
         -0.02064299 -0.05611347 -0.15253222 0.22928869"
    );
}
