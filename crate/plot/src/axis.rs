//! One axis: where a value stands on it and where its ticks are.
//!
//! plotters chooses ticks with an absolute tolerance of 2e-16, which is too coarse for errors of
//! 1e-14, so the ticks are chosen here and plotters draws them.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

use super::number::at_step;
use super::sheet::{SMALL, fit, text_width};
use super::ticks::{Room, Tick, Unit, first_that_fits, powers, steps, widest};

/// From `low` at the left or bottom to `high`, with labelled ticks.
#[derive(Clone)]
pub(super) struct Axis {
    low: f64,
    high: f64,
    logarithmic: bool,
    ticks: Vec<Tick>,
}

impl Axis {
    /// An axis of equal steps.
    pub(super) fn linear((low, high): (f64, f64), room: Room, unit: Unit) -> Self {
        let (scale, sign) = if unit == Unit::Percent {
            (100.0, " %")
        } else {
            (1.0, "")
        };
        let largest = scale * low.abs().max(high.abs());
        let candidates = (1..=9).rev().map(|n| {
            let (values, step) = steps(low, high, n, unit);
            let label = move |v| (v, at_step(v * scale, step * scale, largest) + sign);
            values.into_iter().map(label)
        });
        let ticks = first_that_fits(candidates, room);
        Self {
            low,
            high,
            logarithmic: false,
            ticks,
        }
        .trimmed(room)
    }

    /// Without the ticks whose labels would run off the sheet.
    fn trimmed(mut self, room: Room) -> Self {
        if let Room::Across(length) = room {
            let ticks = std::mem::take(&mut self.ticks);
            let (length, margin) = (f64::from(length), 28.0);
            let on_sheet = |(value, text): &Tick| {
                let middle = self.position(*value) * length;
                let half = f64::from(text_width(text, SMALL)) / 2.0;
                middle - half > -margin && middle + half < length + margin
            };
            self.ticks = ticks
                .iter()
                .filter(|tick| on_sheet(tick))
                .cloned()
                .collect();
        }
        self
    }

    /// An axis of equal factors; both ends are above 0.
    pub(super) fn logarithmic((low, high): (f64, f64), room: Room) -> Self {
        let (first, last) = (low.log10() - 1e-9, high.log10() + 1e-9);
        let decades = last.floor() - first.ceil() + 1.0;
        if decades < 2.0 {
            let finer: Vec<f64> = (first.floor() as i32..=last.floor() as i32)
                .flat_map(|e| [1.0, 2.0, 5.0].map(|digit| digit * 10f64.powi(e)))
                .filter(|v| (first..=last).contains(&v.log10()))
                .collect();
            // Less than two ticks say nothing: equal steps then, though on a logarithmic axis.
            if finer.len() < 2 {
                return Self {
                    logarithmic: true,
                    ..Self::linear((low, high), room, Unit::Plain)
                };
            }
            let ticks = powers(finer);
            return Self {
                low,
                high,
                logarithmic: true,
                ticks,
            };
        }
        let candidates = (1..=10).rev().map(|n| {
            let stride = (decades / f64::from(n)).ceil().max(1.0);
            let lowest = (first / stride).ceil() * stride;
            let count = ((last - lowest) / stride).floor().max(0.0) as i32;
            let exponents = (0..=count).map(|i| lowest + stride * f64::from(i));
            powers(exponents.map(|e| 10f64.powi(e as i32)).collect())
        });
        Self {
            low,
            high,
            logarithmic: true,
            ticks: first_that_fits(candidates, room),
        }
    }

    /// One slot of length 1 for each name, the name in its middle.
    pub(super) fn slots(names: &[String], room: Room) -> Self {
        let count = names.len().max(1);
        let (mut every, mut names) = (1, names.to_vec());
        match room {
            Room::Across(length) => {
                let slot = length / count as u32;
                let needed = names
                    .iter()
                    .map(|n| text_width(n, SMALL) + 8)
                    .max()
                    .unwrap_or(1);
                if needed > slot && slot >= 48 {
                    names = names.iter().map(|n| fit(n, slot - 8, SMALL)).collect();
                } else if needed > slot {
                    every = needed.min(120).div_ceil(slot.max(1)) as usize;
                    names = names.iter().map(|n| fit(n, 112, SMALL)).collect();
                }
            }
            Room::Down(length) => every = (20 * count).div_ceil(length.max(1) as usize),
        }
        let ticks = names.into_iter().enumerate().step_by(every.max(1));
        let ticks = ticks.map(|(i, name)| (i as f64 + 0.5, name)).collect();
        Self {
            low: 0.0,
            high: count as f64,
            logarithmic: false,
            ticks,
        }
    }

    /// As `slots`, with the numbers 0, 1, 2, … for names and a round number of them left out.
    pub(super) fn indices(count: usize, room: Room) -> Self {
        let every = [1, 2, 4, 5, 10, 20, 50, 100, 200, 500, 1000];
        let candidates = every.into_iter().map(|every| {
            (0..count)
                .step_by(every)
                .map(|i| (i as f64 + 0.5, i.to_string()))
        });
        let ticks = first_that_fits(candidates, room);
        Self {
            low: 0.0,
            high: count as f64,
            logarithmic: false,
            ticks,
        }
    }

    /// The same axis with its start at the other end.
    pub(super) fn reversed(self) -> Self {
        Self {
            low: self.high,
            high: self.low,
            ..self
        }
    }

    /// The room that the longest tick label takes, in pixels.
    pub(super) fn widest_label(&self) -> u32 {
        widest(&self.ticks)
    }

    pub(super) fn ticks(&self) -> &[Tick] {
        &self.ticks
    }

    /// Where a value stands: 0 at `low`, 1 at `high`.
    pub(super) fn position(&self, value: f64) -> f64 {
        let scale = |v: f64| if self.logarithmic { v.log10() } else { v };
        let (low, high) = (scale(self.low), scale(self.high));
        (scale(value) - low) / (high - low)
    }
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (start, end): (i32, i32)) -> i32 {
        // What lies off the paper stays near it: a pixel number must not overflow.
        let position = self.position(*value).clamp(-1.0, 2.0);
        start + (position * f64::from(end - start)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.ticks.iter().map(|(value, _)| *value).collect()
    }

    fn range(&self) -> Range<f64> {
        self.low..self.high
    }
}

impl ValueFormatter<f64> for Axis {
    fn format_ext(&self, value: &f64) -> String {
        let tick = self.ticks.iter().find(|(v, _)| v == value);
        tick.map(|(_, text)| text.clone()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::range::span;
    use super::*;

    fn labels(axis: &Axis) -> Vec<&str> {
        axis.ticks.iter().map(|(_, text)| text.as_str()).collect()
    }

    #[test]
    fn linear_ticks_are_round() {
        let axis = Axis::linear((0.0, 1.0), Room::Down(240), Unit::Plain);
        assert_eq!(labels(&axis), ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        let axis = Axis::linear((0.0, 1.0), Room::Down(240), Unit::Percent);
        assert_eq!(
            labels(&axis),
            ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"]
        );
        let axis = Axis::linear((-3e-7, 3e-7), Room::Across(400), Unit::Plain);
        assert_eq!(labels(&axis)[0], "-3e-7");
    }

    #[test]
    fn logarithmic_ticks_are_powers_of_ten() {
        let axis = Axis::logarithmic((1e-14, 1e-1), Room::Across(540));
        assert_eq!(
            labels(&axis),
            ["1e-14", "1e-12", "1e-10", "1e-8", "1e-6", "1e-4", "1e-2"]
        );
        let axis = Axis::logarithmic((0.01, 10.0), Room::Across(540));
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
            let axis = Axis::linear(span([low, high], 0.05), Room::Across(500), Unit::Plain);
            assert!(!axis.ticks.is_empty(), "{low} {high}");
            assert!((0.0..=1.0).contains(&axis.position(low)), "{low} {high}");
        }
    }
}
