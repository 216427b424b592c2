//! The parameters: the biases and weights that training changes.

use crate::{Error, Result};
use ndarray::{Array1, Array2};

/// The numbers that training changes: the biases and weights of each layer.
///
/// A gradient has the same form: one derivative for each parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameters {
    /// `b[l]`: the biases of layer l, as many as its dimension.
    pub b: Vec<Array1<f64>>,
    /// `w[l]`: the weights into layer l, dimension of layer l − 1 × dimension of layer l.
    /// `w[0]` is empty, 0 × dimension of layer 0.
    pub w: Vec<Array2<f64>>,
}

impl Parameters {
    /// One step of gradient descent: `parameters − rate · gradient`, as new parameters.
    ///
    /// NumPy equivalent: `b -= rate * grad_b; w -= rate * grad_w` on a deep copy.
    ///
    /// # Errors
    ///
    /// [`Error::Shape`] where the gradient has other shapes than the parameters;
    /// [`Error::Value`] where the rate is not finite.
    ///
    /// ```
    /// use digits::{ndarray::array, ndarray::Array2, Parameters};
    /// let parameters = Parameters { b: vec![array![1.0, 2.0]], w: vec![Array2::zeros((0, 2))] };
    /// let gradient = Parameters { b: vec![array![10.0, 20.0]], w: vec![Array2::zeros((0, 2))] };
    /// assert_eq!(parameters.step(&gradient, 0.1)?.b[0], array![0.0, 0.0]);
    /// # Ok::<(), digits::Error>(())
    /// ```
    pub fn step(&self, gradient: &Self, rate: f64) -> Result<Self> {
        let mut stepped = self.clone();
        stepped.add_scaled(-rate, gradient)?;
        Ok(stepped)
    }

    /// `self += factor · other`, in place.
    pub(crate) fn add_scaled(&mut self, factor: f64, other: &Self) -> Result<()> {
        if !factor.is_finite() {
            return Err(Error::value("rate", "a finite number", factor.abs()));
        }
        let b = self
            .b
            .iter()
            .map(Array1::dim)
            .eq(other.b.iter().map(Array1::dim));
        let w = self
            .w
            .iter()
            .map(Array2::dim)
            .eq(other.w.iter().map(Array2::dim));
        if !(b && w) {
            let (expected, found) = (self.shapes(), other.shapes());
            return Err(Error::shape("gradient", expected, found));
        }
        for (mine, theirs) in self.b.iter_mut().zip(&other.b) {
            mine.scaled_add(factor, theirs);
        }
        for (mine, theirs) in self.w.iter_mut().zip(&other.w) {
            mine.scaled_add(factor, theirs);
        }
        Ok(())
    }

    /// The first number that is `wanted`.
    pub(crate) fn find(&self, wanted: impl Fn(f64) -> bool) -> Option<f64> {
        // Without leaving early: the processor then looks at several at once.
        let any = |found: bool, &p: &f64| found | wanted(p);
        let b = self.b.iter().any(|b| b.fold(false, any));
        let w = self.w.iter().any(|w| w.fold(false, any));
        let mut all = self.values();
        if b || w {
            all.find(|&p| wanted(p))
        } else {
            None
        }
    }

    /// `self *= factor`, in place.
    pub(crate) fn scale(&mut self, factor: f64) {
        self.b.iter_mut().for_each(|b| *b *= factor);
        self.w.iter_mut().for_each(|w| *w *= factor);
    }

    /// All numbers, layer by layer, biases first, weights row by row.
    pub(crate) fn values(&self) -> impl Iterator<Item = f64> {
        let layers = self.b.iter().zip(&self.w);
        layers.flat_map(|(b, w)| b.iter().chain(w).copied())
    }

    /// All shapes in words, layer by layer.
    pub(crate) fn shapes(&self) -> String {
        let b = self.b.iter().map(|b| b.len().to_string());
        let w = self
            .w
            .iter()
            .map(|w| format!("{} × {}", w.nrows(), w.ncols()));
        let (b, w): (Vec<_>, Vec<_>) = (b.collect(), w.collect());
        format!("b of {}; w of {}", b.join(", "), w.join(", "))
    }
}
