//! The gradient of the loss, one image at a time, by the chain rule as it is written on paper.

use crate::{Loss, Network, Parameters, Result, one_hot, outer};
use ndarray::{Array1, ArrayRef1};

impl Network {
    /// The gradient of the [loss](Network::loss) of one image, by backpropagation: `∂L/∂p` for each
    /// parameter `p`, taken at `parameters`.
    ///
    /// With `ŷ` the prediction, `y` the one-hot label, `Jₗ` the derivative of layer l's activation and
    /// `n` the last layer:
    ///
    /// ```text
    /// ∂L/∂aₙ = −2 (y − ŷ)                      squared error
    /// ∂L/∂zₙ = ŷ − y                           cross-entropy: softmax's Jacobian and 1/ŷ cancel
    /// ∂L/∂zₗ  = ∂L/∂aₗ · Jₗ
    /// ∂L/∂bₗ  = ∂L/∂zₗ
    /// ∂L/∂wₗ  = outer(aₗ₋₁, ∂L/∂zₗ)
    /// ∂L/∂aₗ₋₁ = wₗ · ∂L/∂zₗ
    /// ```
    ///
    /// The result has the shapes of the parameters.
    ///
    /// # Errors
    ///
    /// As [`Network::predict`], and [`crate::Error::Value`] for a label that is no class.
    ///
    /// ```
    /// use digits::{ndarray::Array1, Network};
    /// # use {rand::SeedableRng, rand_chacha::ChaCha8Rng};
    /// let network = Network::glorot(&[784, 10])?;
    /// let parameters = network.init(&mut ChaCha8Rng::seed_from_u64(1));
    /// let gradient = network.gradient(&Array1::<u8>::zeros(784), 3, &parameters)?;
    /// assert!(gradient.b[1][3] < 0.0); // a larger b1 at the label makes the loss smaller
    /// # Ok::<(), digits::Error>(())
    /// ```
    pub fn gradient<P: Copy + Into<f64>>(
        &self,
        image: &ArrayRef1<P>,
        label: u8,
        parameters: &Parameters,
    ) -> Result<Parameters> {
        let layers = self.layers(image, parameters)?;
        let mut gradient = self.zeros();
        let last = layers.len() - 1;
        let backward = |layer: usize, d_a: &ArrayRef1<f64>| {
            let activation = self.activations()[layer];
            activation.derivative(&layers[layer].z).chain(d_a)
        };
        let diff = one_hot(label, self.classes())? - &layers[last].a;
        let mut d_z = match self.loss {
            Loss::SquaredError => backward(last, &(-2.0 * diff))?,
            Loss::CrossEntropy => -diff,
        };
        for layer in (1..=last).rev() {
            gradient.w[layer] = outer(&layers[layer - 1].a, &d_z);
            let d_a = parameters.w[layer].dot(&d_z);
            gradient.b[layer] = d_z;
            d_z = backward(layer - 1, &d_a)?;
        }
        gradient.b[0] = d_z;
        Ok(gradient)
    }

    /// The gradient of the [loss](Network::loss) with respect to the image itself: `∂L/∂x`, one number
    /// per pixel, how fast the loss grows with that pixel.
    ///
    /// A pixel, multiplied by the [pixel scale](Self::with_pixel_scale) `s`, is added to `b₀`. So
    /// `∂L/∂x = s · ∂L/∂b₀`.
    ///
    /// # Errors
    ///
    /// As [`Network::gradient`].
    ///
    /// ```
    /// use digits::{ndarray::Array1, Network};
    /// # use {rand::SeedableRng, rand_chacha::ChaCha8Rng};
    /// let network = Network::glorot(&[784, 10])?.with_pixel_scale(1.0 / 255.0)?;
    /// let parameters = network.init(&mut ChaCha8Rng::seed_from_u64(1));
    /// let image = Array1::<f64>::zeros(784);
    /// let slope = network.input_gradient(&image, 3, &parameters)?;
    /// let changed = network.loss(&(image - &slope), 3, &parameters)?;
    /// assert!(changed < 0.9); // a step down the gradient: the image looks more like a 3
    /// # Ok::<(), digits::Error>(())
    /// ```
    pub fn input_gradient<P: Copy + Into<f64>>(
        &self,
        image: &ArrayRef1<P>,
        label: u8,
        parameters: &Parameters,
    ) -> Result<Array1<f64>> {
        let mut gradient = self.gradient(image, label, parameters)?;
        Ok(gradient.b.swap_remove(0) * self.pixel_scale())
    }
}
