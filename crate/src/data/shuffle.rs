//! Shuffling: the same images in random order.

use super::Set;
use ndarray::Axis;
use rand::{Rng, seq::SliceRandom};

impl Set {
    /// The same images with their labels, in random order.
    ///
    /// The same generator from the same seed gives the same order, on every machine.
    ///
    /// NumPy equivalent: `order = rng.permutation(n); images[order], labels[order]`.
    ///
    /// ```
    /// use digits::{ndarray::{Array1, Array2}, Set};
    /// # use {rand::SeedableRng, rand_chacha::ChaCha8Rng};
    /// let set = Set::new(Array2::zeros((10, 784)), Array1::from_iter(0..10))?;
    /// let shuffled = set.shuffled(&mut ChaCha8Rng::seed_from_u64(1));
    /// assert_ne!(shuffled.labels(), set.labels());
    /// assert_eq!(shuffled.labels().sum(), 45);
    /// # Ok::<(), digits::Error>(())
    /// ```
    pub fn shuffled(&self, rng: &mut impl Rng) -> Self {
        let mut order: Vec<usize> = (0..self.len()).collect();
        order.shuffle(rng);
        self.ordered(&order)
    }

    /// Not generic, so that it is compiled with this crate, not in a student's cell.
    fn ordered(&self, order: &[usize]) -> Self {
        let mut pixels = Vec::with_capacity(self.images().len());
        for &i in order {
            pixels.extend_from_slice(self.pixels(i));
        }
        Self::with_pixels(self.labels().select(Axis(0), order), pixels)
    }
}
