//! tanh of many numbers, several at once: the system's takes one number at a time, and five times as long.
//!
//! It is `q / (q + 2)` with `q = e^(2x) − 1`. To find `q`, `2x` is cut into `n · ln 2 + r` with `|r| ≤ ln 2 / 2`. There the
//! Taylor series of `e^r − 1` needs 14 terms, and `q = 2ⁿ (e^r − 1) + (2ⁿ − 1)`. No step branches, so that the compiler
//! can take the numbers of a long slice side by side.

use std::f64::consts::LOG2_E;

/// 1.5 · 2⁵².
const ROUND: f64 = 6_755_399_441_055_744.0;

/// ln 2 in two parts: the high one ends in so many zeros that its product with n is exact.
const LN_2_HIGH: f64 = 0.693_147_180_369_123_8;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// 1/14! to 1/2!.
const TAYLOR: [f64; 13] = {
    let mut coefficients = [0.0; 13];
    let (mut k, mut factorial) = (2, 1.0);
    while k <= 14 {
        factorial *= k as f64;
        coefficients[14 - k] = 1.0 / factorial;
        k += 1;
    }
    coefficients
};

/// Replaces each number by its tanh, within 3 ulp; exactly where the result is ±0, ±1 or NaN.
pub(crate) fn tanh_in_place(x: &mut [f64]) {
    for x in x {
        // Beyond 22 all are 1. NaN is not beyond, and stays.
        let size = x.abs();
        let twice = 2.0 * if size > 22.0 { 22.0 } else { size };
        // Beside ROUND there is no room for a fraction: n stands in the lowest bits.
        let shifted = twice * LOG2_E + ROUND;
        let n = shifted - ROUND;
        let r = twice - n * LN_2_HIGH - n * LN_2_LOW;
        let two_to_n = f64::from_bits((shifted.to_bits() << 52).wrapping_add(1.0_f64.to_bits()));
        let mut series = 0.0;
        for coefficient in TAYLOR {
            series = series * r + coefficient;
        }
        let q = two_to_n * (r + r * r * series) + (two_to_n - 1.0);
        *x = (q / (q + 2.0)).copysign(*x);
    }
}

#[cfg(test)]
mod tests {
    use super::tanh_in_place;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    fn tanh(x: f64) -> f64 {
        let mut numbers = [x];
        tanh_in_place(&mut numbers);
        numbers[0]
    }

    /// Twice the digits of a number: a sum of two.
    type Double = (f64, f64);

    fn sum(a: f64, b: f64) -> Double {
        let sum = a + b;
        let of_b = sum - a;
        (sum, (a - (sum - of_b)) + (b - of_b))
    }

    fn add(a: Double, b: Double) -> Double {
        let (high, low) = sum(a.0, b.0);
        sum(high, low + a.1 + b.1)
    }

    fn multiply(a: Double, b: Double) -> Double {
        let high = a.0 * b.0;
        sum(high, a.0.mul_add(b.0, -high) + a.0 * b.1 + a.1 * b.0)
    }

    fn divide(a: Double, b: Double) -> Double {
        let first = a.0 / b.0;
        let rest = add(a, multiply((-first, 0.0), b));
        let second = rest.0 / b.0;
        let rest = add(rest, multiply((-second, 0.0), b));
        add(sum(first, second), (rest.0 / b.0, 0.0))
    }

    /// By Lambert's continued fraction, `tanh y = y / (1 + y² / (3 + y² / (5 + …)))`, for a small `y`, and from there by
    /// `tanh 2y = 2 tanh y / (1 + tanh² y)`.
    fn exact(x: f64) -> Double {
        let y = (x / 1024.0, 0.0);
        let mut fraction = (25.0, 0.0);
        for odd in (0..12).rev().map(|k| f64::from(2 * k + 1)) {
            fraction = add((odd, 0.0), divide(multiply(y, y), fraction));
        }
        let mut t = divide(y, fraction);
        for _ in 0..10 {
            t = divide(add(t, t), add((1.0, 0.0), multiply(t, t)));
        }
        t
    }

    /// The error in units of the last place.
    fn error(x: f64) -> f64 {
        let (found, (high, low)) = (tanh(x), exact(x));
        ((found - high) - low).abs() / (high.abs().next_up() - high.abs())
    }

    #[test]
    fn within_3_ulp_wherever_it_bends() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut most = (0.0, 0.0);
        for _ in 0..400_000 {
            // As many between 1 and 2 as between 2⁻³⁰ and 2⁻²⁹, and a third where n changes.
            for x in [
                rng.random_range(-30.0..4.5_f64).exp2(),
                rng.random_range(0.0..22.0),
                (f64::from(rng.random_range(0..60_u8)) + 0.5) * 2_f64.ln() / 2.0
                    + rng.random_range(-1e-9..1e-9),
            ] {
                let error = error(x);
                most = if error > most.0 { (error, x) } else { most };
                assert_eq!(tanh(-x), -tanh(x));
            }
        }
        assert!(most.0 < 3.0, "{} ulp at {:e}", most.0, most.1);
    }

    #[test]
    fn the_number_itself_where_it_is_tiny() {
        for exponent in -1074..-30 {
            for fraction in [1.0, 1.1, 1.5, 1.9] {
                let x = fraction * f64::from(exponent).exp2();
                // tanh x = x − x³/3 + …, and that is less than half a unit of the last place from x.
                let (least, most) = (x.next_down(), x.next_up());
                assert!((least..=most).contains(&tanh(x)), "{x:e}");
                assert!((-most..=-least).contains(&tanh(-x)), "{x:e}");
            }
        }
        assert_eq!(tanh(0.0).to_bits(), 0.0_f64.to_bits());
        assert_eq!(tanh(-0.0).to_bits(), (-0.0_f64).to_bits());
    }

    #[test]
    fn one_where_it_is_flat_and_nan_for_nan() {
        for exponent in 5..1024 {
            let x = f64::from(exponent).exp2();
            assert_eq!([tanh(x), tanh(-x)], [1.0, -1.0]);
        }
        assert_eq!([tanh(22.0), tanh(f64::INFINITY), tanh(f64::MAX)], [1.0; 3]);
        assert_eq!(tanh(f64::NEG_INFINITY), -1.0);
        assert!(tanh(f64::NAN).is_nan() && tanh(-f64::NAN).is_nan());
    }
}
