//! The predictions and the mean gradient of some images.

use super::company::{cores, in_parallel, in_parallel_on};
use super::ink::Find;
use super::pixel_range::{Blocks, PixelRange, Step, add, to_blocks, to_matrix};
use super::{NARROW, WIDE, is_narrow};
use crate::{Network, Parameters, Result};
use ndarray::{Array2, ArrayRef1, Axis};

/// So many images are predicted at a time.
const PREDICTED_AT_A_TIME: usize = 50;

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
    let range = PixelRange::<N>::new(
        parameters,
        None,
        network.pixel_scale(),
        0..network.dimensions()[0],
    );
    let mut all = Array2::zeros((images, network.classes()));
    let chunks = (0..images)
        .step_by(PREDICTED_AT_A_TIME)
        .zip(all.axis_chunks_iter_mut(Axis(0), PREDICTED_AT_A_TIME));
    in_parallel(chunks.collect(), |(first, mut rows)| {
        let product = range.predict(find, first..first + rows.nrows());
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
    let ranges = PixelRange::<N>::all(parameters, Some(&gradient), network.pixel_scale());
    let ranges = in_parallel_on(threads, ranges, |mut range| {
        range.forward(find, 0..labels.len());
        range
    });
    let mut product = Blocks::new();
    ranges
        .iter()
        .for_each(|range| add(&mut product, &range.product));
    let product = to_matrix(&product, parameters.w[1].ncols());
    let (d, _) = network.gradient_above(parameters, product, labels, &mut gradient)?;
    let d = to_blocks(&d);
    // From rest, and to nowhere: the velocity is the gradient.
    let step = Step {
        rate: 0.0,
        momentum: 0.0,
    };
    let ranges = in_parallel_on(threads, ranges, |mut range| {
        range.backward(&d, step);
        range
    });
    ranges
        .iter()
        .for_each(|range| range.put_velocity(&mut gradient));
    Ok(gradient)
}
