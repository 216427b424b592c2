//! Controls that call a closure.

use crate::closure::{Shown, keep, refuse};
use crate::control::Control;
use crate::html::{Html, escape};

/// Shows controls, and below them what the closure makes of their values; it is called at each move.
///
/// The closure gets one `f64` for each control and gives anything that shows itself as [`Html`], or a
/// `Result` of it. An error or a panic is shown as a sentence in the picture's place, and the next move
/// works again. It runs beside the cells, also while one is running, until its cell runs again. So it must
/// own what it uses: write `move`, and clone first what later cells need too. What it prints appears with
/// the next cell.
///
/// Without a front part the picture of the first values is shown, with a sentence. Controls that cannot be,
/// such as a logarithmic slider from 0, are a sentence in the place of all.
///
/// ipywidgets equivalent: `interact(f, h=FloatLogSlider(…), n=IntSlider(…), on=Checkbox())`.
///
/// ```
/// use digits_live::{checkbox, interact, slider};
///
/// let x = 1.5_f64;
/// interact(
///     [slider("h", 1e-12..=1e-1).log().at(1e-5), checkbox("central")],
///     move |[h, central]| {
///         let slope = match central == 1.0 {
///             true => ((x + h).sin() - (x - h).sin()) / (2.0 * h),
///             false => ((x + h).sin() - x.sin()) / h,
///         };
///         format!("error: {:e}", slope - x.cos())
///     },
/// );
/// ```
pub fn interact<P, F, const N: usize>(controls: [Control; N], mut show: F)
where
    P: Html,
    F: FnMut([f64; N]) -> P + Send + 'static,
{
    for control in &controls {
        if let Err(fault) = control.check() {
            return refuse(fault);
        }
    }
    let first = controls.each_ref().map(|control| control.value());
    let line = first.map(|value| format!("{value:?}")).join(" ");
    // A line that is not N numbers shows the first picture again.
    let answer = move |line: &str| Shown::new(&show(numbers(line).unwrap_or(first)));
    keep(
        Box::new(answer),
        line,
        "",
        |html| still(&controls, html),
        format!(
            ",\"controls\":[{}]",
            controls.each_ref().map(Control::json).join(",")
        ),
    );
}

/// The numbers of a line, when there are N of them.
fn numbers<const N: usize>(line: &str) -> Option<[f64; N]> {
    let values: Result<Vec<f64>, _> = line.split_whitespace().map(str::parse).collect();
    values.ok()?.try_into().ok()
}

/// The first picture, and what a reader may do about it.
fn still(controls: &[Control], html: &str) -> String {
    let words: Vec<String> = controls.iter().map(Control::words).collect();
    format!(
        "{html}\n<p>A still picture, for {}. Run this cell to move it; without a live kernel it stays as it is.</p>",
        escape(&words.join(", "))
    )
}
