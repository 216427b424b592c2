//! A matrix of colored cells: a heat map of any shape, the confusion matrix.

use ndarray::ArrayRef2;
use plotters::element::Rectangle;
use plotters::style::Color;

use crate::color::{BAR_ROOM, Diverging, blue, ink_on, orange};
use crate::frame::{Frame, Labels};
use crate::input::{ANY, POSITIVE, collected, shape, texts, within};
use crate::number::{exponent, extremes, short};
use crate::sheet::{LINES, Place, SMALL, Sheet, THIN, font, px};
use crate::{Picture, Result};

/// The longest side of a heat map that is not larger than this in cells, in pixels.
const USUAL: i32 = 364;
/// Up to so many rows and columns, the cells carry their numbers.
const WRITTEN: usize = 12;

/// Draws a matrix as colors: blue below zero, white at zero, red above.
///
/// `values` is M × N, up to 1024 × 1024, of any unit. The scale is symmetric, from minus the
/// largest magnitude to plus it. Up to 12 × 12 the numbers stand in the cells. An image of 784
/// values is a 28 × 28 matrix: `&values.to_shape((28, 28))?`.
///
/// Matplotlib equivalent: `plt.imshow(values, cmap="RdBu_r", vmin=-m, vmax=m); plt.colorbar()`.
///
/// ```
/// use {digits_plot as plot, digits_plot::ndarray::array};
///
/// let picture = plot::heat_map("Jacobian", &array![[0.25, -0.25], [-0.25, 0.25]])?;
/// assert!(picture.alt().starts_with("Heat map \"Jacobian\" of 2 by 2 numbers"));
/// # Ok::<(), digits_plot::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Input`](crate::Error::Input) for no values or more than 1024 × 1024, NaN or infinity.
pub fn heat_map(title: &str, values: &ArrayRef2<f64>) -> Result<Picture> {
    draw_heat_map(title, values, None)
}

/// As [`heat_map`], with a scale that is given: from `-limit` to `limit`, so that the pictures of
/// a film do not flicker. What lies beyond the scale has the color of its end.
///
/// ```
/// use {digits_plot as plot, digits_plot::ndarray::array};
///
/// plot::heat_map_to(1.0, "Weights", &array![[0.25, -0.25], [-0.25, 0.25]])?;
/// # Ok::<(), digits_plot::Error>(())
/// ```
///
/// # Errors
///
/// As [`heat_map`], and for a limit that is not above 0.
pub fn heat_map_to(limit: f64, title: &str, values: &ArrayRef2<f64>) -> Result<Picture> {
    within("limit", POSITIVE, &[limit])?;
    draw_heat_map(title, values, Some(Diverging { limit }))
}

fn draw_heat_map(
    title: &str,
    values: &ArrayRef2<f64>,
    scale: Option<Diverging>,
) -> Result<Picture> {
    shape(
        "values",
        "M × N from 1 × 1 to 1024 × 1024",
        values,
        |m, n| (1..=1024).contains(&m) && (1..=1024).contains(&n),
    )?;
    let (rows, columns) = values.dim();
    let values = collected(values);
    within("values", ANY, &values)?;

    let written = rows.max(columns) <= WRITTEN;
    let scale = scale.unwrap_or_else(|| Diverging::around(&values));
    let (low, high) = extremes(values.iter().copied());
    let at = |value: f64| {
        let i = values.iter().position(|v| *v == value).unwrap_or(0);
        let (row, column) = (i / columns, i % columns);
        format!("{} at row {row}, column {column}", short(value))
    };
    let alt = format!(
        "Heat map {title:?} of {rows} by {columns} numbers, the smallest {}, the largest {}; \
         blue below zero, white at zero, red above.",
        at(low),
        at(high)
    );
    let frame = Frame::matrix(title, (rows, columns), size(rows, columns), BAR_ROOM);
    let labels = Labels {
        title,
        x: "column",
        y: "row",
    };
    let colors: Vec<[u8; 3]> = values.iter().map(|&v| scale.rgb(v)).collect();
    let texts = if written {
        numbers(&values)
    } else {
        Vec::new()
    };
    let mut sheet = draw(&alt, &frame, &labels, columns, &colors, &texts)?;
    scale.draw(
        &mut sheet,
        (frame.left + frame.width, frame.top),
        frame.height,
    )?;
    Ok(sheet.finish())
}

/// The numbers for the cells, all with equally many digits after the point.
fn numbers(values: &[f64]) -> Vec<String> {
    let digits = exponent(extremes(values.iter().map(|v| v.abs())).1);
    let write = |v: &f64| match digits {
        _ if *v == 0.0 => "0".into(),
        -3..=4 => format!("{v:.*}", (2 - digits).max(0) as usize),
        _ => format!("{v:.1e}"),
    };
    values.iter().map(write).collect()
}

/// The size of a heat map: square cells where that leaves a shape that can be seen.
fn size(rows: usize, columns: usize) -> Place {
    let (m, n) = (rows as i32, columns as i32);
    if rows.max(columns) <= WRITTEN {
        return (px(n * 60), px(m * 40));
    }
    // Never less than a pixel for a cell, which would hide some of them.
    let cell = (USUAL / m.max(n)).max(1);
    (px((n * cell).max(80)), px((m * cell).max(80)))
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
/// use {digits_plot as plot, digits_plot::ndarray::array};
///
/// let picture = plot::confusion(&array![[95, 5], [2, 98]])?;
/// assert!(picture.alt().contains("193 of 200 right"));
/// # Ok::<(), digits_plot::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Input`](crate::Error::Input) unless `counts` is square and 1 × 1 to 20 × 20.
pub fn confusion(counts: &ArrayRef2<usize>) -> Result<Picture> {
    shape("counts", "N × N with N from 1 to 20", counts, |m, n| {
        m == n && (1..=20).contains(&m)
    })?;
    let labels = Labels {
        title: "Confusion matrix (blue: right, orange: wrong)",
        x: "predicted",
        y: "true",
    };
    let n = counts.ncols();
    let size = (px(n as i32 * 48), px(n as i32 * 34));
    let frame = Frame::matrix(labels.title, counts.dim(), size, 24);
    let color = |((row, column), &count): ((usize, usize), &usize)| {
        let total: f64 = counts.row(row).iter().map(|&count| count as f64).sum();
        let share = count as f64 / total.max(1.0);
        if row == column {
            blue(share)
        } else {
            orange((10.0 * share).min(1.0).sqrt())
        }
    };
    let colors: Vec<[u8; 3]> = counts.indexed_iter().map(color).collect();
    Ok(draw(
        &confusion_alt(counts),
        &frame,
        &labels,
        n,
        &colors,
        &texts(counts),
    )?
    .finish())
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

/// Draws the cells in their axes and, if there are any, a text in each that reads well on it.
fn draw<'a>(
    alt: &'a str,
    frame: &Frame,
    labels: &Labels,
    columns: usize,
    colors: &[[u8; 3]],
    texts: &[String],
) -> Result<Sheet<'a>> {
    let mut sheet = Sheet::new(frame.sheet(), alt);
    let (corner, size) = ((frame.left, frame.top), (frame.width, frame.height));
    sheet.image(corner, size, (3, columns), &colors.concat())?;
    sheet.paint(|area| {
        frame.draw(area, labels, (false, false))?;
        for (i, (text, rgb)) in texts.iter().zip(colors).enumerate() {
            let (row, column) = (i / columns, i % columns);
            let middle = frame.place(column as f64 + 0.5, row as f64 + 0.5);
            area.draw_text(text, &font(SMALL).color(&ink_on(*rgb)), middle)?;
        }
        let corners = [corner, (frame.left + frame.width, frame.bottom())];
        area.draw(&Rectangle::new(corners, LINES.stroke_width(THIN)))
    })?;
    Ok(sheet)
}
