//! The frame that charts share: title, two named axes, a light grid.

use plotters::prelude::*;

use super::axis::Axis;
use super::sheet::{Area, GRID, LINES, MEDIUM, Painted, SMALL, fit, font, title};

/// Room to the right of the plot, for half of the last tick label.
const RIGHT: u32 = 32;
/// Room below the plot, for tick labels and the axis name.
const BOTTOM: u32 = 52;
/// Room between an axis name and the edge of the sheet.
const EDGE: u32 = 7;

/// A place on a sheet, from its upper left corner.
pub(super) type Pixel = (i32, i32);

/// Where the plot stands on its sheet, in pixels.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    pub(super) left: u32,
    pub(super) top: u32,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) right: u32,
}

impl Frame {
    /// A plot of about 640 × 360 pixels with `top` pixels above it and room for y's tick labels.
    pub(super) fn new(top: u32, y: &Axis) -> Self {
        let left = Self::left_of(y);
        Self {
            left,
            top,
            width: 640 - left - RIGHT,
            height: Self::HEIGHT,
            right: RIGHT,
        }
    }

    /// The height of a chart's plot.
    pub(super) const HEIGHT: u32 = 270;

    /// Room to the left of the plot, for the axis name and the tick labels.
    pub(super) fn left_of(y: &Axis) -> u32 {
        42 + y.widest_label().min(120)
    }

    /// Where a point of the plot stands on the sheet, with `steps` to a pixel.
    pub(super) fn place(&self, (x, y): &(Axis, Axis), point: (f64, f64), steps: u32) -> Pixel {
        let right = f64::from(self.left) + x.position(point.0) * f64::from(self.width);
        let up = y.position(point.1) * f64::from(self.height);
        let down = f64::from(self.top + self.height) - up;
        let step = |pixels: f64| (pixels * f64::from(steps)).round() as i32;
        (step(right), step(down))
    }

    /// The size of the whole sheet.
    pub(super) fn sheet(&self) -> (u32, u32) {
        (
            self.left + self.width + self.right,
            self.top + self.height + BOTTOM,
        )
    }
}

/// What stands around a plot.
pub(super) struct Labels<'a> {
    pub(super) title: &'a str,
    pub(super) x: &'a str,
    pub(super) y: &'a str,
}

/// Which lines a chart has behind its data.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Grid {
    Both,
    Horizontal,
    None,
}

/// Draws title, axes and grid.
pub(super) fn axes(
    area: &Area,
    frame: Frame,
    labels: &Labels,
    (x, y): &(Axis, Axis),
    grid: Grid,
) -> Painted {
    title(area, labels.title, frame.left + frame.width / 2)?;
    let mut chart = ChartBuilder::on(area)
        .margin_top(frame.top)
        // plotters' plots end a pixel before their room does; see `Frame::place`.
        .margin_right(frame.right - 1)
        .margin_bottom(EDGE)
        .margin_left(EDGE)
        .x_label_area_size(BOTTOM - EDGE - 1)
        .y_label_area_size(frame.left - EDGE)
        .build_cartesian_2d(x.clone(), y.clone())?;
    let mut mesh = chart.configure_mesh();
    if grid != Grid::Both {
        mesh.disable_x_mesh();
    }
    if grid == Grid::None {
        mesh.disable_y_mesh();
    }
    mesh.set_all_tick_mark_size(4)
        .axis_style(LINES)
        .bold_line_style(GRID)
        .light_line_style(TRANSPARENT)
        .label_style(font(SMALL))
        .axis_desc_style(font(MEDIUM))
        .x_desc(fit(labels.x, frame.width, MEDIUM))
        .y_desc(fit(labels.y, frame.height, MEDIUM))
        .draw()
}

/// A filled rectangle between two pixels in any order.
pub(super) fn block(area: &Area, a: Pixel, b: Pixel, color: RGBColor) -> Painted {
    let corners = [(a.0.min(b.0), a.1.min(b.1)), (a.0.max(b.0), a.1.max(b.1))];
    area.draw(&Rectangle::new(corners, color.filled()))
}
