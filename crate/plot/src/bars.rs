//! Bars: probabilities, counts by class, how many values lie where.

use std::fmt::Display;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::axis::{Axis, Room, Unit};
use crate::frame::{Frame, Labels};
use crate::input::{ANY, Number, as_many, collected, count, texts, within};
use crate::number::{extremes, plural, short, span};
use crate::sheet::{BLUE, LINES, SMALL, Sheet, THIN, VERMILLION, font, px, text_width};
use crate::{Error, Picture, Result};

/// One bar: from `left` to `right` on the x axis, from 0 to `value` on the y axis.
struct Bar {
    left: f64,
    right: f64,
    value: f64,
    color: RGBColor,
    text: String,
}

impl Bar {
    /// The bar in slot `i` of an axis of names.
    fn named(i: usize, value: f64, text: String) -> Self {
        Self {
            left: i as f64 + 0.1,
            right: i as f64 + 0.9,
            value,
            color: BLUE,
            text,
        }
    }
}

/// Draws the probabilities of a prediction as bars, with the true label in another color.
///
/// `p` holds one number from 0 to 1 for each digit, or for each of up to 200 classes that go by
/// number. `label` is the true one, or `None`; the title names it too.
///
/// Matplotlib equivalent: `plt.bar(range(10), p)`.
///
/// ```
/// use digits_plot as plot;
///
/// let p = [0.0, 0.02, 0.01, 0.0, 0.0, 0.0, 0.0, 0.93, 0.04, 0.0];
/// let picture = plot::probabilities(&p, Some(7))?;
/// assert_eq!(
///     picture.alt(),
///     "Bar chart of 10 probabilities; the largest is 0.93 for digit 7; the true label is 7.",
/// );
/// # Ok::<(), digits_plot::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Input`] for no probabilities or more than 200, a number outside 0 to 1, or a label
/// that has no bar.
pub fn probabilities(
    p: impl IntoIterator<Item: Number>,
    label: impl Into<Option<u8>>,
) -> Result<Picture> {
    let p = collected(p);
    let names: Vec<String> = texts(0..p.len());
    draw_probabilities("digit", &names, &p, label.into().map(usize::from))
}

/// As [`probabilities`], for classes that have names: letters, words, moves.
///
/// `names` are as many as `p`; `label` is the index of the true one, or `None`.
///
/// ```
/// use digits_plot as plot;
///
/// let picture = plot::named_probabilities("letter", ["A", "B", "C"], [0.1, 0.7, 0.2], Some(2))?;
/// assert!(picture.alt().contains("the largest is 0.7 for letter B; the true label is C"));
/// # Ok::<(), digits_plot::Error>(())
/// ```
///
/// # Errors
///
/// As [`probabilities`], and for another number of names.
pub fn named_probabilities(
    what: &str,
    names: impl IntoIterator<Item: Display>,
    p: impl IntoIterator<Item: Number>,
    label: impl Into<Option<usize>>,
) -> Result<Picture> {
    draw_probabilities(what, &texts(names), &collected(p), label.into())
}

fn draw_probabilities(
    what: &str,
    names: &[String],
    p: &[f64],
    label: Option<usize>,
) -> Result<Picture> {
    count("p", "probabilities", 200, p.len())?;
    as_many("names", p.len(), names.len())?;
    // Rounding may leave a softmax a little above 1.
    within("p", 0.0..=1.0 + 1e-9, p)?;
    if let Some(label) = label.filter(|label| *label >= p.len()) {
        let expected = format!("a number from 0 to {}", p.len() - 1);
        return Err(Error::input("label", expected, label));
    }
    let largest = extremes(p.iter().copied()).1;
    let best = p
        .iter()
        .position(|value| *value == largest)
        .map_or("", |i| &names[i]);
    let mut alt = format!(
        "Bar chart of {} probabilities; the largest is {} for {what} {best}",
        p.len(),
        short(largest)
    );
    let mut title = format!("largest: {best}");
    if let Some(label) = label.map(|label| &names[label]) {
        alt += &format!("; the true label is {label}");
        title += &format!(", true label: {label} (orange)");
    }
    let texts = p.iter().map(|value| format!("{value:.2}"));
    let mut bars = named_bars(p, texts.collect());
    if let Some(label) = label {
        bars[label].color = VERMILLION;
    }
    let frame = Frame::chart(
        52,
        |room| Axis::linear((0.0, 1.0), room, Unit::Plain),
        |width| Axis::names(names, width),
    );
    let labels = Labels {
        title: &title,
        x: what,
        y: "probability",
    };
    draw(&(alt + "."), &frame, &labels, &bars)
}

/// Draws one bar for each name.
///
/// `values` has as many numbers as there are names, any sign; up to 200. Names are anything that
/// can be printed: `["zero", "one"]`, `0..10`. Bars carry their values where these have room.
///
/// Matplotlib equivalent: `plt.bar(names, values)`.
///
/// ```
/// use digits_plot as plot;
///
/// plot::bars("Training images", "digit", "images", 0..3, &[5923, 6742, 5958])?;
/// # Ok::<(), digits_plot::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Input`] for no bars, more than 200, another number of names, NaN or infinity.
pub fn bars(
    title: &str,
    x_label: &str,
    y_label: &str,
    names: impl IntoIterator<Item: Display>,
    values: impl IntoIterator<Item: Number>,
) -> Result<Picture> {
    let (names, values) = (texts(names), collected(values));
    count("values", "bars", 200, values.len())?;
    as_many("names", values.len(), names.len())?;
    within("values", ANY, &values)?;

    let written: Vec<String> = values.iter().map(|&v| short(v)).collect();
    let pairs = names.iter().zip(&written).take(20);
    let listed: Vec<String> = pairs
        .map(|(name, text)| format!("{name}: {text}"))
        .collect();
    let more = if names.len() > 20 { ", …" } else { "" };
    let alt = format!(
        "Bar chart {title:?} of {}: {y_label} against {x_label}; {}{more}.",
        plural(names.len(), "bar"),
        listed.join(", ")
    );
    let (low, high) = extremes(values.iter().copied().chain([0.0]));
    let size = high - low;
    let margin = |end: f64| if end == 0.0 { 0.0 } else { 0.09 * size };
    let range = if size < 1e-290 {
        (0.0, 1.0)
    } else {
        (low - margin(low), high + margin(high))
    };
    let frame = Frame::chart(
        44,
        |room| Axis::linear(range, room, Unit::Plain),
        |width| Axis::names(&names, width),
    );
    let labels = Labels {
        title,
        x: x_label,
        y: y_label,
    };
    draw(&alt, &frame, &labels, &named_bars(&values, written))
}

/// Draws how many values lie in each of `bins` equally wide bins.
///
/// Any number of values from 1, up to 500 bins from the smallest value to the largest. A bin
/// includes its left end, the last one both. Counting is all that this computes.
///
/// Matplotlib equivalent: `plt.hist(values, bins)`.
///
/// ```
/// use digits_plot as plot;
///
/// let errors = [1e-9, 2e-9, 2.5e-9, 4e-9];
/// plot::histogram("Errors of the gradient", "error", &errors, 3)?;
/// # Ok::<(), digits_plot::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Input`] for no values, NaN or infinity, or a number of bins outside 1 to 500.
pub fn histogram(
    title: &str,
    x_label: &str,
    values: impl IntoIterator<Item: Number>,
    bins: usize,
) -> Result<Picture> {
    let values = collected(values);
    count("values", "numbers", usize::MAX, values.len())?;
    count("bins", "bins", 500, bins)?;
    within("values", ANY, &values)?;

    let (low, high) = span(values.iter().copied(), 0.0);
    let width = (high - low) / bins as f64;
    let edge = |i: usize| low + width * i as f64;
    let mut heights = vec![0.0; bins];
    for value in &values {
        let bin = ((value - low) / width) as usize;
        heights[bin.min(bins - 1)] += 1.0;
    }
    let highest = extremes(heights.iter().copied()).1;
    let fullest = heights
        .iter()
        .position(|height| *height == highest)
        .unwrap_or(0);
    let (smallest, largest) = extremes(values.iter().copied());
    let alt = format!(
        "Histogram {title:?} of {} of {x_label} from {} to {} in {}; the fullest bin holds \
         {highest} and runs from {} to {}.",
        plural(values.len(), "value"),
        short(smallest),
        short(largest),
        plural(bins, "bin"),
        short(edge(fullest)),
        short(edge(fullest + 1)),
    );
    let bars = heights.into_iter().enumerate().map(|(i, value)| Bar {
        left: edge(i),
        right: edge(i + 1),
        value,
        color: BLUE,
        text: String::new(),
    });
    let frame = Frame::chart(
        44,
        |room| Axis::linear((0.0, 1.05 * highest), room, Unit::Whole),
        |width| Axis::linear((low, high), Room::Across(width), Unit::Plain),
    );
    let labels = Labels {
        title,
        x: x_label,
        y: "count",
    };
    draw(&alt, &frame, &labels, &bars.collect::<Vec<_>>())
}

/// Bars in slots, with their texts where all of these have room.
fn named_bars(values: &[f64], texts: Vec<String>) -> Vec<Bar> {
    let slot = px(540) / values.len() as i32;
    let roomy = texts.iter().all(|text| text_width(text, SMALL) <= slot);
    let bar = |(i, (&value, text)): (usize, (&f64, String))| {
        Bar::named(i, value, if roomy { text } else { String::new() })
    };
    values.iter().zip(texts).enumerate().map(bar).collect()
}

/// Draws bars on their axes, each with its text at its end.
fn draw(alt: &str, frame: &Frame, labels: &Labels, bars: &[Bar]) -> Result<Picture> {
    let mut sheet = Sheet::new(frame.sheet(), alt);
    sheet.paint(|area| {
        frame.draw(area, labels, (false, true))?;
        for bar in bars {
            let (left, end) = frame.place(bar.left, bar.value);
            let (right, foot) = frame.place(bar.right, 0.0);
            // A gap of one pixel parts neighbors, where there is a pixel to spare.
            let right = if right - left > px(3) {
                right - px(1)
            } else {
                right
            };
            let corners = [(left, end.min(foot)), (right, end.max(foot))];
            area.draw(&Rectangle::new(corners, bar.color.filled()))?;
            let (anchor, away) = if end <= foot {
                (VPos::Bottom, px(-3))
            } else {
                (VPos::Top, px(3))
            };
            let style = font(SMALL).pos(Pos::new(HPos::Center, anchor));
            area.draw_text(&bar.text, &style, ((left + right) / 2, end + away))?;
        }
        // A zero inside the plot needs its own line.
        let zero = frame.place(0.0, 0.0).1;
        let line = [(frame.left, zero), (frame.left + frame.width, zero)];
        area.draw(&PathElement::new(line, LINES.stroke_width(THIN)))
    })?;
    Ok(sheet.finish())
}
