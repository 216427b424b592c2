//! Many images at once: one matrix product a layer instead of one vector product an image.
//!
//! The formulas are those of [`Network::predict`] and [`Network::gradient`], with a row an image. With `X`
//! the images (N × 784), `Z` and `A` what each layer receives and gives, `D = ∂L/∂Z` and `1` a row of ones:
//!
//! ```text
//! forward    Zₗ = Aₗ₋₁ · wₗ + bₗ        each row plus the same bias
//! backward   ∂L/∂wₗ = Aₗ₋₁ᵀ · Dₗ / N    the product sums over the images
//!            ∂L/∂bₗ = 1 · Dₗ / N
//!            ∂L/∂Aₗ₋₁ = Dₗ · wₗᵀ
//! ```

use crate::{Activation, Error, Network, Parameters, Result, Set, softmax};
use ndarray::{Array2, ArrayRef1, ArrayRef2, Axis, Zip};

/// Images that are computed at once: few enough that their activations stay in the cache.
const CHUNK: usize = 100;

impl Network {
    /// The outputs for many images, N × pixels as `u8` or `f64`: N × classes.
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
    /// let p = network.predict_batch(&parameters, &Array2::<u8>::zeros((3, 784)))?;
    /// assert_eq!(p.dim(), (3, 10));
    /// # Ok::<(), digits::Error>(())
    /// ```
    pub fn predict_batch<P: Copy + Into<f64>>(
        &self,
        parameters: &Parameters,
        images: &ArrayRef2<P>,
    ) -> Result<Array2<f64>> {
        self.check_parameters("parameters", parameters)?;
        self.check_pixels("images", images.ncols(), images.iter().copied())?;
        let mut outputs = Array2::zeros((images.nrows(), self.classes()));
        for (images, mut outputs) in images
            .axis_chunks_iter(Axis(0), CHUNK)
            .zip(outputs.axis_chunks_iter_mut(Axis(0), CHUNK))
        {
            if let Some(last) = self.forward_batch(parameters, &images).pop() {
                outputs.assign(&last);
            }
        }
        Ok(outputs)
    }

    /// The mean of the [gradients](Network::gradient) of many images, by backpropagation.
    ///
    /// `images` is N × pixels, `labels` has N numbers; the result has the shapes of the parameters.
    ///
    /// # Errors
    ///
    /// As [`Network::gradient`]; [`Error::Shape`] for no images, or not as many labels.
    ///
    /// ```
    /// use digits::{ndarray::{array, Array2}, Network};
    /// # use {rand::SeedableRng, rand_chacha::ChaCha8Rng};
    /// let network = Network::glorot(&[784, 10])?;
    /// let parameters = network.init(&mut ChaCha8Rng::seed_from_u64(1));
    /// let images = Array2::<u8>::from_elem((2, 784), 1);
    /// let gradient = network.gradient_batch(&parameters, &images, &array![3_u8, 7])?;
    /// assert_eq!(gradient.w[1].dim(), (784, 10));
    /// # Ok::<(), digits::Error>(())
    /// ```
    pub fn gradient_batch<P: Copy + Into<f64>>(
        &self,
        parameters: &Parameters,
        images: &ArrayRef2<P>,
        labels: &ArrayRef1<u8>,
    ) -> Result<Parameters> {
        self.check_parameters("parameters", parameters)?;
        self.check_pixels("images", images.ncols(), images.iter().copied())?;
        Ok(self.gradient_and_loss(parameters, images, labels)?.0)
    }

    /// The mean gradient and the mean loss of a batch whose pixels and parameters were checked.
    pub(crate) fn gradient_and_loss<P: Copy + Into<f64>>(
        &self,
        parameters: &Parameters,
        images: &ArrayRef2<P>,
        labels: &ArrayRef1<u8>,
    ) -> Result<(Parameters, f64)> {
        self.check_labels(images.nrows(), labels)?;
        let n = labels.len() as f64;
        let mut a = self.forward_batch(parameters, images);
        let mut gradient = self.zeros();
        let mut outputs = a.pop().unwrap_or_default();
        // ∂L/∂A = 2 (ŷ − y), built in place from the outputs' copy.
        let mut delta = outputs.clone();
        for (mut row, &label) in delta.rows_mut().into_iter().zip(labels) {
            row[usize::from(label)] -= 1.0;
        }
        let loss = delta.iter().map(|d| d * d).sum::<f64>() / n;
        delta *= 2.0;
        for layer in (0..self.dimensions().len()).rev() {
            chain_batch(self.activations()[layer], &outputs, &mut delta);
            gradient.b[layer] = delta.sum_axis(Axis(0)) / n;
            if let Some(below) = a.pop() {
                gradient.w[layer] = below.t().dot(&delta) / n;
                delta = delta.dot(&parameters.w[layer].t());
                outputs = below;
            }
        }
        Ok((gradient, loss))
    }

    /// What each layer gives, a row an image.
    fn forward_batch<P: Copy + Into<f64>>(
        &self,
        parameters: &Parameters,
        images: &ArrayRef2<P>,
    ) -> Vec<Array2<f64>> {
        let mut z = images.mapv(|pixel| pixel.into() * self.pixel_scale()) + &parameters.b[0];
        activate_batch(self.activations()[0], &mut z);
        let mut a = vec![z];
        for layer in 1..self.dimensions().len() {
            let mut z = a[layer - 1].dot(&parameters.w[layer]) + &parameters.b[layer];
            activate_batch(self.activations()[layer], &mut z);
            a.push(z);
        }
        a
    }

    /// Calls `f` with the output and the label of each image of a set, in order.
    pub(crate) fn for_each_prediction(
        &self,
        parameters: &Parameters,
        set: &Set,
        mut f: impl FnMut(&ArrayRef1<f64>, u8) -> Result<()>,
    ) -> Result<()> {
        if set.is_empty() {
            return Err(Error::shape("set", "at least one image", "none"));
        }
        let outputs = self.predict_batch(parameters, &set.images())?;
        outputs
            .rows()
            .into_iter()
            .zip(set.labels())
            .try_for_each(|(row, &label)| f(&row, label))
    }

    fn check_labels(&self, images: usize, labels: &ArrayRef1<u8>) -> Result<()> {
        if images == 0 {
            return Err(Error::shape("images", "at least one image", "none"));
        }
        if labels.len() != images {
            let expected = format!("{images}, one an image");
            return Err(Error::shape("labels", expected, labels.len()));
        }
        let classes = self.classes();
        match labels.iter().position(|&y| usize::from(y) >= classes) {
            Some(i) => {
                let expected = format!("a number from 0 to {}", classes - 1);
                Err(Error::value(&format!("labels[{i}]"), expected, labels[i]))
            }
            None => Ok(()),
        }
    }
}

/// Replaces each row of `z` by its activation.
fn activate_batch(activation: Activation, z: &mut Array2<f64>) {
    match activation {
        Activation::Tanh => z.mapv_inplace(f64::tanh),
        Activation::Softmax => {
            for mut row in z.rows_mut() {
                let a = softmax(&row);
                row.assign(&a);
            }
        }
    }
}

/// Takes `delta` from ∂L/∂A to ∂L/∂Z, given the outputs A: 1 − a² for tanh, and for softmax the
/// product with its Jacobian, `aⱼ (gⱼ − Σᵢ gᵢ aᵢ)`, without building the matrix.
fn chain_batch(activation: Activation, outputs: &Array2<f64>, delta: &mut Array2<f64>) {
    match activation {
        Activation::Tanh => {
            Zip::from(delta)
                .and(outputs)
                .for_each(|d, &a| *d *= 1.0 - a * a);
        }
        Activation::Softmax => {
            for (mut d, a) in delta.rows_mut().into_iter().zip(outputs.rows()) {
                let mean = d.dot(&a);
                d -= mean;
                d *= &a;
            }
        }
    }
}
