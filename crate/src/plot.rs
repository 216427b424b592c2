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
//! And a page to draw on: [`drawing_pad`].
//!
//! A value that cannot be drawn, such as NaN or an empty array, is an [`Error`](crate::Error) that
//! names the argument, what was expected and what was found.

mod axis;
mod bars;
mod chart;
mod confusion;
mod curves;
mod heat_map;
mod histogram;
mod image;
mod matrix;
mod number;
mod pad;
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
pub use heat_map::heat_map;
pub use histogram::histogram;
pub use image::{digit, digits, heat_maps};
pub use pad::{Pad, drawing_pad};
pub use picture::Picture;
pub use rates::accuracy_against_rate;
