//! What stands around a plot: title, two named axes, a light grid.

use plotters::prelude::*;

use crate::axis::{Axis, Room};
use crate::sheet::{
    Area, GRID, LARGE, LINES, MEDIUM, Painted, Place, SMALL, THIN, fit, font, px, text_width, title,
};

/// Room to the right of the plot, for half of the last tick label.
const RIGHT: i32 = px(32);
/// Room below the plot, for tick labels and the axis name.
const BOTTOM: i32 = px(52);
/// Room between an axis name and the edge of the sheet.
const EDGE: i32 = px(7);

/// A plot's place on its sheet, and its axes.
pub(crate) struct Frame {
    pub(crate) left: i32,
    pub(crate) top: i32,
    pub(crate) width: i32,
    pub(crate) height: i32,
    pub(crate) right: i32,
    pub(crate) x: Axis,
    pub(crate) y: Axis,
}

/// What is written around a plot.
pub(crate) struct Labels<'a> {
    pub(crate) title: &'a str,
    pub(crate) x: &'a str,
    pub(crate) y: &'a str,
}

impl Frame {
    /// A chart of about 640 × 360 pixels with `top` of them above its plot.
    pub(crate) fn chart(
        top: i32,
        y: impl FnOnce(Room) -> Axis,
        x: impl FnOnce(i32) -> Axis,
    ) -> Self {
        let height = px(270);
        let y = y(Room::Down(height));
        let left = Self::left_of(&y);
        let width = px(640) - left - RIGHT;
        Self {
            left,
            top: px(top),
            width,
            height,
            right: RIGHT,
            x: x(width),
            y,
        }
    }

    /// A matrix, row 0 at the top, with room for its title and for `right` pixels beside it.
    pub(crate) fn matrix(
        title: &str,
        (rows, columns): (usize, usize),
        (width, height): Place,
        right: i32,
    ) -> Self {
        let y = Axis::indices(rows, Room::Down(height)).reversed();
        let left = Self::left_of(&y);
        let titled = (text_width(title, LARGE) + px(24)).min(px(640));
        Self {
            left,
            top: px(44),
            width,
            height,
            right: px(right).max(titled - left - width),
            x: Axis::indices(columns, Room::Across(width)),
            y,
        }
    }

    /// Room to the left of the plot, for the axis name and the tick labels.
    fn left_of(y: &Axis) -> i32 {
        px(42) + y.widest_label().min(px(120))
    }

    /// The size of the whole sheet.
    pub(crate) fn sheet(&self) -> Place {
        (self.left + self.width + self.right, self.bottom() + BOTTOM)
    }

    /// Where a point of the plot stands on the sheet.
    pub(crate) fn place(&self, x: f64, y: f64) -> Place {
        // What lies far off stays near enough for a place not to overflow.
        let along = |position: f64, length| position.clamp(-1e4, 1e4) * f64::from(length);
        (
            self.left + along(self.x.position(x), self.width).round() as i32,
            self.bottom() - along(self.y.position(y), self.height).round() as i32,
        )
    }

    pub(crate) fn bottom(&self) -> i32 {
        self.top + self.height
    }

    /// Draws title, axes and, for each direction that has them, the lines at the ticks.
    pub(crate) fn draw(&self, area: &Area, labels: &Labels, grid: (bool, bool)) -> Painted {
        title(area, labels.title, self.left + self.width / 2)?;
        let mut chart = ChartBuilder::on(area)
            .margin_top(self.top)
            .margin_right(area.dim_in_pixel().0 as i32 - self.left - self.width)
            .margin_bottom(EDGE)
            .margin_left(EDGE)
            .x_label_area_size(BOTTOM - EDGE)
            .y_label_area_size(self.left - EDGE)
            .build_cartesian_2d(self.x.clone(), self.y.clone())?;
        let mut mesh = chart.configure_mesh();
        if !grid.0 {
            mesh.disable_x_mesh();
        }
        if !grid.1 {
            mesh.disable_y_mesh();
        }
        mesh.set_all_tick_mark_size(px(4))
            .axis_style(LINES.stroke_width(THIN))
            .bold_line_style(GRID.stroke_width(THIN))
            .light_line_style(TRANSPARENT)
            .label_style(font(SMALL))
            .axis_desc_style(font(MEDIUM))
            .x_desc(fit(labels.x, self.width, MEDIUM))
            .y_desc(fit(labels.y, self.height, MEDIUM))
            .draw()
    }
}
