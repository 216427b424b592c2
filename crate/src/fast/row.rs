//! Ten numbers, on which a processor computes side by side.
//!
//! In long loops the compiler finds by itself which numbers can be taken together; in short ones it does not, at the
//! level of optimisation at which a notebook compiles. So the pairs, on which every x86-64 processor computes at once,
//! are spelled out. On other processors a pair is just two numbers.

use std::array::from_fn;

/// How many numbers a row has: their sums stay in a processor's registers.
pub(crate) const ROW: usize = 10;

/// Ten numbers.
#[derive(Clone, Copy, Default)]
pub(crate) struct Row([Pair; ROW / 2]);

impl Row {
    /// The first ten numbers; where there are fewer, the rest is 0.
    pub fn of(numbers: &[f64]) -> Self {
        let ten: [f64; ROW] = numbers.first_chunk().copied().unwrap_or_else(|| {
            let mut some = [0.0; ROW];
            some[..numbers.len()].copy_from_slice(numbers);
            some
        });
        Self(from_fn(|i| Pair::of([ten[2 * i], ten[2 * i + 1]])))
    }

    /// Puts the numbers in a place, as many as there is room for.
    pub fn put(&self, place: &mut [f64]) {
        let pairs = self.0.map(Pair::numbers);
        match place.first_chunk_mut::<ROW>() {
            Some(place) => place.as_chunks_mut().0.copy_from_slice(&pairs),
            None => put_some(place, pairs.as_flattened()),
        }
    }

    /// `self += x`.
    pub fn add(&mut self, x: &Self) {
        *self = Self(from_fn(|i| self.0[i].plus(x.0[i])));
    }

    /// `self -= x`.
    pub fn subtract(&mut self, x: &Self) {
        *self = Self(from_fn(|i| self.0[i].minus(x.0[i])));
    }

    /// `self += factor · x`.
    pub fn add_scaled(&mut self, factor: f64, x: &Self) {
        let factor = Pair::of([factor; 2]);
        *self = Self(from_fn(|i| self.0[i].plus(factor.times(x.0[i]))));
    }

    /// `Σ self · x`.
    pub fn dot(&self, x: &Self) -> f64 {
        let products = self.0.iter().zip(&x.0).map(|(a, &b)| a.times(b));
        let [even, odd] = products.fold(Pair::default(), Pair::plus).numbers();
        even + odd
    }
}

/// Out of line, where it slows none of the full rows.
#[cold]
fn put_some(place: &mut [f64], numbers: &[f64]) {
    place.copy_from_slice(&numbers[..place.len()]);
}

#[cfg(target_arch = "x86_64")]
use x86_64::Pair;

#[cfg(target_arch = "x86_64")]
mod x86_64 {
    use safe_arch::{add_m128d, m128d, mul_m128d, sub_m128d};

    #[derive(Clone, Copy, Default)]
    pub struct Pair(m128d);

    impl Pair {
        pub fn of(numbers: [f64; 2]) -> Self {
            Self(m128d::from_array(numbers))
        }

        pub fn numbers(self) -> [f64; 2] {
            self.0.to_array()
        }

        pub fn plus(self, other: Self) -> Self {
            Self(add_m128d(self.0, other.0))
        }

        pub fn minus(self, other: Self) -> Self {
            Self(sub_m128d(self.0, other.0))
        }

        pub fn times(self, other: Self) -> Self {
            Self(mul_m128d(self.0, other.0))
        }
    }
}

#[cfg(not(target_arch = "x86_64"))]
#[derive(Clone, Copy, Default)]
struct Pair([f64; 2]);

#[cfg(not(target_arch = "x86_64"))]
impl Pair {
    fn of(numbers: [f64; 2]) -> Self {
        Self(numbers)
    }

    fn numbers(self) -> [f64; 2] {
        self.0
    }

    fn plus(self, other: Self) -> Self {
        Self(from_fn(|i| self.0[i] + other.0[i]))
    }

    fn minus(self, other: Self) -> Self {
        Self(from_fn(|i| self.0[i] - other.0[i]))
    }

    fn times(self, other: Self) -> Self {
        Self(from_fn(|i| self.0[i] * other.0[i]))
    }
}
