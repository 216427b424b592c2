//! Activations and their derivatives: what a layer does with the sum that reaches it.

use crate::{Error, Result};
use ndarray::{Array1, Array2, ArrayRef1, ArrayView1, Axis};

/// The hyperbolic tangent of each component: `tanh(x)ᵢ = (e^xᵢ − e^−xᵢ) / (e^xᵢ + e^−xᵢ)`.
///
/// `x` has any length; each result lies in [−1, 1].
///
/// NumPy equivalent: `np.tanh(x)`.
///
/// ```
/// use digits::{ndarray::array, tanh};
/// assert_eq!(tanh(&array![0.0, 1.0]), array![0.0, 0.7615941559557649]);
/// ```
pub fn tanh(x: &ArrayRef1<f64>) -> Array1<f64> {
    x.mapv(f64::tanh)
}

/// The derivative of [`tanh`], a vector: `1 − tanh²(xᵢ)`.
///
/// tanh works on each component alone, so its Jacobian is diagonal; this is that diagonal.
///
/// NumPy equivalent: `1 / np.cosh(x)**2`.
///
/// ```
/// use digits::{d_tanh, ndarray::array};
/// let d = d_tanh(&array![0.0, 1.0]);
/// assert_eq!(d[0], 1.0);
/// assert!((d[1] - 0.41997434161402614).abs() < 1e-15);
/// ```
pub fn d_tanh(x: &ArrayRef1<f64>) -> Array1<f64> {
    // 1/cosh² and not 1 − tanh²: the latter loses all digits where tanh is near ±1.
    x.mapv(|x| x.cosh().powi(-2))
}

/// Softmax turns any numbers (logits) into probabilities: `softmax(x)ᵢ = e^xᵢ / Σⱼ e^xⱼ`.
///
/// The maximum is subtracted first. That changes nothing in exact arithmetic, and in `f64` it keeps
/// `exp` from overflowing. `x` has any length; the result is positive and sums to 1.
///
/// NumPy equivalent: `e = np.exp(x - x.max()); e / e.sum()`.
///
/// ```
/// use digits::{ndarray::array, softmax};
/// let p = softmax(&array![1000.0, 1000.0]);
/// assert_eq!(p, array![0.5, 0.5]);
/// ```
pub fn softmax(x: &ArrayRef1<f64>) -> Array1<f64> {
    let mut y = x.to_vec();
    softmax_in_place(&mut y);
    Array1::from(y)
}

/// [`softmax`] without new memory.
pub(crate) fn softmax_in_place(x: &mut [f64]) {
    let max = x.iter().fold(f64::NEG_INFINITY, |max, &x| max.max(x));
    x.iter_mut().for_each(|x| *x = (*x - max).exp());
    let sum = ArrayView1::from(&*x).sum();
    x.iter_mut().for_each(|x| *x /= sum);
}

/// The Jacobian of [`softmax`]: `∂softmax(x)ᵢ / ∂xⱼ = sᵢ (δᵢⱼ − sⱼ)` with `s = softmax(x)`.
///
/// For `x` of length N the result is N × N and symmetric; its rows sum to 0.
///
/// NumPy equivalent: `s = softmax(x); np.diag(s) - np.outer(s, s)`.
///
/// ```
/// use digits::{d_softmax, ndarray::array};
/// let d = d_softmax(&array![1.0, 2.0, 3.0, 4.0]);
/// assert!((d[[0, 0]] - 0.03103085).abs() < 5e-9);
/// assert!((d[[0, 1]] + 0.00279373).abs() < 5e-9);
/// ```
pub fn d_softmax(x: &ArrayRef1<f64>) -> Array2<f64> {
    let s = softmax(x);
    Array2::from_diag(&s) - outer(&s, &s)
}

/// The outer product of an N-vector and an M-vector: `outer(a, b)ᵢⱼ = aᵢ bⱼ`, N × M.
///
/// NumPy equivalent: `np.outer(a, b)`.
///
/// ```
/// use digits::{ndarray::array, outer};
/// assert_eq!(outer(&array![1.0, 2.0], &array![3.0, 4.0]), array![[3.0, 4.0], [6.0, 8.0]]);
/// ```
pub fn outer(a: &ArrayRef1<f64>, b: &ArrayRef1<f64>) -> Array2<f64> {
    &a.view().insert_axis(Axis(1)) * &b.view().insert_axis(Axis(0))
}

/// The activation of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// [`tanh`], with the derivative [`d_tanh`].
    Tanh,
    /// [`softmax`], with the derivative [`d_softmax`].
    Softmax,
}

/// The derivative of an activation at one point.
#[derive(Clone, Debug, PartialEq)]
pub enum Derivative {
    /// The diagonal of the Jacobian; all other entries are 0.
    Diagonal(Array1<f64>),
    /// The whole Jacobian, `∂yᵢ / ∂xⱼ` in row i and column j.
    Jacobian(Array2<f64>),
}

impl Activation {
    /// The activation of a vector: `y = f(x)`, as long as `x`.
    ///
    /// ```
    /// use digits::{ndarray::array, Activation};
    /// assert_eq!(Activation::Tanh.apply(&array![0.0]), array![0.0]);
    /// ```
    pub fn apply(self, x: &ArrayRef1<f64>) -> Array1<f64> {
        match self {
            Self::Tanh => tanh(x),
            Self::Softmax => softmax(x),
        }
    }

    /// The derivative at `x`: the table from a function to its derivative.
    ///
    /// ```
    /// use digits::{ndarray::array, Activation, Derivative};
    /// let d = Activation::Tanh.derivative(&array![0.0]);
    /// assert_eq!(d, Derivative::Diagonal(array![1.0]));
    /// ```
    pub fn derivative(self, x: &ArrayRef1<f64>) -> Derivative {
        match self {
            Self::Tanh => Derivative::Diagonal(d_tanh(x)),
            Self::Softmax => Derivative::Jacobian(d_softmax(x)),
        }
    }
}

impl Derivative {
    /// The chain rule: from `∂L/∂y`, the gradient with respect to the activation's output, to
    /// `∂L/∂xⱼ = Σᵢ ∂L/∂yᵢ · ∂yᵢ/∂xⱼ`, the gradient with respect to its input.
    ///
    /// NumPy equivalent: `d * g` for a diagonal, `g @ J` for a Jacobian.
    ///
    /// # Errors
    ///
    /// [`Error::Shape`] where `g` is not as long as the derivative.
    ///
    /// ```
    /// use digits::{ndarray::array, Derivative};
    /// let d = Derivative::Diagonal(array![2.0, 3.0]);
    /// assert_eq!(d.chain(&array![1.0, 10.0])?, array![2.0, 30.0]);
    /// # Ok::<(), digits::Error>(())
    /// ```
    pub fn chain(&self, g: &ArrayRef1<f64>) -> Result<Array1<f64>> {
        let n = match self {
            Self::Diagonal(d) => d.len(),
            Self::Jacobian(j) => j.nrows(),
        };
        if g.len() != n {
            return Err(Error::shape("g", format!("{n} numbers"), g.len()));
        }
        Ok(match self {
            Self::Diagonal(d) => d * &g.view(),
            Self::Jacobian(j) => g.dot(j),
        })
    }
}
