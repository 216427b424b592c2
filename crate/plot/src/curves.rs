//! Curves: lines, points and bands over two axes, linear or logarithmic.

use std::ops::RangeInclusive;

use crate::axis::{Axis, Room, Unit};
use crate::frame::Frame;
use crate::input::{ANY, Number, POSITIVE, as_many, collected, count, within};
use crate::number::{log_span, plural, short, span};
use crate::{Error, Picture, Result};

mod alt;
mod paint;

/// A chart with lines, made step by step; [`Curves::draw`] ends it.
#[derive(Clone, Debug)]
#[must_use = "nothing is drawn before `draw()`"]
pub struct Curves {
    title: String,
    x: Side,
    y: Side,
    unit: Unit,
    series: Vec<Series>,
    marks: Vec<Mark>,
}

/// How one of the two axes was asked for.
#[derive(Clone, Debug)]
struct Side {
    name: String,
    logarithmic: bool,
    range: Option<RangeInclusive<f64>>,
}

/// A point to ring, and what to write beside it.
type Mark = (f64, f64, String);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Line,
    Points,
    Band,
}

/// One line, one set of points or one band, as the caller gave it.
#[derive(Clone, Debug)]
struct Series {
    kind: Kind,
    name: String,
    x: Vec<f64>,
    y: Vec<f64>,
    /// The upper edge of a band; the same as `y` for the others.
    high: Vec<f64>,
}

/// A place on a line, or a stretch of a band: x, y, upper y.
type Point = (f64, f64, f64);

/// What of a series has a place on the axes.
struct Visible {
    /// Neighbors on the line, parted where points were left out.
    runs: Vec<Vec<Point>>,
    left_out: usize,
}

/// Starts a chart of one or more lines.
///
/// Add lines with [`Curves::line`], points with [`Curves::points`] or bands with
/// [`Curves::band`], name the axes with [`Curves::x`] and [`Curves::y`], end with
/// [`Curves::draw`].
///
/// Matplotlib equivalent: `plt.plot`, `plt.loglog`, `plt.legend`.
///
/// ```
/// use digits_plot as plot;
///
/// let h = [1e-1, 1e-2, 1e-3, 1e-4];
/// let picture = plot::curves("Error against h")
///     .x("h")
///     .y("largest error")
///     .log_x()
///     .log_y()
///     .line("forward", &h, &h)
///     .line("central", &h, h.iter().map(|h| h * h))
///     .mark(1e-4, 1e-8, "smallest")
///     .draw()?;
/// assert!(picture.alt().contains("central: 4 points, smallest 1e-8 at h = 1e-4"));
/// # Ok::<(), digits_plot::Error>(())
/// ```
pub fn curves(title: impl Into<String>) -> Curves {
    let side = |name: &str| Side {
        name: name.into(),
        logarithmic: false,
        range: None,
    };
    Curves {
        title: title.into(),
        x: side("x"),
        y: side("y"),
        unit: Unit::Plain,
        series: Vec::new(),
        marks: Vec::new(),
    }
}

impl Curves {
    /// Names the x axis. Matplotlib equivalent: `plt.xlabel(name)`.
    pub fn x(mut self, name: impl Into<String>) -> Self {
        self.x.name = name.into();
        self
    }

    /// Names the y axis. Matplotlib equivalent: `plt.ylabel(name)`.
    pub fn y(mut self, name: impl Into<String>) -> Self {
        self.y.name = name.into();
        self
    }

    /// Makes the x axis logarithmic. Matplotlib equivalent: `plt.xscale("log")`.
    ///
    /// Points at zero or below have no place on it: they are left out, and the alt text says so.
    pub fn log_x(mut self) -> Self {
        self.x.logarithmic = true;
        self
    }

    /// Makes the y axis logarithmic. Matplotlib equivalent: `plt.yscale("log")`.
    ///
    /// Points at zero or below have no place on it: they are left out, and the alt text says so.
    pub fn log_y(mut self) -> Self {
        self.y.logarithmic = true;
        self
    }

    /// Fixes the ends of the x axis, so that it stands still while the data of a film change.
    ///
    /// What lies outside is cut off. Matplotlib equivalent: `plt.xlim(low, high)`.
    ///
    /// ```
    /// use digits_plot as plot;
    ///
    /// let losses = [0.9, 0.7, 0.6, 0.55];
    /// for seen in 1..=losses.len() {
    ///     plot::curves("Loss")
    ///         .x_range(0.0..=4.0)
    ///         .y_range(0.0..=1.0)
    ///         .line("loss", 1..=seen, &losses[..seen])
    ///         .point("now", seen, losses[seen - 1])
    ///         .draw()?;
    /// }
    /// # Ok::<(), digits_plot::Error>(())
    /// ```
    pub fn x_range(mut self, range: RangeInclusive<f64>) -> Self {
        self.x.range = Some(range);
        self
    }

    /// Fixes the ends of the y axis, as [`Curves::x_range`] does for x.
    ///
    /// Matplotlib equivalent: `plt.ylim(low, high)`.
    pub fn y_range(mut self, range: RangeInclusive<f64>) -> Self {
        self.y.range = Some(range);
        self
    }

    /// Writes the numbers of a linear y axis as percent: 0.5 as 50 %.
    pub fn percent(mut self) -> Self {
        self.unit = Unit::Percent;
        self
    }

    /// Adds a line through the points `(x[i], y[i])`. Matplotlib equivalent: `plt.plot(x, y)`.
    ///
    /// The name stands in the legend, which is drawn from two names up.
    pub fn line(
        self,
        name: impl Into<String>,
        x: impl IntoIterator<Item: Number>,
        y: impl IntoIterator<Item: Number>,
    ) -> Self {
        let y = collected(y);
        self.series(Kind::Line, name.into(), collected(x), y.clone(), y)
    }

    /// Adds points that no line joins. Matplotlib equivalent: `plt.scatter(x, y)`.
    pub fn points(
        self,
        name: impl Into<String>,
        x: impl IntoIterator<Item: Number>,
        y: impl IntoIterator<Item: Number>,
    ) -> Self {
        let y = collected(y);
        self.series(Kind::Points, name.into(), collected(x), y.clone(), y)
    }

    /// Adds one point. Matplotlib equivalent: `plt.plot(x, y, "o")`.
    pub fn point(self, name: impl Into<String>, x: impl Number, y: impl Number) -> Self {
        self.points(name, [x], [y])
    }

    /// Adds a band from `low[i]` to `high[i]` over `x[i]`, such as the spread of several runs.
    ///
    /// A band with the name of a line has that line's color and shares its entry in the legend.
    ///
    /// Matplotlib equivalent: `plt.fill_between(x, low, high, alpha=0.2)`.
    ///
    /// ```
    /// use digits_plot as plot;
    ///
    /// let picture = plot::curves("Three seeds")
    ///     .line("accuracy", 1..=3, [0.90, 0.92, 0.93])
    ///     .band("accuracy", 1..=3, [0.88, 0.91, 0.93], [0.91, 0.93, 0.94])
    ///     .draw()?;
    /// assert!(picture.alt().contains("accuracy: a band over 3 points, from 0.88 to 0.94"));
    /// # Ok::<(), digits_plot::Error>(())
    /// ```
    pub fn band(
        self,
        name: impl Into<String>,
        x: impl IntoIterator<Item: Number>,
        low: impl IntoIterator<Item: Number>,
        high: impl IntoIterator<Item: Number>,
    ) -> Self {
        let (x, low, high) = (collected(x), collected(low), collected(high));
        self.series(Kind::Band, name.into(), x, low, high)
    }

    fn series(
        mut self,
        kind: Kind,
        name: String,
        x: Vec<f64>,
        y: Vec<f64>,
        high: Vec<f64>,
    ) -> Self {
        self.series.push(Series {
            kind,
            name,
            x,
            y,
            high,
        });
        self
    }

    /// Rings one point and writes a text beside it. Matplotlib equivalent: `plt.annotate`.
    pub fn mark(mut self, x: f64, y: f64, text: impl Into<String>) -> Self {
        self.marks.push((x, y, text.into()));
        self
    }

    /// Draws the chart.
    ///
    /// # Errors
    ///
    /// [`Error::Input`] for no line, more than 20 of them, a line without points or with unequally
    /// many x and y, for NaN or infinity, for a range that is empty, and when a logarithmic axis
    /// has no place for any point of a line.
    pub fn draw(&self) -> Result<Picture> {
        count("curves", "lines", 20, self.series.len())?;
        let visible = self.series.iter().map(|series| self.visible(series));
        let visible = visible.collect::<Result<Vec<_>>>()?;
        for (x, y, text) in &self.marks {
            within(&format!("mark {text:?}"), ANY, &[*x, *y])?;
        }
        let marks = self.marks.iter().filter(|(x, y, _)| self.fits(*x, *y, *y));
        let marks: Vec<&Mark> = marks.collect();

        let marked = marks.iter().map(|(x, y, _)| (*x, *y, *y));
        let points = visible.iter().flat_map(|v| v.runs.iter().flatten());
        let points: Vec<Point> = points.copied().chain(marked).collect();
        let xs = self.x.ends("x_range", points.iter().map(|p| p.0), 0.03)?;
        // A mark's text needs room above or below its point.
        let margin = if marks.is_empty() { 0.06 } else { 0.12 };
        let ys = points.iter().flat_map(|p| [p.1, p.2]);
        let ys = self.y.ends("y_range", ys, margin)?;
        let frame = Frame::chart(
            44 + 22 * self.legend().len() as i32,
            |room| self.y.axis(ys, room, self.unit),
            |width| self.x.axis(xs, Room::Across(width), Unit::Plain),
        );
        self.picture(&frame, &visible, &marks)
    }

    /// Whether the axes have a place for a point.
    fn fits(&self, x: f64, y: f64, high: f64) -> bool {
        let fits = |side: &Side, value| !side.logarithmic || POSITIVE.contains(&value);
        fits(&self.x, x) && fits(&self.y, y) && fits(&self.y, high)
    }

    /// Checks a series and takes out what has no place on a logarithmic axis.
    fn visible(&self, series: &Series) -> Result<Visible> {
        let Series {
            name, x, y, high, ..
        } = series;
        let named = |axis: &str| format!("{axis} of line {name:?}");
        count(&named("x"), "points", usize::MAX, x.len())?;
        within(&named("x"), ANY, x)?;
        for values in [y, high] {
            as_many(&named("y"), x.len(), values.len())?;
            within(&named("y"), ANY, values)?;
        }
        let points: Vec<Point> = (0..x.len()).map(|i| (x[i], y[i], high[i])).collect();
        let runs = points.split(|p| !self.fits(p.0, p.1, p.2));
        let runs: Vec<Vec<Point>> = runs.filter(|run| !run.is_empty()).map(Vec::from).collect();
        let left_out = points.len() - runs.iter().map(Vec::len).sum::<usize>();
        if runs.is_empty() {
            return Err(Error::input(
                &format!("line {name:?}"),
                "at least one point above 0 for a logarithmic axis",
                format_args!("{}, all zero or below", plural(points.len(), "point")),
            ));
        }
        Ok(Visible { runs, left_out })
    }
}

impl Side {
    /// Where the axis begins and ends: as asked for, or around the values.
    fn ends(
        &self,
        what: &str,
        values: impl Iterator<Item = f64>,
        margin: f64,
    ) -> Result<(f64, f64)> {
        let Some(range) = &self.range else {
            return Ok(if self.logarithmic {
                log_span(values, margin)
            } else {
                span(values, margin)
            });
        };
        let (low, high) = (*range.start(), *range.end());
        within(
            what,
            if self.logarithmic { POSITIVE } else { ANY },
            &[low, high],
        )?;
        if high - low <= 1e-9 * low.abs().max(high.abs()) {
            let found = format!("{} to {}", short(low), short(high));
            return Err(Error::input(what, "a lower and a higher number", found));
        }
        Ok((low, high))
    }

    fn axis(&self, ends: (f64, f64), room: Room, unit: Unit) -> Axis {
        if self.logarithmic {
            Axis::logarithmic(ends, room)
        } else {
            Axis::linear(ends, room, unit)
        }
    }
}

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
/// [`Error::Input`] for no rates or unequally many accuracies, a rate of 0 or below, or an
/// accuracy outside 0 to 1.
pub fn accuracy_against_rate(
    rates: impl IntoIterator<Item: Number>,
    accuracies: impl IntoIterator<Item: Number>,
) -> Result<Picture> {
    let (rates, accuracies) = (collected(rates), collected(accuracies));
    count("rates", "rates", usize::MAX, rates.len())?;
    as_many("accuracies", rates.len(), accuracies.len())?;
    within("rates", POSITIVE, &rates)?;
    within("accuracies", 0.0..=1.0, &accuracies)?;

    let mut pairs: Vec<(f64, f64)> = rates.into_iter().zip(accuracies).collect();
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    // Of equals the smallest rate: `pairs` is sorted by it.
    let best = |best: (f64, f64), pair: &(f64, f64)| if pair.1 > best.1 { *pair } else { best };
    let (rate, accuracy) = pairs.iter().fold((0.0, -1.0), best);
    let best = format!(
        "best: {} % at rate {}",
        short(100.0 * accuracy),
        short(rate)
    );
    let (rates, accuracies): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
    curves("Accuracy against learning rate")
        .x("learning rate")
        .y("accuracy")
        .log_x()
        .percent()
        .line("accuracy", rates, accuracies)
        .mark(rate, accuracy, best)
        .draw()
}
