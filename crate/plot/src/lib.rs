//! Pictures that show themselves in a notebook: data in, picture out.
//!
//! Every function takes finished numbers and returns a [`Picture`]. A cell that ends in one shows
//! it, and [`Picture::save`] writes it to a file. Nothing here computes what it shows; counting
//! into the bins of a [`histogram`] is the one exception.
//!
//! | picture | function |
//! | --- | --- |
//! | digits | [`digit`], [`digits`] |
//! | bars | [`probabilities`], [`bars`], [`histogram`] |
//! | curves | [`curves()`], [`accuracy_against_rate`] |
//! | matrices | [`heat_map`], [`heat_maps`], [`confusion`] |
//!
//! A value that cannot be drawn, such as NaN or an empty array, is an [`Error`](crate::Error) that
//! names the argument, what was expected and what was found.

mod axis;
mod bars;
mod chart;
mod confusion;
mod curves;
mod error;
mod heat_map;
mod histogram;
mod image;
mod input;
mod matrix;
mod number;
mod picture;
mod png;
mod range;
mod rates;
mod scale;
mod sheet;
mod ticks;
mod tiling;

pub use bars::{bars, probabilities};
pub use confusion::confusion;
pub use curves::{Curves, curves};
pub use error::{Error, Result};
pub use heat_map::heat_map;
pub use histogram::histogram;
pub use image::{digit, digits, heat_maps};
pub use input::{NO_CAPTIONS, Number};
pub use picture::Picture;
// With plotters and ndarray from here, a notebook needs no second `:dep`.
#[doc(hidden)]
pub use picture::{block, escape};
#[doc(hidden)]
pub use png::base64;
pub use rates::accuracy_against_rate;
pub use {ndarray, plotters};
