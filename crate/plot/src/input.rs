//! What the functions take: numbers from wherever they are, captions or none.

/// A number that a picture can show, by value or by reference: `f64`, `u8`, `&usize`, …
///
/// Whatever iterates over such numbers goes into a plot: a slice, a `Vec`, an array or a view of
/// ndarray (by value or by reference, of any dimension, row by row), a range such as `0..20`, or
/// an iterator.
///
/// ```
/// use {digits_plot as plot, digits_plot::ndarray::Array1};
///
/// let losses: Vec<f64> = vec![0.9, 0.5, 0.4];
/// let accuracies: Array1<f64> = Array1::linspace(0.2, 0.6, 3);
/// plot::curves("Training")
///     .line("loss", 1..=3, &losses)
///     .line("accuracy", [1, 2, 3], accuracies.view())
///     .line("mistakes", 1..=3, accuracies.iter().map(|share| 1.0 - share))
///     .draw()?;
/// # Ok::<(), digits_plot::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "a plot cannot draw `{Self}`: it is not a number",
    label = "expected numbers such as `f64`, `u8` or `usize`"
)]
pub trait Number {
    /// The number as `f64`; integers beyond 2⁵³ are rounded.
    fn to_f64(&self) -> f64;
}

macro_rules! numbers {
    ($($number:ty)+) => {
        $(impl Number for $number {
            fn to_f64(&self) -> f64 {
                *self as f64
            }
        })+
    };
}

numbers!(f64 f32 u8 u16 u32 u64 usize i8 i16 i32 i64 isize);

impl<T: Number + ?Sized> Number for &T {
    fn to_f64(&self) -> f64 {
        (**self).to_f64()
    }
}

/// The numbers that a caller gave.
pub(crate) fn collected(numbers: impl IntoIterator<Item: Number>) -> Vec<f64> {
    numbers.into_iter().map(|number| number.to_f64()).collect()
}

/// For pictures without captions: `plot::digits(&images, plot::NO_CAPTIONS, 10)`.
pub const NO_CAPTIONS: [&str; 0] = [];

/// The texts that a caller gave.
pub(crate) fn texts(texts: impl IntoIterator<Item: std::fmt::Display>) -> Vec<String> {
    texts.into_iter().map(|text| text.to_string()).collect()
}
