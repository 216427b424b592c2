//! Networks to which the algebra of this room does not apply: one image after the other, as on paper.

use super::{Pixel, Watch, diverged};
use crate::{Network, Parameters, Result, Set, Sgd};
use ndarray::{Array2, ArrayRef1, ArrayRef2, Axis};

/// [`Network::predict`] for each row.
pub(super) fn predict<P: Pixel>(
    network: &Network,
    images: &ArrayRef2<P>,
    parameters: &Parameters,
) -> Result<Array2<f64>> {
    let mut outputs = Array2::zeros((images.nrows(), network.classes()));
    for (image, mut output) in images.rows().into_iter().zip(outputs.rows_mut()) {
        output.assign(&network.predict(&image, parameters)?);
    }
    Ok(outputs)
}

/// The mean of [`Network::gradient`] and of [`Network::loss`] over the rows.
pub(super) fn gradient<P: Pixel>(
    network: &Network,
    images: &ArrayRef2<P>,
    labels: &ArrayRef1<u8>,
    parameters: &Parameters,
) -> Result<(Parameters, f64)> {
    let of_batch = 1.0 / labels.len() as f64;
    let (mut mean, mut loss) = (network.zeros(), 0.0);
    for (image, &label) in images.rows().into_iter().zip(labels) {
        mean.add_scaled(of_batch, &network.gradient(&image, label, parameters)?)?;
        loss += of_batch * network.loss(&image, label, parameters)?;
    }
    Ok((mean, loss))
}

/// [`Network::epoch`] of arguments that were checked.
pub(super) fn epoch(
    network: &Network,
    start: &Parameters,
    set: &Set,
    sgd: &mut Sgd,
    watch: &mut Watch<'_>,
) -> Result<Parameters> {
    let (mut parameters, mut moving) = (start.clone(), sgd.clone());
    let (images, labels) = (set.images(), set.labels());
    let images = images.axis_chunks_iter(Axis(0), sgd.batch);
    let batches = images.zip(labels.axis_chunks_iter(Axis(0), sgd.batch));
    for (batch, (images, labels)) in batches.enumerate() {
        let (mean, loss) = gradient(network, &images, &labels, &parameters)?;
        if !loss.is_finite() {
            return diverged(batch, "the loss", loss);
        }
        if let Some(value) = moving.step(&mut parameters, &mean)? {
            return diverged(batch, "a parameter", value);
        }
        if watch(batch + 1, loss, &|| parameters.clone()).is_break() {
            break;
        }
    }
    *sgd = moving;
    Ok(parameters)
}
