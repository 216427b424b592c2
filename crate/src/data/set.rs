//! A set: images and their labels.

use crate::{Error, Result};
use ndarray::{ArcArray1, ArcArray2, Array1, Array2, ArrayView1, ArrayView2, Axis};
use std::ops::Range;

/// Pixels along each side of an image.
pub(super) const SIDE: usize = 28;

/// Pixels of an image: 28 rows of 28.
pub const PIXELS: usize = SIDE * SIDE;

/// Images and their labels. Pixels stay `u8` until a computation uses them.
#[derive(Clone)]
pub struct Set {
    // Shared: training and validation images are parts of one file, and copying takes as long as reading it.
    // Always row by row in memory.
    images: ArcArray2<u8>,
    labels: ArcArray1<u8>,
}

impl Set {
    /// A set from images, N × 784 with pixels from 0 to 255, and N labels from 0 to 9.
    ///
    /// # Errors
    ///
    /// [`Error::Shape`] where there are not as many labels as images, or for images of another size;
    /// [`Error::Value`] for a label over 9.
    ///
    /// ```
    /// use digits::{ndarray::{Array1, Array2}, Set};
    /// let set = Set::new(Array2::zeros((2, 784)), Array1::from(vec![3, 7]))?;
    /// assert_eq!(set.len(), 2);
    /// # Ok::<(), digits::Error>(())
    /// ```
    pub fn new(images: Array2<u8>, labels: Array1<u8>) -> Result<Self> {
        if images.nrows() != labels.len() {
            let expected = format!("{}, one per image", images.nrows());
            return Err(Error::shape("labels", expected, labels.len()));
        }
        if images.ncols() != PIXELS {
            let expected = format!("{PIXELS} pixels per image");
            return Err(Error::shape("images", expected, images.ncols()));
        }
        match labels.iter().position(|&label| label > 9) {
            Some(i) => {
                let what = format!("labels[{i}]");
                Err(Error::value(&what, "a digit from 0 to 9", labels[i]))
            }
            None => Ok(Self {
                images: row_by_row(images).into_shared(),
                labels: labels.into_shared(),
            }),
        }
    }

    /// How many images there are.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether the set has no images.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// All images, N × 784, each pixel from 0 (background) to 255 (ink).
    pub fn images(&self) -> ArrayView2<'_, u8> {
        self.images.view()
    }

    /// All labels, N numbers from 0 to 9.
    pub fn labels(&self) -> ArrayView1<'_, u8> {
        self.labels.view()
    }

    /// The 784 pixels of one image, row by row.
    ///
    /// # Errors
    ///
    /// [`Error::Value`] where the set has no image of that index.
    pub fn image(&self, index: usize) -> Result<ArrayView1<'_, u8>> {
        self.check(index)?;
        Ok(self.images.row(index))
    }

    /// The label of one image, 0 to 9.
    ///
    /// # Errors
    ///
    /// [`Error::Value`] where the set has no label of that index.
    pub fn label(&self, index: usize) -> Result<u8> {
        self.check(index)?;
        Ok(self.labels[index])
    }

    /// The first `n` images with their labels. Shares the memory of this set.
    ///
    /// NumPy equivalent: `images[:n], labels[:n]`.
    ///
    /// # Errors
    ///
    /// [`Error::Value`] where the set has fewer images.
    ///
    /// ```
    /// use digits::{ndarray::{Array1, Array2}, Set};
    /// let set = Set::new(Array2::zeros((10, 784)), Array1::from_iter(0..10))?;
    /// assert_eq!(set.first(3)?.labels().to_vec(), [0, 1, 2]);
    /// # Ok::<(), digits::Error>(())
    /// ```
    pub fn first(&self, n: usize) -> Result<Self> {
        if n > self.len() {
            let expected = format!("at most {}, the images of the set", self.len());
            return Err(Error::value("n", expected, n));
        }
        Ok(self.part(0..n))
    }

    /// Some of the images with their labels. Shares the memory of this set.
    pub(super) fn part(&self, images: Range<usize>) -> Self {
        let mut part = self.clone();
        part.images
            .slice_axis_inplace(Axis(0), images.clone().into());
        part.labels.slice_axis_inplace(Axis(0), images.into());
        part
    }

    /// A set of these labels, with images whose pixels stand here one after the other.
    #[expect(clippy::expect_used)]
    pub(super) fn with_pixels(labels: Array1<u8>, pixels: Vec<u8>) -> Self {
        let images = Array2::from_shape_vec((labels.len(), PIXELS), pixels);
        let images = images.expect("784 pixels were put together for each label");
        Self {
            images: images.into_shared(),
            labels: labels.into_shared(),
        }
    }

    /// The pixels of one image.
    #[expect(clippy::expect_used)]
    pub(super) fn pixels(&self, index: usize) -> &[u8] {
        let pixels = self.images.row(index).to_slice();
        pixels.expect("a set keeps its images row by row")
    }

    fn check(&self, index: usize) -> Result<()> {
        if index < self.len() {
            return Ok(());
        }
        let expected = format!("a number below {}", self.len());
        Err(Error::value("index", expected, index))
    }
}

fn row_by_row(images: Array2<u8>) -> Array2<u8> {
    if images.is_standard_layout() {
        images
    } else {
        images.as_standard_layout().into_owned()
    }
}

/// Only the number of images: a notebook that shows a set should not print 39 million pixels.
impl std::fmt::Debug for Set {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (n, pixels) = self.images.dim();
        write!(f, "Set of {n} images of {pixels} pixels, with labels")
    }
}
