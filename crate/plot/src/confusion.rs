//! The confusion matrix: which label is taken for which.

use ndarray::ArrayRef2;

use super::Picture;
use super::chart::Labels;
use super::matrix::Matrix;
use super::scale::{blue, orange};
use super::sheet;
use crate::{Error, Result};

/// Draws how often each true label was predicted as each label.
///
/// `counts` is N × N, N from 1 to 20: row = true label, column = predicted label. The darker a
/// cell, the larger its share of its row; right predictions are blue, wrong ones orange. Shares
/// of wrong ones are colored up to a tenth, so that a few of them show.
///
/// Matplotlib equivalent: `plt.imshow(counts)` with `plt.text` in each cell.
///
/// ```
/// use {digits_plot as plot, ndarray::array};
///
/// let picture = plot::confusion(&array![[95, 5], [2, 98]])?;
/// assert!(picture.alt().contains("193 of 200 right"));
/// # Ok::<(), digits_plot::Error>(())
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
