//! The predictions and the mean gradient of some images.

use super::company::{cores, in_parallel, in_parallel_on};
use super::ink::Find;
use super::part::{Part, Rows, Step, add, to_matrix, to_rows};
use super::{NARROW, WIDE, is_narrow};
use crate::{Network, Parameters, Result};
use ndarray::{Array2, ArrayRef1, Axis};

/// Images that are predicted together.
const TOGETHER: usize = 50;

/// The gradient of fewer images takes less time than to start a thread.
const FEW: usize = 400;

/// [`Network::predict_batch`] of so many images, whose ink is found so.
pub(super) fn predict(
    network: &Network,
    find: &Find<'_>,
    images: usize,
    parameters: &Parameters,
) -> Array2<f64> {
    if is_narrow(network) {
        predict_in::<NARROW>(network, find, images, parameters)
    } else {
        predict_in::<WIDE>(network, find, images, parameters)
    }
}

fn predict_in<const N: usize>(
    network: &Network,
    find: &Find<'_>,
    images: usize,
    parameters: &Parameters,
) -> Array2<f64> {
    let part = Part::<N>::new(
        parameters,
        None,
        network.pixel_scale(),
        0..network.dimensions()[0],
    );
    let mut all = Array2::zeros((images, network.classes()));
    let chunks = (0..images)
        .step_by(TOGETHER)
        .zip(all.axis_chunks_iter_mut(Axis(0), TOGETHER));
    in_parallel(chunks.collect(), |(first, mut rows)| {
        let product = part.predict(find, first..first + rows.nrows());
        let product = to_matrix(&product, network.dimensions()[1]);
        let layers = network.forward_above(parameters, product);
        rows.assign(&layers[layers.len() - 1]);
    });
    all
}

/// [`Network::gradient_batch`] of images whose ink is found so.
pub(super) fn gradient(
    network: &Network,
    find: &Find<'_>,
    labels: &ArrayRef1<u8>,
    parameters: &Parameters,
) -> Result<Parameters> {
    if is_narrow(network) {
        gradient_in::<NARROW>(network, find, labels, parameters)
    } else {
        gradient_in::<WIDE>(network, find, labels, parameters)
    }
}

fn gradient_in<const N: usize>(
    network: &Network,
    find: &Find<'_>,
    labels: &ArrayRef1<u8>,
    parameters: &Parameters,
) -> Result<Parameters> {
    let threads = if labels.len() < FEW { 1 } else { cores() };
    let mut gradient = network.zeros();
    let parts = Part::<N>::all(parameters, Some(&gradient), network.pixel_scale());
    let parts = in_parallel_on(threads, parts, |mut part| {
        part.forward(find, 0..labels.len());
        part
    });
    let mut product = Rows::new();
    parts
        .iter()
        .for_each(|part| add(&mut product, &part.product));
    let product = to_matrix(&product, parameters.w[1].ncols());
    let (d, _) = network.gradient_above(parameters, product, labels, &mut gradient)?;
    let d = to_rows(&d);
    // From rest, and to nowhere: the velocity is the gradient.
    let step = Step {
        rate: 0.0,
        momentum: 0.0,
    };
    let parts = in_parallel_on(threads, parts, |mut part| {
        part.backward(&d, step);
        part
    });
    parts
        .iter()
        .for_each(|part| part.put_velocity(&mut gradient));
    Ok(gradient)
}
