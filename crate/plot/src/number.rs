//! How a number is written, and from where to where some numbers go.

use std::fmt::Display;

/// The power of ten of a number's first digit; 0 for 0.
pub(crate) fn exponent(value: f64) -> i32 {
    if value == 0.0 {
        0
    } else {
        value.abs().log10().floor() as i32
    }
}

/// A number with three digits that count: `0.0123`, `1.5`, `12300`, `3.2e-9`.
pub(crate) fn short(value: f64) -> String {
    let digits = exponent(value);
    if (-3..6).contains(&digits) {
        tidy(&fixed(value, digits - 2))
    } else {
        tidy(&scientific(value, digits - 2))
    }
}

/// A number as ticks show it that stand `step` apart: no digit that all of them share as 0.
pub(crate) fn at_step(value: f64, step: f64, largest: f64) -> String {
    let last = exponent(step * 1.001);
    if value.abs() < step / 2.0 {
        "0".into()
    } else if largest.abs() < 1e6 && step >= 1e-4 {
        fixed(value, last)
    } else {
        tidy(&scientific(value, last))
    }
}

/// Cuts zeros after the point, also before an exponent.
fn tidy(text: &str) -> String {
    let (number, power) = text.split_at(text.find('e').unwrap_or(text.len()));
    if !number.contains('.') {
        return text.into();
    }
    let number = number.trim_end_matches('0').trim_end_matches('.');
    format!("{number}{power}")
}

fn fixed(value: f64, last: i32) -> String {
    format!("{value:.*}", (-last).clamp(0, 17) as usize)
}

fn scientific(value: f64, last: i32) -> String {
    let digits = (exponent(value) - last).clamp(0, 15);
    format!("{value:.*e}", digits as usize)
}

/// `1 point`, `2 points`.
pub(crate) fn plural(count: usize, thing: impl Display) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

/// The smallest and the largest number; 0 and 0 of none.
pub(crate) fn extremes(values: impl IntoIterator<Item = f64>) -> (f64, f64) {
    let fold = |(low, high): (f64, f64), v: f64| (low.min(v), high.max(v));
    let ends = values
        .into_iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), fold);
    if ends.0 <= ends.1 { ends } else { (0.0, 0.0) }
}

/// The range of some numbers with a margin; of equal numbers, a range around them.
pub(crate) fn span(values: impl IntoIterator<Item = f64>, margin: f64) -> (f64, f64) {
    let (low, high) = extremes(values);
    let size = low.abs().max(high.abs());
    if high - low > size * 1e-9 && high - low > 1e-290 {
        let margin = (high - low) * margin;
        (low - margin, high + margin)
    } else if size > 1e-280 {
        (low - size / 2.0, high + size / 2.0)
    } else {
        (-1.0, 1.0)
    }
}

/// As `span`, for numbers above 0 on a logarithmic axis.
pub(crate) fn log_span(values: impl IntoIterator<Item = f64>, margin: f64) -> (f64, f64) {
    let (low, high) = extremes(values);
    let (low, high) = (low.log10(), high.log10());
    let margin = if high - low > 1e-3 {
        (high - low) * margin
    } else {
        0.5
    };
    // Beyond 1e306 there are no numbers for a margin.
    let power = |exponent: f64| 10f64.powf(exponent.clamp(-306.0, 306.0));
    (power(low - margin), power(high + margin))
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
