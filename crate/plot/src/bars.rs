//! Bars: the ten probabilities, counts by class.

use std::fmt::Display;

use plotters::prelude::RGBColor;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::Picture;
use super::axis::Axis;
use super::chart::{Frame, Grid, Labels, axes, block};
use super::input::{Number, collected, texts};
use super::number::{as_many, count, drawable, is_digit, plural, short, within};
use super::range::extremes;
use super::sheet::{self, BLUE, SMALL, VERMILLION, font, text_width};
use super::ticks::{Room, Unit};
use crate::Result;

/// One bar: from `left` to `right` on the x axis, from 0 to `value` on the y axis.
pub(super) struct Bar {
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) value: f64,
    pub(super) color: RGBColor,
    pub(super) text: String,
}

/// Draws the ten probabilities of a prediction as bars, with the true label in another color.
///
/// `p` holds ten numbers from 0 to 1, one a digit. The true label is also named in the title.
///
/// Matplotlib equivalent: `plt.bar(range(10), p)`.
///
/// ```
/// use {digits_plot as plot, ndarray::array};
///
/// let p = array![0.0, 0.02, 0.01, 0.0, 0.0, 0.0, 0.0, 0.93, 0.04, 0.0];
/// let picture = plot::probabilities(&p, Some(7))?;
/// assert_eq!(
///     picture.alt(),
///     "Bar chart of ten probabilities; the largest is 0.93 for digit 7; the true label is 7.",
/// );
/// # Ok::<(), digits_plot::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Shape`](crate::Error::Shape) unless there are ten,
/// [`Error::Value`](crate::Error::Value) for a number outside 0 to 1 or a label over 9.
pub fn probabilities(
    p: impl IntoIterator<Item: Number>,
    label: impl Into<Option<u8>>,
) -> Result<Picture> {
    let (p, label) = (collected(p), label.into());
    as_many("p", 10, p.len())?;
    // Rounding may leave a softmax a little above 1.
    within("p", (0.0, 1.0 + 1e-9), &p)?;
    label.map_or(Ok(()), is_digit)?;

    let (mut best, mut largest) = (0, f64::NEG_INFINITY);
    for (digit, &value) in p.iter().enumerate() {
        if value > largest {
            (best, largest) = (digit, value);
        }
    }
    let mut alt = format!(
        "Bar chart of ten probabilities; the largest is {} for digit {best}",
        short(largest)
    );
    let mut title = format!("largest: {best}");
    if let Some(label) = label {
        alt += &format!("; the true label is {label}");
        title += &format!(", true label: {label} (orange)");
    }
    let bars = p.iter().enumerate().map(|(digit, &value)| Bar {
        left: digit as f64 + 0.1,
        right: digit as f64 + 0.9,
        value,
        color: if label.map(usize::from) == Some(digit) {
            VERMILLION
        } else {
            BLUE
        },
        text: format!("{value:.2}"),
    });
    let y = Axis::linear((0.0, 1.0), Room::Down(Frame::HEIGHT), Unit::Plain);
    let frame = Frame::new(52, &y);
    let names: Vec<String> = (0..10).map(|digit| digit.to_string()).collect();
    let x = Axis::slots(&names, Room::Across(frame.width));
    let labels = Labels {
        title: &title,
        x: "digit",
        y: "probability",
    };
    draw(
        &(alt + "."),
        frame,
        &labels,
        (x, y),
        &bars.collect::<Vec<_>>(),
    )
}

/// Draws one bar for each name.
///
/// `values` has as many numbers as there are names, any sign; up to 200. Names are anything that
/// can be printed: `&["zero", "one"]`, `&[0, 1]`. Up to 20 bars carry their values.
///
/// Matplotlib equivalent: `plt.bar(names, values)`.
///
/// ```
/// use {digits_plot as plot, ndarray::array};
///
/// let counts = array![5923.0, 6742.0, 5958.0];
/// plot::bars("Training images", "digit", "images", &[0, 1, 2], &counts)?;
/// # Ok::<(), digits_plot::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Shape`](crate::Error::Shape) for no bars, more than 200 or another number of names,
/// [`Error::Value`](crate::Error::Value) for NaN or infinity.
pub fn bars(
    title: &str,
    x_label: &str,
    y_label: &str,
    names: impl IntoIterator<Item: Display>,
    values: impl IntoIterator<Item: Number>,
) -> Result<Picture> {
    let (names, values) = (texts(names), &collected(values));
    count("values", "bars", 200, values.len())?;
    as_many("names", values.len(), names.len())?;
    drawable("values", values)?;

    let listed: Vec<String> = names
        .iter()
        .zip(values)
        .take(20)
        .map(|(n, &v)| format!("{n}: {}", short(v)))
        .collect();
    let more = if names.len() > 20 { ", …" } else { "" };
    let alt = format!(
        "Bar chart {title:?} of {}: {y_label} against {x_label}; {}{more}.",
        plural(names.len(), "bar"),
        listed.join(", ")
    );
    let y = Axis::linear(from_zero(values), Room::Down(Frame::HEIGHT), Unit::Plain);
    let frame = Frame::new(44, &y);
    let slot = frame.width / values.len() as u32;
    let written: Vec<String> = values.iter().map(|&v| short(v)).collect();
    let roomy = written.iter().all(|text| text_width(text, SMALL) <= slot);
    let bar = |(i, (&value, text)): (usize, (&f64, String))| Bar {
        left: i as f64 + 0.1,
        right: i as f64 + 0.9,
        value,
        color: BLUE,
        text: if roomy { text } else { String::new() },
    };
    let bars: Vec<Bar> = values.iter().zip(written).enumerate().map(bar).collect();
    let x = Axis::slots(&names, Room::Across(frame.width));
    draw(
        &alt,
        frame,
        &Labels {
            title,
            x: x_label,
            y: y_label,
        },
        (x, y),
        &bars,
    )
}

/// The range of the values and 0, with a margin where there are bars.
fn from_zero(values: &[f64]) -> (f64, f64) {
    let (low, high) = extremes(values.iter().copied().chain([0.0]));
    let size = high - low;
    if size < 1e-290 {
        return (0.0, 1.0);
    }
    let margin = |end: f64| if end == 0.0 { 0.0 } else { 0.09 * size };
    (low - margin(low), high + margin(high))
}

/// Draws bars on their axes, each with its text at its end.
pub(super) fn draw(
    alt: &str,
    frame: Frame,
    labels: &Labels,
    both: (Axis, Axis),
    bars: &[Bar],
) -> Result<Picture> {
    sheet::picture(frame.sheet(), alt, &[], |area| {
        axes(area, frame, labels, &both, Grid::Horizontal)?;
        let place = |x, y| frame.place(&both, (x, y), 1);
        for bar in bars {
            let (left, top) = place(bar.left, bar.value);
            let (right, foot) = place(bar.right, 0.0);
            // A gap of one pixel parts neighbors, where there is a pixel to spare.
            let right = if right - left > 3 { right - 1 } else { right };
            block(area, (left, top), (right, foot), bar.color)?;
            let (anchor, above) = if top <= foot {
                (VPos::Bottom, -3)
            } else {
                (VPos::Top, 3)
            };
            let style = font(SMALL).pos(Pos::new(HPos::Center, anchor));
            area.draw_text(&bar.text, &style, ((left + right) / 2, top + above))?;
        }
        let (_, foot) = place(0.0, 0.0);
        let (left, right) = (frame.left as i32, (frame.left + frame.width) as i32);
        // The x axis stands one pixel below the plot; a zero inside it needs its own line.
        if foot < (frame.top + frame.height) as i32 {
            block(area, (left, foot), (right, foot + 1), sheet::LINES)?;
        }
        Ok(())
    })
}
