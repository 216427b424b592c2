//! The network: the plan of its layers, and the prediction for one image.

use crate::{Activation, Error, Loss, Parameters, Result};
use ndarray::{Array1, Array2, ArrayRef1};
use rand::{Rng, RngExt};

/// More parameters than a lesson needs, few enough to fit any laptop's memory.
const MOST_PARAMETERS: usize = 50_000_000;

/// The ranges, from low to high, from which a layer's first parameters are drawn uniformly.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InitRange {
    /// The range of the biases.
    pub b: (f64, f64),
    /// The range of the weights; layer 0 has none.
    pub w: Option<(f64, f64)>,
}

/// The plan of a network: the dimension, the activation and the init ranges of each layer, and the loss
/// to train by.
///
/// Layer 0 has a bias and an activation and no weights; every other layer has all three. For an
/// image `x` of `N` pixels, with `s` the [pixel scale](Self::with_pixel_scale):
///
/// ```text
/// z₀ = s·x + b₀            a₀ = f₀(z₀)
/// zₗ = aₗ₋₁ · wₗ + bₗ      aₗ = fₗ(zₗ)      l = 1, 2, …
/// ```
///
/// The last `a` is the prediction. A network holds no parameters: they are an argument of everything
/// that it computes.
///
/// ```
/// use digits::{Activation, InitRange, Network};
/// let r = (6.0_f64 / (784.0 + 10.0)).sqrt();
/// let network = Network::new(
///     &[784, 10],
///     &[Activation::Tanh, Activation::Softmax],
///     &[
///         InitRange { b: (0.0, 0.0), w: None },
///         InitRange { b: (0.0, 0.0), w: Some((-r, r)) },
///     ],
/// )?;
/// assert_eq!(network, Network::glorot(&[784, 10])?);
/// # Ok::<(), digits::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    dimensions: Vec<usize>,
    activations: Vec<Activation>,
    ranges: Vec<InitRange>,
    pixel_scale: f64,
    pub(crate) loss: Loss,
}

/// What one layer receives and gives for one image; see the formulas of [`Network`].
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// What the layer receives: `z`, as many numbers as the layer's dimension.
    pub z: Array1<f64>,
    /// What it gives: the activation of `z`, as many numbers.
    pub a: Array1<f64>,
}

impl Network {
    /// A network from three lists of equal length, with one entry per layer.
    ///
    /// # Errors
    ///
    /// [`Error::Shape`] where the lists differ in length or are empty; [`Error::Value`] for a
    /// dimension of 0, more than 50 million parameters, a range that is not finite or has its low
    /// end above its high one, weights on layer 0, or a later layer without them.
    pub fn new(
        dimensions: &[usize],
        activations: &[Activation],
        ranges: &[InitRange],
    ) -> Result<Self> {
        let layers = dimensions.len();
        if layers == 0 {
            return Err(Error::shape("dimensions", "at least one layer", "none"));
        }
        let expected = format!("{layers} entries, one per layer");
        if activations.len() != layers {
            return Err(Error::shape("activations", expected, activations.len()));
        }
        if ranges.len() != layers {
            return Err(Error::shape("ranges", expected, ranges.len()));
        }
        check_dimensions(dimensions)?;
        for (layer, range) in ranges.iter().enumerate() {
            check_ranges(layer, range)?;
        }
        Ok(Self {
            dimensions: dimensions.to_vec(),
            activations: activations.to_vec(),
            ranges: ranges.to_vec(),
            pixel_scale: 1.0,
            loss: Loss::default(),
        })
    }

    /// The course's usual network of any depth: tanh on every layer but the last, softmax on the
    /// last, biases of 0, weights uniform in `±√(6 / (fan_in + fan_out))`.
    ///
    /// The range is that of Glorot and Bengio, "Understanding the difficulty of training deep
    /// feedforward neural networks" (2010), formula 16.
    ///
    /// # Errors
    ///
    /// As [`Network::new`].
    ///
    /// ```
    /// use digits::Network;
    /// let deeper = Network::glorot(&[784, 100, 10])?;
    /// assert_eq!(deeper.dimensions(), [784, 100, 10]);
    /// # Ok::<(), digits::Error>(())
    /// ```
    pub fn glorot(dimensions: &[usize]) -> Result<Self> {
        let mut activations = vec![Activation::Tanh; dimensions.len()];
        if let Some(last) = activations.last_mut() {
            *last = Activation::Softmax;
        }
        let fans = dimensions.windows(2).map(|fan| {
            let r = (6.0 / (fan[0] as f64 + fan[1] as f64)).sqrt();
            Some((-r, r))
        });
        let ranges: Vec<InitRange> = std::iter::once(None)
            .chain(fans)
            .map(|w| InitRange { b: (0.0, 0.0), w })
            .take(dimensions.len())
            .collect();
        Self::new(dimensions, &activations, &ranges)
    }

    /// The same network, which multiplies each pixel by `scale` before it does anything else.
    ///
    /// 1 takes pixels as they are, 0 to 255; `1.0 / 255.0` brings them into 0 to 1.
    ///
    /// # Errors
    ///
    /// [`Error::Value`] where `scale` is not finite.
    ///
    /// ```
    /// use digits::Network;
    /// let network = Network::glorot(&[784, 10])?.with_pixel_scale(1.0 / 255.0)?;
    /// assert_eq!(network.pixel_scale(), 1.0 / 255.0);
    /// # Ok::<(), digits::Error>(())
    /// ```
    pub fn with_pixel_scale(mut self, scale: f64) -> Result<Self> {
        if !scale.is_finite() {
            return Err(Error::value("scale", "a finite number", scale));
        }
        self.pixel_scale = scale;
        Ok(self)
    }

    /// The same network, trained by another loss: [`loss`](Self::loss) and [`gradient`](Self::gradient) are
    /// then of that one.
    ///
    /// # Errors
    ///
    /// [`Error::Value`] for [`Loss::CrossEntropy`] where the last activation is not softmax: only
    /// probabilities have a logarithm everywhere.
    ///
    /// ```
    /// use digits::{Loss, Network};
    /// let network = Network::glorot(&[784, 10])?.with_loss(Loss::CrossEntropy)?;
    /// # Ok::<(), digits::Error>(())
    /// ```
    pub fn with_loss(mut self, loss: Loss) -> Result<Self> {
        let last = self.activations().last();
        if loss == Loss::CrossEntropy && last != Some(&Activation::Softmax) {
            let expected = "a loss other than cross-entropy, which needs softmax on the last layer";
            return Err(Error::value("loss", expected, format!("{loss:?}")));
        }
        self.loss = loss;
        Ok(self)
    }

    /// The dimension of each layer, from pixels to classes.
    pub fn dimensions(&self) -> &[usize] {
        &self.dimensions
    }

    /// The activation of each layer.
    pub fn activations(&self) -> &[Activation] {
        &self.activations
    }

    /// What each pixel is multiplied by.
    pub fn pixel_scale(&self) -> f64 {
        self.pixel_scale
    }

    /// The number of classes: the dimension of the last layer.
    pub fn classes(&self) -> usize {
        self.dimensions[self.dimensions.len() - 1]
    }

    /// Random parameters, each uniform in its layer's range.
    ///
    /// The same generator from the same seed gives the same parameters, on every machine.
    ///
    /// NumPy equivalent: `rng.random(n) * (high - low) + low` for each layer, biases first.
    ///
    /// ```
    /// use digits::Network;
    /// use rand::SeedableRng;
    /// use rand_chacha::ChaCha8Rng;
    ///
    /// let network = Network::glorot(&[784, 10])?;
    /// let mut rng = ChaCha8Rng::seed_from_u64(1);
    /// let parameters = network.init(&mut rng);
    /// assert_eq!(parameters.w[1].dim(), (784, 10));
    /// assert!(parameters.w[1].iter().all(|w| w.abs() <= (6.0_f64 / 794.0).sqrt()));
    /// # Ok::<(), digits::Error>(())
    /// ```
    pub fn init(&self, rng: &mut impl Rng) -> Parameters {
        let mut parameters = self.zeros();
        for (layer, range) in self.ranges.iter().enumerate() {
            let mut draw = |(low, high): (f64, f64)| rng.random::<f64>() * (high - low) + low;
            parameters.b[layer].mapv_inplace(|_| draw(range.b));
            if let Some(w) = range.w {
                parameters.w[layer].mapv_inplace(|_| draw(w));
            }
        }
        parameters
    }

    /// The network's output for one image: one probability for each class, where the last
    /// activation is softmax.
    ///
    /// `image` holds as many pixels as layer 0 has dimensions, as `u8` or `f64`; the result has
    /// [`classes`](Self::classes) numbers.
    ///
    /// NumPy equivalent, for two layers:
    /// `softmax(np.tanh(image + b0) @ w1 + b1)`.
    ///
    /// # Errors
    ///
    /// [`Error::Shape`] where the parameters are not this network's or the image has another
    /// number of pixels; [`Error::Value`] for a pixel that is not finite.
    ///
    /// ```
    /// use digits::{ndarray::Array1, Network};
    /// use rand::SeedableRng;
    /// # use rand_chacha::ChaCha8Rng;
    /// let network = Network::glorot(&[784, 10])?;
    /// let parameters = network.init(&mut ChaCha8Rng::seed_from_u64(1));
    /// let p = network.predict(&Array1::<u8>::zeros(784), &parameters)?;
    /// assert!((p.sum() - 1.0).abs() < 1e-12);
    /// # Ok::<(), digits::Error>(())
    /// ```
    pub fn predict<P: Copy + Into<f64>>(
        &self,
        image: &ArrayRef1<P>,
        parameters: &Parameters,
    ) -> Result<Array1<f64>> {
        self.check_input(image, parameters)?;
        Ok(self.output(0, self.scaled(image), parameters))
    }

    /// What each layer receives and gives for one image, from layer 0 to the last, whose `a` is the
    /// [prediction](Self::predict).
    ///
    /// # Errors
    ///
    /// As [`Network::predict`].
    ///
    /// ```
    /// use digits::{ndarray::Array1, Network, tanh};
    /// # use {rand::SeedableRng, rand_chacha::ChaCha8Rng};
    /// let network = Network::glorot(&[784, 10])?;
    /// let parameters = network.init(&mut ChaCha8Rng::seed_from_u64(1));
    /// let image = Array1::<u8>::ones(784);
    /// let layers = network.layers(&image, &parameters)?;
    /// assert_eq!(layers[0].a, tanh(&layers[0].z));
    /// assert_eq!(layers[1].a, network.predict(&image, &parameters)?);
    /// # Ok::<(), digits::Error>(())
    /// ```
    pub fn layers<P: Copy + Into<f64>>(
        &self,
        image: &ArrayRef1<P>,
        parameters: &Parameters,
    ) -> Result<Vec<Layer>> {
        self.check_input(image, parameters)?;
        let x = self.scaled(image);
        let mut layers: Vec<Layer> = Vec::new();
        for (layer, activation) in self.activations.iter().enumerate() {
            let below = layers.last().map_or(&x, |below| &below.a);
            let z = self.z(layer, below, parameters);
            let a = activation.apply(&z);
            layers.push(Layer { z, a });
        }
        Ok(layers)
    }

    /// The loss of the prediction for one image: the [`squared_error`](crate::squared_error), or what
    /// [`with_loss`](Self::with_loss) says.
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
    /// let loss = network.loss(&Array1::<u8>::zeros(784), 3, &parameters)?;
    /// assert!((loss - 0.9).abs() < 1e-12); // each digit at 0.1: 0.9² + 9 · 0.1²
    /// # Ok::<(), digits::Error>(())
    /// ```
    pub fn loss<P: Copy + Into<f64>>(
        &self,
        image: &ArrayRef1<P>,
        label: u8,
        parameters: &Parameters,
    ) -> Result<f64> {
        self.loss.evaluate(&self.predict(image, parameters)?, label)
    }

    /// The pixels, multiplied by the pixel scale.
    pub(crate) fn scaled<P: Copy + Into<f64>>(&self, image: &ArrayRef1<P>) -> Array1<f64> {
        image.mapv(|pixel| pixel.into() * self.pixel_scale)
    }

    /// What the last layer gives when `a` reaches layer `first` from below.
    pub(crate) fn output(
        &self,
        first: usize,
        mut a: Array1<f64>,
        parameters: &Parameters,
    ) -> Array1<f64> {
        for layer in first..self.dimensions.len() {
            a = self.activations[layer].apply(&self.z(layer, &a, parameters));
        }
        a
    }

    /// What a layer receives when the one below gives `below`; below layer 0 is the scaled image.
    fn z(&self, layer: usize, below: &Array1<f64>, parameters: &Parameters) -> Array1<f64> {
        match layer {
            0 => below + &parameters.b[0],
            _ => below.dot(&parameters.w[layer]) + &parameters.b[layer],
        }
    }

    /// Parameters of this network's shapes, all 0.
    pub(crate) fn zeros(&self) -> Parameters {
        let fan_in = std::iter::once(0).chain(self.dimensions.iter().copied());
        Parameters {
            b: self.dimensions.iter().map(|&n| Array1::zeros(n)).collect(),
            w: fan_in
                .zip(&self.dimensions)
                .map(|(m, &n)| Array2::zeros((m, n)))
                .collect(),
        }
    }

    fn check_input<P: Copy + Into<f64>>(
        &self,
        image: &ArrayRef1<P>,
        parameters: &Parameters,
    ) -> Result<()> {
        self.check_parameters("parameters", parameters)?;
        self.check_pixels("image", image.len(), image.iter().copied())
    }

    pub(crate) fn check_parameters(&self, what: &str, parameters: &Parameters) -> Result<()> {
        let n = &self.dimensions;
        let fan_in = std::iter::once(0).chain(n.iter().copied());
        let b = parameters.b.iter().map(|b| b.len()).eq(n.iter().copied());
        let w = parameters.w.iter().map(|w| w.dim());
        if b && w.eq(fan_in.zip(n.iter().copied())) {
            return Ok(());
        }
        Err(Error::shape(
            what,
            self.zeros().shapes(),
            parameters.shapes(),
        ))
    }

    pub(crate) fn check_pixels<P: Copy + Into<f64>>(
        &self,
        what: &str,
        pixels: usize,
        mut values: impl Iterator<Item = P>,
    ) -> Result<()> {
        if pixels != self.dimensions[0] {
            let expected = format!("{} pixels", self.dimensions[0]);
            return Err(Error::shape(what, expected, pixels));
        }
        match values.find(|&pixel| !pixel.into().is_finite()) {
            Some(pixel) => Err(Error::value(what, "finite pixels", pixel.into())),
            None => Ok(()),
        }
    }

    pub(crate) fn check_labels(&self, images: usize, labels: &ArrayRef1<u8>) -> Result<()> {
        if images == 0 {
            return Err(Error::shape("images", "at least one image", "none"));
        }
        if labels.len() != images {
            let expected = format!("{images}, one per image");
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

fn check_dimensions(dimensions: &[usize]) -> Result<()> {
    let mut total = 0_usize;
    let mut fan_in = 0;
    for (layer, &n) in dimensions.iter().enumerate() {
        if n == 0 {
            let what = format!("dimensions[{layer}]");
            return Err(Error::value(&what, "at least 1", 0));
        }
        total = total.saturating_add(n.saturating_mul(fan_in).saturating_add(n));
        fan_in = n;
    }
    if total > MOST_PARAMETERS {
        let expected = format!("at most {MOST_PARAMETERS} parameters in all");
        return Err(Error::value("dimensions", expected, total));
    }
    Ok(())
}

fn check_ranges(layer: usize, range: &InitRange) -> Result<()> {
    if range.w.is_some() != (layer > 0) {
        let expected = if layer == 0 {
            "no weights (None)"
        } else {
            "a range"
        };
        let what = format!("ranges[{layer}].w");
        return Err(Error::value(&what, expected, format!("{:?}", range.w)));
    }
    for (name, (low, high)) in [("b", Some(range.b)), ("w", range.w)]
        .into_iter()
        .filter_map(|(name, range)| Some((name, range?)))
    {
        if !(low.is_finite() && high.is_finite() && low <= high) {
            let what = format!("ranges[{layer}].{name}");
            let found = format!("{low} to {high}");
            return Err(Error::value(&what, "a finite range, low to high", found));
        }
    }
    Ok(())
}
