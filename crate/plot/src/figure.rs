//! The door for drawings of one's own.

use std::error::Error as StdError;

use plotters::coord::Shift;
use plotters::prelude::{DrawingArea, SVGBackend};

use crate::sheet::painted;
use crate::{Error, Picture, Result};

/// Makes a picture of what a closure draws with [plotters](crate::plotters).
///
/// The closure gets the white sheet of `size` pixels, width first, each side from 1 to 10 000, as
/// plotters' drawing area. It may use `?` on whatever plotters returns, and ends in `Ok(())`. `alt`
/// says what the picture shows, for those who cannot see it.
///
/// Matplotlib equivalent: `plt.figure(figsize=…)`, and whatever is drawn on it.
///
/// A digit, rectangle by rectangle:
///
/// ```
/// use digits_plot::{self as plot, plotters::prelude::*};
///
/// let image: Vec<u8> = (0..784).map(|i| (i % 256) as u8).collect();
/// let picture = plot::figure((280, 280), "A digit of 28 by 28 gray squares.", |area| {
///     for (i, &pixel) in image.iter().enumerate() {
///         let (x, y) = (i as i32 % 28 * 10, i as i32 / 28 * 10);
///         let gray = RGBColor(pixel, pixel, pixel);
///         area.draw(&Rectangle::new([(x, y), (x + 10, y + 10)], gray.filled()))?;
///     }
///     Ok(())
/// })?;
/// assert_eq!(picture.svg().matches("<rect").count(), 1 + 784);
/// # Ok::<(), digits_plot::Error>(())
/// ```
///
/// Errors over two logarithmic axes, the V:
///
/// ```
/// use digits_plot::{self as plot, plotters::prelude::*};
///
/// let error = |h: f64| h + 1e-16 / h;
/// plot::figure((640, 360), "The error against h, a V with its tip at 1e-8.", |area| {
///     let mut chart = ChartBuilder::on(area)
///         .caption("Error of a measured slope", ("sans-serif", 18))
///         .margin(10)
///         .x_label_area_size(40)
///         .y_label_area_size(60)
///         .build_cartesian_2d((1e-15..1e-1).log_scale(), (1e-9..10.0).log_scale())?;
///     chart
///         .configure_mesh()
///         .x_desc("h")
///         .y_desc("error")
///         .x_label_formatter(&|h| format!("{h:.0e}"))
///         .y_label_formatter(&|error| format!("{error:.0e}"))
///         .draw()?;
///     let steps = (1..=15).map(|n| 0.1_f64.powi(n));
///     chart.draw_series(LineSeries::new(steps.map(|h| (h, error(h))), &BLUE))?;
///     Ok(())
/// })?;
/// # Ok::<(), digits_plot::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Input`] for a size outside 1 to 10 000 or an empty `alt`, [`Error::Drawing`] when the
/// closure returns an error.
pub fn figure(
    size: (u32, u32),
    alt: &str,
    draw: impl FnOnce(&DrawingArea<SVGBackend<'_>, Shift>) -> std::result::Result<(), Box<dyn StdError>>,
) -> Result<Picture> {
    let sides = 1..=10_000;
    if !sides.contains(&size.0) || !sides.contains(&size.1) {
        let found = format!("{} × {}", size.0, size.1);
        return Err(Error::input("size", "1 × 1 to 10000 × 10000 pixels", found));
    }
    if alt.trim().is_empty() {
        return Err(Error::input(
            "alt",
            "a sentence that says what the picture shows",
            "none",
        ));
    }
    let drawing = painted(size, draw).map_err(|reason| Error::Drawing {
        picture: alt.into(),
        reason: reason.to_string(),
    })?;
    Ok(Picture::new(&drawing, size, 1, alt))
}
