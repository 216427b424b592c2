//! Many images at once, as fast as the formulas allow, on all cores.
//!
//! The formulas are those of [`Network::predict`] and [`Network::gradient`] with a row an image. Layer 0, where nearly
//! all the work is, and the products with its output need only the inked pixels: `ink.rs` tells how. `shard.rs` tells how
//! the threads share it. The layers above are small and dense: one matrix product a layer, `Zₗ = Aₗ₋₁·wₗ + bₗ`.

use super::Pixel;
use super::ink::{Background, Ink};
use super::parallel::{cores, in_parallel, with_team};
use super::shard::{Done, Shard, Turn, above_pixels};
use super::tanh::tanh_in_place;
use crate::activation::softmax_in_place;
use crate::{Activation, Loss, Network, Parameters, Result, Sgd, cross_entropy};
use ndarray::{Array2, ArrayRef1, ArrayRef2, ArrayView1, ArrayView2, Axis, Zip};
use std::mem::take;
use std::sync::Arc;

/// Images that are predicted together.
const PART: usize = 50;

/// [`Network::predict_batch`] of images and parameters that were checked.
pub(crate) fn predict_batch<P: Pixel>(
    network: &Network,
    images: &ArrayRef2<P>,
    parameters: &Parameters,
) -> Result<Array2<f64>> {
    let background = network.counts_ink().then(|| {
        let mut background = Background::default();
        background.update(parameters, network.pixel_scale());
        background
    });
    let parts = images.axis_chunks_iter(Axis(0), PART).collect();
    let outputs = in_parallel(parts, |images: ArrayView2<P>| match &background {
        Some(background) => {
            let mut ink = Ink::default();
            ink.find(&images, background);
            let product = ink.forward(background, parameters.w[1].ncols());
            let mut a = network.forward_above(parameters, product);
            Ok(a.pop().unwrap_or_default())
        }
        None => network.predict_rows(parameters, &images),
    });
    let mut all = Array2::zeros((images.nrows(), network.classes()));
    for (mut rows, part) in all.axis_chunks_iter_mut(Axis(0), PART).zip(outputs) {
        rows.assign(&part?);
    }
    Ok(all)
}

/// [`Network::gradient_batch`] of images, labels and parameters that were checked.
pub(crate) fn gradient_batch<P: Pixel>(
    network: &Network,
    images: &ArrayRef2<P>,
    labels: &ArrayRef1<u8>,
    parameters: &Parameters,
) -> Result<Parameters> {
    let shards = network.shards(parameters, None);
    if shards.is_empty() {
        return Ok(network.gradient_of_rows(parameters, images, labels)?.0);
    }
    with_team(cores().min(shards.len()), Turn::run, |team| {
        let turn = |shard, d, images| Turn { shard, d, images };
        let turns = shards
            .into_iter()
            .map(|shard| turn(shard, None, Some(images.view())));
        let done = Done::gathered(team(turns.collect()))?;
        let mut above = above_pixels(parameters);
        let (d, _) = network.gradient_above(parameters, done.product, labels, &mut above);
        let d = Arc::new(d);
        let shards = done.shards.into_iter();
        let turns = shards.map(|shard| turn(shard, Some(d.clone()), None));
        let done = Done::gathered(team(turns.collect()))?;
        Ok(Shard::gradient(&done.shards, &above))
    })
}

impl Network {
    /// Whether the idea of `ink.rs` applies: tanh below at least one layer.
    fn counts_ink(&self) -> bool {
        self.activations()[0] == Activation::Tanh && self.dimensions().len() > 1
    }

    /// The pixels in shards; none where the ink cannot be counted.
    pub(crate) fn shards(&self, parameters: &Parameters, sgd: Option<&Sgd>) -> Vec<Shard> {
        if self.counts_ink() {
            Shard::all(parameters, sgd, self.pixel_scale())
        } else {
            Vec::new()
        }
    }

    /// What each layer from the first gives, a row an image, where `product` is `A₀·w₁`.
    fn forward_above(&self, parameters: &Parameters, mut product: Array2<f64>) -> Vec<Array2<f64>> {
        let mut a: Vec<Array2<f64>> = Vec::with_capacity(self.dimensions().len() - 1);
        for layer in 1..self.dimensions().len() {
            let mut z = match a.last() {
                None => take(&mut product),
                Some(below) => below.dot(&parameters.w[layer]),
            };
            z += &parameters.b[layer];
            activate(self.activations()[layer], &mut z);
            a.push(z);
        }
        a
    }

    /// Puts the mean gradient of all that is above the pixels into `gradient`; gives `∂L/∂Z₁`, a row an image, and the
    /// mean loss.
    pub(crate) fn gradient_above(
        &self,
        parameters: &Parameters,
        product: Array2<f64>,
        labels: &ArrayRef1<u8>,
        gradient: &mut Parameters,
    ) -> (Array2<f64>, f64) {
        let mut a = self.forward_above(parameters, product);
        let outputs = a.pop().unwrap_or_default();
        let (mut d, loss) = self.last_layer(outputs, labels);
        let of_batch = 1.0 / labels.len() as f64;
        d *= of_batch;
        for layer in (1..self.dimensions().len()).rev() {
            gradient.b[layer] = d.sum_axis(Axis(0));
            if let Some(below) = a.pop() {
                gradient.w[layer] = below.t().dot(&d);
                d = d.dot(&parameters.w[layer].t());
                chain(self.activations()[layer - 1], &below, &mut d);
            }
        }
        (d, of_batch * loss)
    }

    /// `∂L/∂Z` of the last layer, a row an image, and the sum of the losses.
    fn last_layer(&self, outputs: Array2<f64>, labels: &ArrayRef1<u8>) -> (Array2<f64>, f64) {
        let mut d = outputs.clone();
        for (row, &label) in rows_mut(&mut d).zip(labels) {
            row[usize::from(label)] -= 1.0;
        }
        let loss = match self.loss {
            Loss::SquaredError => d.iter().map(|d| d * d).sum(),
            Loss::CrossEntropy => {
                let rows = outputs.rows().into_iter().zip(labels);
                // The labels were checked, so no image is left out.
                rows.filter_map(|(row, &label)| cross_entropy(&row, label).ok())
                    .sum()
            }
        };
        if let (Loss::SquaredError, Some(&last)) = (self.loss, self.activations().last()) {
            d *= 2.0;
            chain(last, &outputs, &mut d);
        }
        (d, loss)
    }

    /// [`Network::predict`] for each row.
    fn predict_rows<P: Pixel>(
        &self,
        parameters: &Parameters,
        images: &ArrayRef2<P>,
    ) -> Result<Array2<f64>> {
        let mut outputs = Array2::zeros((images.nrows(), self.classes()));
        for (image, mut output) in images.rows().into_iter().zip(outputs.rows_mut()) {
            output.assign(&self.predict(&image, parameters)?);
        }
        Ok(outputs)
    }

    /// The mean of [`Network::gradient`] and of [`Network::loss`] over the rows.
    pub(crate) fn gradient_of_rows<P: Pixel>(
        &self,
        parameters: &Parameters,
        images: &ArrayRef2<P>,
        labels: &ArrayRef1<u8>,
    ) -> Result<(Parameters, f64)> {
        let of_batch = 1.0 / labels.len() as f64;
        let (mut sum, mut loss) = (self.zeros(), 0.0);
        for (image, &label) in images.rows().into_iter().zip(labels) {
            let gradient = self.gradient(&image, label, parameters)?;
            sum.add_scaled(of_batch, &gradient)?;
            loss += of_batch * self.loss(&image, label, parameters)?;
        }
        Ok((sum, loss))
    }
}

/// Replaces each row of `z` by its activation.
fn activate(activation: Activation, z: &mut Array2<f64>) {
    match activation {
        Activation::Tanh => rows_mut(z).for_each(tanh_in_place),
        Activation::Softmax => rows_mut(z).for_each(softmax_in_place),
    }
}

/// Takes `d` from ∂L/∂A to ∂L/∂Z, given the outputs A: times 1 − a² for tanh, and for softmax the
/// product with its Jacobian, `aⱼ (dⱼ − Σᵢ dᵢ aᵢ)`, without building the matrix.
fn chain(activation: Activation, outputs: &Array2<f64>, d: &mut Array2<f64>) {
    match activation {
        Activation::Tanh => {
            Zip::from(d)
                .and(outputs)
                .for_each(|d, &a| *d *= 1.0 - a * a);
        }
        Activation::Softmax => {
            for (d, a) in rows_mut(d).zip(outputs.rows()) {
                let mean = a.dot(&ArrayView1::from(&*d));
                d.iter_mut().zip(a).for_each(|(d, a)| *d = (*d - mean) * a);
            }
        }
    }
}

/// The rows as slices, on which short loops are faster than on views.
fn rows_mut(matrix: &mut Array2<f64>) -> impl Iterator<Item = &mut [f64]> {
    if !matrix.is_standard_layout() {
        *matrix = matrix.as_standard_layout().into_owned();
    }
    let columns = matrix.ncols();
    let numbers = matrix.as_slice_mut().unwrap_or_default();
    numbers.chunks_exact_mut(columns)
}
