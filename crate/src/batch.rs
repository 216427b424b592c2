//! Many images at once, as fast as the formulas allow, on all cores.
//!
//! The formulas are those of [`Network::predict`] and [`Network::gradient`] with a row an image, and two ideas:
//!
//! **Background is computed once.** Four in five pixels are 0. For them layer 0 gives the same number in every image,
//! `t = tanh(b₀)`. So layer 0's output is `A₀ = t + M`, where the row `t` is the same for all images and `M`, what ink
//! adds to it, is 0 nearly everywhere. The products with `A₀` then need only the ink (`D = ∂L/∂Z₁`, `Σ` over images):
//!
//! ```text
//! Z₁     = A₀·w₁ + b₁          = (t·w₁ + b₁)              + M·w₁
//! ∂L/∂w₁ = A₀ᵀ·D               = t ⊗ ΣD                   + Mᵀ·D
//! ∂L/∂b₀ = Σ (1 − A₀²) ⊙ D·w₁ᵀ = (1 − t²) ⊙ (w₁ · ΣD)     + ink's share
//! ```
//!
//! This is exact: the terms are only summed in another order.
//!
//! **A batch is cut into parts.** Each part has a fixed number of images and is one thread's work; their gradients are
//! summed in the order of the parts. So the result is the same on one core and on sixteen.
//!
//! The layers above are small and dense: one matrix product a layer, `Zₗ = Aₗ₋₁·wₗ + bₗ`.

use crate::parallel::in_parallel;
use crate::{Activation, Error, Network, Parameters, Result, Set, softmax};
use ndarray::{Array1, Array2, ArrayRef1, ArrayRef2, ArrayView1, ArrayView2, Axis, Zip};

/// Images that are one thread's work: a batch of 100 makes two parts.
const PART: usize = 50;

/// What layer 0 and the products with it are for an image without ink.
struct Background {
    /// `t = tanh(b₀)`.
    t: Array1<f64>,
    /// `t·w₁ + b₁`.
    z1: Array1<f64>,
}

impl Background {
    fn new(parameters: &Parameters) -> Self {
        let t = parameters.b[0].mapv(f64::tanh);
        let z1 = t.dot(&parameters.w[1]) + &parameters.b[1];
        Self { t, z1 }
    }

    /// Adds the background's share to a gradient whose b₁ is complete: `∂L/∂b₁` is the mean of `D`.
    fn add_gradient(&self, parameters: &Parameters, gradient: &mut Parameters) {
        let d = &gradient.b[1];
        for (mut row, &t) in gradient.w[1].rows_mut().into_iter().zip(&self.t) {
            row.scaled_add(t, d);
        }
        let d_a0 = parameters.w[1].dot(d);
        Zip::from(&mut gradient.b[0])
            .and(&self.t)
            .and(&d_a0)
            .for_each(|b, &t, &d| *b += (1.0 - t * t) * d);
    }
}

/// The inked pixels of some images, and what each changes in layer 0.
struct Ink {
    /// All inked pixels, one image after the other.
    pixels: Vec<InkedPixel>,
    /// Image i has `pixels[starts[i]..starts[i + 1]]`.
    starts: Vec<usize>,
}

struct InkedPixel {
    index: usize,
    /// `M`: the output minus the background's.
    more: f64,
    /// The slope `1 − a²` minus the background's `1 − t²`.
    steeper: f64,
}

impl Ink {
    fn new<P: Copy + Into<f64>>(
        images: &ArrayRef2<P>,
        b0: &Array1<f64>,
        t: &Array1<f64>,
        scale: f64,
    ) -> Self {
        let mut pixels = Vec::new();
        let mut starts = vec![0];
        for image in images.rows() {
            for (index, &pixel) in image.iter().enumerate() {
                let pixel = pixel.into();
                if pixel != 0.0 {
                    let (a, t) = ((pixel * scale + b0[index]).tanh(), t[index]);
                    pixels.push(InkedPixel {
                        index,
                        more: a - t,
                        steeper: t * t - a * a,
                    });
                }
            }
            starts.push(pixels.len());
        }
        Self { pixels, starts }
    }

    fn images(&self) -> impl Iterator<Item = &[InkedPixel]> {
        self.starts
            .windows(2)
            .map(|ends| &self.pixels[ends[0]..ends[1]])
    }

    /// `Z₁ = z₁ + M·w₁`, with `z₁` the background's.
    fn forward(&self, w1: &Array2<f64>, z1: &Array1<f64>) -> Array2<f64> {
        let n = z1.len();
        let w1 = w1.as_standard_layout();
        let w1 = w1.as_slice().unwrap_or_default();
        let mut z = Array2::zeros((self.starts.len() - 1, n));
        z += z1;
        let rows = z.as_slice_mut().unwrap_or_default().chunks_exact_mut(n);
        for (z, pixels) in rows.zip(self.images()) {
            for pixel in pixels {
                add_scaled(z, pixel.more, &w1[pixel.index * n..][..n]);
            }
        }
        z
    }

    /// Adds `Mᵀ·D` to `∂L/∂w₁`, and ink's share to `∂L/∂b₀`.
    fn backward(&self, w1: &Array2<f64>, d: &Array2<f64>, gradient: &mut Parameters) {
        let n = d.ncols();
        let (w1, d) = (w1.as_standard_layout(), d.as_standard_layout());
        let w1 = w1.as_slice().unwrap_or_default();
        let d_w1 = gradient.w[1].as_slice_mut().unwrap_or_default();
        let d_b0 = &mut gradient.b[0];
        let rows = d.as_slice().unwrap_or_default().chunks_exact(n);
        for (d, pixels) in rows.zip(self.images()) {
            for pixel in pixels {
                let weights = pixel.index * n..(pixel.index + 1) * n;
                add_scaled(&mut d_w1[weights.clone()], pixel.more, d);
                d_b0[pixel.index] += pixel.steeper * dot(&w1[weights], d);
            }
        }
    }
}

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
    pub fn predict_batch<P: Copy + Into<f64> + Sync>(
        &self,
        parameters: &Parameters,
        images: &ArrayRef2<P>,
    ) -> Result<Array2<f64>> {
        self.check_parameters("parameters", parameters)?;
        self.check_pixels("images", images.ncols(), images.iter().copied())?;
        let background = self.background(parameters);
        let parts = images.axis_chunks_iter(Axis(0), PART).collect();
        let outputs = in_parallel(parts, |images: ArrayView2<P>| match &background {
            Some(background) => {
                let ink = self.ink(parameters, background, &images);
                let mut a = self.forward_part(parameters, background, &ink);
                Ok(a.pop().unwrap_or_default())
            }
            None => self.predict_rows(parameters, &images),
        });
        let mut all = Array2::zeros((images.nrows(), self.classes()));
        for (mut rows, part) in all.axis_chunks_iter_mut(Axis(0), PART).zip(outputs) {
            rows.assign(&part?);
        }
        Ok(all)
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
    pub fn gradient_batch<P: Copy + Into<f64> + Sync>(
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
    pub(crate) fn gradient_and_loss<P: Copy + Into<f64> + Sync>(
        &self,
        parameters: &Parameters,
        images: &ArrayRef2<P>,
        labels: &ArrayRef1<u8>,
    ) -> Result<(Parameters, f64)> {
        self.check_labels(images.nrows(), labels)?;
        let background = self.background(parameters);
        let images = images.axis_chunks_iter(Axis(0), PART);
        let parts = images.zip(labels.axis_chunks_iter(Axis(0), PART)).collect();
        let sums = in_parallel(
            parts,
            |(images, labels): (ArrayView2<P>, ArrayView1<u8>)| match &background {
                Some(background) => {
                    let ink = self.ink(parameters, background, &images);
                    Ok(self.sum_part(parameters, background, &ink, &labels))
                }
                None => self.sum_rows(parameters, &images, &labels),
            },
        );
        let (mut mean, mut loss) = (self.zeros(), 0.0);
        let share = 1.0 / labels.len() as f64;
        for sum in sums {
            let (part, part_loss) = sum?;
            mean.add_scaled(share, &part)?;
            loss += share * part_loss;
        }
        if let Some(background) = background {
            background.add_gradient(parameters, &mut mean);
        }
        Ok((mean, loss))
    }

    /// The background, where the idea applies: tanh below at least one layer.
    fn background(&self, parameters: &Parameters) -> Option<Background> {
        let fits = self.activations()[0] == Activation::Tanh && self.dimensions().len() > 1;
        fits.then(|| Background::new(parameters))
    }

    fn ink<P: Copy + Into<f64>>(
        &self,
        parameters: &Parameters,
        background: &Background,
        images: &ArrayRef2<P>,
    ) -> Ink {
        Ink::new(images, &parameters.b[0], &background.t, self.pixel_scale())
    }

    /// What each layer from the first gives, a row an image.
    fn forward_part(
        &self,
        parameters: &Parameters,
        background: &Background,
        ink: &Ink,
    ) -> Vec<Array2<f64>> {
        let mut a: Vec<Array2<f64>> = Vec::with_capacity(self.dimensions().len() - 1);
        for layer in 1..self.dimensions().len() {
            let mut z = match a.last() {
                None => ink.forward(&parameters.w[1], &background.z1),
                Some(below) => below.dot(&parameters.w[layer]) + &parameters.b[layer],
            };
            activate(self.activations()[layer], &mut z);
            a.push(z);
        }
        a
    }

    /// The sums of the gradients and of the losses of a part, but for the background's share.
    fn sum_part(
        &self,
        parameters: &Parameters,
        background: &Background,
        ink: &Ink,
        labels: &ArrayRef1<u8>,
    ) -> (Parameters, f64) {
        let mut a = self.forward_part(parameters, background, ink);
        let mut outputs = a.pop().unwrap_or_default();
        let mut d = outputs.clone();
        for (mut row, &label) in d.rows_mut().into_iter().zip(labels) {
            row[usize::from(label)] -= 1.0;
        }
        let loss = d.iter().map(|d| d * d).sum();
        d *= 2.0;
        let mut gradient = self.zeros();
        for layer in (1..self.dimensions().len()).rev() {
            chain(self.activations()[layer], &outputs, &mut d);
            gradient.b[layer] = d.sum_axis(Axis(0));
            if let Some(below) = a.pop() {
                gradient.w[layer] = below.t().dot(&d);
                d = d.dot(&parameters.w[layer].t());
                outputs = below;
            }
        }
        ink.backward(&parameters.w[1], &d, &mut gradient);
        (gradient, loss)
    }

    /// [`Network::predict`] for each row.
    fn predict_rows<P: Copy + Into<f64>>(
        &self,
        parameters: &Parameters,
        images: &ArrayRef2<P>,
    ) -> Result<Array2<f64>> {
        let mut outputs = Array2::zeros((images.nrows(), self.classes()));
        for (image, mut output) in images.rows().into_iter().zip(outputs.rows_mut()) {
            output.assign(&self.predict(parameters, &image)?);
        }
        Ok(outputs)
    }

    /// [`Network::gradient`] and [`Network::loss`], summed over the rows.
    fn sum_rows<P: Copy + Into<f64>>(
        &self,
        parameters: &Parameters,
        images: &ArrayRef2<P>,
        labels: &ArrayRef1<u8>,
    ) -> Result<(Parameters, f64)> {
        let (mut sum, mut loss) = (self.zeros(), 0.0);
        for (image, &label) in images.rows().into_iter().zip(labels) {
            sum.add_scaled(1.0, &self.gradient(parameters, &image, label)?)?;
            loss += self.loss(parameters, &image, label)?;
        }
        Ok((sum, loss))
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

/// `y += factor · x`.
fn add_scaled(y: &mut [f64], factor: f64, x: &[f64]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += factor * x;
    }
}

/// `Σ x·y`, in four sums side by side, which a processor adds at once.
fn dot(x: &[f64], y: &[f64]) -> f64 {
    let (x4, x_rest) = x.as_chunks::<4>();
    let (y4, y_rest) = y.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for (x, y) in x4.iter().zip(y4) {
        for lane in 0..4 {
            sums[lane] += x[lane] * y[lane];
        }
    }
    let rest: f64 = x_rest.iter().zip(y_rest).map(|(x, y)| x * y).sum();
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

/// Replaces each row of `z` by its activation.
fn activate(activation: Activation, z: &mut Array2<f64>) {
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

/// Takes `d` from ∂L/∂A to ∂L/∂Z, given the outputs A: times 1 − a² for tanh, and for softmax the
/// product with its Jacobian, `aⱼ (dⱼ − Σᵢ dᵢ aᵢ)`, without building the matrix.
fn chain(activation: Activation, outputs: &Array2<f64>, d: &mut Array2<f64>) {
    match activation {
        Activation::Tanh => {
            Zip::from(d)
                .and(outputs)
                .for_each(|d, &a| *d *= 1.0 - a * a);
        }
        Activation::Softmax => {
            for (mut d, a) in d.rows_mut().into_iter().zip(outputs.rows()) {
                let mean = d.dot(&a);
                d -= mean;
                d *= &a;
            }
        }
    }
}
