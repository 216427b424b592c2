//! A matrix of colored cells in its axes, with or without a text in each cell.

use plotters::element::Rectangle;

use super::axis::Axis;
use super::chart::{Frame, Grid, Labels, axes};
use super::png::Color;
use super::scale::ink_on;
use super::sheet::{self, Area, LARGE, Painted, SMALL, Tile, centered, text_width};
use super::ticks::Room;

/// A matrix of colored cells with its axes, row 0 at the top.
pub(super) struct Matrix {
    columns: usize,
    pub(super) frame: Frame,
    axes: (Axis, Axis),
}

impl Matrix {
    pub(super) fn new(
        title: &str,
        (rows, columns): (usize, usize),
        (width, height): (u32, u32),
        right: u32,
    ) -> Self {
        let x = Axis::indices(columns, Room::Across(width));
        let y = Axis::indices(rows, Room::Down(height)).reversed();
        let left = Frame::left_of(&y);
        // A narrow matrix has room for its title all the same.
        let right = right.max(
            (text_width(title, LARGE) + 24)
                .min(640)
                .saturating_sub(left + width),
        );
        let frame = Frame {
            left,
            top: 44,
            width,
            height,
            right,
        };
        Self {
            columns,
            frame,
            axes: (x, y),
        }
    }

    /// The colors, row by row.
    pub(super) fn tile(&self, colors: &[[u8; 3]]) -> Tile {
        Tile {
            at: (self.frame.left, self.frame.top),
            size: (self.frame.width, self.frame.height),
            color: Color::Rgb,
            columns: self.columns as u32,
            pixels: colors.concat(),
        }
    }

    /// Title, axes and, if there are any, a text in each cell that reads well on its color.
    pub(super) fn paint(
        &self,
        area: &Area,
        labels: &Labels,
        texts: &[String],
        colors: &[[u8; 3]],
    ) -> Painted {
        axes(area, self.frame, labels, &self.axes, Grid::None)?;
        for (i, (text, rgb)) in texts.iter().zip(colors).enumerate() {
            let (row, column) = (i / self.columns, i % self.columns);
            let middle = (column as f64 + 0.5, row as f64 + 0.5);
            let middle = self.frame.place(&self.axes, middle, 1);
            area.draw_text(text, &centered(SMALL).color(&ink_on(*rgb)), middle)?;
        }
        let Frame {
            left,
            top,
            width,
            height,
            ..
        } = self.frame;
        // The left and lower sides fall on the axes.
        let corners = [
            (left as i32 - 1, top as i32),
            ((left + width) as i32, (top + height + 1) as i32),
        ];
        area.draw(&Rectangle::new(corners, sheet::LINES))
    }
}
