//! The legend: the names of the lines in rows under the title.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::Curves;
use super::paint::{draw_marker, line_style};
use crate::chart::Frame;
use crate::sheet::{Area, Painted, SMALL, fit, font, text_width};

/// The length of a line in the legend, in pixels.
const SAMPLE: u32 = 34;

/// An entry of the legend: which line, how far from the left, what it says.
type Entry = (usize, u32, String);

impl Curves {
    /// The entries in rows; none for a single line.
    pub(super) fn legend(&self) -> Vec<Vec<Entry>> {
        if self.series.len() < 2 {
            return Vec::new();
        }
        let (mut rows, mut left) = (vec![Vec::new()], 0);
        for (i, series) in self.series.iter().enumerate() {
            let name = fit(&series.name, 220, SMALL);
            let width = SAMPLE + 6 + text_width(&name, SMALL) + 14;
            if left > 0 && left + width > 520 {
                rows.push(Vec::new());
                left = 0;
            }
            if let Some(row) = rows.last_mut() {
                row.push((i, left, name));
            }
            left += width;
        }
        rows
    }

    /// Draws the entries between the title and the plot.
    pub(super) fn draw_legend(&self, area: &Area, frame: Frame) -> Painted {
        let rows = self.legend().into_iter().enumerate();
        for (row, (i, left, name)) in rows.flat_map(|(row, r)| r.into_iter().map(move |e| (row, e)))
        {
            let y = 46 + 22 * row as i32;
            let x = (frame.left + left) as i32;
            let end = x + SAMPLE as i32;
            if self.series[i].joined {
                area.draw(&PathElement::new([(x, y), (end, y)], line_style(i, 1)))?;
            }
            draw_marker(area, ((x + end) / 2, y), i)?;
            let style = font(SMALL).pos(Pos::new(HPos::Left, VPos::Center));
            area.draw_text(&name, &style, (end + 6, y))?;
        }
        Ok(())
    }
}
