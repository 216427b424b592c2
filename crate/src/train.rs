//! Training: an epoch of gradient descent, and the search for a learning rate.
//!
//! [`Network::plain_epoch`] is the epoch as the lesson writes it. [`Network::epoch`] takes the same steps
//! through the fast engine; the test `plain_and_fast` holds the two together.

use crate::fast::{self, in_parallel};
use crate::{Error, Network, Parameters, Result, Set, Sgd};
use std::ops::ControlFlow;

/// Where an epoch stands, after each batch.
#[derive(Clone, Copy)]
pub struct Progress<'a> {
    /// How many batches are done.
    pub batch: usize,
    /// Batches in the epoch.
    pub batches: usize,
    /// The mean loss over this batch, before its step.
    pub loss: f64,
    parameters: &'a dyn Fn() -> Parameters,
}

impl Progress<'_> {
    /// The parameters after this batch's step, put together when this is called.
    ///
    /// ```
    /// use digits::{ndarray::{Array1, Array2}, Network, Set, Sgd};
    /// # use {rand::SeedableRng, rand_chacha::ChaCha8Rng};
    /// let network = Network::glorot(&[784, 10])?;
    /// let set = Set::new(Array2::ones((20, 784)), Array1::from_elem(20, 7))?;
    /// let start = network.init(&mut ChaCha8Rng::seed_from_u64(1));
    /// let mut sgd = Sgd::new(0.1).batch(5);
    /// let mut last = None;
    /// let trained =
    ///     network.epoch_watched(&start, &set, &mut sgd, |p| last = Some(p.parameters()))?;
    /// assert_eq!(last, Some(trained));
    /// # Ok::<(), digits::Error>(())
    /// ```
    pub fn parameters(&self) -> Parameters {
        (self.parameters)()
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

/// A finished search over learning rates.
#[derive(Clone, Debug)]
pub struct Search {
    /// One trial per rate, in the order of the rates.
    pub trials: Vec<Trial>,
    best: Trial,
}

impl Search {
    /// The trial with the highest accuracy; of equal ones the first.
    pub fn best(&self) -> &Trial {
        &self.best
    }
}

impl Network {
    /// One epoch of mini-batch gradient descent, one image at a time, as it is written on paper: for
    /// each batch of the set, in order, the mean of the gradients, and one step.
    ///
    /// [`epoch`](Self::epoch) takes the same steps faster.
    ///
    /// # Errors
    ///
    /// As [`epoch`](Self::epoch), but for a loss that is no finite number: no loss is computed here.
    ///
    /// ```
    /// use digits::{ndarray::{Array1, Array2}, Network, Set, Sgd, largest_difference};
    /// # use {rand::SeedableRng, rand_chacha::ChaCha8Rng};
    /// let network = Network::glorot(&[784, 10])?;
    /// let set = Set::new(Array2::ones((20, 784)), Array1::from_elem(20, 7))?;
    /// let start = network.init(&mut ChaCha8Rng::seed_from_u64(1));
    /// let plain = network.plain_epoch(&start, &set, &mut Sgd::new(0.1).batch(5))?;
    /// let fast = network.epoch(&start, &set, &mut Sgd::new(0.1).batch(5))?;
    /// assert!(largest_difference(&plain.w[1], &fast.w[1]) < 1e-12);
    /// # Ok::<(), digits::Error>(())
    /// ```
    pub fn plain_epoch(&self, start: &Parameters, set: &Set, sgd: &mut Sgd) -> Result<Parameters> {
        self.check_epoch(start, set, sgd)?;
        let (mut parameters, mut moving) = (start.clone(), sgd.clone());
        for (batch, first) in (0..set.len()).step_by(sgd.batch).enumerate() {
            let images = first..set.len().min(first + sgd.batch);
            let share = 1.0 / images.len() as f64;
            let mut mean = self.zeros();
            for i in images {
                let gradient = self.gradient(&set.image(i)?, set.label(i)?, &parameters)?;
                mean.add_scaled(share, &gradient)?;
            }
            if let Some(value) = moving.step(&mut parameters, &mean)? {
                let what = "a parameter";
                return Err(Error::Diverged { batch, what, value });
            }
        }
        *sgd = moving;
        Ok(parameters)
    }

    /// One epoch of mini-batch stochastic gradient descent: for each batch of the set, in order, one
    /// step by `sgd`, with the mean gradient taken at the parameters so far.
    ///
    /// A last batch that is smaller is used too. The parameters passed in stay as they are; the trained
    /// ones are returned. The velocity in `sgd` lives on for the next epoch. Where the epoch fails,
    /// `sgd` too stays as it was. Where *Interrupt* is pressed, the epoch ends after the batch at hand, with
    /// the parameters so far.
    ///
    /// # Errors
    ///
    /// As [`Network::gradient_batch`]; [`Error::Value`] for a batch of 0 images or more than the set
    /// has, a rate that is not positive and finite, or a momentum that is not from 0 to less than 1;
    /// [`Error::Shape`] where `sgd` has trained a network of other dimensions; [`Error::Diverged`] where
    /// the loss is no longer a finite number, or a parameter is beyond a million.
    ///
    /// ```
    /// use digits::{ndarray::{Array1, Array2}, Network, Set, Sgd};
    /// # use {rand::SeedableRng, rand_chacha::ChaCha8Rng};
    /// let network = Network::glorot(&[784, 10])?;
    /// let set = Set::new(Array2::ones((20, 784)), Array1::from_elem(20, 7))?;
    /// let mut parameters = network.init(&mut ChaCha8Rng::seed_from_u64(1));
    /// let mut sgd = Sgd::new(0.1).momentum(0.9).batch(5);
    /// for _ in 0..3 {
    ///     parameters = network.epoch(&parameters, &set, &mut sgd)?;
    /// }
    /// assert!(network.mean_loss(&set, &parameters)? < 0.01);
    /// # Ok::<(), digits::Error>(())
    /// ```
    pub fn epoch(&self, start: &Parameters, set: &Set, sgd: &mut Sgd) -> Result<Parameters> {
        self.epoch_watched(start, set, sgd, |_| {})
    }

    /// An [`epoch`](Self::epoch) that calls `watch` after each batch.
    ///
    /// # Errors
    ///
    /// As [`epoch`](Self::epoch).
    ///
    /// ```
    /// use digits::{ndarray::{Array1, Array2}, Network, Set, Sgd};
    /// # use {rand::SeedableRng, rand_chacha::ChaCha8Rng};
    /// let network = Network::glorot(&[784, 10])?;
    /// let set = Set::new(Array2::ones((20, 784)), Array1::from_elem(20, 7))?;
    /// let start = network.init(&mut ChaCha8Rng::seed_from_u64(1));
    /// let mut losses = Vec::new();
    /// network.epoch_watched(&start, &set, &mut Sgd::new(0.1).batch(5), |p| losses.push(p.loss))?;
    /// assert!(losses.len() == 4 && losses[3] < losses[0]);
    /// # Ok::<(), digits::Error>(())
    /// ```
    pub fn epoch_watched(
        &self,
        start: &Parameters,
        set: &Set,
        sgd: &mut Sgd,
        mut watch: impl FnMut(&Progress<'_>),
    ) -> Result<Parameters> {
        self.epoch_on(fast::cores(), start, set, sgd, &mut watch)
    }

    /// An epoch on so many threads. Not generic: compiled with this crate, not in a student's cell.
    fn epoch_on(
        &self,
        threads: usize,
        start: &Parameters,
        set: &Set,
        sgd: &mut Sgd,
        watch: &mut dyn FnMut(&Progress<'_>),
    ) -> Result<Parameters> {
        self.check_epoch(start, set, sgd)?;
        let batches = set.len().div_ceil(sgd.batch);
        fast::epoch(
            self,
            start,
            set,
            sgd,
            threads,
            &mut |batch, loss, parameters| {
                watch(&Progress {
                    batch,
                    batches,
                    loss,
                    parameters,
                });
                if stopped() {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            },
        )
    }

    /// Whether these arguments make an epoch.
    fn check_epoch(&self, start: &Parameters, set: &Set, sgd: &Sgd) -> Result<()> {
        self.check_parameters("parameters", start)?;
        self.check_pixels("set", set.images().ncols(), std::iter::empty::<u8>())?;
        self.check_labels(set.len(), &set.labels())?;
        sgd.check(self, set.len())
    }

    /// A search over learning rates: one epoch for each, always from the same `start`, judged on the
    /// validation set. `sgd` gives the descent for a rate: `Sgd::new`, or for example
    /// `|rate| Sgd::new(rate).momentum(0.9)`.
    ///
    /// A rate at which the training diverges gets accuracy 0, so that the search goes on. Each thread
    /// takes a rate of its own.
    ///
    /// NumPy equivalent of a grid that covers orders of magnitude: `np.geomspace(0.001, 10, 9)`.
    ///
    /// # Errors
    ///
    /// As [`Network::epoch`], but for the divergence; [`Error::Shape`] for no rates; [`Error::Interrupted`] where
    /// *Interrupt* is pressed: epochs that were cut short cannot be compared.
    ///
    /// ```
    /// use digits::{ndarray::{Array1, Array2}, Network, Set, Sgd};
    /// # use {rand::SeedableRng, rand_chacha::ChaCha8Rng};
    /// let network = Network::glorot(&[784, 10])?;
    /// let set = Set::new(Array2::ones((200, 784)), Array1::from_elem(200, 7))?;
    /// let start = network.init(&mut ChaCha8Rng::seed_from_u64(1));
    /// let search = network.rate_search(&start, &set, &set, &[1e-6, 0.1], Sgd::new)?;
    /// assert_eq!(search.trials.len(), 2);
    /// assert_eq!(search.best().rate, 0.1);
    /// # Ok::<(), digits::Error>(())
    /// ```
    pub fn rate_search(
        &self,
        start: &Parameters,
        train: &Set,
        validation: &Set,
        rates: &[f64],
        sgd: impl Fn(f64) -> Sgd,
    ) -> Result<Search> {
        let descents = rates.iter().map(|&rate| sgd(rate)).collect();
        // An epoch on one core wastes no time on waiting for the other parts of a batch.
        let trials = in_parallel(descents, |sgd| self.trial(start, train, validation, sgd));
        let trials = trials.into_iter().collect::<Result<Vec<Trial>>>()?;
        let best = trials.iter().reduce(|best, trial| {
            if trial.accuracy > best.accuracy {
                trial
            } else {
                best
            }
        });
        match best.cloned() {
            Some(best) => Ok(Search { trials, best }),
            None => Err(Error::shape("rates", "at least one rate", "none")),
        }
    }

    /// One epoch, judged on the validation set.
    fn trial(
        &self,
        start: &Parameters,
        train: &Set,
        validation: &Set,
        mut sgd: Sgd,
    ) -> Result<Trial> {
        let rate = sgd.rate;
        let trained = self.epoch_on(1, start, train, &mut sgd, &mut |_| {});
        if stopped() {
            return Err(Error::Interrupted("the search over learning rates"));
        }
        match trained {
            Ok(parameters) => Ok(Trial {
                rate,
                accuracy: self.accuracy(validation, &parameters)?,
                parameters,
            }),
            Err(Error::Diverged { .. }) => Ok(Trial {
                rate,
                accuracy: 0.0,
                parameters: start.clone(),
            }),
            Err(error) => Err(error),
        }
    }
}

/// Whether *Interrupt* was pressed: an epoch then ends in order, with what it has.
fn stopped() -> bool {
    #[cfg(feature = "live")]
    return digits_live::stopped();
    #[cfg(not(feature = "live"))]
    false
}
