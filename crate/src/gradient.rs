//! The gradient of the loss, one image at a time, by the chain rule as it is written on paper.

use crate::{Network, Parameters, Result, one_hot, outer};
use ndarray::ArrayRef1;

impl Network {
    /// The gradient of the [squared error](crate::squared_error) of one image, by backpropagation:
    /// `∂L/∂p` for each parameter `p`, taken at `parameters`.
    ///
    /// With `ŷ` the prediction, `y` the one-hot label, `Jₗ` the derivative of layer l's activation and
    /// `L` the last layer:
    ///
    /// ```text
    /// ∂L/∂a_L = −2 (y − ŷ)
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
    /// let gradient = network.gradient(&parameters, &Array1::<u8>::zeros(784), 3)?;
    /// assert!(gradient.b[1][3] < 0.0); // a larger b1 at the label makes the loss smaller
    /// # Ok::<(), digits::Error>(())
    /// ```
    pub fn gradient<P: Copy + Into<f64>>(
        &self,
        parameters: &Parameters,
        image: &ArrayRef1<P>,
        label: u8,
    ) -> Result<Parameters> {
        let trace = self.forward(parameters, image)?;
        let mut gradient = self.zeros();
        let last = self.dimensions().len() - 1;
        let mut d_a = -2.0 * (one_hot(label, self.classes())? - &trace.a[last]);
        for layer in (0..=last).rev() {
            let d_z = self.activations()[layer]
                .derivative(&trace.z[layer])
                .chain(&d_a)?;
            if layer > 0 {
                gradient.w[layer] = outer(&trace.a[layer - 1], &d_z);
                d_a = parameters.w[layer].dot(&d_z);
            }
            gradient.b[layer] = d_z;
        }
        Ok(gradient)
    }
}
