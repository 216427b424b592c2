//! The same formulas for many images at once, fast: the only door to this room.
//!
//! Arguments were checked by who calls. Nothing outside needs more than what is named here.

mod batch;
mod epoch;
mod ink;
mod parallel;
mod row;
mod shard;
mod tanh;

use crate::Parameters;
use std::ops::ControlFlow;

pub(crate) use batch::{gradient_batch, predict_batch};
pub(crate) use epoch::epoch;
pub(crate) use parallel::{cores, in_parallel};

/// What a pixel can be: `u8` or `f64`, for example.
pub trait Pixel: Copy + PartialOrd + From<u8> + Into<f64> + Sync {}

impl<P: Copy + PartialOrd + From<u8> + Into<f64> + Sync> Pixel for P {}

/// Is called after each batch with its number from 1, its mean loss before the step, and what gathers the
/// parameters after it; says whether the epoch goes on.
pub(crate) type Watch<'a> = dyn FnMut(usize, f64, &dyn Fn() -> Parameters) -> ControlFlow<()> + 'a;
