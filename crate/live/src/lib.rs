//! Cells that move: what `tqdm` and `ipywidgets.interact` are in Python, for Rust notebooks.
//!
//! | in a cell | what it does | Python equivalent |
//! | --- | --- | --- |
//! | [`progress`] | a bar for a loop, which *Interrupt* ends in order | `tqdm` |
//! | [`screen`] | a place that is redrawn while the cell runs | `display(…, display_id=True)` |
//! | [`interact`] | sliders, choices and check boxes that call a closure | `ipywidgets.interact` |
//! | [`frame`] | a page whose messages go to a closure | `ipywidgets` with a script of one's own |
//! | [`stopped`] | whether *Interrupt* was pressed, for loops of one's own | `except KeyboardInterrupt` |
//!
//! It knows nothing of what it shows: anything that implements [`Html`] can be shown.
//!
//! A front end between the notebook and evcxr makes the cells move; the page of this package says how they talk. Without
//! one the same cells run: the last picture is shown at the end of the cell, a loop counts in silence, and
//! [`interact`] shows the picture of its start values.
//!
//! ```
//! use digits_live as live;
//!
//! let screen = live::screen();
//! let mut sum = 0;
//! for i in live::progress(0..100) {
//!     sum += i;
//!     screen.show(format!("{sum}"));
//! }
//! live::interact([live::slider("x", 0.0..=10.0).at(2.0)], |[x]| format!("x² = {}", x * x));
//! ```
//!
//! Call [`screen`] with its path, as here: a notebook keeps the variable `screen`, and when the cell runs
//! again that name would hide the function.

mod closure;
mod control;
mod frame;
mod front;
mod html;
mod interact;
mod progress;
mod screen;
mod stop;

pub use control::{Control, Number, checkbox, choice, slider};
pub use frame::frame;
pub use html::{Html, escape};
pub use interact::interact;
pub use progress::{Progress, progress};
pub use screen::{Screen, screen};
pub use stop::stopped;

/// The examples of the package's page, as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
