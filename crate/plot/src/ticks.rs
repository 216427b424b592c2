//! Ticks: round numbers that fit side by side, and how they are written.

use super::number::short;
use super::sheet::{SMALL, text_width};

/// A place on an axis and its label.
pub(super) type Tick = (f64, String);

/// How much room an axis gives its tick labels, in pixels.
#[derive(Clone, Copy)]
pub(super) enum Room {
    /// Side by side along a horizontal axis of this length.
    Across(u32),
    /// One above the other along a vertical axis of this length.
    Down(u32),
}

impl Room {
    pub(super) fn holds(self, ticks: &[Tick]) -> bool {
        let count = ticks.len() as u32;
        match self {
            Self::Across(length) => (widest(ticks) + 14) * count <= length + 14,
            Self::Down(length) => 22 * count <= length + 22,
        }
    }
}

pub(super) fn widest(ticks: &[Tick]) -> u32 {
    ticks
        .iter()
        .map(|(_, text)| text_width(text, SMALL))
        .max()
        .unwrap_or(0)
}

/// What the numbers of a linear axis are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Unit {
    Plain,
    /// Counts: no ticks between whole numbers.
    Whole,
    /// 0.5 is written as `50 %`.
    Percent,
}

/// The first list of ticks that has room, or the last one.
pub(super) fn first_that_fits<T: IntoIterator<Item = Tick>>(
    candidates: impl Iterator<Item = T>,
    room: Room,
) -> Vec<Tick> {
    let mut ticks = Vec::new();
    for candidate in candidates {
        ticks = candidate.into_iter().collect();
        if room.holds(&ticks) {
            break;
        }
    }
    ticks
}

/// About `count` round numbers from `low` to `high`, and the distance between them.
pub(super) fn steps(low: f64, high: f64, count: u32, unit: Unit) -> (Vec<f64>, f64) {
    let rough = (high - low) / f64::from(count);
    let power = 10f64.powi(rough.log10().floor() as i32);
    let factor = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .find(|f| f * power >= rough * 0.999);
    let step = factor.unwrap_or(10.0) * power;
    let step = if unit == Unit::Whole {
        step.max(1.0)
    } else {
        step
    };
    let first = (low / step - 1e-6).ceil();
    let last = (high / step + 1e-6).floor();
    // At most `count` by construction; the limit guards against rounding at 1e300.
    let number = (last - first).clamp(0.0, 100.0) as u32;
    (
        (0..=number)
            .map(|i| (first + f64::from(i)) * step)
            .collect(),
        step,
    )
}

/// Numbers of a logarithmic axis: all plain where that is short, else all as `1e-3`.
pub(super) fn powers(values: Vec<f64>) -> Vec<Tick> {
    let plain = values.iter().all(|v| (0.000_999..100_001.0).contains(v));
    let label = |v: f64| {
        if plain { short(v) } else { format!("{v:.0e}") }
    };
    values.into_iter().map(|v| (v, label(v))).collect()
}
