//! A heat map of any shape.

use ndarray::ArrayRef2;

use super::Picture;
use super::chart::{Frame, Labels};
use super::matrix::Matrix;
use super::number::{drawable, exponent, short};
use super::range::extremes;
use super::scale::{BAR_ROOM, Diverging};
use super::sheet;
use crate::{Error, Result};

/// The longest side of a heat map that is not larger than this in cells, in pixels.
const USUAL: u32 = 364;
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
/// use {digits_plot as plot, ndarray::array};
///
/// let picture = plot::heat_map("Jacobian", &array![[0.25, -0.25], [-0.25, 0.25]])?;
/// assert!(picture.alt().starts_with("Heat map \"Jacobian\" of 2 by 2 numbers"));
/// # Ok::<(), digits_plot::Error>(())
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
    // Never less than a pixel for a cell, which would hide some of them.
    let cell = (USUAL / rows.max(columns)).max(1);
    ((columns * cell).max(80), (rows * cell).max(80))
}
