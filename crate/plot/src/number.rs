//! Numbers: what may be drawn, and how a number is written.

use std::fmt::Display;

use crate::{Error, Result};

/// The largest number that is drawn: with a margin around it, it still is a number.
const LARGEST: f64 = 1e300;

/// Refuses a number that has no place on paper: NaN, infinite, beyond 1e300.
pub(super) fn drawable<'a>(what: &str, values: impl IntoIterator<Item = &'a f64>) -> Result<()> {
    within(what, (-LARGEST, LARGEST), values)
}

/// Refuses a number outside `low..=high`.
pub(super) fn within<'a>(
    what: &str,
    (low, high): (f64, f64),
    values: impl IntoIterator<Item = &'a f64>,
) -> Result<()> {
    let mut values = values.into_iter().enumerate();
    match values.find(|(_, v)| !(low..=high).contains(*v)) {
        None => Ok(()),
        Some((i, v)) => Err(Error::value(
            what,
            format_args!("numbers from {} to {}", short(low), short(high)),
            format_args!("{v} at index {i}"),
        )),
    }
}

/// Refuses a count that is 0 or that no picture has room for.
pub(super) fn count(what: &str, things: &str, most: usize, found: usize) -> Result<()> {
    if (1..=most).contains(&found) {
        return Ok(());
    }
    Err(Error::shape(
        what,
        format_args!("1 to {most} {things}"),
        format_args!("{found}"),
    ))
}

/// Refuses two lists that should go together and do not.
pub(super) fn as_many(what: &str, expected: usize, found: usize) -> Result<()> {
    if expected == found {
        return Ok(());
    }
    Err(Error::shape(
        what,
        format_args!("length {expected}"),
        format_args!("length {found}"),
    ))
}

/// Refuses a label that is not a digit.
pub(super) fn is_digit(label: u8) -> Result<()> {
    if label <= 9 {
        return Ok(());
    }
    Err(Error::value("label", "a number from 0 to 9", label))
}

/// The power of ten of a number's first digit; 0 for 0.
pub(super) fn exponent(value: f64) -> i32 {
    if value == 0.0 {
        0
    } else {
        value.abs().log10().floor() as i32
    }
}

/// A number with three digits that count: `0.0123`, `1.5`, `12300`, `3.2e-9`.
pub(super) fn short(value: f64) -> String {
    rounded(value, exponent(value) - 2)
}

/// A number as ticks show it that stand `step` apart: no digit that all of them share as 0.
pub(super) fn at_step(value: f64, step: f64, largest: f64) -> String {
    let plain = largest.abs() < 1e6 && step >= 1e-4;
    if value.abs() < step / 2.0 {
        "0".into()
    } else if plain {
        fixed(value, exponent(step * 1.001))
    } else {
        tidy(&scientific(value, exponent(step * 1.001)))
    }
}

/// A number down to the given power of ten, trailing zeros cut, with an exponent where shorter.
fn rounded(value: f64, last: i32) -> String {
    let digits = exponent(value);
    let text = if (-3..6).contains(&digits) || value == 0.0 {
        fixed(value, last)
    } else {
        scientific(value, last)
    };
    tidy(&text)
}

/// Cuts zeros after the point, also before an exponent.
fn tidy(text: &str) -> String {
    let (number, power) = text.split_at(text.find('e').unwrap_or(text.len()));
    let number = if number.contains('.') {
        number.trim_end_matches('0').trim_end_matches('.')
    } else {
        number
    };
    format!("{number}{power}")
}

fn fixed(value: f64, last: i32) -> String {
    format!("{value:.*}", (-last).clamp(0, 17) as usize)
}

fn scientific(value: f64, last: i32) -> String {
    format!(
        "{value:.*e}",
        (exponent(value) - last).clamp(0, 15) as usize
    )
}

/// `1 point`, `2 points`.
pub(super) fn plural(count: usize, thing: impl Display) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let texts: Vec<String> = [
            0.0, 0.5, 1.0, 0.012345, 12345.0, 3.2e-9, -0.25, 1e300, 99.96,
        ]
        .map(short)
        .into();
        assert_eq!(
            texts,
            [
                "0", "0.5", "1", "0.0123", "12345", "3.2e-9", "-0.25", "1e300", "100"
            ]
        );
    }

    #[test]
    fn ticks_share_their_digits() {
        assert_eq!(at_step(0.5, 0.1, 1.0), "0.5");
        assert_eq!(at_step(1.0, 0.25, 1.0), "1.0");
        assert_eq!(at_step(5000.0, 1000.0, 6000.0), "5000");
        assert_eq!(at_step(2e-7, 1e-7, 5e-7), "2e-7");
        assert_eq!(at_step(-1.5e-7, 5e-8, 5e-7), "-1.5e-7");
        assert_eq!(at_step(1e-22, 1.0, 5.0), "0");
    }
}
