//! What can go wrong when a picture is drawn, each as a sentence.

use std::path::PathBuf;

/// The crate's result: a value or an [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

/// Everything that can go wrong in this crate: the argument, what was expected and what was found.
///
/// ```
/// let error = digits_plot::curves("Nothing").draw().unwrap_err();
/// assert!(error.to_string().contains("expected"));
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An array has another shape than the computation needs.
    #[error("{what}: expected {expected}, found {found}")]
    Shape {
        /// The argument, as the student wrote it.
        what: String,
        /// The shape that it should have.
        expected: String,
        /// The shape that it has.
        found: String,
    },
    /// A number is outside the range in which the computation makes sense.
    #[error("{what}: expected {expected}, found {found}")]
    Value {
        /// The argument, as the student wrote it.
        what: String,
        /// The values that it may have.
        expected: String,
        /// The value that it has.
        found: String,
    },
    /// A picture could not be drawn.
    #[error("could not draw {picture}: {reason}")]
    Drawing {
        /// What was to be drawn.
        picture: String,
        /// What the drawing library said.
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

/// The same sentence as [`std::fmt::Display`]: a notebook shows this form when `?` fails.
impl std::fmt::Debug for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

impl Error {
    pub(crate) fn shape(
        what: &str,
        expected: impl std::fmt::Display,
        found: impl std::fmt::Display,
    ) -> Self {
        Self::Shape {
            what: what.into(),
            expected: expected.to_string(),
            found: found.to_string(),
        }
    }

    pub(crate) fn value(
        what: &str,
        expected: impl std::fmt::Display,
        found: impl std::fmt::Display,
    ) -> Self {
        Self::Value {
            what: what.into(),
            expected: expected.to_string(),
            found: found.to_string(),
        }
    }
}
