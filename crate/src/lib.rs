//! A small neural network that reads handwritten digits, written to be read.

pub mod error;
pub mod plot;

pub use error::{Error, Result};
pub use ndarray;
