//! The check: a derivative written by hand against the difference of two losses.

use crate::fast::in_parallel;
use crate::{Error, Network, Parameters, Result};
use ndarray::{ArrayRef, ArrayRef1, Dimension};
use std::ops::Range;

/// Derivatives that are measured with one copy of the parameters, by one thread.
const SHARE: usize = 100;

/// How a derivative is approximated from values of the function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// `(f(x + h) − f(x)) / h`: wrong by about `h/2 · f″`.
    Forward,
    /// `(f(x + h) − f(x − h)) / 2h`: wrong by about `h²/6 · f‴`.
    Central,
}

impl Difference {
    /// The approximate derivative of `f` at `x` with step `h`.
    ///
    /// ```
    /// use digits::Difference;
    /// let square = |x: f64| x * x;
    /// assert!((Difference::Forward.of(square, 3.0, 1e-3) - 6.001).abs() < 1e-9);
    /// assert!((Difference::Central.of(square, 3.0, 1e-3) - 6.0).abs() < 1e-9);
    /// ```
    pub fn of(self, mut f: impl FnMut(f64) -> f64, x: f64, h: f64) -> f64 {
        match self {
            Self::Forward => (f(x + h) - f(x)) / h,
            Self::Central => (f(x + h) - f(x - h)) / (2.0 * h),
        }
    }
}

/// Which parameters of a network: `B(1)` is b1, `W(1)` is w1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// The biases of a layer.
    B(usize),
    /// The weights into a layer.
    W(usize),
}

/// The result of a check: for each parameter, in row order, the derivative in two ways.
#[derive(Clone, Debug)]
pub struct Check {
    /// The derivatives by backpropagation.
    pub exact: Vec<f64>,
    /// The derivatives by finite differences.
    pub approximate: Vec<f64>,
    /// `exact − approximate`.
    pub errors: Vec<f64>,
}

impl Check {
    /// The largest absolute error; NaN where an error is NaN.
    ///
    /// NumPy equivalent: `np.abs(errors).max()`.
    pub fn largest_error(&self) -> f64 {
        largest(self.errors.iter().copied())
    }
}

/// The largest absolute difference of two arrays of the same shape.
///
/// The result is infinite where the shapes differ and NaN where an entry is NaN, so that a
/// comparison `< tolerance` fails in both cases.
///
/// NumPy equivalent: `np.abs(a - b).max()`.
///
/// ```
/// use digits::{largest_difference, ndarray::array};
/// assert_eq!(largest_difference(&array![1.0, 2.0], &array![1.0, 2.5]), 0.5);
/// assert_eq!(largest_difference(&array![1.0], &array![1.0, 2.5]), f64::INFINITY);
/// ```
pub fn largest_difference<D: Dimension>(a: &ArrayRef<f64, D>, b: &ArrayRef<f64, D>) -> f64 {
    if a.shape() != b.shape() {
        return f64::INFINITY;
    }
    largest(a.iter().zip(b).map(|(a, b)| a - b))
}

fn largest(values: impl Iterator<Item = f64>) -> f64 {
    // f64::max would pass over NaN, and a NaN error must not look like a small one.
    values.fold(0.0, |most, x| {
        let x = x.abs();
        if x > most || x.is_nan() { x } else { most }
    })
}

impl Network {
    /// Compares the gradient of one image with finite differences of step `h`, for all parameters
    /// `of` a layer: two losses for each of them.
    ///
    /// # Errors
    ///
    /// As [`Network::gradient`]; [`Error::Value`] where `h` is not positive and finite, or the
    /// network has no such parameters.
    ///
    /// ```
    /// use digits::{ndarray::Array1, Difference, Network, Of};
    /// # use {rand::SeedableRng, rand_chacha::ChaCha8Rng};
    /// let network = Network::glorot(&[784, 10])?;
    /// let parameters = network.init(&mut ChaCha8Rng::seed_from_u64(1));
    /// let image = Array1::<u8>::from_elem(784, 1);
    /// let check = network.check(&parameters, &image, 3, Of::B(1), 1e-5, Difference::Central)?;
    /// assert_eq!(check.errors.len(), 10);
    /// assert!(check.largest_error() < 1e-9);
    /// # Ok::<(), digits::Error>(())
    /// ```
    pub fn check<P: Copy + Into<f64> + Sync>(
        &self,
        parameters: &Parameters,
        image: &ArrayRef1<P>,
        label: u8,
        of: Of,
        h: f64,
        difference: Difference,
    ) -> Result<Check> {
        if !(h.is_finite() && h > 0.0) {
            return Err(Error::value("h", "a positive number", h));
        }
        let gradient = self.gradient(parameters, image, label)?;
        let exact = of.values(&gradient)?.to_vec();
        // A layer's parameters change nothing below it.
        let trace = self.forward(parameters, image)?;
        let below = match of.layer() {
            0 => &trace.x,
            layer => &trace.a[layer - 1],
        };
        let loss = |moved: &Parameters| {
            let mut a = below.clone();
            for layer in of.layer()..self.dimensions().len() {
                a = self.activations()[layer].apply(&self.z(moved, layer, &a));
            }
            self.loss.of(&a, label)
        };
        let here = loss(parameters)?;
        let measure = |some: Range<usize>| {
            let mut moved = parameters.clone();
            some.map(|i| {
                let x = of.values(parameters)?[i];
                let mut loss_at = |x: f64| {
                    of.values_mut(&mut moved)?[i] = x;
                    loss(&moved)
                };
                let above = loss_at(x + h)?;
                let (below, apart) = match difference {
                    Difference::Forward => (here, h),
                    Difference::Central => (loss_at(x - h)?, 2.0 * h),
                };
                of.values_mut(&mut moved)?[i] = x;
                Ok((above - below) / apart)
            })
            .collect::<Result<Vec<f64>>>()
        };
        let starts = (0..exact.len()).step_by(SHARE);
        let shares = starts.map(|start| start..exact.len().min(start + SHARE));
        let measured: Result<Vec<_>> = in_parallel(shares.collect(), measure).into_iter().collect();
        let approximate = measured?.concat();
        let errors = exact.iter().zip(&approximate).map(|(e, a)| e - a).collect();
        Ok(Check {
            exact,
            approximate,
            errors,
        })
    }
}

impl Of {
    fn layer(self) -> usize {
        let (Self::B(layer) | Self::W(layer)) = self;
        layer
    }

    fn values(self, parameters: &Parameters) -> Result<&[f64]> {
        match self {
            Self::B(layer) => parameters.b.get(layer).and_then(|b| b.as_slice()),
            Self::W(layer) => parameters.w.get(layer).and_then(|w| w.as_slice()),
        }
        .filter(|values| !values.is_empty())
        .ok_or_else(|| self.missing())
    }

    fn values_mut(self, parameters: &mut Parameters) -> Result<&mut [f64]> {
        match self {
            Self::B(layer) => parameters.b.get_mut(layer).and_then(|b| b.as_slice_mut()),
            Self::W(layer) => parameters.w.get_mut(layer).and_then(|w| w.as_slice_mut()),
        }
        .ok_or_else(|| self.missing())
    }

    fn missing(self) -> Error {
        Error::value("of", "parameters that the network has", format!("{self:?}"))
    }
}
