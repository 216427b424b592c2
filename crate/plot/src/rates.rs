//! Accuracy against learning rate: a curve over a logarithmic axis, its best point marked.

use super::input::{Number, collected};
use super::number::{as_many, count, short, within};
use super::{Picture, curves};
use crate::Result;

/// Draws the accuracy that each learning rate reached, over a logarithmic axis, the best marked.
///
/// `rates` are above 0, in any order; `accuracies` run from 0 to 1 and are shown in percent.
///
/// Matplotlib equivalent: `plt.semilogx(rates, accuracies)`.
///
/// ```
/// use digits_plot as plot;
///
/// let picture = plot::accuracy_against_rate([0.01, 0.1, 1.0], [0.75, 0.9, 0.88])?;
/// assert!(picture.alt().contains("best: 90 % at rate 0.1"));
/// # Ok::<(), digits_plot::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Shape`](crate::Error::Shape) for no rates or unequally many accuracies,
/// [`Error::Value`](crate::Error::Value) for a rate of 0 or below, an accuracy outside 0 to 1.
pub fn accuracy_against_rate(
    rates: impl IntoIterator<Item: Number>,
    accuracies: impl IntoIterator<Item: Number>,
) -> Result<Picture> {
    let (rates, accuracies) = (&collected(rates), &collected(accuracies));
    count("rates", "rates", usize::MAX, rates.len())?;
    as_many("accuracies", rates.len(), accuracies.len())?;
    within("rates", (1e-300, 1e300), rates)?;
    within("accuracies", (0.0, 1.0), accuracies)?;

    let mut pairs: Vec<(f64, f64)> = rates
        .iter()
        .copied()
        .zip(accuracies.iter().copied())
        .collect();
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    // Of equals the smallest rate: `pairs` is sorted by it.
    let best = |best: (f64, f64), pair: &(f64, f64)| if pair.1 > best.1 { *pair } else { best };
    let (rate, accuracy) = pairs.iter().fold((0.0, -1.0), best);
    let (rates, accuracies): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
    curves("Accuracy against learning rate")
        .x("learning rate")
        .y("accuracy")
        .log_x()
        .percent()
        .line("accuracy", &rates, &accuracies)
        .mark(
            rate,
            accuracy,
            format!(
                "best: {} % at rate {}",
                short(100.0 * accuracy),
                short(rate)
            ),
        )
        .draw()
}
