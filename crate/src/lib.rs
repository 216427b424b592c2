//! A small neural network that reads handwritten digits, written to be read.
//!
//! The files; each uses only `error` and files above it:
//!
//! | file | concept |
//! | --- | --- |
//! | `activation` | tanh, softmax and their derivatives; **a new activation** goes into the enum there, and into the two `match`es of `fast/above.rs`; a choice of the pad and of the pages needs a line in `pad` and in `crate/page` |
//! | `loss` | one-hot, squared error, cross-entropy; **a new loss** goes into the enum there, and into the `match` of `gradient` and of `fast/above.rs` |
//! | `parameters` | biases and weights, and a step down a gradient |
//! | `network` | the plan of the layers, and the prediction for one image |
//! | [`data`] | the images and their labels: MNIST's files, shuffling, shifting |
//! | `gradient` | backpropagation for one image, as on paper |
//! | `sgd` | what a step does with a gradient: learning rate and momentum |
//! | `fast` | the same formulas for many images at once, behind one door |
//! | `check` | finite differences against the gradient |
//! | `batch` | predictions and mean gradient of many images, accuracy and loss on a set |
//! | `train` | an epoch, as the lesson writes it and fast, and the search for a learning rate |
//! | `saved` | parameters in a file that Python reads too |
//! | `pad` | a page to draw a digit on, which reads it |
//!
//! Pictures are the crate `digits-plot`, re-exported as [`plot`]; **a new plot** goes there, as it knows
//! nothing of networks. What moves in a cell (progress, sliders) is the crate `digits-live`, re-exported as
//! [`live`]. The features `live`, `plot` and `saved`, on by default, can be left out.
//!
//! ```no_run
//! use digits::{Mnist, Network, Sgd};
//! use rand::SeedableRng;
//! use rand_chacha::ChaCha8Rng;
//!
//! let mnist = Mnist::load("data")?;
//! let network = Network::glorot(&[784, 10])?;
//! let start = network.init(&mut ChaCha8Rng::seed_from_u64(1));
//! let trained = network.epoch(&start, &mnist.train, &mut Sgd::new(0.1))?;
//! println!("{:.2} %", 100.0 * network.accuracy(&mnist.validation, &trained)?);
//! # Ok::<(), digits::Error>(())
//! ```

mod activation;
mod batch;
mod check;
pub mod data;
mod error;
mod fast;
mod gradient;
mod loss;
mod network;
#[cfg(feature = "plot")]
mod pad;
mod parameters;
#[cfg(feature = "saved")]
mod saved;
mod sgd;
mod train;

// A notebook that asks for one crate gets all of them in the versions that were tested together:
// with a second `:dep`, evcxr would resolve the first one's dependencies afresh.
pub use {byteorder, flate2, ndarray, rand, rand_chacha};

#[cfg(feature = "live")]
pub use digits_live as live;
#[cfg(feature = "plot")]
pub use digits_plot as plot;

pub use activation::{Activation, Derivative, d_softmax, d_tanh, outer, softmax, tanh};
pub use check::{Check, Difference, Part, largest_difference};
pub use data::{Mnist, Set};
pub use error::{Error, Result};
pub use fast::Pixel;
pub use loss::{Loss, argmax, cross_entropy, one_hot, squared_error};
pub use network::{InitRange, Layer, Network};
#[cfg(all(feature = "plot", feature = "live"))]
pub use pad::pad;
#[cfg(feature = "plot")]
pub use pad::{Pad, drawing_pad, keep_drawing, kept_drawings};
pub use parameters::Parameters;
pub use sgd::Sgd;
pub use train::{Progress, Search, Trial};

/// The examples of the package's page, as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
