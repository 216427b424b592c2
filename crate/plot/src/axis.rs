//! One axis: where a value stands on it and where its ticks are.
//!
//! plotters chooses ticks with an absolute tolerance of 2e-16, which is too coarse for errors of
//! 1e-14, so the ticks are chosen here and plotters draws them.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

use crate::number::{at_step, short};
use crate::sheet::{SMALL, fit, px, widest};

/// How long an axis is, which says how many tick labels it has room for.
#[derive(Clone, Copy)]
pub(crate) enum Room {
    /// Side by side along a horizontal axis.
    Across(i32),
    /// One above the other along a vertical axis.
    Down(i32),
}

/// What the numbers of a linear axis are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Unit {
    Plain,
    /// Counts: no ticks between whole numbers.
    Whole,
    /// 0.5 is written as `50 %`.
    Percent,
}

/// From `low` at the left or bottom to `high`, with labelled ticks.
#[derive(Clone)]
pub(crate) struct Axis {
    low: f64,
    high: f64,
    logarithmic: bool,
    values: Vec<f64>,
    labels: Vec<String>,
}

impl Axis {
    fn new((low, high): (f64, f64), (values, labels): (Vec<f64>, Vec<String>)) -> Self {
        Self {
            low,
            high,
            logarithmic: false,
            values,
            labels,
        }
    }

    /// An axis of equal steps.
    pub(crate) fn linear((low, high): (f64, f64), room: Room, unit: Unit) -> Self {
        let (scale, sign) = if unit == Unit::Percent {
            (100.0, " %")
        } else {
            (1.0, "")
        };
        let largest = scale * low.abs().max(high.abs());
        let ticks = (1..=9).rev().map(|count| {
            let (values, step) = steps(low, high, count, unit);
            let label = |v: &f64| at_step(v * scale, step * scale, largest) + sign;
            let labels = values.iter().map(label).collect();
            (values, labels)
        });
        Self::new((low, high), first_that_fits(ticks, room))
    }

    /// An axis of equal factors; both ends are above 0.
    pub(crate) fn logarithmic((low, high): (f64, f64), room: Room) -> Self {
        let (first, last) = (low.log10() - 1e-9, high.log10() + 1e-9);
        let inside = |v: &f64| (first..=last).contains(&v.log10());
        let power = |e: i32| 10f64.powi(e);
        let exponents = first.floor() as i32..=last.floor() as i32;
        let powers = |stride: i32| {
            let some = exponents.clone().filter(move |e| e % stride == 0);
            some.map(power).filter(inside).collect::<Vec<_>>()
        };
        let finer = exponents
            .clone()
            .flat_map(|e| [1.0, 2.0, 5.0].map(|n| n * power(e)));
        let finer: Vec<f64> = finer.filter(inside).collect();
        let strides = (1..=100).map(&powers).filter(|powers| powers.len() <= 10);
        let ticks = match (powers(1).len(), finer.len()) {
            (2.., _) => first_that_fits(strides.map(written), room),
            (_, 2..) => written(finer),
            // Less than two ticks say nothing: equal steps then, though on a logarithmic axis.
            _ => {
                let Self { values, labels, .. } = Self::linear((low, high), room, Unit::Plain);
                (values, labels)
            }
        };
        Self {
            logarithmic: true,
            ..Self::new((low, high), ticks)
        }
    }

    /// One slot of length 1 for each name, the name in its middle.
    pub(crate) fn names(names: &[String], length: i32) -> Self {
        let slot = length / names.len() as i32;
        let needed = widest(names) + px(8);
        let (every, room) = if needed <= slot || slot >= px(48) {
            (1, slot - px(8))
        } else {
            (needed.min(px(120)) / slot + 1, px(112))
        };
        let some = (0..names.len()).step_by(every as usize);
        let ticks = some.map(|i| (i as f64 + 0.5, fit(&names[i], room, SMALL)));
        Self::new((0.0, names.len() as f64), ticks.unzip())
    }

    /// One slot of length 1 for each of the numbers 0, 1, 2, …, a round number of them left out.
    pub(crate) fn indices(count: usize, room: Room) -> Self {
        let every = [1, 2, 4, 5, 10, 20, 50, 100, 200, 500, 1000].into_iter();
        let ticks = every.map(|every| {
            let some = (0..count).step_by(every);
            some.map(|i| (i as f64 + 0.5, i.to_string())).unzip()
        });
        Self::new((0.0, count as f64), first_that_fits(ticks, room))
    }

    /// The same axis with its start at the other end.
    pub(crate) fn reversed(self) -> Self {
        Self {
            low: self.high,
            high: self.low,
            ..self
        }
    }

    /// The room that the longest tick label takes.
    pub(crate) fn widest_label(&self) -> i32 {
        widest(&self.labels)
    }

    pub(crate) fn ticks(&self) -> impl Iterator<Item = (f64, &String)> {
        self.values.iter().copied().zip(&self.labels)
    }

    /// Where a value stands: 0 at `low`, 1 at `high`.
    pub(crate) fn position(&self, value: f64) -> f64 {
        let scale = |v: f64| if self.logarithmic { v.log10() } else { v };
        let (low, high) = (scale(self.low), scale(self.high));
        (scale(value) - low) / (high - low)
    }

    /// Whether a value stands between the ends.
    pub(crate) fn holds(&self, value: f64) -> bool {
        (-1e-9..=1.0 + 1e-9).contains(&self.position(value))
    }
}

/// The values and labels of ticks.
type Ticks = (Vec<f64>, Vec<String>);

/// The first ticks whose labels have room, or none.
fn first_that_fits(mut ticks: impl Iterator<Item = Ticks>, room: Room) -> Ticks {
    let fits = |(_, labels): &Ticks| {
        let (needed, gap, length) = match room {
            Room::Across(length) => (widest(labels) + px(14), px(14), length),
            Room::Down(length) => (px(22), px(22), length),
        };
        needed * labels.len() as i32 <= length + gap
    };
    ticks.find(fits).unwrap_or_default()
}

/// About `count` round numbers from `low` to `high`, and the distance between them.
fn steps(low: f64, high: f64, count: u32, unit: Unit) -> (Vec<f64>, f64) {
    let rough = (high - low) / f64::from(count);
    let power = 10f64.powi(rough.log10().floor() as i32);
    let rounded = [1.0, 2.0, 5.0].map(|n| n * power).into_iter();
    let rounded = rounded
        .chain([10.0 * power])
        .find(|step| *step >= rough * 0.999);
    let least = if unit == Unit::Whole { 1.0 } else { 0.0 };
    let step = rounded.unwrap_or(10.0 * power).max(least);
    let first = (low / step - 1e-6).ceil();
    let last = (high / step + 1e-6).floor();
    // At most `count` by construction; the limit guards against rounding at 1e300.
    let number = (last - first).clamp(0.0, 100.0) as u32;
    let values = (0..=number).map(|i| (first + f64::from(i)) * step);
    (values.collect(), step)
}

/// Labels of a logarithmic axis: all plain where that is short, else all as `1e-3`.
fn written(values: Vec<f64>) -> Ticks {
    let plain = values.iter().all(|v| (0.000_999..100_001.0).contains(v));
    let label = |v: &f64| if plain { short(*v) } else { format!("{v:.0e}") };
    let labels = values.iter().map(label).collect();
    (values, labels)
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (start, end): (i32, i32)) -> i32 {
        start + (self.position(*value) * f64::from(end - start)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.values.clone()
    }

    fn range(&self) -> Range<f64> {
        self.low..self.high
    }
}

impl ValueFormatter<f64> for Axis {
    fn format_ext(&self, value: &f64) -> String {
        let mut ticks = self.ticks();
        let tick = ticks.find(|(v, _)| v == value);
        tick.map_or_else(String::new, |(_, label)| label.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::span;

    fn labels(axis: &Axis) -> Vec<&str> {
        axis.labels.iter().map(String::as_str).collect()
    }

    #[test]
    fn linear_ticks_are_round() {
        let axis = Axis::linear((0.0, 1.0), Room::Down(px(240)), Unit::Plain);
        assert_eq!(labels(&axis), ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        let axis = Axis::linear((0.0, 1.0), Room::Down(px(240)), Unit::Percent);
        assert_eq!(
            labels(&axis),
            ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"]
        );
        let axis = Axis::linear((-3e-7, 3e-7), Room::Across(px(400)), Unit::Plain);
        assert_eq!(labels(&axis)[0], "-3e-7");
    }

    #[test]
    fn logarithmic_ticks_are_powers_of_ten() {
        let axis = Axis::logarithmic((1e-14, 1e-1), Room::Across(px(540)));
        assert_eq!(
            labels(&axis),
            ["1e-14", "1e-12", "1e-10", "1e-8", "1e-6", "1e-4", "1e-2"]
        );
        let axis = Axis::logarithmic((0.01, 10.0), Room::Across(px(540)));
        assert_eq!(labels(&axis), ["0.01", "0.1", "1", "10"]);
        assert!((axis.position(0.1) - 1.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn any_range_has_a_tick_and_a_place() {
        for (low, high) in [
            (0.0, 0.0),
            (1e300, 1e300),
            (-1e300, 1e300),
            (1e-300, 2e-300),
            (5.0, 5.1),
        ] {
            let axis = Axis::linear(span([low, high], 0.05), Room::Across(px(500)), Unit::Plain);
            assert!(!axis.labels.is_empty(), "{low} {high}");
            assert!((0.0..=1.0).contains(&axis.position(low)), "{low} {high}");
        }
    }
}
