//! A place that is redrawn while the cell runs.

use std::sync::{Mutex, PoisonError};

use crate::front::Place;
use crate::html::{Html, print};

/// A place in a cell's output; [`screen`] makes it.
pub struct Screen {
    state: Mutex<State>,
}

enum State {
    Empty,
    Shown(Place),
    /// No front part: the kernel shows the last picture when the cell ends.
    Plain,
}

/// A place below the cell that shows one picture after another, each in the place of the last.
///
/// It belongs to the cell in which it first shows something. 30 pictures a second are seen, and always the
/// last one. Without a front part only the last one is seen, when the cell ends.
///
/// Python equivalent: `handle = display(…, display_id=True)`, then `handle.update(…)`.
///
/// ```
/// let screen = digits_live::screen();
/// for i in 0..3 {
///     screen.show(format!("step {i}"));
/// }
/// ```
pub fn screen() -> Screen {
    Screen {
        state: Mutex::new(State::Empty),
    }
}

impl Screen {
    /// Shows something in the place of what was there: a picture, a text, or several side by side.
    pub fn show(&self, what: impl Html) {
        let html = what.html();
        let fault = what.fault();
        // A thread that panicked here has at most left out a picture.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *state {
            // A front part that has gone takes the notebook with it: there is nobody to tell.
            State::Shown(place) => drop(place.send(&html, "")),
            State::Plain => print(&html, fault.as_deref()),
            State::Empty => match Place::begin(&html, "") {
                Some(place) => *state = State::Shown(place),
                None => {
                    print(&html, fault.as_deref());
                    *state = State::Plain;
                }
            },
        }
    }
}
