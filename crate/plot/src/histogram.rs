//! A histogram: how many values lie where.

use super::Picture;
use super::axis::Axis;
use super::bars::{Bar, draw};
use super::chart::{Frame, Labels};
use super::input::{Number, collected};
use super::number::{count, drawable, plural, short};
use super::range::{extremes, span};
use super::sheet::BLUE;
use super::ticks::{Room, Unit};
use crate::Result;

/// Draws how many values lie in each of `bins` equally wide bins.
///
/// Any number of values from 1, up to 500 bins from the smallest value to the largest. A bin
/// includes its left end, the last one both. Counting is all that this computes.
///
/// Matplotlib equivalent: `plt.hist(values, bins)`.
///
/// ```
/// use {digits_plot as plot, ndarray::array};
///
/// let errors = array![1e-9, 2e-9, 2.5e-9, 4e-9];
/// plot::histogram("Errors of the gradient", "error", &errors, 3)?;
/// # Ok::<(), digits_plot::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Shape`](crate::Error::Shape) for no values or a number of bins outside 1 to 500,
/// [`Error::Value`](crate::Error::Value) for NaN or infinity.
pub fn histogram(
    title: &str,
    x_label: &str,
    values: impl IntoIterator<Item: Number>,
    bins: usize,
) -> Result<Picture> {
    let values = &collected(values);
    count("values", "numbers", usize::MAX, values.len())?;
    count("bins", "bins", 500, bins)?;
    drawable("values", values)?;

    let (low, high) = span(values.iter().copied(), 0.0);
    let width = (high - low) / bins as f64;
    let mut counts = vec![0usize; bins];
    for value in values {
        let bin = ((value - low) / width) as usize;
        counts[bin.min(bins - 1)] += 1;
    }
    let (smallest, largest) = extremes(values.iter().copied());
    let fullest = (0..bins)
        .max_by_key(|&i| (counts[i], bins - i))
        .unwrap_or(0);
    let edge = |i: usize| low + width * i as f64;
    let alt = format!(
        "Histogram {title:?} of {} of {x_label} from {} to {} in {}; the fullest bin holds {} \
         and runs from {} to {}.",
        plural(values.len(), "value"),
        short(smallest),
        short(largest),
        plural(bins, "bin"),
        counts[fullest],
        short(edge(fullest)),
        short(edge(fullest + 1)),
    );
    let bar = |(i, &count): (usize, &usize)| Bar {
        left: edge(i),
        right: edge(i + 1),
        value: count as f64,
        color: BLUE,
        text: String::new(),
    };
    let bars: Vec<Bar> = counts.iter().enumerate().map(bar).collect();
    let heights = bars.iter().map(|bar| bar.value);
    let y = Axis::linear(
        (0.0, extremes(heights).1 * 1.05),
        Room::Down(Frame::HEIGHT),
        Unit::Whole,
    );
    let frame = Frame::new(44, &y);
    let x = Axis::linear((low, high), Room::Across(frame.width), Unit::Plain);
    draw(
        &alt,
        frame,
        &Labels {
            title,
            x: x_label,
            y: "count",
        },
        (x, y),
        &bars,
    )
}
