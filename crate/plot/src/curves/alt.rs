//! What a chart of curves shows, in words.

use super::{Curves, Mark, Visible};
use crate::number::{plural, short};
use crate::range::extremes;
use crate::ticks::Unit;

impl Curves {
    /// What the chart shows, in a sentence.
    pub(super) fn alt(&self, visible: &[Visible], marks: &[&Mark]) -> String {
        let axes = match (self.log_x, self.log_y) {
            (true, true) => ", both axes logarithmic",
            (true, false) => ", x axis logarithmic",
            (false, true) => ", y axis logarithmic",
            (false, false) => "",
        };
        let mut alt = format!(
            "Line chart {:?}: {} against {}{axes}",
            self.title, self.y_label, self.x_label
        );
        for (series, Visible { runs, left_out }) in self.series.iter().zip(visible) {
            let (low, high) = extremes(runs.iter().flatten().map(|p| p.1));
            let at = |y: f64| {
                runs.iter()
                    .flatten()
                    .find(|p| p.1 == y)
                    .map_or(0.0, |p| p.0)
            };
            alt += &format!(
                "; {}: {}, smallest {} at {} = {}, largest {} at {} = {}",
                series.name,
                plural(series.x.len() - left_out, "point"),
                self.value(low),
                self.x_label,
                short(at(low)),
                self.value(high),
                self.x_label,
                short(at(high)),
            );
            if *left_out > 0 {
                alt += &format!(
                    ", {} left out because zero or below has no place on a logarithmic axis",
                    plural(*left_out, "point")
                );
            }
        }
        for (_, _, text) in marks {
            alt += &format!("; marked: {text}");
        }
        alt + "."
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
