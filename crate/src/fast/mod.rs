//! The same formulas for many images at once, fast.

mod batch;
mod ink;
mod parallel;
mod row;
mod shard;
mod tanh;

pub use batch::Pixel;
pub(crate) use parallel::{Team, cores, in_parallel, with_team};
pub(crate) use shard::{Done, Shard, Turn, above_pixels};
