//! What the functions take and what they refuse: numbers from wherever they are, captions or none.

use std::fmt::Display;
use std::ops::RangeInclusive;

use ndarray::ArrayRef2;

use crate::number::short;
use crate::{Error, Result};

/// A number that a picture can show, by value or by reference: `f64`, `u8`, `&usize`, …
///
/// Whatever iterates over such numbers goes into a plot: a slice, a `Vec`, an array or a view of
/// ndarray (by value or by reference, of any dimension, row by row), a range such as `0..20`, or
/// an iterator.
///
/// ```
/// use {digits_plot as plot, digits_plot::ndarray::Array1};
///
/// let losses: Vec<f64> = vec![0.9, 0.5, 0.4];
/// let accuracies: Array1<f64> = Array1::linspace(0.2, 0.6, 3);
/// plot::curves("Training")
///     .line("loss", 1..=3, &losses)
///     .line("accuracy", [1, 2, 3], accuracies.view())
///     .line("mistakes", 1..=3, accuracies.iter().map(|share| 1.0 - share))
///     .draw()?;
/// # Ok::<(), digits_plot::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "a plot cannot draw `{Self}`: it is not a number",
    label = "expected numbers such as `f64`, `u8` or `usize`"
)]
pub trait Number {
    /// The number as `f64`; integers beyond 2⁵³ are rounded.
    fn to_f64(&self) -> f64;
}

macro_rules! numbers {
    ($($number:ty)+) => {
        $(impl Number for $number {
            fn to_f64(&self) -> f64 {
                *self as f64
            }
        })+
    };
}

numbers!(f64 f32 u8 u16 u32 u64 usize i8 i16 i32 i64 isize);

impl<T: Number + ?Sized> Number for &T {
    fn to_f64(&self) -> f64 {
        (**self).to_f64()
    }
}

/// For pictures without captions: `plot::digits(&images, plot::NO_CAPTIONS, 10)`.
pub const NO_CAPTIONS: [&str; 0] = [];

/// Pixels along a side of an image, and in all of it.
pub(crate) const SIDE: usize = 28;
pub(crate) const PIXELS: usize = SIDE * SIDE;

/// What has a place on paper: beyond it, a range with a margin around it would overflow.
pub(crate) const ANY: RangeInclusive<f64> = -1e300..=1e300;
/// What has a place on a logarithmic axis: below it, numbers lose their digits.
pub(crate) const POSITIVE: RangeInclusive<f64> = 1e-300..=1e300;

/// The numbers that a caller gave.
pub(crate) fn collected(numbers: impl IntoIterator<Item: Number>) -> Vec<f64> {
    numbers.into_iter().map(|number| number.to_f64()).collect()
}

/// The texts that a caller gave.
pub(crate) fn texts(texts: impl IntoIterator<Item: Display>) -> Vec<String> {
    texts.into_iter().map(|text| text.to_string()).collect()
}

/// Refuses a number outside the range, NaN above all.
pub(crate) fn within(what: &str, range: RangeInclusive<f64>, values: &[f64]) -> Result<()> {
    let (low, high) = (short(*range.start()), short(*range.end()));
    match values.iter().position(|value| !range.contains(value)) {
        None => Ok(()),
        Some(i) => Err(Error::input(
            what,
            format_args!("numbers from {low} to {high}"),
            format_args!("{} at index {i}", values[i]),
        )),
    }
}

/// Refuses a count that is 0 or that no picture has room for.
pub(crate) fn count(what: &str, things: &str, most: usize, found: usize) -> Result<()> {
    if (1..=most).contains(&found) {
        return Ok(());
    }
    let range = if most == usize::MAX {
        "1 or more".into()
    } else {
        format!("1 to {most}")
    };
    Err(Error::input(what, range + " " + things, found))
}

/// Refuses two lists that should go together and do not.
pub(crate) fn as_many(what: &str, expected: usize, found: usize) -> Result<()> {
    if expected == found {
        return Ok(());
    }
    let length = |n| format!("length {n}");
    Err(Error::input(what, length(expected), length(found)))
}

/// Refuses a matrix without entries or with more than a picture has pixels for.
pub(crate) fn shape<T>(
    what: &str,
    expected: &str,
    array: &ArrayRef2<T>,
    fits: impl Fn(usize, usize) -> bool,
) -> Result<()> {
    let (rows, columns) = array.dim();
    if fits(rows, columns) {
        return Ok(());
    }
    Err(Error::input(
        what,
        expected,
        format_args!("{rows} × {columns}"),
    ))
}
