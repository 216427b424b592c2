//! How curves look: lines, the markers that tell them apart without color, legend, marks.

use plotters::prelude::*;

use super::{Curves, Kind, Mark, Point, Series, Visible};
use crate::frame::{Frame, Labels};
use crate::sheet::{
    Area, INK, PALE, PALETTE, Painted, Place, SMALL, Sheet, THIN, fit, font, font_from_left, px,
    text_width,
};
use crate::{Picture, Result};

/// Up to this many points, each has its marker; of more, about ten.
const MARKED: usize = 40;
/// The length of a line in the legend.
const SAMPLE: i32 = px(34);

/// An entry of the legend: which series, how far from the left, what it says.
type Entry = (usize, i32, String);

impl Curves {
    pub(super) fn picture(
        &self,
        frame: &Frame,
        visible: &[Visible],
        marks: &[&Mark],
    ) -> Result<Picture> {
        let alt = self.alt(visible, marks);
        let labels = Labels {
            title: &self.title,
            x: &self.x.name,
            y: &self.y.name,
        };
        let mut sheet = Sheet::new(frame.sheet(), &alt);
        sheet.paint(|area| {
            frame.draw(area, &labels, (true, true))?;
            self.draw_legend(area, frame.left)
        })?;
        // Room for half of a line along the edge.
        let corner = (frame.left - px(1), frame.top - px(1));
        let size = (frame.width + px(2), frame.height + px(2));
        sheet.inside(corner, size, |sheet| {
            for kind in [Kind::Band, Kind::Line] {
                for (i, visible) in visible.iter().enumerate() {
                    if self.series[i].kind == kind {
                        self.draw_series(sheet, frame, i, visible);
                    }
                }
            }
        });
        sheet.paint(|area| {
            for (i, visible) in visible.iter().enumerate() {
                self.draw_markers(area, frame, i, visible)?;
            }
            let inside = |mark: &&&Mark| frame.x.holds(mark.0) && frame.y.holds(mark.1);
            let mut marks = marks.iter().filter(inside);
            marks.try_for_each(|mark| draw_mark(area, frame, mark))
        })?;
        Ok(sheet.finish())
    }

    fn color(&self, i: usize) -> RGBColor {
        PALETTE[self.look(i) % PALETTE.len()]
    }

    /// Color and marker go by name: how many other names come before this one's.
    fn look(&self, i: usize) -> usize {
        let earlier = (0..self.first_of_name(i)).filter(|j| self.first_of_name(*j) == *j);
        earlier.count()
    }

    fn first_of_name(&self, i: usize) -> usize {
        let same = |series: &Series| series.name == self.series[i].name;
        self.series.iter().position(same).unwrap_or(i)
    }

    fn draw_series(&self, sheet: &mut Sheet, frame: &Frame, i: usize, visible: &Visible) {
        for run in &visible.runs {
            let edge = |y: fn(&Point) -> f64| {
                let places = run.iter().map(|point| frame.place(point.0, y(point)));
                thinned(places.collect())
            };
            let mut places = edge(|point| point.1);
            if self.series[i].kind == Kind::Line {
                sheet.line(&places, self.color(i));
            } else {
                places.extend(edge(|point| point.2).into_iter().rev());
                sheet.surface(&places, self.color(i));
            }
        }
    }

    fn draw_markers(&self, area: &Area, frame: &Frame, i: usize, visible: &Visible) -> Painted {
        let (kind, lines) = (self.series[i].kind, self.series.len());
        let total: usize = visible.runs.iter().map(Vec::len).sum();
        // A single line of many points needs no marker to be told from others.
        let every = match kind {
            Kind::Band => return Ok(()),
            Kind::Line if total > MARKED && lines == 1 => None,
            Kind::Line if total > MARKED => Some(total.div_ceil(10)),
            _ => Some(1),
        };
        // Lines take turns, so that their markers do not fall on one another.
        let due = |seen: usize| every.is_some_and(|n| seen % n == n * i / lines % n);
        let (mut seen, mut last) = (0, None);
        for run in &visible.runs {
            for point in run
                .iter()
                .filter(|p| frame.x.holds(p.0) && frame.y.holds(p.1))
            {
                let place = frame.place(point.0, point.1);
                if (due(seen) || run.len() == 1) && last != Some(place) {
                    draw_marker(area, place, self.look(i))?;
                    last = Some(place);
                }
                seen += 1;
            }
        }
        Ok(())
    }

    /// The entries of the legend in rows, one for each name; none for a single name.
    pub(super) fn legend(&self) -> Vec<Vec<Entry>> {
        let first = (0..self.series.len()).filter(|i| self.first_of_name(*i) == *i);
        let first: Vec<usize> = first.collect();
        if first.len() < 2 {
            return Vec::new();
        }
        let (mut rows, mut row, mut left) = (Vec::new(), Vec::new(), 0);
        for i in first {
            let name = fit(&self.series[i].name, px(220), SMALL);
            let width = SAMPLE + px(20) + text_width(&name, SMALL);
            if left > 0 && left + width > px(520) {
                rows.push(std::mem::take(&mut row));
                left = 0;
            }
            row.push((i, left, name));
            left += width;
        }
        rows.push(row);
        rows
    }

    /// Draws the entries between the title and the plot.
    fn draw_legend(&self, area: &Area, edge: i32) -> Painted {
        for (row, entries) in self.legend().into_iter().enumerate() {
            for (i, left, name) in entries {
                let (x, y) = (edge + left, px(46 + 22 * row as i32));
                let end = x + SAMPLE;
                let color = self.color(i);
                match self.series[i].kind {
                    Kind::Points => {}
                    Kind::Line => {
                        let style = color.stroke_width(2 * THIN);
                        area.draw(&PathElement::new([(x, y), (end, y)], style))?;
                    }
                    Kind::Band => {
                        let corners = [(x, y - px(5)), (end, y + px(5))];
                        area.draw(&Rectangle::new(corners, color.mix(PALE).filled()))?;
                    }
                }
                if self.series[i].kind != Kind::Band {
                    draw_marker(area, ((x + end) / 2, y), self.look(i))?;
                }
                area.draw_text(&name, &font_from_left(), (end + px(6), y))?;
            }
        }
        Ok(())
    }
}

/// A marker of its own for each line: seven colors and five shapes give 35 pairs.
fn draw_marker(area: &Area, (x, y): Place, i: usize) -> Painted {
    let style = PALETTE[i % PALETTE.len()].filled();
    let polygon = |corners: &[Place]| {
        let corners = corners
            .iter()
            .map(|(right, down)| (x + px(*right), y + px(*down)));
        area.draw(&Polygon::new(corners.collect::<Vec<_>>(), style))
    };
    match i % 5 {
        0 => area.draw(&Circle::new((x, y), px(4), style)),
        1 => polygon(&[(-4, -4), (4, -4), (4, 4), (-4, 4)]),
        2 => polygon(&[(0, -5), (5, 4), (-5, 4)]),
        3 => polygon(&[(0, -6), (5, 0), (0, 6), (-5, 0)]),
        _ => polygon(&[(0, 5), (5, -4), (-5, -4)]),
    }
}

/// A ring around a point and its text: above it in the upper half of the plot, else below.
fn draw_mark(area: &Area, frame: &Frame, (x, y, text): &Mark) -> Painted {
    let (x, y) = frame.place(*x, *y);
    area.draw(&Circle::new((x, y), px(7), INK.stroke_width(2 * THIN)))?;
    let text = fit(text, frame.width - px(24), SMALL);
    let (half, height) = (text_width(&text, SMALL) / 2 + px(3), px(9));
    let upper = y < frame.top + frame.height / 2;
    let below = (y + px(20)).min(frame.bottom() - height - px(1));
    let y = if upper { y - px(20) } else { below };
    let x = x.clamp(frame.left + half, frame.left + frame.width - half);
    let corners = [(x - half, y - height), (x + half, y + height)];
    area.draw(&Rectangle::new(corners, WHITE.mix(0.8).filled()))?;
    area.draw_text(&text, &font(SMALL), (x, y))
}

/// Fewer places for the same line, which the eye cannot tell apart: where more than four neighbors
/// share a column of pixels, the first, lowest, highest and last.
fn thinned(places: Vec<Place>) -> Vec<Place> {
    let mut kept = Vec::new();
    for column in places.chunk_by(|a, b| a.0 / px(1) == b.0 / px(1)) {
        if column.len() <= 4 {
            kept.extend_from_slice(column);
        } else {
            let low = column.iter().min_by_key(|place| place.1);
            let high = column.iter().max_by_key(|place| place.1);
            let ends = [column.first(), low, high, column.last()];
            kept.extend(ends.into_iter().flatten());
        }
    }
    kept.dedup();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_and_highest_of_a_column_stay() {
        let column: Vec<Place> = [50, 30, 90, 10, 40, 60].map(|y| (7, y)).into();
        assert_eq!(thinned(column), [(7, 50), (7, 10), (7, 90), (7, 60)]);
    }
}
