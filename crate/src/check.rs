//! The check: a derivative written by hand against the difference of two losses.

use crate::fast::in_parallel;
use crate::{Error, Network, Parameters, Result};
use ndarray::{ArrayRef, ArrayRef1, Dimension};
use std::ops::Range;

/// The step of [`Network::check`]: with smaller ones digits are lost, with larger ones the curve bends.
const STEP: f64 = 1e-5;

/// Derivatives that one thread measures with one copy of the parameters.
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
    /// assert!((Difference::Forward.slope(square, 3.0, 1e-3) - 6.001).abs() < 1e-9);
    /// assert!((Difference::Central.slope(square, 3.0, 1e-3) - 6.0).abs() < 1e-9);
    /// ```
    pub fn slope(self, mut f: impl FnMut(f64) -> f64, x: f64, h: f64) -> f64 {
        match self {
            Self::Forward => (f(x + h) - f(x)) / h,
            Self::Central => (f(x + h) - f(x - h)) / (2.0 * h),
        }
    }
}

/// A part of a network's parameters: `Bias(1)` is b1, `Weights(1)` is w1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The biases of a layer.
    Bias(usize),
    /// The weights into a layer.
    Weights(usize),
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

    /// The error of each derivative by its size: `|exact − approximate| / max(|exact|, |approximate|)`.
    ///
    /// Between 0 and 2. Where both are 0 there is nothing to compare and the result is 0, which proves
    /// nothing: [`zeros`](Self::zeros) counts those.
    ///
    /// NumPy equivalent: `np.abs(e - a) / np.maximum(np.abs(e), np.abs(a))`.
    ///
    /// ```
    /// use digits::Check;
    /// let (exact, approximate) = (vec![1e-6, 0.0], vec![2e-6, 0.0]);
    /// let check = Check { exact, approximate, errors: vec![-1e-6, 0.0] };
    /// assert!(check.largest_error() < 1e-5); // looks right, and is wrong by half
    /// assert_eq!(check.relative_errors(), [0.5, 0.0]);
    /// assert_eq!((check.largest_relative_error(), check.zeros()), (0.5, 1));
    /// ```
    pub fn relative_errors(&self) -> Vec<f64> {
        let pairs = self.exact.iter().zip(&self.approximate);
        pairs
            .map(|(&e, &a)| {
                if e == 0.0 && a == 0.0 {
                    0.0
                } else {
                    (e - a).abs() / e.abs().max(a.abs())
                }
            })
            .collect()
    }

    /// The largest of the [relative errors](Self::relative_errors); NaN where a derivative is NaN.
    pub fn largest_relative_error(&self) -> f64 {
        largest(self.relative_errors().into_iter())
    }

    /// How many derivatives are exactly 0 both ways, so that the check says nothing about them.
    pub fn zeros(&self) -> usize {
        let pairs = self.exact.iter().zip(&self.approximate);
        pairs.filter(|&(&e, &a)| e == 0.0 && a == 0.0).count()
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
    /// Compares the gradient of one image with central differences of step 1e-5, for all parameters of
    /// a part: two losses for each of them.
    ///
    /// # Errors
    ///
    /// As [`Network::gradient`]; [`Error::Value`] where the network has no such part.
    ///
    /// ```
    /// use digits::{ndarray::Array1, Network, Part};
    /// # use {rand::SeedableRng, rand_chacha::ChaCha8Rng};
    /// let network = Network::glorot(&[784, 10])?;
    /// let parameters = network.init(&mut ChaCha8Rng::seed_from_u64(1));
    /// let image = Array1::<u8>::from_elem(784, 1);
    /// let check = network.check(&image, 3, &parameters, Part::Bias(1))?;
    /// assert_eq!(check.errors.len(), 10);
    /// assert!(check.largest_error() < 1e-9);
    /// # Ok::<(), digits::Error>(())
    /// ```
    pub fn check<P: Copy + Into<f64> + Sync>(
        &self,
        image: &ArrayRef1<P>,
        label: u8,
        parameters: &Parameters,
        part: Part,
    ) -> Result<Check> {
        self.check_with(image, label, parameters, part, Difference::Central, STEP)
    }

    /// A [check](Self::check) with another difference or another step `h`.
    ///
    /// # Errors
    ///
    /// As [`check`](Self::check); [`Error::Value`] where `h` is not positive and finite.
    ///
    /// ```
    /// use digits::{ndarray::Array1, Difference, Network, Part};
    /// # use {rand::SeedableRng, rand_chacha::ChaCha8Rng};
    /// let network = Network::glorot(&[784, 10])?;
    /// let parameters = network.init(&mut ChaCha8Rng::seed_from_u64(1));
    /// let image = Array1::<u8>::from_elem(784, 1);
    /// let error = |difference, h| {
    ///     let check = network.check_with(&image, 3, &parameters, Part::Bias(1), difference, h)?;
    ///     Ok::<f64, digits::Error>(check.largest_error())
    /// };
    /// assert!(error(Difference::Forward, 1e-3)? > 1e3 * error(Difference::Central, 1e-3)?);
    /// # Ok::<(), digits::Error>(())
    /// ```
    #[expect(clippy::expect_used)]
    pub fn check_with<P: Copy + Into<f64> + Sync>(
        &self,
        image: &ArrayRef1<P>,
        label: u8,
        parameters: &Parameters,
        part: Part,
        difference: Difference,
        h: f64,
    ) -> Result<Check> {
        if !(h.is_finite() && h > 0.0) {
            return Err(Error::value("h", "a positive number", h));
        }
        let exact = part.values(&self.gradient(image, label, parameters)?)?;
        // A layer's parameters change nothing below it.
        let layer = part.layer();
        let below = match layer {
            0 => self.scaled(image),
            _ => self.layers(image, parameters)?.swap_remove(layer - 1).a,
        };
        let loss = |moved: &Parameters| {
            let y_pred = self.output(layer, below.clone(), moved);
            let loss = self.loss.evaluate(&y_pred, label);
            loss.expect("the gradient was taken with this label, so it is a class")
        };
        let measure = |some: Range<usize>| {
            let mut moved = parameters.clone();
            let slope = |i: usize| {
                let x = *part.entry(&mut moved, i);
                let slope = difference.slope(
                    |x| {
                        *part.entry(&mut moved, i) = x;
                        loss(&moved)
                    },
                    x,
                    h,
                );
                *part.entry(&mut moved, i) = x;
                slope
            };
            some.map(slope).collect::<Vec<f64>>()
        };
        let starts = (0..exact.len()).step_by(SHARE);
        let shares = starts.map(|start| start..exact.len().min(start + SHARE));
        let approximate = in_parallel(shares.collect(), measure).concat();
        let errors = exact.iter().zip(&approximate).map(|(e, a)| e - a).collect();
        Ok(Check {
            exact,
            approximate,
            errors,
        })
    }
}

impl Part {
    fn layer(self) -> usize {
        let (Self::Bias(layer) | Self::Weights(layer)) = self;
        layer
    }

    /// All values of the part, row by row, however they lie in memory.
    fn values(self, parameters: &Parameters) -> Result<Vec<f64>> {
        let values: Option<Vec<f64>> = match self {
            Self::Bias(layer) => parameters.b.get(layer).map(|b| b.to_vec()),
            Self::Weights(layer) => parameters.w.get(layer).map(|w| w.iter().copied().collect()),
        };
        values.filter(|values| !values.is_empty()).ok_or_else(|| {
            Error::value(
                "part",
                "parameters that the network has",
                format!("{self:?}"),
            )
        })
    }

    /// The i-th of the [values](Self::values).
    fn entry(self, parameters: &mut Parameters, i: usize) -> &mut f64 {
        match self {
            Self::Bias(layer) => &mut parameters.b[layer][i],
            Self::Weights(layer) => {
                let w = &mut parameters.w[layer];
                let columns = w.ncols();
                &mut w[[i / columns, i % columns]]
            }
        }
    }
}
