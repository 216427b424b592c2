//! The loss: how far a prediction is from the truth.

use crate::{Error, Network, Parameters, Result, Set};
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

/// The index of the largest number; of equal ones the first, and 0 for none.
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

impl Network {
    /// The [`squared_error`] of the prediction for one image.
    ///
    /// # Errors
    ///
    /// As [`Network::predict`], and [`Error::Value`] for a label that is no class.
    ///
    /// ```
    /// use digits::{ndarray::Array1, Network};
    /// # use {rand::SeedableRng, rand_chacha::ChaCha8Rng};
    /// let network = Network::glorot(&[784, 10])?;
    /// let parameters = network.init(&mut ChaCha8Rng::seed_from_u64(1));
    /// let loss = network.loss(&parameters, &Array1::<u8>::zeros(784), 3)?;
    /// assert!((loss - 0.9).abs() < 1e-12); // ten times 0.1 for a black image
    /// # Ok::<(), digits::Error>(())
    /// ```
    pub fn loss<P: Copy + Into<f64>>(
        &self,
        parameters: &Parameters,
        image: &ArrayRef1<P>,
        label: u8,
    ) -> Result<f64> {
        squared_error(&self.predict(parameters, image)?, label)
    }

    /// The mean [`squared_error`] over a set.
    ///
    /// NumPy equivalent: `((y - predict(images, parameters))**2).sum(axis=1).mean()`.
    ///
    /// # Errors
    ///
    /// As [`Network::loss`]; [`Error::Shape`] for an empty set.
    pub fn mean_loss(&self, parameters: &Parameters, set: &Set) -> Result<f64> {
        let mut sum = 0.0;
        self.for_each_prediction(parameters, set, |y_pred, label| {
            sum += squared_error(y_pred, label)?;
            Ok(())
        })?;
        Ok(sum / set.len() as f64)
    }
}
