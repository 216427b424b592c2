//! Stochastic gradient descent: what a step does with the gradient.

use crate::{Error, Network, Parameters, Result};

/// Far above what training makes of a parameter. With larger ones tanh and softmax saturate, and their
/// slopes are 0: the loss stays finite, but nothing is learned any more.
const LARGEST_PARAMETER: f64 = 1e6;

/// Whether a parameter is far too large, or no number.
pub(crate) fn is_too_large(parameter: f64) -> bool {
    parameter.is_nan() || parameter.abs() > LARGEST_PARAMETER
}

/// Stochastic gradient descent with momentum: steps follow a velocity `v`, which remembers past
/// gradients.
///
/// ```text
/// v ← momentum · v + gradient
/// p ← p − rate · v
/// ```
///
/// With momentum 0 that is plain descent. With 0.9, a gradient that stays the same moves the parameters
/// ten times as far in the long run, and one that changes its sign with each batch hardly moves them. The form
/// is that of Sutskever, Martens, Dahl and Hinton, "On the importance of initialization and momentum in
/// deep learning" (2013), as PyTorch writes it: the rate is not part of the velocity.
///
/// PyTorch equivalent: `torch.optim.SGD(parameters, lr=rate, momentum=momentum)`.
///
/// ```
/// use digits::Sgd;
/// let mut sgd = Sgd::new(0.1).momentum(0.9).batch(100);
/// sgd.rate *= 0.5; // smaller steps from here on, at the same velocity
/// assert_eq!(sgd.rate, 0.05);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Sgd {
    /// The learning rate: positive. It may be changed between epochs.
    pub rate: f64,
    pub(crate) momentum: f64,
    pub(crate) batch: usize,
    /// None before the first step with momentum.
    pub(crate) velocity: Option<Parameters>,
}

impl Sgd {
    /// Descent at this learning rate, in batches of 100 and without momentum.
    ///
    /// All numbers are checked where they are used, by [`Network::epoch`].
    pub fn new(rate: f64) -> Self {
        Self {
            rate,
            momentum: 0.0,
            batch: 100,
            velocity: None,
        }
    }

    /// The same with momentum: how much of the velocity stays from step to step, from 0 to less than 1.
    pub fn momentum(self, momentum: f64) -> Self {
        Self { momentum, ..self }
    }

    /// The same with batches of so many images: from 1 to as many as the set has.
    pub fn batch(self, batch: usize) -> Self {
        Self { batch, ..self }
    }

    /// Whether these numbers make sense for a set of so many images, and the velocity is this network's.
    pub(crate) fn check(&self, network: &Network, images: usize) -> Result<()> {
        if !(self.rate.is_finite() && self.rate > 0.0) {
            return Err(Error::value("rate", "a positive number", self.rate));
        }
        if !(0.0..1.0).contains(&self.momentum) {
            let expected = "a number from 0 to less than 1";
            return Err(Error::value("momentum", expected, self.momentum));
        }
        if !(1..=images).contains(&self.batch) {
            let expected = format!("1 to {images}, the images of the set");
            return Err(Error::value("batch", expected, self.batch));
        }
        match &self.velocity {
            Some(velocity) => network.check_parameters("the velocity in sgd", velocity),
            None => Ok(()),
        }
    }

    /// One step, in place; gives a parameter that is far too large after it.
    pub(crate) fn step(
        &mut self,
        parameters: &mut Parameters,
        gradient: &Parameters,
    ) -> Result<Option<f64>> {
        if self.momentum == 0.0 {
            parameters.add_scaled(-self.rate, gradient)?;
        } else {
            let velocity = match self.velocity.take() {
                None => gradient.clone(),
                Some(mut velocity) => {
                    velocity.scale(self.momentum);
                    velocity.add_scaled(1.0, gradient)?;
                    velocity
                }
            };
            parameters.add_scaled(-self.rate, &velocity)?;
            self.velocity = Some(velocity);
        }
        Ok(parameters.find(is_too_large))
    }
}
