//! Matrices: heat maps of any shape, the confusion matrix.

use ndarray::ArrayRef2;
use plotters::element::Rectangle;

use super::Picture;
use super::axis::{Axis, Room, extremes};
use super::chart::{Frame, Grid, Labels, axes};
use super::number::{drawable, exponent, short};
use super::png::Color;
use super::scale::{BAR_ROOM, Diverging, blue, ink_on, orange};
use super::sheet::{self, Area, LARGE, Painted, SMALL, Tile, centered, text_width};
use crate::{Error, Result};

/// The longest side of a heat map, in pixels.
const LONGEST: u32 = 364;
/// Up to so many rows and columns, the cells carry their numbers.
const WRITTEN: usize = 12;

/// Draws a matrix as colors: blue below zero, white at zero, red above.
///
/// `values` is M × N, up to 1024 × 1024, of any unit. The scale is symmetric, from minus the
/// largest magnitude to plus it. Up to 12 × 12 the numbers stand in the cells. An image of 784
/// values is a 28 × 28 matrix: `values.to_shape((28, 28))`.
///
/// Matplotlib equivalent: `plt.imshow(values, cmap="RdBu_r", vmin=-m, vmax=m); plt.colorbar()`.
///
/// ```
/// use digits::{ndarray::array, plot};
///
/// let picture = plot::heat_map("Jacobian", &array![[0.25, -0.25], [-0.25, 0.25]])?;
/// assert!(picture.alt().starts_with("Heat map \"Jacobian\" of 2 by 2 numbers"));
/// # Ok::<(), digits::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Shape`] for no values or more than 1024 × 1024, [`Error::Value`] for NaN or infinity.
pub fn heat_map(title: &str, values: &ArrayRef2<f64>) -> Result<Picture> {
    let (rows, columns) = values.dim();
    if !(1..=1024).contains(&rows) || !(1..=1024).contains(&columns) {
        let found = format!("{rows} × {columns}");
        return Err(Error::shape(
            "values",
            "M × N from 1 × 1 to 1024 × 1024",
            found,
        ));
    }
    drawable("values", values)?;

    let scale = Diverging::around(values);
    let written = rows <= WRITTEN && columns <= WRITTEN;
    let matrix = Matrix::new(title, values.dim(), size(values.dim(), written), BAR_ROOM);
    let Frame {
        left,
        top,
        width,
        height,
        ..
    } = matrix.frame;
    let colors: Vec<[u8; 3]> = values.iter().map(|&v| scale.rgb(v)).collect();
    let tiles = [matrix.tile(&colors), scale.tile(left + width, top, height)];
    let numbers = if written { numbers(values) } else { Vec::new() };
    let labels = Labels {
        title,
        x: "column",
        y: "row",
    };
    sheet::picture(
        matrix.frame.sheet(),
        &heat_map_alt(title, values),
        &tiles,
        |area| {
            matrix.paint(area, &labels, &numbers, &colors)?;
            scale.numbers(area, left + width, top, height)
        },
    )
}

fn heat_map_alt(title: &str, values: &ArrayRef2<f64>) -> String {
    let (low, high) = extremes(values.iter().copied());
    let at = |value: f64| {
        let place = values.indexed_iter().find(|(_, v)| **v == value);
        let (row, column) = place.map_or((0, 0), |(place, _)| place);
        format!("{} at row {row}, column {column}", short(value))
    };
    format!(
        "Heat map {title:?} of {} by {} numbers, the smallest {}, the largest {}; blue below \
         zero, white at zero, red above.",
        values.nrows(),
        values.ncols(),
        at(low),
        at(high)
    )
}

/// The numbers for the cells, all with equally many digits after the point.
fn numbers(values: &ArrayRef2<f64>) -> Vec<String> {
    let largest = extremes(values.iter().map(|v| v.abs())).1;
    let digits = exponent(largest);
    let write = |v: &f64| match digits {
        _ if *v == 0.0 => "0".into(),
        -3..=4 => format!("{v:.*}", (2 - digits).max(0) as usize),
        _ => format!("{v:.1e}"),
    };
    values.iter().map(write).collect()
}

/// The size of a heat map: square cells where that leaves a shape that can be seen.
fn size((rows, columns): (usize, usize), written: bool) -> (u32, u32) {
    let (rows, columns) = (rows as u32, columns as u32);
    if written {
        return (columns * 60, rows * 40);
    }
    let longest = rows.max(columns);
    let side = |n: u32| {
        let cells = if longest <= LONGEST {
            n * (LONGEST / longest)
        } else {
            n * LONGEST / longest
        };
        cells.max(80)
    };
    (side(columns), side(rows))
}

/// Draws how often each true label was predicted as each label.
///
/// `counts` is N × N, N from 1 to 20: row = true label, column = predicted label. The darker a
/// cell, the larger its share of its row; right predictions are blue, wrong ones orange. Shares
/// of wrong ones are colored up to a tenth, so that a few of them show.
///
/// Matplotlib equivalent: `plt.imshow(counts)` with `plt.text` in each cell.
///
/// ```
/// use digits::{ndarray::array, plot};
///
/// let picture = plot::confusion(&array![[95, 5], [2, 98]])?;
/// assert!(picture.alt().contains("193 of 200 right"));
/// # Ok::<(), digits::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Shape`] unless `counts` is square and 1 × 1 to 20 × 20.
pub fn confusion(counts: &ArrayRef2<usize>) -> Result<Picture> {
    let (rows, columns) = counts.dim();
    if rows != columns || !(1..=20).contains(&rows) {
        let found = format!("{rows} × {columns}");
        return Err(Error::shape("counts", "N × N with N from 1 to 20", found));
    }
    let title = "Confusion matrix (blue: right, orange: wrong)";
    let size = (columns as u32 * 48, rows as u32 * 34);
    let matrix = Matrix::new(title, counts.dim(), size, 24);
    let colors: Vec<[u8; 3]> = counts
        .indexed_iter()
        .map(|(at, _)| share_color(counts, at))
        .collect();
    let numbers: Vec<String> = counts.iter().map(ToString::to_string).collect();
    let labels = Labels {
        title,
        x: "predicted",
        y: "true",
    };
    let tiles = [matrix.tile(&colors)];
    sheet::picture(
        matrix.frame.sheet(),
        &confusion_alt(counts),
        &tiles,
        |area| matrix.paint(area, &labels, &numbers, &colors),
    )
}

/// The color of a cell by its share of the row.
fn share_color(counts: &ArrayRef2<usize>, (row, column): (usize, usize)) -> [u8; 3] {
    let total: f64 = counts.row(row).iter().map(|&count| count as f64).sum();
    let share = counts[[row, column]] as f64 / total.max(1.0);
    if row == column {
        blue(share)
    } else {
        orange((10.0 * share).min(1.0).sqrt())
    }
}

fn confusion_alt(counts: &ArrayRef2<usize>) -> String {
    let total: u128 = counts.iter().map(|&count| count as u128).sum();
    let right: u128 = counts.diag().iter().map(|&count| count as u128).sum();
    let mut alt = format!(
        "Confusion matrix of {} labels: {right} of {total} right, on the diagonal",
        counts.nrows()
    );
    let wrong = counts
        .indexed_iter()
        .filter(|((row, column), _)| row != column);
    if let Some(((row, column), &count)) = wrong.max_by_key(|(_, count)| **count)
        && count > 0
    {
        alt += &format!("; the most frequent error: {row} read as {column}, {count} times");
    }
    alt + "."
}

/// A matrix of colored cells with its axes, row 0 at the top.
struct Matrix {
    columns: usize,
    frame: Frame,
    axes: (Axis, Axis),
}

impl Matrix {
    fn new(
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

    fn tile(&self, colors: &[[u8; 3]]) -> Tile {
        Tile {
            at: (self.frame.left, self.frame.top),
            size: (self.frame.width, self.frame.height),
            color: Color::Rgb,
            columns: self.columns as u32,
            pixels: colors.concat(),
        }
    }

    /// Title, axes and, if there are any, a text in each cell that reads well on its color.
    fn paint(&self, area: &Area, labels: &Labels, texts: &[String], colors: &[[u8; 3]]) -> Painted {
        let chart = axes(area, self.frame, labels, self.axes.clone(), Grid::None)?;
        for (i, (text, rgb)) in texts.iter().zip(colors).enumerate() {
            let (row, column) = (i / self.columns, i % self.columns);
            let middle = chart.backend_coord(&(column as f64 + 0.5, row as f64 + 0.5));
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
            ((left + width) as i32, (top + height) as i32),
        ];
        area.draw(&Rectangle::new(corners, sheet::LINES))
    }
}
