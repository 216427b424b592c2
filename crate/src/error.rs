//! What can go wrong, each as a sentence: where, what was expected, what was found.

use digits_plot as plot;
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
    /// None of the spellings of a file's name is in the folder.
    #[error("{}: expected one of the files {}, found none of them", folder.display(), names.join(", "))]
    MissingFile {
        /// The folder that was searched.
        folder: PathBuf,
        /// The names that would have been taken.
        names: Vec<String>,
    },
    /// The system could not read a file.
    #[error("{}: expected a file that can be read, found: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A gzip file is damaged.
    #[error("{}: expected whole gzip data, found: {source} (a download that broke off?)", path.display())]
    Gzip {
        /// The file.
        path: PathBuf,
        /// What the decoder said.
        source: std::io::Error,
    },
    /// The first four bytes are not those of this kind of file.
    #[error("{}: expected the magic number {expected}, found {found}", path.display())]
    MagicNumber {
        /// The file.
        path: PathBuf,
        /// 2051 for images, 2049 for labels.
        expected: u32,
        /// The file's first four bytes as a big-endian number.
        found: u32,
    },
    /// The images are not 28 × 28 pixels.
    #[error("{}: expected images of 28 × 28 pixels, found {rows} × {columns}", path.display())]
    ImageSize {
        /// The file.
        path: PathBuf,
        /// Rows, as the header says.
        rows: u32,
        /// Columns, as the header says.
        columns: u32,
    },
    /// A file announces another number of items than MNIST has, or more than this crate reads.
    #[error("{}: expected {expected} items, found {found}", path.display())]
    ItemCount {
        /// The file.
        path: PathBuf,
        /// The number that it should announce.
        expected: String,
        /// The number that it announces.
        found: usize,
    },
    /// A file ends before its header says.
    #[error("{}: expected {expected} bytes, found only {found} (a download that broke off?)", path.display())]
    ShortFile {
        /// The file.
        path: PathBuf,
        /// Bytes, unpacked, header included.
        expected: u64,
        /// Bytes that are there.
        found: u64,
    },
    /// A file goes on after the end that its header announces.
    #[error("{}: expected {expected} bytes, found more", path.display())]
    LongFile {
        /// The file.
        path: PathBuf,
        /// Bytes, unpacked, header included.
        expected: u64,
    },
    /// Images and labels do not belong together.
    #[error("{images} images and {labels} labels: expected as many labels as images")]
    CountMismatch {
        /// Where the images come from, and how many there are.
        images: String,
        /// Where the labels come from, and how many there are.
        labels: String,
    },
    /// A label in a file is not a digit.
    #[error("{}: expected labels from 0 to 9, found {found} at item {index}", path.display())]
    LabelInFile {
        /// The file.
        path: PathBuf,
        /// Which label, counted from 0.
        index: usize,
        /// Its value.
        found: u8,
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
    /// Training left the numbers behind.
    #[error(
        "batch {batch}: the training diverged, {what} became {value:?}; \
         try a smaller learning rate (the parameters that you passed are unchanged)"
    )]
    Diverged {
        /// The batch in which it happened, counted from 0.
        batch: usize,
        /// The number that left: the loss over that batch, or a parameter after its step.
        what: &'static str,
        /// What became of it.
        value: f64,
    },
    /// A picture could not be drawn.
    #[error(transparent)]
    Plot(#[from] plot::Error),
    /// A file of saved parameters is damaged, or is another network's.
    #[error("{}: expected {expected}, found {found}", path.display())]
    Saved {
        /// The file.
        path: PathBuf,
        /// What this network needs.
        expected: String,
        /// What the file holds.
        found: String,
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

    pub(crate) fn saved(
        path: &Path,
        expected: impl std::fmt::Display,
        found: impl std::fmt::Display,
    ) -> Self {
        Self::Saved {
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
