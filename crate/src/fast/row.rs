//! A row of numbers that a processor computes side by side.
//!
//! In long loops the compiler finds by itself which numbers can be taken together; in short ones it does not, at the
//! level of optimisation at which a notebook compiles. So they are spelled out, four at a time: in one register where the
//! compiler may use AVX, as in the course's kernel on most processors, and in two where it may not. Each number is
//! computed alone and all sums have one order, so the results are the same to the last bit, however wide the registers are.

use std::array::from_fn;

/// Some columns of a line of a matrix, in fours; where the matrix has fewer, the rest is 0.
#[derive(Clone, Copy)]
pub(crate) struct Row<const N: usize>([Four; N]);

impl<const N: usize> Default for Row<N> {
    fn default() -> Self {
        Self([Four::default(); N])
    }
}

impl<const N: usize> Row<N> {
    /// The first numbers; where there are fewer, the rest is 0.
    pub fn of(numbers: &[f64]) -> Self {
        let mut fours = [[0.0; 4]; N];
        let row = fours.as_flattened_mut();
        let some = numbers.len().min(row.len());
        row[..some].copy_from_slice(&numbers[..some]);
        Self(fours.map(Four::of))
    }

    /// The numbers, in fours.
    pub fn numbers(&self) -> [[f64; 4]; N] {
        self.0.map(Four::numbers)
    }

    /// `self += x`.
    #[inline]
    pub fn add(&mut self, x: &Self) {
        *self = Self(from_fn(|i| self.0[i].plus(x.0[i])));
    }

    /// `self -= x`.
    #[inline]
    pub fn subtract(&mut self, x: &Self) {
        *self = Self(from_fn(|i| self.0[i].minus(x.0[i])));
    }

    /// `self += factor · x`.
    #[inline]
    pub fn add_scaled(&mut self, factor: f64, x: &Self) {
        let factor = Four::of([factor; 4]);
        *self = Self(from_fn(|i| self.0[i].plus(factor.times(x.0[i]))));
    }

    /// Adds the products with another row to a sum of four parts: a number's place decides in which part it counts, not
    /// the width of the rows.
    #[inline]
    pub fn dot(&self, x: &Self, sum: &mut Four) {
        for (a, &b) in self.0.iter().zip(&x.0) {
            *sum = sum.plus(a.times(b));
        }
    }
}

/// Four numbers, in as many registers as they need.
#[derive(Clone, Copy, Default)]
pub(crate) struct Four([Register; REGISTERS]);

/// How many registers hold four numbers.
const REGISTERS: usize = 4 / LANES;

impl Four {
    fn of(numbers: [f64; 4]) -> Self {
        let (registers, _) = numbers.as_chunks::<LANES>();
        Self(from_fn(|i| Register::from(registers[i])))
    }

    fn numbers(self) -> [f64; 4] {
        let registers = self.0.map(<[f64; LANES]>::from);
        from_fn(|i| registers[i / LANES][i % LANES])
    }

    /// The sum of the four.
    pub fn sum(self) -> f64 {
        let [a, b, c, d] = self.numbers();
        (a + b) + (c + d)
    }

    fn plus(self, other: Self) -> Self {
        Self(from_fn(|i| add(self.0[i], other.0[i])))
    }

    fn minus(self, other: Self) -> Self {
        Self(from_fn(|i| subtract(self.0[i], other.0[i])))
    }

    fn times(self, other: Self) -> Self {
        Self(from_fn(|i| multiply(self.0[i], other.0[i])))
    }
}

#[cfg(all(target_arch = "x86_64", not(target_feature = "avx")))]
use safe_arch::{
    add_m128d as add, m128d as Register, mul_m128d as multiply, sub_m128d as subtract,
};
#[cfg(all(target_arch = "x86_64", target_feature = "avx"))]
use safe_arch::{
    add_m256d as add, m256d as Register, mul_m256d as multiply, sub_m256d as subtract,
};

/// How many numbers a register holds.
#[cfg(target_arch = "x86_64")]
const LANES: usize = size_of::<Register>() / 8;

#[cfg(not(target_arch = "x86_64"))]
use scalar::{LANES, Register, add, multiply, subtract};

/// On other processors, the compiler takes the numbers as it likes.
#[cfg(not(target_arch = "x86_64"))]
mod scalar {
    pub const LANES: usize = 1;
    pub type Register = [f64; 1];

    pub fn add([a]: Register, [b]: Register) -> Register {
        [a + b]
    }

    pub fn subtract([a]: Register, [b]: Register) -> Register {
        [a - b]
    }

    pub fn multiply([a]: Register, [b]: Register) -> Register {
        [a * b]
    }
}
