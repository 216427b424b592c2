//! What can go wrong when a picture is drawn, each as a sentence.

use std::fmt::{Debug, Display, Formatter};
use std::path::PathBuf;

/// The crate's result: a value or an [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

/// Everything that can go wrong in this crate.
///
/// ```
/// let error = digits_plot::curves("Nothing").draw().unwrap_err();
/// assert_eq!(error.to_string(), "curves: expected 1 to 20 lines, found 0");
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An argument has another shape or another value than a picture can show.
    #[error("{what}: expected {expected}, found {found}")]
    Input {
        /// The argument, as the student wrote it.
        what: String,
        /// The shape or the values that it may have.
        expected: String,
        /// What it has.
        found: String,
    },
    /// A picture could not be drawn.
    #[error("could not draw {picture:?}: {reason}")]
    Drawing {
        /// The picture's alt text.
        picture: String,
        /// What the drawing library or the drawing closure said.
        reason: String,
    },
    /// A file could not be written.
    #[error("{}: could not write the file: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

/// The same sentence as [`Display`]: a notebook shows this form when `?` fails.
impl Debug for Error {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

impl Error {
    pub(crate) fn input(what: &str, expected: impl Display, found: impl Display) -> Self {
        Self::Input {
            what: what.into(),
            expected: expected.to_string(),
            found: found.to_string(),
        }
    }
}
