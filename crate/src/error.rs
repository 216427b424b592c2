//! What can go wrong, each as a sentence with what was expected and what was found.

use std::path::PathBuf;

/// The crate's result: a value or an [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

/// Everything that can go wrong in this crate.
///
/// Each message names the file or the argument, what was expected and what was found.
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
    /// A picture could not be drawn.
    #[error("could not draw {picture}: {reason}")]
    Drawing {
        /// What was to be drawn.
        picture: String,
        /// What the drawing library said.
        reason: String,
    },
    /// A picture could not be written to a file.
    #[error("{}: could not write the picture: {source}", path.display())]
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
