//! What can go wrong, each as a sentence: where, what was expected, and what was found.

use std::path::{Path, PathBuf};

/// The crate's result: a value or an [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

/// Everything that can go wrong in this crate.
///
/// Each message names the file or the argument, what was expected and what was found.
///
/// ```
/// let error = digits::one_hot(10, 10).unwrap_err();
/// assert_eq!(error.to_string(), "label: expected a number from 0 to 9, found 10");
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The system could not read a file.
    #[error("{}: expected a file that can be read, found: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file or a folder does not hold what it should.
    #[error("{}: expected {expected}, found {found}", path.display())]
    File {
        /// The file or the folder.
        path: PathBuf,
        /// What it should hold.
        expected: String,
        /// What it holds.
        found: String,
    },
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
    /// The loss or a parameter grew beyond all bounds in training.
    #[error(
        "batch {batch}: the training diverged, {what} became {value:?}; \
         try a smaller learning rate (the parameters that you passed are unchanged)"
    )]
    Diverged {
        /// The batch in which it happened, counted from 0.
        batch: usize,
        /// Which number: the loss over that batch, or a parameter after its step.
        what: &'static str,
        /// What became of it.
        value: f64,
    },
    /// *Interrupt* was pressed, and what there is so far would mislead.
    #[error("{0} was interrupted before its end: run the cell again")]
    Interrupted(
        /// What was interrupted.
        &'static str,
    ),
    /// A picture could not be drawn.
    #[cfg(feature = "plot")]
    #[error(transparent)]
    Plot(#[from] digits_plot::Error),
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

    pub(crate) fn file(
        path: &Path,
        expected: impl std::fmt::Display,
        found: impl std::fmt::Display,
    ) -> Self {
        Self::File {
            path: path.into(),
            expected: expected.to_string(),
            found: found.to_string(),
        }
    }

    pub(crate) fn read(path: &Path, source: std::io::Error) -> Self {
        Self::Read {
            path: path.into(),
            source,
        }
    }
}
