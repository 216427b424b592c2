//! The loss: how far a prediction is from the truth.

use crate::{Error, Result};
use ndarray::{Array1, ArrayRef1};

/// The one-hot vector of a label: 1 at the label, 0 elsewhere, `classes` long.
///
/// NumPy equivalent: `np.identity(classes)[label]`.
///
/// # Errors
///
/// [`Error::Value`] where the label is not below `classes`.
///
/// ```
/// use digits::{ndarray::array, one_hot};
/// assert_eq!(one_hot(2, 4)?, array![0.0, 0.0, 1.0, 0.0]);
/// # Ok::<(), digits::Error>(())
/// ```
pub fn one_hot(label: u8, classes: usize) -> Result<Array1<f64>> {
    let mut y = Array1::zeros(classes);
    match y.get_mut(usize::from(label)) {
        Some(one) => *one = 1.0,
        None if classes == 0 => return Err(Error::value("classes", "at least 1", 0)),
        None => {
            let expected = format!("a number from 0 to {}", classes - 1);
            return Err(Error::value("label", expected, label));
        }
    }
    Ok(y)
}

/// The squared error of one prediction: `L = Σᵢ (yᵢ − ŷᵢ)²` with `y` the one-hot label.
///
/// For probabilities it lies between 0 (certain and right) and 2 (certain and wrong).
///
/// NumPy equivalent: `d = y - y_pred; d @ d`.
///
/// # Errors
///
/// [`Error::Value`] where the label is not below the number of predictions.
///
/// ```
/// use digits::{ndarray::array, squared_error};
/// assert_eq!(squared_error(&array![0.5, 0.5], 0)?, 0.5);
/// # Ok::<(), digits::Error>(())
/// ```
pub fn squared_error(y_pred: &ArrayRef1<f64>, label: u8) -> Result<f64> {
    let diff = one_hot(label, y_pred.len())? - y_pred;
    Ok(diff.dot(&diff))
}

/// The cross-entropy of one prediction: `L = −ln ŷ_label`, in nats.
///
/// 0 where the network is certain and right; it grows the more certain and wrong it is, up to 708.4: a
/// probability of 0, where `exp` underflowed, counts as the smallest normal `f64`, so that the loss stays
/// a finite number.
///
/// The formula is that of Bishop, "Pattern Recognition and Machine Learning" (2006), 4.108, for one image.
///
/// NumPy equivalent: `-np.log(y_pred[label])`.
///
/// # Errors
///
/// [`Error::Value`] where the label is not below the number of predictions.
///
/// ```
/// use digits::{cross_entropy, ndarray::array};
/// assert_eq!(cross_entropy(&array![0.5, 0.5], 0)?, 2.0_f64.ln());
/// # Ok::<(), digits::Error>(())
/// ```
pub fn cross_entropy(y_pred: &ArrayRef1<f64>, label: u8) -> Result<f64> {
    let Some(&p) = y_pred.get(usize::from(label)) else {
        return one_hot(label, y_pred.len()).map(|_| f64::NAN);
    };
    // Not f64::max, which would take NaN for a small probability.
    // 0 − ln 1 is 0, where −ln 1 is −0.
    Ok(0.0
        - (if p < f64::MIN_POSITIVE {
            f64::MIN_POSITIVE
        } else {
            p
        })
        .ln())
}

/// The loss that a network is trained by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Loss {
    /// [`squared_error`], the loss of the course's first four lessons.
    #[default]
    SquaredError,
    /// [`cross_entropy`], for a network that ends in softmax.
    CrossEntropy,
}

impl Loss {
    /// The loss of one prediction, given the label.
    ///
    /// # Errors
    ///
    /// [`Error::Value`] where the label is not below the number of predictions.
    ///
    /// ```
    /// use digits::{ndarray::array, Loss};
    /// let wrong = array![0.999, 0.001];
    /// assert!(Loss::SquaredError.evaluate(&wrong, 1)? < 2.0);
    /// assert!(Loss::CrossEntropy.evaluate(&wrong, 1)? > 6.9);
    /// # Ok::<(), digits::Error>(())
    /// ```
    pub fn evaluate(self, y_pred: &ArrayRef1<f64>, label: u8) -> Result<f64> {
        match self {
            Self::SquaredError => squared_error(y_pred, label),
            Self::CrossEntropy => cross_entropy(y_pred, label),
        }
    }
}

/// The index of the largest number: the first of equal ones, and 0 where there are none.
///
/// NumPy equivalent: `x.argmax()`.
///
/// ```
/// use digits::{argmax, ndarray::array};
/// assert_eq!(argmax(&array![0.1, 0.7, 0.2]), 1);
/// ```
pub fn argmax(x: &ArrayRef1<f64>) -> usize {
    let mut best = 0;
    for (i, &value) in x.iter().enumerate() {
        if value > x[best] {
            best = i;
        }
    }
    best
}
