//! A small neural network that reads handwritten digits, written to be read.
//!
//! The files, in the order in which the course meets them:
//!
//! | file | concept |
//! | --- | --- |
//! | `activation` | tanh, softmax and their derivatives |
//! | `network` | layers, parameters, the prediction |
//! | [`data`] | the images and their labels |
//! | `loss` | one-hot, squared error, cross-entropy |
//! | `gradient` | backpropagation, one image, as on paper |
//! | `check` | finite differences against the gradient |
//! | `batch`, `ink`, `shard`, `row`, `tanh`, `parallel` | the same formulas for many images at once, fast and on all cores |
//! | `sgd` | a step down the gradient, with momentum |
//! | `train` | mini-batch gradient descent, accuracy, the search for a rate |
//! | `saved` | parameters in a file that Python reads too |
//! | [`live`] | cells that move: progress, pictures that grow, sliders |
//! | [`plot`] | pictures that show themselves in a notebook |
//!
//! ```no_run
//! use digits::{Mnist, Network};
//! use rand::SeedableRng;
//! use rand_chacha::ChaCha8Rng;
//!
//! let mnist = Mnist::load("data")?;
//! let network = Network::glorot(&[784, 10])?;
//! let start = network.init(&mut ChaCha8Rng::seed_from_u64(1));
//! let trained = network.epoch(&start, &mnist.train, 100, 0.1, |_| {})?;
//! println!("{:.2} %", 100.0 * network.accuracy(&trained, &mnist.validation)?);
//! # Ok::<(), digits::Error>(())
//! ```

mod activation;
mod check;
pub mod data;
mod error;
mod fast;
mod gradient;
mod loss;
mod network;
mod pad;
mod saved;
mod sgd;
mod train;

// A notebook that asks for one crate gets all of them in the versions that were tested together:
// with a second `:dep`, evcxr would resolve the first one's dependencies afresh.
pub use {byteorder, flate2, ndarray, rand, rand_chacha};

pub use activation::{Activation, Derivative, d_softmax, d_tanh, outer, softmax, tanh};
pub use check::{Check, Difference, Of, largest_difference};
pub use data::{Mnist, Set};
pub use digits_live as live;
pub use digits_plot as plot;
pub use error::{Error, Result};
pub use fast::Pixel;
pub use loss::{Loss, argmax, cross_entropy, one_hot, squared_error};
pub use network::{InitRange, Network, Parameters};
pub use pad::{Pad, drawing_pad};
pub use sgd::Sgd;
pub use train::{Progress, Trial, best_trial};

/// The examples of the package's page, as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
