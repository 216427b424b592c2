//! The same formulas for many images at once, fast: the only entry to this module.
//!
//! A batch is a matrix `X` of images, one row per image, and each layer is a matrix too. Nearly all the work is in layer 0,
//! `A₀ = tanh(s·X + b₀)`, and in the products with it: `Z₁ = A₀·w₁ + b₁` on the way forward, and with `D = ∂L/∂Z₁`
//! on the way back `∂L/∂w₁ = A₀ᵀ·D` and `∂L/∂b₀ = Σ (1 − A₀²) ⊙ D·w₁ᵀ`, where `Σ` sums over the images. Three facts about
//! images of digits save most of it. Each only sums the same terms in another order; nothing
//! is left out that an `f64` would show.
//!
//! **Most pixels are blank.** Four in five are 0. There layer 0 gives the same number in every image, `t = tanh(b₀)`, so
//! its share of the products is computed once per batch.
//!
//! **Dark ink is all alike.** A raw pixel of 200 lies so far out that tanh is 1 to the last bit, and its slope 0. So such
//! *flat* ink needs no tanh, only to be counted: `K` is 1 where it is, else 0. All other ink *bends*: there tanh is
//! `a`, which is `c = a − t` above the background, and `C` is that matrix, 0 nearly everywhere. Raw pixels are mostly
//! flat; on pixels from 0 to 1 all ink bends.
//!
//! ```text
//! A₀     = t + (1 − t) ⊙ K + C
//! A₀·w₁  = t·w₁ + K·((1 − t) ⊙ w₁) + C·w₁
//! ∂L/∂w₁ = t ⊙ (ΣD − S) + S + Cᵀ·D                          with S = Kᵀ·D
//! ∂L/∂b₀ = sum of each row of w₁ ⊙ ((1 − t²) ⊙ (ΣD − S) + Eᵀ·D)   with E = t² − a² where ink bends
//! ```
//!
//! `S` has a row for each pixel: the sum of `D` over the images in which its ink is flat. `ΣD` is the sum over all images,
//! so row `i` of `ΣD − S` is the sum over the others, and `tᵢ` multiplies that row. `E` corrects the slope as `C` corrects
//! the value: `(1 − a²) − (1 − t²)`.
//!
//! **Ink comes in strokes.** A row of `K` is a few runs of ones, six pixels long on the average. The sum over a run is the
//! difference of two running sums, `P[end] − P[start]`, which are the same for all images: so a run costs as much as
//! two pixels. `S` is found the other way round: `D` is added where a run starts and subtracted where it ends, and one
//! running sum over all pixels makes `S` of that.
//!
//! | file | what it does |
//! | --- | --- |
//! | `ink` | finds the runs and the bent pixels of some images, and lists them |
//! | `pixel_range` | the pixels are cut into four ranges: one range's parameters, products, gradient and step |
//! | `row` | some columns of `w₁` or `D`, on which a processor computes side by side |
//! | `tanh` | tanh of many numbers |
//! | `above` | the layers above: small and dense, one matrix product each |
//! | `company` | the threads, and how they meet |
//! | `batch`, `epoch` | predictions, gradients and epochs, made of these |
//! | `one_by_one` | networks that do not begin with tanh or have one layer: one image at a time |
//!
//! The ranges share only the images and `D`. So in an epoch **each range of pixels is worked on by itself**: it ends a batch (gradient, step) and begins the next (ink, product) in one go, and the
//! threads meet once per batch. To share out the images instead, each thread would have to send its gradient of all
//! parameters and get all the new ones. The ranges are the same on one core and on sixteen, and their products are
//! summed in order: so the result is the same to the last bit. With four ranges, at most four threads take part.

mod above;
mod batch;
mod company;
mod epoch;
mod ink;
mod one_by_one;
mod pixel_range;
mod row;
mod tanh;

use crate::{Activation, Error, Network, Parameters, Result, Set, Sgd};
use ink::find_in;
use ndarray::{Array2, ArrayRef1, ArrayRef2, ArrayView, Dimension};
use std::borrow::Cow;
use std::ops::ControlFlow;

pub(crate) use company::{cores, in_parallel};

/// Matrices are cut into blocks of `4·N` columns, with this `N` where layer 1 has at most twelve units, and with that where
/// it has more: two sums over such a row stay in a processor's registers.
const NARROW: usize = 3;
const WIDE: usize = if cfg!(target_feature = "avx") { 5 } else { 3 };

/// Whether the algebra applies: it needs tanh on the pixels, and a layer above them.
fn applies(network: &Network) -> bool {
    network.activations()[0] == Activation::Tanh && network.dimensions().len() > 1
}

/// Whether layer 1 fits narrow rows.
fn is_narrow(network: &Network) -> bool {
    network.dimensions()[1] <= 4 * NARROW
}

/// [`Network::predict_batch`] of images and parameters that were checked.
pub(crate) fn predict_batch<P: Pixel>(
    network: &Network,
    images: &ArrayRef2<P>,
    parameters: &Parameters,
) -> Result<Array2<f64>> {
    if !applies(network) {
        return one_by_one::predict(network, images, parameters);
    }
    Ok(batch::predict(
        network,
        &find_in(images),
        images.nrows(),
        parameters,
    ))
}

/// [`Network::gradient_batch`] of images, labels and parameters that were checked.
pub(crate) fn gradient_batch<P: Pixel>(
    network: &Network,
    images: &ArrayRef2<P>,
    labels: &ArrayRef1<u8>,
    parameters: &Parameters,
) -> Result<Parameters> {
    if !applies(network) {
        return Ok(one_by_one::gradient(network, images, labels, parameters)?.0);
    }
    batch::gradient(network, &find_in(images), labels, parameters)
}

/// [`Network::epoch`] of arguments that were checked, on so many threads at most. Where `watch` breaks
/// off, the epoch ends with the parameters of that batch; where it fails, `sgd` stays as it was.
pub(crate) fn epoch(
    network: &Network,
    start: &Parameters,
    set: &Set,
    sgd: &mut Sgd,
    threads: usize,
    watch: &mut Watch<'_>,
) -> Result<Parameters> {
    if !applies(network) {
        one_by_one::epoch(network, start, set, sgd, watch)
    } else if is_narrow(network) {
        epoch::epoch::<NARROW>(network, start, set, sgd, threads, watch)
    } else {
        epoch::epoch::<WIDE>(network, start, set, sgd, threads, watch)
    }
}

/// What a pixel can be: `u8` or `f64`, for example.
pub trait Pixel: Copy + PartialOrd + From<u8> + Into<f64> + Sync {}

impl<P: Copy + PartialOrd + From<u8> + Into<f64> + Sync> Pixel for P {}

/// Is called after each batch with its number from 1, its mean loss before the step, and what gathers the
/// parameters after it; says whether the epoch goes on.
pub(crate) type Watch<'a> = dyn FnMut(usize, f64, &dyn Fn() -> Parameters) -> ControlFlow<()> + 'a;

fn diverged<T>(batch: usize, what: &'static str, value: f64) -> Result<T> {
    Err(Error::Diverged { batch, what, value })
}

/// The numbers in row-major order, as they need not be in memory.
fn in_order<'a, T: Copy, D: Dimension>(numbers: ArrayView<'a, T, D>) -> Cow<'a, [T]> {
    match numbers.to_slice() {
        Some(slice) => Cow::Borrowed(slice),
        None => numbers.iter().copied().collect(),
    }
}
