//! Many images at once, as fast as the formulas allow, on all cores.
//!
//! The formulas are those of [`Network::predict`] and [`Network::gradient`] with a row an image. Layer 0, where nearly
//! all the work is, and the products with its output need only the inked pixels: `ink.rs` tells how. The layers above are
//! small and dense: one matrix product a layer, `Zₗ = Aₗ₋₁·wₗ + bₗ`.
//!
//! **A batch is cut into parts.** Each part has a fixed number of images and is one thread's work; their gradients are
//! summed in the order of the parts. So the result is the same on one core and on sixteen.

use crate::ink::{Background, Ink};
use crate::parallel::{in_parallel, with_team};
use crate::{Activation, Error, Loss, Network, Parameters, Result, Set, cross_entropy, softmax};
use ndarray::{Array2, ArrayRef1, ArrayRef2, ArrayView1, ArrayView2, Axis, Zip};
use std::sync::{PoisonError, RwLock};

/// Images that are one thread's work: a batch of 100 makes two parts.
const PART: usize = 50;

/// Images of a part, and their labels.
type Part<'a, P> = (ArrayView2<'a, P>, ArrayView1<'a, u8>);

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
        let background = self.background(parameters);
        let parts = self.parts(images.view(), labels.view())?;
        let sums = in_parallel(parts, |part| {
            self.sum(parameters, background.as_ref(), &part)
        });
        self.mean(parameters, background.as_ref(), sums, labels.len())
    }

    /// Training's loop over the batches: for each, `step` gets the mean gradient and the mean loss,
    /// and changes the parameters.
    pub(crate) fn descend<'a, P: Copy + Into<f64> + Sync + 'a>(
        &self,
        start: &Parameters,
        batches: impl Iterator<Item = (ArrayView2<'a, P>, ArrayView1<'a, u8>)>,
        threads: usize,
        mut step: impl FnMut(&mut Parameters, &Parameters, f64) -> Result<()>,
    ) -> Result<Parameters> {
        let now = RwLock::new((start.clone(), self.background(start)));
        let sum = |part| {
            let now = now.read().unwrap_or_else(PoisonError::into_inner);
            self.sum(&now.0, now.1.as_ref(), &part)
        };
        with_team(threads, sum, |team| {
            for (images, labels) in batches {
                let share = labels.len();
                let sums = team(self.parts(images, labels)?);
                let mut now = now.write().unwrap_or_else(PoisonError::into_inner);
                let (gradient, loss) = self.mean(&now.0, now.1.as_ref(), sums, share)?;
                step(&mut now.0, &gradient, loss)?;
                now.1 = self.background(&now.0);
            }
            Ok(())
        })?;
        let (trained, _) = now.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(trained)
    }

    /// Cuts a batch into parts.
    fn parts<'a, P>(
        &self,
        mut images: ArrayView2<'a, P>,
        mut labels: ArrayView1<'a, u8>,
    ) -> Result<Vec<Part<'a, P>>> {
        self.check_labels(images.nrows(), &labels)?;
        let mut parts = Vec::new();
        while labels.len() > PART {
            let (first_images, other_images) = images.split_at(Axis(0), PART);
            let (first_labels, other_labels) = labels.split_at(Axis(0), PART);
            parts.push((first_images, first_labels));
            (images, labels) = (other_images, other_labels);
        }
        parts.push((images, labels));
        Ok(parts)
    }

    /// The sums of the gradients and of the losses of a part, but for the background's share.
    fn sum<P: Copy + Into<f64>>(
        &self,
        parameters: &Parameters,
        background: Option<&Background>,
        (images, labels): &Part<'_, P>,
    ) -> Result<(Parameters, f64)> {
        match background {
            Some(background) => {
                let ink = self.ink(parameters, background, images);
                Ok(self.sum_part(parameters, background, &ink, labels))
            }
            None => self.sum_rows(parameters, images, labels),
        }
    }

    /// The mean gradient and the mean loss from the sums of the parts.
    fn mean(
        &self,
        parameters: &Parameters,
        background: Option<&Background>,
        sums: Vec<Result<(Parameters, f64)>>,
        images: usize,
    ) -> Result<(Parameters, f64)> {
        let (mut mean, mut loss) = (self.zeros(), 0.0);
        let share = 1.0 / images as f64;
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
        Ink::new(images, &parameters.b[0], background, self.pixel_scale())
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
                None => ink.forward(&parameters.w[1], background),
                Some(below) => below.dot(&parameters.w[layer]) + &parameters.b[layer],
            };
            activate(self.activations()[layer], &mut z);
            a.push(z);
        }
        a
    }

    fn sum_part(
        &self,
        parameters: &Parameters,
        background: &Background,
        ink: &Ink,
        labels: &ArrayRef1<u8>,
    ) -> (Parameters, f64) {
        let mut a = self.forward_part(parameters, background, ink);
        let outputs = a.pop().unwrap_or_default();
        let (mut d, loss) = self.last_layer(outputs, labels);
        let mut gradient = self.zeros();
        for layer in (1..self.dimensions().len()).rev() {
            gradient.b[layer] = d.sum_axis(Axis(0));
            if let Some(below) = a.pop() {
                gradient.w[layer] = below.t().dot(&d);
                d = d.dot(&parameters.w[layer].t());
                chain(self.activations()[layer - 1], &below, &mut d);
            }
        }
        ink.backward(&parameters.w[1], background, &d, &mut gradient);
        (gradient, loss)
    }

    /// `∂L/∂Z` of the last layer, a row an image, and the sum of the losses.
    fn last_layer(&self, outputs: Array2<f64>, labels: &ArrayRef1<u8>) -> (Array2<f64>, f64) {
        let mut d = outputs.clone();
        for (mut row, &label) in d.rows_mut().into_iter().zip(labels) {
            row[usize::from(label)] -= 1.0;
        }
        let loss = match self.loss {
            Loss::SquaredError => d.iter().map(|d| d * d).sum(),
            Loss::CrossEntropy => {
                let rows = outputs.rows().into_iter().zip(labels);
                // The labels were checked, so no image is left out.
                rows.filter_map(|(row, &label)| cross_entropy(&row, label).ok())
                    .sum()
            }
        };
        if let (Loss::SquaredError, Some(&last)) = (self.loss, self.activations().last()) {
            d *= 2.0;
            chain(last, &outputs, &mut d);
        }
        (d, loss)
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
