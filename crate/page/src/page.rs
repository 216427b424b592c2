//! What a page asks of the crate. The formulas are the crate's; here they are only called.

use digits::data::PIXELS;
use digits::ndarray::{Array1, Array2, ArrayView1, Axis, s};
use digits::rand::SeedableRng;
use digits::rand_chacha::ChaCha8Rng;
use digits::{
    Activation, Difference, Error, InitRange, Loss, Network, Parameters, Result, Set, Sgd, argmax,
    d_softmax, d_tanh, one_hot, tanh,
};
use std::mem::replace;

/// One network, the images that it trains with, and those that it is judged by.
pub struct Page {
    network: Network,
    parameters: Parameters,
    train: Set,
    held: Set,
    sgd: Sgd,
    batch: usize,
    rng: ChaCha8Rng,
    /// This epoch's order of the images, and how many of them are done.
    order: Set,
    done: usize,
}

/// The step of the measured slopes of [`Page::formula`].
const H: f64 = 1e-5;

impl Page {
    /// A fresh 784–10, without images.
    pub fn new() -> Result<Self> {
        let none = Set::new(Array2::zeros((0, PIXELS)), Array1::zeros(0))?;
        let network = Network::glorot(&[PIXELS, 10])?;
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        Ok(Self {
            parameters: network.init(&mut rng),
            network,
            train: none.clone(),
            held: none.clone(),
            sgd: Sgd::new(0.1),
            batch: 100,
            rng,
            order: none,
            done: 0,
        })
    }

    /// Takes images: a byte for each label, then 784 for each image. The first `train` are to train with.
    /// Answers how many there are of both kinds.
    pub fn images(&mut self, bytes: &[u8], train: usize) -> Result<Vec<f64>> {
        let all = set(bytes)?;
        self.train = all.first(train)?;
        self.held = part(&all, train, all.len())?;
        Ok(vec![train as f64, self.held.len() as f64])
    }

    /// A fresh network, 784–10 or with a hidden layer, from a seed: `init`, then the first order of the images.
    pub fn start(
        &mut self,
        hidden: usize,
        scale: f64,
        loss: usize,
        [rate, momentum]: [f64; 2],
        batch: usize,
        seed: u32,
    ) -> Result<Vec<f64>> {
        let dimensions: &[usize] = if hidden == 0 {
            &[PIXELS, 10]
        } else {
            &[PIXELS, hidden, 10]
        };
        let loss = one_of([Loss::SquaredError, Loss::CrossEntropy], loss as f64)?;
        self.network = Network::glorot(dimensions)?
            .with_pixel_scale(scale)?
            .with_loss(loss)?;
        self.rng = ChaCha8Rng::seed_from_u64(seed.into());
        self.parameters = self.network.init(&mut self.rng);
        self.sgd = Sgd::new(rate).momentum(momentum);
        self.batch = batch;
        self.order = self.train.shuffled(&mut self.rng);
        self.done = 0;
        Ok(vec![])
    }

    /// A trained network: dimension and activation of each layer (tanh 0, softmax 1), then all parameters, layer by
    /// layer, biases first.
    pub fn load(&mut self, numbers: &[f64], layers: usize, scale: f64) -> Result<Vec<f64>> {
        if layers < 2 {
            return Err(wrong("layers", "2 or more", &layers.to_string()));
        }
        let mut numbers = numbers.iter().copied();
        let mut next = || {
            let short = || wrong("numbers", "the parameters of each layer", "the end");
            numbers.next().ok_or_else(short)
        };
        let (mut dimensions, mut activations, mut ranges) = (vec![], vec![], vec![]);
        for layer in 0..layers {
            let zero = (0.0, 0.0);
            dimensions.push(next()? as usize);
            activations.push(one_of([Activation::Tanh, Activation::Softmax], next()?)?);
            ranges.push(InitRange {
                b: zero,
                w: (layer > 0).then_some(zero),
            });
        }
        let network = Network::new(&dimensions, &activations, &ranges)?.with_pixel_scale(scale)?;
        let mut parameters = network.init(&mut self.rng);
        for (b, w) in parameters.b.iter_mut().zip(&mut parameters.w) {
            for number in b.iter_mut().chain(w.iter_mut()) {
                *number = next()?;
            }
        }
        (self.network, self.parameters) = (network, parameters);
        Ok(vec![])
    }

    /// So many steps of training, over the end of an epoch if need be. Answers the loss of each, before its step.
    pub fn train(&mut self, batches: usize) -> Result<Vec<f64>> {
        let mut losses = Vec::new();
        for _ in 0..batches {
            if self.done >= self.order.len() {
                self.order = self.train.shuffled(&mut self.rng);
                self.done = 0;
            }
            let end = self.order.len().min(self.done + self.batch);
            let images = part(&self.order, self.done, end)?;
            let sgd = replace(&mut self.sgd, Sgd::new(0.0));
            // An epoch of one batch. The velocity stays in `sgd`.
            self.sgd = sgd.batch(images.len());
            let watch = |now: &digits::Progress<'_>| losses.push(now.loss);
            self.parameters =
                self.network
                    .epoch_watched(&self.parameters, &images, &mut self.sgd, watch)?;
            self.done = end;
        }
        Ok(losses)
    }

    /// Loss and accuracy on the images that it does not train with.
    pub fn judge(&self) -> Result<Vec<f64>> {
        let loss = self.network.mean_loss(&self.held, &self.parameters)?;
        Ok(vec![
            loss,
            self.network.accuracy(&self.held, &self.parameters)?,
        ])
    }

    /// The held-out images that it misreads: for each image its number among all, its label, what is read, and how probable that is.
    pub fn mistakes(&self) -> Result<Vec<f64>> {
        let outputs = self
            .network
            .predict_batch(&self.held.images(), &self.parameters)?;
        let mut mistakes = Vec::new();
        for (i, (p, &label)) in outputs
            .rows()
            .into_iter()
            .zip(self.held.labels())
            .enumerate()
        {
            let read = argmax(&p);
            if read != usize::from(label) {
                mistakes.extend([
                    (self.train.len() + i) as f64,
                    label.into(),
                    read as f64,
                    p[read],
                ]);
            }
        }
        Ok(mistakes)
    }

    /// The weights into the first units of layer 1, unit by unit, 784 for each.
    pub fn weights(&self, most: usize) -> Vec<f64> {
        let columns = self.parameters.w[1].axis_iter(Axis(1));
        columns.take(most).flat_map(|unit| unit.to_vec()).collect()
    }

    /// Lesson 3's forward pass and backpropagation of one image, with the numbers of a pixel and a digit, and the
    /// slopes measured beside them; `formula.js` has their names. The network has no hidden layer.
    pub fn formula(&self, image: usize, pixel: usize, digit: usize) -> Result<Vec<f64>> {
        let (network, parameters) = (&self.network, &self.parameters);
        let (x, label) = (self.train.image(image)?, self.train.label(image)?);
        let layers = network.layers(&x, parameters)?;
        let gradient = network.gradient(&x, label, parameters)?;
        let ([a0, z1, a1], w1) = ([&layers[0].a, &layers[1].z, &layers[1].a], &parameters.w[1]);
        if pixel >= PIXELS || digit >= z1.len() || parameters.w.len() > 2 {
            let expected = "a pixel and a digit of a network without hidden layers";
            return Err(wrong("formula", expected, &format!("{pixel} and {digit}")));
        }
        let (i, j, b1) = (pixel, digit, parameters.b[1][digit]);
        let y = one_hot(label, z1.len())?;
        let squares = (&y - a1).mapv(|e| e * e);
        let d_a1 = -2.0 * (&y - a1);
        let own = d_softmax(z1)[[j, j]] * d_a1[j];
        let d_z1 = &gradient.b[1];
        let by_digit = &w1.row(i) * d_z1;
        let measured = |entry: &dyn Fn(&mut Parameters) -> &mut f64| {
            let mut moved = parameters.clone();
            let value = *entry(&mut moved);
            let loss = |value| {
                *entry(&mut moved) = value;
                network.loss(&x, label, &moved).unwrap_or(f64::NAN)
            };
            Difference::Central.slope(loss, value, H)
        };
        let (loss, product) = (network.loss(&x, label, parameters)?, a0[i] * w1[[i, j]]);
        let (d_a0, z0) = (by_digit.sum(), &layers[0].z);
        #[rustfmt::skip]
        let numbers = vec![
            f64::from(x[i]) * network.pixel_scale(), parameters.b[0][i], z0[i], a0[i],
            w1[[i, j]], product, z1[j] - product - b1, b1, z1[j],
            a1[j], y[j], squares[j], loss - squares[j], loss,
            d_a1[j], own, d_z1[j] - own, d_z1[j],
            gradient.b[1][j], measured(&|p| &mut p.b[1][j]),
            gradient.w[1][[i, j]], measured(&|p| &mut p.w[1][[i, j]]),
            by_digit[j], d_a0 - by_digit[j], d_a0,
            d_tanh(&z0.slice(s![i..=i]))[0], gradient.b[0][i], measured(&|p| &mut p.b[0][i]),
        ];
        Ok(numbers)
    }

    /// The probability of each class for one image.
    pub fn read(&self, image: &[u8]) -> Result<Vec<f64>> {
        Ok(self
            .network
            .predict(&ArrayView1::from(image), &self.parameters)?
            .to_vec())
    }

    /// Why the network answers a class: for each pixel, ink times minus the slope of that class's cross-entropy, so that
    /// what is above 0 speaks for it; then the units of the one hidden layer that add most to its logit: for each what it
    /// adds, and its 784 weights.
    pub fn reasons(&self, image: &[u8], class: u8, units: usize) -> Result<Vec<f64>> {
        let image = ArrayView1::from(image);
        let network = self.network.clone();
        // Without softmax at its end, a network has only the other loss.
        let network = network
            .clone()
            .with_loss(Loss::CrossEntropy)
            .unwrap_or(network);
        let slope = network.input_gradient(&image, class, &self.parameters)?;
        let mut reasons = (slope * image.mapv(f64::from)).mapv(|ink| -ink).to_vec();
        let (a, w) = (
            network.layers(&image, &self.parameters)?,
            &self.parameters.w,
        );
        if w.len() == 3 {
            let adds = &a[1].a * &w[2].column(class.into());
            let mut loudest: Vec<usize> = (0..adds.len()).collect();
            loudest.sort_by(|&a, &b| adds[b].total_cmp(&adds[a]));
            for unit in loudest.into_iter().take(units) {
                reasons.push(adds[unit]);
                reasons.extend(w[1].column(unit));
            }
        }
        Ok(reasons)
    }
}

/// tanh at n places from one end to the other.
pub fn curve(from: f64, to: f64, n: usize) -> Vec<f64> {
    tanh(&Array1::linspace(from, to, n)).to_vec()
}

/// The slope of tanh at x: derived, measured forward, measured to both sides; then tanh at x, x + h and x − h.
pub fn slopes(x: f64, h: f64) -> Vec<f64> {
    let at = ArrayView1::from(&[x, x + h, x - h]).to_owned();
    let measured = |way: Difference| way.slope(f64::tanh, x, h);
    let mut slopes = vec![
        d_tanh(&at)[0],
        measured(Difference::Forward),
        measured(Difference::Central),
    ];
    slopes.extend(tanh(&at));
    slopes
}

fn set(bytes: &[u8]) -> Result<Set> {
    let n = bytes.len() / (PIXELS + 1);
    let (labels, pixels) = bytes.split_at(n);
    let images = Array2::from_shape_vec((n, PIXELS), pixels.to_vec());
    let images =
        images.map_err(|_| wrong("bytes", "785 for each image", &bytes.len().to_string()))?;
    Set::new(images, labels.to_vec().into())
}

/// Some images of a set, as a set.
fn part(set: &Set, from: usize, to: usize) -> Result<Set> {
    let images = set.images().slice(s![from..to, ..]).to_owned();
    Set::new(images, set.labels().slice(s![from..to]).to_owned())
}

/// The one with this number: 0 or 1.
fn one_of<T: Copy>(both: [T; 2], number: f64) -> Result<T> {
    let found = both.iter().zip([0.0, 1.0]).find(|(_, n)| *n == number);
    let found = found.map(|(one, _)| *one);
    found.ok_or_else(|| wrong("a choice", "0 or 1", &number.to_string()))
}

fn wrong(what: &str, expected: &str, found: &str) -> Error {
    let [what, expected, found] = [what, expected, found].map(str::to_owned);
    Error::Value {
        what,
        expected,
        found,
    }
}
