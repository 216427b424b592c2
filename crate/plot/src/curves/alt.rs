//! What a chart of curves shows, in words.

use super::{Curves, Kind, Mark, Series, Visible};
use crate::axis::Unit;
use crate::number::{extremes, plural, short};

impl Curves {
    /// What the chart shows, in a sentence.
    pub(super) fn alt(&self, visible: &[Visible], marks: &[&Mark]) -> String {
        let axes = match (self.x.logarithmic, self.y.logarithmic) {
            (true, true) => ", both axes logarithmic",
            (true, false) => ", x axis logarithmic",
            (false, true) => ", y axis logarithmic",
            (false, false) => "",
        };
        let (title, x, y) = (&self.title, &self.x.name, &self.y.name);
        let series = self.series.iter().zip(visible);
        let series: String = series.map(|(s, v)| self.series_in_words(s, v)).collect();
        let marks: String = marks
            .iter()
            .map(|(_, _, text)| format!("; marked: {text}"))
            .collect();
        format!("Line chart {title:?}: {y} against {x}{axes}{series}{marks}.")
    }

    fn series_in_words(&self, series: &Series, Visible { runs, left_out }: &Visible) -> String {
        let points = || runs.iter().flatten();
        let (low, high) = extremes(points().flat_map(|p| [p.1, p.2]));
        let number = plural(points().count(), "point");
        let (name, smallest, largest) = (&series.name, self.value(low), self.value(high));
        let mut words = if series.kind == Kind::Band {
            format!("; {name}: a band over {number}, from {smallest} to {largest}")
        } else {
            let at = |y: f64| {
                let x = points().find(|p| p.1 == y).map_or(0.0, |p| p.0);
                format!("at {} = {}", self.x.name, short(x))
            };
            let (low, high) = (at(low), at(high));
            format!("; {name}: {number}, smallest {smallest} {low}, largest {largest} {high}")
        };
        if *left_out > 0 {
            words += &format!(
                ", {} left out because zero or below has no place on a logarithmic axis",
                plural(*left_out, "point")
            );
        }
        words
    }

    /// A y value as the axis writes it.
    fn value(&self, y: f64) -> String {
        if self.unit == Unit::Percent {
            format!("{} %", short(100.0 * y))
        } else {
            short(y)
        }
    }
}
