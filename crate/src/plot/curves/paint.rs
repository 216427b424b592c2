//! How curves look: lines, the markers that tell them apart without color, legend, marks.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::{Curves, Visible};
use crate::Result;
use crate::plot::Picture;
use crate::plot::axis::Axis;
use crate::plot::chart::{Frame, Grid, Labels, Place, axes};
use crate::plot::sheet::{
    self, Area, INK, PALETTE, Painted, SMALL, centered, fit, font, text_width,
};

type Pixel = (i32, i32);

/// Up to this many points, each has its marker; of more, about ten.
const MARKED: usize = 40;

/// The length of a line in the legend, in pixels.
const SAMPLE: u32 = 34;

/// An entry of the legend: which line, how far from the left, what it says.
pub(super) type Entry = (usize, u32, String);

impl Curves {
    pub(super) fn paint(
        &self,
        frame: Frame,
        both: (Axis, Axis),
        visible: &[Visible],
        marks: &[&(f64, f64, String)],
        legend: &[Vec<Entry>],
    ) -> Result<Picture> {
        let labels = Labels {
            title: &self.title,
            x: &self.x_label,
            y: &self.y_label,
        };
        sheet::picture(frame.sheet(), &self.alt(visible), &[], |area| {
            let chart = axes(area, frame, &labels, both, Grid::Both)?;
            for (row, entries) in legend.iter().enumerate() {
                self.draw_legend(area, frame, 46 + 22 * row as i32, entries)?;
            }
            for (i, visible) in visible.iter().enumerate() {
                self.draw_series(area, &chart, i, visible)?;
            }
            let runs = visible.iter().flat_map(|v| &v.runs);
            let lines = runs.flat_map(|run| along(&thinned(&pixels(&chart, run))));
            let lines: Vec<Pixel> = lines.collect();
            marks.iter().try_for_each(|(x, y, text)| {
                draw_mark(area, frame, chart.backend_coord(&(*x, *y)), text, &lines)
            })
        })
    }

    /// The names in rows under the title; none for a single line.
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

    fn draw_legend(&self, area: &Area, frame: Frame, y: i32, entries: &[Entry]) -> Painted {
        for (i, left, name) in entries {
            let x = (frame.left + left) as i32;
            let end = x + SAMPLE as i32;
            if self.series[*i].joined {
                area.draw(&PathElement::new([(x, y), (end, y)], line_style(*i)))?;
            }
            draw_marker(area, ((x + end) / 2, y), *i)?;
            let style = font(SMALL).pos(Pos::new(HPos::Left, VPos::Center));
            area.draw_text(name, &style, (end + 6, y))?;
        }
        Ok(())
    }

    fn draw_series(&self, area: &Area, chart: &Place, i: usize, visible: &Visible) -> Painted {
        let joined = self.series[i].joined;
        let total: usize = visible.runs.iter().map(Vec::len).sum();
        // A single line of many points needs no marker to be told from others.
        let every = match (joined, total <= MARKED, self.series.len()) {
            (false, ..) | (_, true, _) => Some(1),
            (_, _, 1) => None,
            _ => Some(total.div_ceil(10)),
        };
        // Lines take turns, so that their markers do not fall on one another.
        let shift = every.map_or(0, |n| n * i / self.series.len());
        let mut seen = 0;
        for run in &visible.runs {
            let pixels = pixels(chart, run);
            if joined {
                area.draw(&PathElement::new(thinned(&pixels), line_style(i)))?;
            }
            let mut last = None;
            for &pixel in &pixels {
                let due = every.is_some_and(|n| seen % n == shift % n);
                if (due || pixels.len() == 1) && last != Some(pixel) {
                    draw_marker(area, pixel, i)?;
                    last = Some(pixel);
                }
                seen += 1;
            }
        }
        Ok(())
    }
}

fn pixels(chart: &Place, run: &[(f64, f64)]) -> Vec<Pixel> {
    run.iter().map(|p| chart.backend_coord(p)).collect()
}

fn line_style(i: usize) -> ShapeStyle {
    PALETTE[i % PALETTE.len()].stroke_width(2)
}

/// A marker of its own for each line: seven colors and five shapes give 35 pairs.
fn draw_marker(area: &Area, (x, y): Pixel, i: usize) -> Painted {
    let style = PALETTE[i % PALETTE.len()].filled();
    let polygon = |corners: &[Pixel]| {
        let corners: Vec<Pixel> = corners.iter().map(|c| (x + c.0, y + c.1)).collect();
        area.draw(&Polygon::new(corners, style))
    };
    match i % 5 {
        0 => area.draw(&Circle::new((x, y), 4, style)),
        1 => polygon(&[(-4, -4), (4, -4), (4, 4), (-4, 4)]),
        2 => polygon(&[(0, -5), (5, 4), (-5, 4)]),
        3 => polygon(&[(0, -6), (5, 0), (0, 6), (-5, 0)]),
        _ => polygon(&[(0, 5), (5, -4), (-5, -4)]),
    }
}

/// Where more than four neighbors share a column of pixels: the first, lowest, highest and last.
fn thinned(pixels: &[Pixel]) -> Vec<Pixel> {
    let mut kept = Vec::new();
    for column in pixels.chunk_by(|a, b| a.0 == b.0) {
        let (first, last) = (column.first(), column.last());
        let low = column.iter().min_by_key(|p| p.1);
        let high = column.iter().max_by_key(|p| p.1);
        if column.len() <= 4 {
            kept.extend_from_slice(column);
        } else {
            kept.extend([first, low, high, last].into_iter().flatten());
        }
    }
    kept.dedup();
    kept
}

/// A ring around a point and its text, where it hides least of the lines.
fn draw_mark(area: &Area, frame: Frame, (x, y): Pixel, text: &str, lines: &[Pixel]) -> Painted {
    area.draw(&Circle::new((x, y), 7, INK.stroke_width(2)))?;
    let text = fit(text, frame.width - 24, SMALL);
    let (half, height) = (text_width(&text, SMALL) as i32 / 2 + 3, 9);
    let (left, top) = (frame.left as i32, frame.top as i32);
    let (right, bottom) = (left + frame.width as i32, top + frame.height as i32);
    let inside = |(x, y): Pixel| {
        let x = x.clamp(left + half, (right - half).max(left + half));
        (x, y.clamp(top + height, bottom - height))
    };
    let beside = half + 11;
    let places = [
        (0, 20),
        (0, -20),
        (beside, 0),
        (-beside, 0),
        (0, 44),
        (0, -44),
    ];
    // Markers are up to 6 pixels larger than their points.
    let hidden = |&(middle_x, middle_y): &Pixel| {
        let covers =
            |p: &&Pixel| (p.0 - middle_x).abs() <= half + 6 && (p.1 - middle_y).abs() <= height + 6;
        lines.iter().chain([&(x, y)]).filter(covers).count()
    };
    let places = places.map(|(right, down)| inside((x + right, y + down)));
    let (x, y) = places.into_iter().min_by_key(hidden).unwrap_or((x, y));
    let corners = [(x - half, y - height), (x + half, y + height)];
    area.draw(&Rectangle::new(corners, WHITE.mix(0.8).filled()))?;
    area.draw_text(&text, &centered(SMALL), (x, y))
}

/// Points every few pixels along a line.
fn along(pixels: &[Pixel]) -> Vec<Pixel> {
    let between = |pair: &[Pixel]| {
        let ((ax, ay), (bx, by)) = (pair[0], pair[1]);
        let steps = (bx - ax).abs().max((by - ay).abs()) / 4 + 1;
        (0..=steps).map(move |i| (ax + (bx - ax) * i / steps, ay + (by - ay) * i / steps))
    };
    pixels
        .windows(2)
        .flat_map(between)
        .chain(pixels.iter().copied())
        .collect()
}
