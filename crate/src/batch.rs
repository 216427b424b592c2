//! Many images at once: their predictions, their mean gradient, and how well a whole set is read.
//!
//! The arguments are checked here; [`crate::fast`] computes.

use crate::{Error, Network, Parameters, Pixel, Result, Set, argmax, fast};
use ndarray::{Array2, ArrayRef1, ArrayRef2};

impl Network {
    /// The [predictions](Network::predict) for many images, N × pixels as `u8` or `f64`: N × classes.
    ///
    /// NumPy equivalent, for two layers: `softmax(np.tanh(images + b0) @ w1 + b1)`, row by row.
    ///
    /// # Errors
    ///
    /// As [`Network::predict`].
    ///
    /// ```
    /// use digits::{ndarray::Array2, Network};
    /// # use {rand::SeedableRng, rand_chacha::ChaCha8Rng};
    /// let network = Network::glorot(&[784, 10])?;
    /// let parameters = network.init(&mut ChaCha8Rng::seed_from_u64(1));
    /// let p = network.predict_batch(&Array2::<u8>::zeros((3, 784)), &parameters)?;
    /// assert_eq!(p.dim(), (3, 10));
    /// # Ok::<(), digits::Error>(())
    /// ```
    pub fn predict_batch<P: Pixel>(
        &self,
        images: &ArrayRef2<P>,
        parameters: &Parameters,
    ) -> Result<Array2<f64>> {
        self.check_parameters("parameters", parameters)?;
        self.check_pixels("images", images.ncols(), images.iter().copied())?;
        fast::predict_batch(self, images, parameters)
    }

    /// The mean of the [gradients](Network::gradient) of many images, by backpropagation.
    ///
    /// `images` is N × pixels, `labels` has N numbers; the result has the shapes of the parameters.
    ///
    /// # Errors
    ///
    /// As [`Network::gradient`]; [`Error::Shape`] for no images, or another number of labels.
    ///
    /// ```
    /// use digits::{ndarray::{array, Array2}, Network};
    /// # use {rand::SeedableRng, rand_chacha::ChaCha8Rng};
    /// let network = Network::glorot(&[784, 10])?;
    /// let parameters = network.init(&mut ChaCha8Rng::seed_from_u64(1));
    /// let images = Array2::<u8>::from_elem((2, 784), 1);
    /// let gradient = network.gradient_batch(&images, &array![3_u8, 7], &parameters)?;
    /// assert_eq!(gradient.w[1].dim(), (784, 10));
    /// # Ok::<(), digits::Error>(())
    /// ```
    pub fn gradient_batch<P: Pixel>(
        &self,
        images: &ArrayRef2<P>,
        labels: &ArrayRef1<u8>,
        parameters: &Parameters,
    ) -> Result<Parameters> {
        self.check_parameters("parameters", parameters)?;
        self.check_pixels("images", images.ncols(), images.iter().copied())?;
        self.check_labels(images.nrows(), labels)?;
        fast::gradient_batch(self, images, labels, parameters)
    }

    /// The mean [loss](Self::loss) over a set.
    ///
    /// NumPy equivalent: `((y - predict(images, parameters))**2).sum(axis=1).mean()`.
    ///
    /// # Errors
    ///
    /// As [`Network::loss`]; [`Error::Shape`] for an empty set.
    pub fn mean_loss(&self, set: &Set, parameters: &Parameters) -> Result<f64> {
        let mut sum = 0.0;
        self.for_each_prediction(set, parameters, |y_pred, label| {
            sum += self.loss.evaluate(y_pred, label)?;
            Ok(())
        })?;
        Ok(sum / set.len() as f64)
    }

    /// The share of a set's images that the network reads right, 0 to 1.
    ///
    /// NumPy equivalent: `(predict(images, parameters).argmax(axis=1) == labels).mean()`.
    ///
    /// # Errors
    ///
    /// As [`Network::mean_loss`].
    pub fn accuracy(&self, set: &Set, parameters: &Parameters) -> Result<f64> {
        let mut right = 0_usize;
        self.for_each_prediction(set, parameters, |y_pred, label| {
            right += usize::from(argmax(y_pred) == usize::from(label));
            Ok(())
        })?;
        Ok(right as f64 / set.len() as f64)
    }

    /// How often each digit is read as which: row = true label, column = predicted, classes × classes.
    ///
    /// NumPy equivalent: `np.add.at(counts, (labels, predicted), 1)`.
    ///
    /// # Errors
    ///
    /// As [`Network::mean_loss`]; [`Error::Value`] for a label that is no class.
    pub fn confusion(&self, set: &Set, parameters: &Parameters) -> Result<Array2<usize>> {
        let classes = self.classes();
        let mut counts = Array2::zeros((classes, classes));
        self.for_each_prediction(set, parameters, |y_pred, label| {
            let cell = counts.get_mut((usize::from(label), argmax(y_pred)));
            *cell.ok_or_else(|| Error::value("label", format!("below {classes}"), label))? += 1;
            Ok(())
        })?;
        Ok(counts)
    }

    /// Calls `f` with the prediction and the label of each image of a set, in order.
    fn for_each_prediction(
        &self,
        set: &Set,
        parameters: &Parameters,
        mut f: impl FnMut(&ArrayRef1<f64>, u8) -> Result<()>,
    ) -> Result<()> {
        if set.is_empty() {
            return Err(Error::shape("set", "at least one image", "none"));
        }
        let predictions = self.predict_batch(&set.images(), parameters)?;
        let predictions = predictions.rows().into_iter().zip(set.labels());
        predictions
            .into_iter()
            .try_for_each(|(row, &label)| f(&row, label))
    }
}
