//! What a long task says: one line that changes in its place, and lines that stay above it.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

/// Without a terminal a log would fill with copies of the line that changes.
const PAUSE_IN_A_LOG: Duration = Duration::from_secs(60);

/// Says a line that stays, above the one that changes.
pub fn say(text: &str) {
    clear();
    println!("{text}");
}

/// A line that changes: in a terminal in its place, in a log as a new line now and then.
pub struct Line {
    shown: Option<Instant>,
}

impl Line {
    /// A line that says nothing yet.
    pub fn new() -> Self {
        Self { shown: None }
    }

    /// Puts a new text there.
    pub fn show(&mut self, text: &str) {
        if io::stdout().is_terminal() {
            print!("\r{text}\x1b[K");
            // A terminal that is gone ends the program by itself.
            let _ = io::stdout().flush();
        } else if self
            .shown
            .is_none_or(|shown| shown.elapsed() >= PAUSE_IN_A_LOG)
        {
            println!("{text}");
            self.shown = Some(Instant::now());
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        clear();
    }
}

/// Takes the line that changes away.
fn clear() {
    if io::stdout().is_terminal() {
        print!("\r\x1b[K");
    }
}
