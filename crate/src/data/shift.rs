//! Shifting: the same images, each moved a little at random.

use super::Set;
use super::set::SIDE;
use crate::{Error, Result};
use rand::{Rng, RngExt};

impl Set {
    /// The same set with each image moved at random, by at most so many pixels up or down and left or
    /// right. What leaves the image is lost, and background comes in.
    ///
    /// A moved image is still the same digit: there is more to learn from a set that is shifted anew in
    /// each epoch.
    ///
    /// NumPy equivalent, for each image: `np.pad(image, most)[down:down + 28, right:right + 28]`.
    ///
    /// # Errors
    ///
    /// [`Error::Value`] where `most` is more than 27: nothing of an image would be left.
    ///
    /// ```
    /// use digits::{ndarray::{Array1, Array2}, Set};
    /// # use {rand::SeedableRng, rand_chacha::ChaCha8Rng};
    /// let mut images = Array2::zeros((1, 784));
    /// images[[0, 14 * 28 + 14]] = 255; // one pixel of ink in row 14, column 14
    /// let set = Set::new(images, Array1::from(vec![1]))?;
    /// let shifted = set.shifted(1, &mut ChaCha8Rng::seed_from_u64(1))?;
    /// let ink = shifted.image(0)?.iter().position(|&pixel| pixel > 0);
    /// assert!(ink.is_some_and(|i| (13..=15).contains(&(i / 28)) && (13..=15).contains(&(i % 28))));
    /// # Ok::<(), digits::Error>(())
    /// ```
    pub fn shifted(&self, most: usize, rng: &mut impl Rng) -> Result<Self> {
        if most >= SIDE {
            let expected = format!("0 to {} pixels", SIDE - 1);
            return Err(Error::value("most", expected, most));
        }
        let corners = self
            .labels()
            .into_iter()
            .map(|_| [(); 2].map(|()| rng.random_range(0..=2 * most)));
        Ok(self.cut_out(most, &corners.collect::<Vec<_>>()))
    }

    /// Puts a margin of so many pixels around each image, and cuts out the square whose upper left corner is given.
    fn cut_out(&self, margin: usize, corners: &[[usize; 2]]) -> Self {
        let side = SIDE + 2 * margin;
        let mut padded = vec![0; side * side];
        let mut pixels = Vec::with_capacity(self.images().len());
        for (i, [down, right]) in corners.iter().enumerate() {
            let rows = self.pixels(i).chunks_exact(SIDE);
            for (to, row) in padded[margin * side..].chunks_mut(side).zip(rows) {
                to[margin..margin + SIDE].copy_from_slice(row);
            }
            for from in padded[down * side..].chunks(side).take(SIDE) {
                pixels.extend_from_slice(&from[*right..right + SIDE]);
            }
        }
        Self::with_pixels(self.labels().to_owned(), pixels)
    }
}
