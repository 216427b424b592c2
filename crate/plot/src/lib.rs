//! Pictures that show themselves in a notebook: numbers in, a picture out.
//!
//! Every function takes finished numbers and returns a [`Picture`]. A cell that ends in one shows
//! it, and [`Picture::save`] writes it to a file. Nothing here computes what it shows but
//! summaries: the bins of a [`histogram`], the totals of a [`confusion`] matrix, the best of several rates.
//!
//! | picture | function |
//! | --- | --- |
//! | digits | [`digit`], [`digits`] |
//! | bars | [`probabilities`], [`named_probabilities`], [`bars()`], [`histogram`] |
//! | curves | [`curves()`], [`accuracy_against_rate`] |
//! | matrices | [`heat_map`], [`heat_maps`], [`confusion`] |
//! | matrices on a scale that is given | [`heat_map_to`], [`heat_maps_to`] |
//! | whatever [plotters] draws | [`figure()`] |
//!
//! Numbers may be slices, arrays, views, ranges or iterators: see [`Number`]. A value that cannot
//! be drawn, such as NaN or an empty array, is an [`Error`] that names the argument, what was
//! expected and what was found.
//!
//! A new kind of chart draws on a `Sheet` inside of a `Frame`, as `bars` does; its input goes
//! through the checks of `input`.

mod axis;
mod bars;
mod color;
mod curves;
mod error;
mod figure;
mod frame;
pub mod html;
mod input;
mod matrix;
mod number;
mod picture;
mod png;
mod sheet;
mod tiles;

pub use bars::{bars, histogram, named_probabilities, probabilities};
pub use curves::{Curves, accuracy_against_rate, curves};
pub use error::{Error, Result};
pub use figure::figure;
pub use input::{NO_CAPTIONS, Number};
pub use matrix::{confusion, heat_map, heat_map_to};
pub use picture::Picture;
pub use tiles::{digit, digits, heat_maps, heat_maps_to};

// Handed on, so that a notebook needs no second `:dep` for them.
pub use {ndarray, plotters};
