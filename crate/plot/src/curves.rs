//! Curves: one or more lines over two axes, linear or logarithmic.

use super::Picture;
use super::axis::Axis;
use super::chart::Frame;
use super::input::{Number, collected};
use super::number::{as_many, count, drawable, plural};
use super::range::{log_span, span};
use super::ticks::{Room, Unit};
use crate::{Error, Result};

mod alt;
mod legend;
mod paint;
mod thin;

use paint::Drawing;

/// A chart with lines, made step by step; [`Curves::draw`] ends it.
#[derive(Clone, Debug)]
#[must_use = "nothing is drawn before `draw()`"]
pub struct Curves {
    title: String,
    x_label: String,
    y_label: String,
    log_x: bool,
    log_y: bool,
    unit: Unit,
    series: Vec<Series>,
    marks: Vec<Mark>,
}

/// A point to ring, and what to write beside it.
type Mark = (f64, f64, String);

/// One line or one set of points, as the caller gave it.
#[derive(Clone, Debug)]
struct Series {
    name: String,
    x: Vec<f64>,
    y: Vec<f64>,
    joined: bool,
}

/// What of a series has a place on the axes.
struct Visible {
    /// Neighbors on the line, parted where points were left out.
    runs: Vec<Vec<(f64, f64)>>,
    left_out: usize,
}

/// Starts a chart of one or more lines.
///
/// Add lines with [`Curves::line`] or points with [`Curves::points`], name the axes with
/// [`Curves::x`] and [`Curves::y`], end with [`Curves::draw`].
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
///     .line("forward", &h, &[1e-1, 1e-2, 1e-3, 1e-4])
///     .line("central", &h, &[1e-2, 1e-4, 1e-6, 1e-8])
///     .mark(1e-4, 1e-8, "smallest")
///     .draw()?;
/// assert!(picture.alt().contains("central: 4 points, smallest 1e-8 at h = 1e-4"));
/// # Ok::<(), digits_plot::Error>(())
/// ```
pub fn curves(title: impl Into<String>) -> Curves {
    Curves {
        title: title.into(),
        x_label: "x".into(),
        y_label: "y".into(),
        log_x: false,
        log_y: false,
        unit: Unit::Plain,
        series: Vec::new(),
        marks: Vec::new(),
    }
}

impl Curves {
    /// Names the x axis. Matplotlib equivalent: `plt.xlabel(name)`.
    pub fn x(mut self, name: impl Into<String>) -> Self {
        self.x_label = name.into();
        self
    }

    /// Names the y axis. Matplotlib equivalent: `plt.ylabel(name)`.
    pub fn y(mut self, name: impl Into<String>) -> Self {
        self.y_label = name.into();
        self
    }

    /// Makes the x axis logarithmic. Matplotlib equivalent: `plt.xscale("log")`.
    ///
    /// Points at zero or below have no place on it: they are left out, and the alt text says so.
    pub fn log_x(mut self) -> Self {
        self.log_x = true;
        self
    }

    /// Makes the y axis logarithmic. Matplotlib equivalent: `plt.yscale("log")`.
    ///
    /// Points at zero or below have no place on it: they are left out, and the alt text says so.
    pub fn log_y(mut self) -> Self {
        self.log_y = true;
        self
    }

    /// Writes the numbers of a linear y axis as percent: 0.5 as 50 %.
    pub fn percent(mut self) -> Self {
        self.unit = Unit::Percent;
        self
    }

    /// Adds a line through the points `(x[i], y[i])`. Matplotlib equivalent: `plt.plot(x, y)`.
    ///
    /// The name stands in the legend, which is drawn from two lines up.
    pub fn line(
        self,
        name: impl Into<String>,
        x: impl IntoIterator<Item: Number>,
        y: impl IntoIterator<Item: Number>,
    ) -> Self {
        self.series(name.into(), collected(x), collected(y), true)
    }

    /// Adds points that no line joins. Matplotlib equivalent: `plt.scatter(x, y)`.
    pub fn points(
        self,
        name: impl Into<String>,
        x: impl IntoIterator<Item: Number>,
        y: impl IntoIterator<Item: Number>,
    ) -> Self {
        self.series(name.into(), collected(x), collected(y), false)
    }

    fn series(mut self, name: String, x: Vec<f64>, y: Vec<f64>, joined: bool) -> Self {
        self.series.push(Series { name, x, y, joined });
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
    /// [`Error::Shape`](crate::Error::Shape) for no line, more than 20 of them, a line without
    /// points or with unequally many x and y; [`Error::Value`](crate::Error::Value) for NaN or
    /// infinity, and when a logarithmic axis has no place for any point of a line.
    pub fn draw(&self) -> Result<Picture> {
        count("curves", "lines", 20, self.series.len())?;
        let visible = self.series.iter().map(|series| self.visible(series));
        let visible = visible.collect::<Result<Vec<_>>>()?;
        for (x, y, text) in &self.marks {
            drawable(&format!("mark {text:?}"), [x, y])?;
        }
        let marks: Vec<_> = self
            .marks
            .iter()
            .filter(|(x, y, _)| self.fits(*x, *y))
            .collect();

        let points = || visible.iter().flat_map(|v| v.runs.iter().flatten());
        let marked = || marks.iter().map(|(x, y, _)| (*x, *y));
        let xs = points().copied().chain(marked()).map(|p| p.0);
        let ys = points().copied().chain(marked()).map(|p| p.1);
        let y = if self.log_y {
            Axis::logarithmic(log_span(ys, 0.05), Room::Down(Frame::HEIGHT))
        } else {
            Axis::linear(span(ys, 0.06), Room::Down(Frame::HEIGHT), self.unit)
        };
        let frame = Frame::new(44 + 22 * self.legend().len() as u32, &y);
        let x = if self.log_x {
            Axis::logarithmic(log_span(xs, 0.03), Room::Across(frame.width))
        } else {
            Axis::linear(span(xs, 0.03), Room::Across(frame.width), Unit::Plain)
        };
        let drawing = Drawing {
            curves: self,
            frame,
            axes: (x, y),
            visible: &visible,
            marks: &marks,
        };
        drawing.picture(&self.alt(&visible, &marks))
    }

    /// Whether the axes have a place for a point. Below 1e-300 numbers lose their digits.
    fn fits(&self, x: f64, y: f64) -> bool {
        (!self.log_x || x > 1e-300) && (!self.log_y || y > 1e-300)
    }

    /// Checks a series and takes out what has no place on a logarithmic axis.
    fn visible(&self, series: &Series) -> Result<Visible> {
        let named = |axis: &str| format!("{axis} of line {:?}", series.name);
        count(&named("x"), "points", usize::MAX, series.x.len())?;
        as_many(&named("y"), series.x.len(), series.y.len())?;
        drawable(&named("x"), &series.x)?;
        drawable(&named("y"), &series.y)?;
        let points = series.x.iter().copied().zip(series.y.iter().copied());
        let points: Vec<(f64, f64)> = points.collect();
        let runs: Vec<Vec<_>> = points
            .split(|p| !self.fits(p.0, p.1))
            .filter(|run| !run.is_empty())
            .map(Vec::from)
            .collect();
        let left_out = points.len() - runs.iter().map(Vec::len).sum::<usize>();
        if runs.is_empty() {
            return Err(Error::value(
                &format!("line {:?}", series.name),
                "at least one point above 0 for a logarithmic axis",
                format_args!("{}, all zero or below", plural(points.len(), "point")),
            ));
        }
        Ok(Visible { runs, left_out })
    }
}
