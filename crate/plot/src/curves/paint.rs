//! How curves look: lines, the markers that tell them apart without color, marks.

use plotters::prelude::*;

use super::thin::thinned;
use super::{Curves, Mark, Visible};
use crate::Picture;
use crate::Result;
use crate::axis::Axis;
use crate::chart::{Frame, Grid, Labels, Pixel, axes};
use crate::sheet::{
    self, Area, FINE, INK, Layer, PALETTE, Painted, SMALL, centered, fit, text_width,
};

/// Up to this many points, each has its marker; of more, about ten.
const MARKED: usize = 40;

/// A chart whose places are known.
pub(super) struct Drawing<'a> {
    pub(super) curves: &'a Curves,
    pub(super) frame: Frame,
    pub(super) axes: (Axis, Axis),
    pub(super) visible: &'a [Visible],
    pub(super) marks: &'a [&'a Mark],
}

impl Drawing<'_> {
    pub(super) fn picture(&self, alt: &str) -> Result<Picture> {
        let layers: [Layer; 3] = [
            (1, &|area| self.draw_ground(area)),
            (FINE, &|area| self.draw_lines(area)),
            (1, &|area| self.draw_points(area)),
        ];
        sheet::layered(self.frame.sheet(), alt, &[], &layers)
    }

    fn draw_ground(&self, area: &Area) -> Painted {
        let labels = Labels {
            title: &self.curves.title,
            x: &self.curves.x_label,
            y: &self.curves.y_label,
        };
        axes(area, self.frame, &labels, &self.axes, Grid::Both)?;
        self.curves.draw_legend(area, self.frame)
    }

    /// The pixels of every line, with its number.
    fn lines(&self, steps: u32) -> impl Iterator<Item = (usize, Vec<Pixel>)> {
        let joined = |(i, _): &(usize, &Visible)| self.curves.series[*i].joined;
        let lines = self.visible.iter().enumerate().filter(joined);
        let runs = lines.flat_map(|(i, visible)| visible.runs.iter().map(move |run| (i, run)));
        runs.map(move |(i, run)| (i, self.pixels(run, steps)))
    }

    fn pixels(&self, run: &[(f64, f64)], steps: u32) -> Vec<Pixel> {
        run.iter()
            .map(|point| self.frame.place(&self.axes, *point, steps))
            .collect()
    }

    fn draw_lines(&self, area: &Area) -> Painted {
        self.lines(FINE).try_for_each(|(i, pixels)| {
            area.draw(&PathElement::new(thinned(&pixels), line_style(i, FINE)))
        })
    }

    /// Markers and marks.
    fn draw_points(&self, area: &Area) -> Painted {
        for (i, visible) in self.visible.iter().enumerate() {
            self.draw_markers(area, i, visible)?;
        }
        let lines: Vec<Pixel> = self
            .lines(1)
            .flat_map(|(_, pixels)| along(&pixels))
            .collect();
        self.marks.iter().try_for_each(|(x, y, text)| {
            let pixel = self.frame.place(&self.axes, (*x, *y), 1);
            draw_mark(area, self.frame, pixel, text, &lines)
        })
    }

    fn draw_markers(&self, area: &Area, i: usize, visible: &Visible) -> Painted {
        let lines = self.curves.series.len();
        let total: usize = visible.runs.iter().map(Vec::len).sum();
        // A single line of many points needs no marker to be told from others.
        let every = match (self.curves.series[i].joined, total <= MARKED, lines) {
            (false, ..) | (_, true, _) => Some(1),
            (_, _, 1) => None,
            _ => Some(total.div_ceil(10)),
        };
        // Lines take turns, so that their markers do not fall on one another.
        let shift = every.map_or(0, |n| n * i / lines);
        let (mut seen, mut last) = (0, None);
        for run in &visible.runs {
            for pixel in self.pixels(run, 1) {
                let due = every.is_some_and(|n| seen % n == shift % n);
                if (due || run.len() == 1) && last != Some(pixel) {
                    draw_marker(area, pixel, i)?;
                    last = Some(pixel);
                }
                seen += 1;
            }
        }
        Ok(())
    }
}

/// The color of a line, two pixels wide.
pub(super) fn line_style(i: usize, steps: u32) -> ShapeStyle {
    PALETTE[i % PALETTE.len()].stroke_width(2 * steps)
}

/// A marker of its own for each line: seven colors and five shapes give 35 pairs.
pub(super) fn draw_marker(area: &Area, (x, y): Pixel, i: usize) -> Painted {
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
