//! Many images at once, as fast as the formulas allow, on all cores.
//!
//! The formulas are those of [`Network::predict`] and [`Network::gradient`] with a row an image. Layer 0, where nearly
//! all the work is, and the products with its output need only the inked pixels: `ink.rs` tells how. The layers above are
//! small and dense: one matrix product a layer, `Zₗ = Aₗ₋₁·wₗ + bₗ`.
//!
//! **A batch is cut into parts.** Each part has a fixed number of images and is one thread's work; their gradients are
//! summed in the order of the parts. So the result is the same on one core and on sixteen.

use crate::activation::softmax_in_place;
use crate::ink::{Background, Ink, Sums};
use crate::parallel::{in_parallel, with_team};
use crate::tanh::tanh_in_place;
use crate::{Activation, Error, Loss, Network, Parameters, Result, Set, cross_entropy};
use ndarray::{Array2, ArrayRef1, ArrayRef2, ArrayView1, ArrayView2, Axis, Zip};
use std::sync::{PoisonError, RwLock};

/// Images that are one thread's work: a batch of 100 makes two parts.
const PART: usize = 50;

/// What a pixel can be: `u8` or `f64`, for example.
pub trait Pixel: Copy + PartialOrd + From<u8> + Into<f64> + Sync {}

impl<P: Copy + PartialOrd + From<u8> + Into<f64> + Sync> Pixel for P {}

/// Images of a part, and their labels.
type Part<'a, P> = (ArrayView2<'a, P>, ArrayView1<'a, u8>);

/// What a part adds to the mean gradient and to the mean loss of its batch.
///
/// It is kept from batch to batch: to ask for new memory takes as long as to compute in it.
struct Share {
    gradient: Parameters,
    loss: f64,
    ink: Ink,
    sums: Sums,
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
    pub fn predict_batch<P: Pixel>(
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
                let mut ink = Ink::default();
                ink.find(&images, background);
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
    pub fn gradient_batch<P: Pixel>(
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
    pub(crate) fn gradient_and_loss<P: Pixel>(
        &self,
        parameters: &Parameters,
        images: &ArrayRef2<P>,
        labels: &ArrayRef1<u8>,
    ) -> Result<(Parameters, f64)> {
        let background = self.background(parameters);
        let share = |(part, mut share): (_, Share)| {
            self.share(
                parameters,
                background.as_ref(),
                labels.len(),
                &part,
                &mut share,
            )?;
            Ok(share)
        };
        let parts = self.parts(images.view(), labels.view())?;
        let parts = parts.into_iter().map(|part| (part, self.no_share()));
        let shares: Result<Vec<Share>> = in_parallel(parts.collect(), share).into_iter().collect();
        let mut shares = shares?;
        sum(&mut shares)?;
        let Share { gradient, loss, .. } = shares.swap_remove(0);
        Ok((gradient, loss))
    }

    /// Training's loop over the batches: for each, `step` gets the mean gradient and the mean loss,
    /// and changes the parameters.
    pub(crate) fn descend<'a, P: Pixel + 'a>(
        &self,
        start: &Parameters,
        batches: impl Iterator<Item = (ArrayView2<'a, P>, ArrayView1<'a, u8>)>,
        threads: usize,
        mut step: impl FnMut(&mut Parameters, &Parameters, f64) -> Result<()>,
    ) -> Result<Parameters> {
        let now = RwLock::new((start.clone(), self.background(start)));
        let share = |(batch, part, mut share): (usize, _, Share)| {
            let now = now.read().unwrap_or_else(PoisonError::into_inner);
            self.share(&now.0, now.1.as_ref(), batch, &part, &mut share)?;
            Ok(share)
        };
        with_team(threads, share, |team| {
            let mut shares: Vec<Share> = Vec::new();
            for (images, labels) in batches {
                let parts = self.parts(images, labels)?;
                shares.resize_with(parts.len(), || self.no_share());
                let work = parts.into_iter().zip(shares);
                let work = work.map(|(part, share)| (labels.len(), part, share));
                shares = team(work.collect()).into_iter().collect::<Result<_>>()?;
                sum(&mut shares)?;
                let mut now = now.write().unwrap_or_else(PoisonError::into_inner);
                let (parameters, background) = &mut *now;
                step(parameters, &shares[0].gradient, shares[0].loss)?;
                if let Some(background) = background {
                    background.update(parameters, self.pixel_scale());
                }
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

    fn no_share(&self) -> Share {
        Share {
            gradient: self.zeros(),
            loss: 0.0,
            ink: Ink::default(),
            sums: Sums::default(),
        }
    }

    /// Computes the share of a part in a batch of so many images.
    fn share<P: Pixel>(
        &self,
        parameters: &Parameters,
        background: Option<&Background>,
        batch: usize,
        (images, labels): &Part<'_, P>,
        share: &mut Share,
    ) -> Result<()> {
        let of_batch = 1.0 / batch as f64;
        match background {
            Some(background) => {
                share.ink.find(images, background);
                self.share_of_part(parameters, background, of_batch, labels, share);
                Ok(())
            }
            None => self.share_of_rows(parameters, images, of_batch, labels, share),
        }
    }

    /// The background, where the idea applies: tanh below at least one layer.
    fn background(&self, parameters: &Parameters) -> Option<Background> {
        let fits = self.activations()[0] == Activation::Tanh && self.dimensions().len() > 1;
        fits.then(|| {
            let mut background = Background::default();
            background.update(parameters, self.pixel_scale());
            background
        })
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
                None => ink.forward(background, self.dimensions()[1]),
                Some(below) => below.dot(&parameters.w[layer]) + &parameters.b[layer],
            };
            activate(self.activations()[layer], &mut z);
            a.push(z);
        }
        a
    }

    fn share_of_part(
        &self,
        parameters: &Parameters,
        background: &Background,
        of_batch: f64,
        labels: &ArrayRef1<u8>,
        share: &mut Share,
    ) {
        let mut a = self.forward_part(parameters, background, &share.ink);
        let outputs = a.pop().unwrap_or_default();
        let (mut d, loss) = self.last_layer(outputs, labels);
        share.loss = of_batch * loss;
        d *= of_batch;
        for layer in (1..self.dimensions().len()).rev() {
            share.gradient.b[layer] = d.sum_axis(Axis(0));
            if let Some(below) = a.pop() {
                share.gradient.w[layer] = below.t().dot(&d);
                d = d.dot(&parameters.w[layer].t());
                chain(self.activations()[layer - 1], &below, &mut d);
            }
        }
        let Share {
            ink,
            sums,
            gradient,
            ..
        } = share;
        ink.backward(background, &d, sums, gradient);
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
    fn predict_rows<P: Pixel>(
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

    /// [`Network::gradient`] and [`Network::loss`] for each row.
    fn share_of_rows<P: Pixel>(
        &self,
        parameters: &Parameters,
        images: &ArrayRef2<P>,
        of_batch: f64,
        labels: &ArrayRef1<u8>,
        share: &mut Share,
    ) -> Result<()> {
        share.gradient.scale(0.0);
        share.loss = 0.0;
        for (image, &label) in images.rows().into_iter().zip(labels) {
            let gradient = self.gradient(parameters, &image, label)?;
            share.gradient.add_scaled(of_batch, &gradient)?;
            share.loss += of_batch * self.loss(parameters, &image, label)?;
        }
        Ok(())
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
        Activation::Tanh => match z.as_slice_memory_order_mut() {
            Some(z) => tanh_in_place(z),
            None => z.mapv_inplace(f64::tanh),
        },
        Activation::Softmax => {
            for mut row in z.rows_mut() {
                softmax_in_place(&mut row);
            }
        }
    }
}

/// Adds all shares to the first, in their order.
fn sum(shares: &mut [Share]) -> Result<()> {
    if let [first, others @ ..] = shares {
        for other in others {
            first.gradient.add_scaled(1.0, &other.gradient)?;
            first.loss += other.loss;
        }
    }
    Ok(())
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
