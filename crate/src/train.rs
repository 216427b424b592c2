//! Training: step after step down the gradient, and how good the result is.

use crate::fast::{Done, Shard, Turn, above_pixels};
use crate::fast::{Team, cores, in_parallel, with_team};
use crate::{Error, Network, Parameters, Result, Set, Sgd, argmax};
use ndarray::{Array2, ArrayRef1, ArrayRef2, ArrayView1, ArrayView2, Axis};
use std::mem::take;
use std::sync::Arc;

/// Where an epoch stands, after each batch.
#[derive(Clone, Copy)]
pub struct Progress<'a> {
    /// Batches done, from 1.
    pub batch: usize,
    /// Batches in the epoch.
    pub batches: usize,
    /// The mean loss over this batch, before its step.
    pub loss: f64,
    shards: &'a [Shard],
    above: &'a Parameters,
}

impl Progress<'_> {
    /// The parameters after this batch's step, gathered from the threads that train them.
    ///
    /// ```
    /// use digits::{ndarray::{Array1, Array2}, Network, Set};
    /// # use {rand::SeedableRng, rand_chacha::ChaCha8Rng};
    /// let network = Network::glorot(&[784, 10])?;
    /// let set = Set::new(Array2::ones((20, 784)), Array1::from_elem(20, 7))?;
    /// let start = network.init(&mut ChaCha8Rng::seed_from_u64(1));
    /// let mut last = None;
    /// let trained = network.epoch(&start, &set, 5, 0.1, |p| last = Some(p.parameters()))?;
    /// assert_eq!(last, Some(trained));
    /// # Ok::<(), digits::Error>(())
    /// ```
    pub fn parameters(&self) -> Parameters {
        Shard::parameters(self.shards, self.above)
    }
}

impl std::fmt::Debug for Progress<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Progress")
            .field("batch", &self.batch)
            .field("batches", &self.batches)
            .field("loss", &self.loss)
            .finish_non_exhaustive()
    }
}

/// What one learning rate of a search led to.
#[derive(Clone, Debug)]
pub struct Trial {
    /// The learning rate.
    pub rate: f64,
    /// The accuracy on the validation set after one epoch, 0 to 1; 0 where the training diverged.
    pub accuracy: f64,
    /// The parameters that it led to; the starting ones where the training diverged.
    pub parameters: Parameters,
}

impl Network {
    /// One epoch of mini-batch stochastic gradient descent: for each batch of the set, in order, one
    /// step `parameters − rate · gradient`, with the gradient taken at the parameters so far.
    ///
    /// A last batch that is smaller is used too. `progress` is called after each batch. The
    /// parameters passed in stay as they are; the trained ones are returned.
    ///
    /// # Errors
    ///
    /// As [`Network::gradient_batch`]; [`Error::Value`] for a batch size of 0 or more than the set,
    /// or a rate that is not positive and finite; [`Error::Diverged`] where the loss is no longer a
    /// finite number, or a parameter is beyond a million.
    ///
    /// ```
    /// use digits::{ndarray::{Array1, Array2}, Network, Set};
    /// # use {rand::SeedableRng, rand_chacha::ChaCha8Rng};
    /// let network = Network::glorot(&[784, 10])?;
    /// let set = Set::new(Array2::ones((20, 784)), Array1::from_elem(20, 7))?;
    /// let start = network.init(&mut ChaCha8Rng::seed_from_u64(1));
    /// let trained = network.epoch(&start, &set, 5, 0.1, |p| println!("{}/{}", p.batch, p.batches))?;
    /// assert!(network.mean_loss(&trained, &set)? < network.mean_loss(&start, &set)?);
    /// # Ok::<(), digits::Error>(())
    /// ```
    pub fn epoch(
        &self,
        parameters: &Parameters,
        set: &Set,
        batch_size: usize,
        rate: f64,
        progress: impl FnMut(&Progress<'_>),
    ) -> Result<Parameters> {
        self.epoch_with(
            parameters,
            set,
            batch_size,
            &mut Sgd::new(rate, 0.0),
            progress,
        )
    }

    /// One epoch like [`epoch`](Self::epoch), with steps by `sgd`, whose velocity lives on for the
    /// next epoch. Where the epoch fails, `sgd` too stays as it was.
    ///
    /// # Errors
    ///
    /// As [`epoch`](Self::epoch); [`Error::Value`] for a momentum that is not from 0 to less than 1;
    /// [`Error::Shape`] where `sgd` has trained a network of other dimensions.
    ///
    /// ```
    /// use digits::{ndarray::{Array1, Array2}, Network, Set, Sgd};
    /// # use {rand::SeedableRng, rand_chacha::ChaCha8Rng};
    /// let network = Network::glorot(&[784, 10])?;
    /// let set = Set::new(Array2::ones((20, 784)), Array1::from_elem(20, 7))?;
    /// let mut parameters = network.init(&mut ChaCha8Rng::seed_from_u64(1));
    /// let mut sgd = Sgd::new(0.1, 0.9);
    /// for _ in 0..3 {
    ///     parameters = network.epoch_with(&parameters, &set, 5, &mut sgd, |_| {})?;
    /// }
    /// assert!(network.mean_loss(&parameters, &set)? < 0.01);
    /// # Ok::<(), digits::Error>(())
    /// ```
    pub fn epoch_with(
        &self,
        parameters: &Parameters,
        set: &Set,
        batch_size: usize,
        sgd: &mut Sgd,
        progress: impl FnMut(&Progress<'_>),
    ) -> Result<Parameters> {
        self.epoch_on(cores(), parameters, set, batch_size, sgd, progress)
    }

    /// An epoch on so many threads.
    fn epoch_on(
        &self,
        threads: usize,
        parameters: &Parameters,
        set: &Set,
        batch_size: usize,
        sgd: &mut Sgd,
        mut progress: impl FnMut(&Progress<'_>),
    ) -> Result<Parameters> {
        self.check_parameters("parameters", parameters)?;
        self.check_pixels("set", set.images().ncols(), std::iter::empty::<u8>())?;
        sgd.check(self)?;
        if batch_size == 0 || batch_size > set.len() {
            let expected = format!("1 to {}, the images of the set", set.len());
            return Err(Error::value("batch_size", expected, batch_size));
        }
        let batches = set.len().div_ceil(batch_size);
        let mut descent = Descent::new(self, parameters, sgd);
        let (images, labels) = (set.images(), set.labels());
        with_team(threads.min(descent.shards.len()), Turn::run, |team| {
            let images = images.axis_chunks_iter(Axis(0), batch_size);
            let labels = labels.axis_chunks_iter(Axis(0), batch_size);
            descent.run(team, images.zip(labels), |batch, loss, shards, above| {
                progress(&Progress {
                    batch,
                    batches,
                    loss,
                    shards,
                    above,
                });
            })
        })?;
        *sgd = Shard::sgd(&descent.shards, &descent.sgd);
        Ok(Shard::parameters(&descent.shards, &descent.above))
    }

    /// The share of a set's images that the network reads right, 0 to 1.
    ///
    /// NumPy equivalent: `(predict(images, parameters).argmax(axis=1) == labels).mean()`.
    ///
    /// # Errors
    ///
    /// As [`Network::mean_loss`].
    pub fn accuracy(&self, parameters: &Parameters, set: &Set) -> Result<f64> {
        let mut right = 0_usize;
        self.for_each_prediction(parameters, set, |y_pred, label| {
            right += usize::from(argmax(y_pred) == usize::from(label));
            Ok(())
        })?;
        Ok(right as f64 / set.len() as f64)
    }

    /// How often each digit is read as each: row = true label, column = predicted, classes × classes.
    ///
    /// NumPy equivalent: `np.add.at(counts, (labels, predicted), 1)`.
    ///
    /// # Errors
    ///
    /// As [`Network::mean_loss`]; [`Error::Value`] for a label that is no class.
    pub fn confusion(&self, parameters: &Parameters, set: &Set) -> Result<Array2<usize>> {
        let classes = self.classes();
        let mut counts = Array2::zeros((classes, classes));
        self.for_each_prediction(parameters, set, |y_pred, label| {
            let cell = counts.get_mut((usize::from(label), argmax(y_pred)));
            *cell.ok_or_else(|| Error::value("label", format!("below {classes}"), label))? += 1;
            Ok(())
        })?;
        Ok(counts)
    }

    /// A search over learning rates: one epoch for each, always from the same `parameters`, judged on
    /// the validation set. The trials come in the order of the rates; `progress` is called after each.
    ///
    /// A rate at which the training diverges gets accuracy 0, so that the search goes on.
    ///
    /// NumPy equivalent of a grid that covers orders of magnitude: `np.geomspace(0.001, 10, 9)`.
    ///
    /// # Errors
    ///
    /// As [`Network::epoch`], but for the divergence; [`Error::Shape`] for no rates.
    pub fn rate_search(
        &self,
        parameters: &Parameters,
        train: &Set,
        validation: &Set,
        batch_size: usize,
        rates: &[f64],
        mut progress: impl FnMut(&Trial),
    ) -> Result<Vec<Trial>> {
        if rates.is_empty() {
            return Err(Error::shape("rates", "at least one rate", "none"));
        }
        let mut trials = Vec::with_capacity(rates.len());
        // A core a rate: an epoch on one core wastes no time on waiting for the other parts of a batch.
        for some in rates.chunks(cores()) {
            for trial in in_parallel(some.to_vec(), |rate| {
                self.trial(parameters, train, validation, batch_size, rate)
            }) {
                let trial = trial?;
                progress(&trial);
                trials.push(trial);
            }
        }
        Ok(trials)
    }

    /// One epoch, judged on the validation set.
    fn trial(
        &self,
        parameters: &Parameters,
        train: &Set,
        validation: &Set,
        batch_size: usize,
        rate: f64,
    ) -> Result<Trial> {
        let mut sgd = Sgd::new(rate, 0.0);
        match self.epoch_on(1, parameters, train, batch_size, &mut sgd, |_| {}) {
            Ok(trained) => Ok(Trial {
                rate,
                accuracy: self.accuracy(&trained, validation)?,
                parameters: trained,
            }),
            Err(Error::Diverged { .. }) => Ok(Trial {
                rate,
                accuracy: 0.0,
                parameters: parameters.clone(),
            }),
            Err(error) => Err(error),
        }
    }
}

/// An epoch under way: the pixels' parameters are in the shards, all others above them.
struct Descent<'a> {
    network: &'a Network,
    shards: Vec<Shard>,
    above: Parameters,
    gradient: Parameters,
    sgd: Sgd,
}

/// A batch whose step is done above the pixels, but not yet in the shards.
struct Begun {
    d: Arc<Array2<f64>>,
    loss: f64,
    too_large: Option<f64>,
}

impl<'a> Descent<'a> {
    fn new(network: &'a Network, start: &Parameters, sgd: &Sgd) -> Self {
        let shards = network.shards(start, Some(sgd));
        let above = |all: &Parameters| {
            if shards.is_empty() {
                all.clone()
            } else {
                above_pixels(all)
            }
        };
        let (above, sgd) = (above(start), sgd.part(above));
        Self {
            network,
            shards,
            gradient: above.clone(),
            above,
            sgd,
        }
    }

    /// A step a batch; `told` hears of each when it is done.
    fn run<'b>(
        &mut self,
        team: Team<Turn<'b, u8>, Result<Done>>,
        batches: impl Iterator<Item = (ArrayView2<'b, u8>, ArrayView1<'b, u8>)>,
        mut told: impl FnMut(usize, f64, &[Shard], &Parameters),
    ) -> Result<()> {
        let mut before: Option<Begun> = None;
        for (batch, next) in batches.map(Some).chain([None]).enumerate() {
            let turns = take(&mut self.shards).into_iter().map(|shard| Turn {
                shard,
                d: before.as_ref().map(|begun| begun.d.clone()),
                images: next.map(|(images, _)| images),
            });
            let done = Done::gathered(team(turns.collect()))?;
            self.shards = done.shards;
            if let Some(begun) = before.take() {
                if let Some(parameter) = done.too_large.or(begun.too_large) {
                    return Err(diverged(batch - 1, "a parameter", parameter));
                }
                told(batch, begun.loss, &self.shards, &self.above);
            }
            if let Some((images, labels)) = next {
                before = Some(self.begin(batch, done.product, &images, &labels)?);
            }
        }
        Ok(())
    }

    /// The step above the pixels, where the shards are waited for.
    fn begin(
        &mut self,
        batch: usize,
        product: Array2<f64>,
        images: &ArrayRef2<u8>,
        labels: &ArrayRef1<u8>,
    ) -> Result<Begun> {
        let network = self.network;
        network.check_labels(images.nrows(), labels)?;
        let mut d = Array2::default((0, 0));
        let loss;
        if self.shards.is_empty() {
            (self.gradient, loss) = network.gradient_of_rows(&self.above, images, labels)?;
        } else {
            (d, loss) = network.gradient_above(&self.above, product, labels, &mut self.gradient);
        }
        if !loss.is_finite() {
            return Err(diverged(batch, "the loss", loss));
        }
        let too_large = self.sgd.step(&mut self.above, &self.gradient)?;
        Ok(Begun {
            d: Arc::new(d),
            loss,
            too_large,
        })
    }
}

/// The trial with the highest accuracy, the first of equal ones; none where there are no trials.
///
/// ```
/// assert!(digits::best_trial(&[]).is_none());
/// ```
pub fn best_trial(trials: &[Trial]) -> Option<&Trial> {
    trials.iter().reduce(|best, trial| {
        if trial.accuracy > best.accuracy {
            trial
        } else {
            best
        }
    })
}

fn diverged(batch: usize, what: &'static str, value: f64) -> Error {
    Error::Diverged { batch, what, value }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use crate::{Network, Set, Sgd};
    use ndarray::{Array1, Array2};
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn the_number_of_threads_changes_no_bit() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let images = Array2::from_shape_simple_fn((70, 784), || {
            u8::from(rng.random_bool(0.2)) * rng.random::<u8>()
        });
        let labels = Array1::from_shape_fn(70, |i| (i % 10) as u8);
        let set = Set::new(images, labels).unwrap();
        for dimensions in [&[784, 10][..], &[784, 12, 10]] {
            let network = Network::glorot(dimensions).unwrap();
            let start = network.init(&mut rng);
            let trained = |threads| {
                let mut sgd = Sgd::new(0.1, 0.9);
                let once = network.epoch_on(threads, &start, &set, 30, &mut sgd, |_| {});
                let twice = network.epoch_on(threads, &once.unwrap(), &set, 30, &mut sgd, |_| {});
                (twice.unwrap(), sgd)
            };
            let one = trained(1);
            assert_ne!(one.0, start);
            for threads in [2, 5] {
                assert_eq!(trained(threads), one);
            }
        }
    }
}
