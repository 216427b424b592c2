//! The layers above the pixels: small and dense, one matrix product per layer, `Zₗ = Aₗ₋₁·wₗ + bₗ`.

use super::in_order;
use super::tanh::tanh_in_place;
use crate::activation::softmax_in_place;
use crate::{Activation, Loss, Network, Parameters, Result, cross_entropy};
use ndarray::{Array1, Array2, ArrayRef1};
use std::mem::take;

impl Network {
    /// What each layer from layer 1 gives, one row per image, where `product` is `A₀·w₁`: layer l stands at `l − 1`.
    pub(super) fn forward_above(
        &self,
        parameters: &Parameters,
        product: Array2<f64>,
    ) -> Vec<Array2<f64>> {
        let mut a: Vec<Array2<f64>> = Vec::with_capacity(self.dimensions().len() - 1);
        let mut z = product;
        for layer in 1..self.dimensions().len() {
            if let Some(below) = a.last() {
                z = below.dot(&parameters.w[layer]);
            }
            let b = in_order(parameters.b[layer].view());
            for row in rows_mut(&mut z) {
                row.iter_mut().zip(&*b).for_each(|(z, b)| *z += b);
                match self.activations()[layer] {
                    Activation::Tanh => tanh_in_place(row),
                    Activation::Softmax => softmax_in_place(row),
                }
            }
            a.push(take(&mut z));
        }
        a
    }

    /// Puts the mean gradient of all that is above the pixels into `gradient`; gives `∂L/∂Z₁`, a row per image, and
    /// the mean loss.
    pub(super) fn gradient_above(
        &self,
        parameters: &Parameters,
        product: Array2<f64>,
        labels: &ArrayRef1<u8>,
        gradient: &mut Parameters,
    ) -> Result<(Array2<f64>, f64)> {
        let mut a = self.forward_above(parameters, product);
        let last = a.len() - 1;
        let of_batch = 1.0 / labels.len() as f64;
        let mut d = a[last].clone();
        for (row, &label) in rows_mut(&mut d).zip(labels) {
            row[usize::from(label)] -= 1.0;
        }
        let mut loss = 0.0;
        match self.loss {
            Loss::CrossEntropy => {
                for (row, &label) in a[last].rows().into_iter().zip(labels) {
                    loss += cross_entropy(&row, label)?;
                }
                d *= of_batch;
            }
            Loss::SquaredError => {
                loss += d.iter().map(|d| d * d).sum::<f64>();
                d *= 2.0 * of_batch;
                chain(self.activations()[last + 1], &mut a[last], &mut d);
            }
        }
        for layer in (2..=last + 1).rev() {
            let below = &mut a[layer - 2];
            gradient.b[layer] = sum_of_rows(&mut d);
            gradient.w[layer] = below.t().dot(&d);
            d = d.dot(&parameters.w[layer].t());
            chain(self.activations()[layer - 1], below, &mut d);
        }
        gradient.b[1] = sum_of_rows(&mut d);
        Ok((d, of_batch * loss))
    }
}

/// Takes `d` from ∂L/∂A to ∂L/∂Z, given the outputs A: times 1 − a² for tanh, and for softmax the
/// product with its Jacobian, `aⱼ (dⱼ − Σᵢ dᵢ aᵢ)`, without building the matrix.
fn chain(activation: Activation, outputs: &mut Array2<f64>, d: &mut Array2<f64>) {
    let rows = rows_mut(d).zip(rows_mut(outputs));
    match activation {
        Activation::Tanh => rows.for_each(|(d, a)| {
            d.iter_mut().zip(&*a).for_each(|(d, a)| *d *= 1.0 - a * a);
        }),
        Activation::Softmax => rows.for_each(|(d, a)| {
            let weighted: f64 = d.iter().zip(&*a).map(|(d, a)| d * a).sum();
            d.iter_mut()
                .zip(&*a)
                .for_each(|(d, a)| *d = (*d - weighted) * a);
        }),
    }
}

fn sum_of_rows(matrix: &mut Array2<f64>) -> Array1<f64> {
    let mut sum = vec![0.0; matrix.ncols()];
    for row in rows_mut(matrix) {
        sum.iter_mut().zip(&*row).for_each(|(sum, x)| *sum += x);
    }
    Array1::from(sum)
}

/// The rows as slices, on which short loops are faster than on views.
#[expect(
    clippy::expect_used,
    reason = "a matrix without its rows would count for nothing, unseen"
)]
fn rows_mut(matrix: &mut Array2<f64>) -> impl Iterator<Item = &mut [f64]> {
    if !matrix.is_standard_layout() {
        *matrix = matrix.as_standard_layout().into_owned();
    }
    let columns = matrix.ncols();
    let numbers = matrix.as_slice_mut();
    let numbers = numbers.expect("a matrix in row-major order lies in one piece");
    numbers.chunks_exact_mut(columns)
}
