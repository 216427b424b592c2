//! Images of 28 × 28 pixels: digits in gray, weights and gradients in blue and red.

use std::fmt::Display;

use ndarray::ArrayRef2;

use super::Picture;
use super::input::{Number, collected, texts};
use super::number::{as_many, drawable, is_digit, short, within};
use super::png::Color;
use super::range::extremes;
use super::scale::{BAR_ROOM, Diverging};
use super::sheet::{self, Tile};
use super::tiling::{GAP, Tiling};
use crate::Result;

/// Pixels of a digit: 28 rows of 28.
pub(super) const PIXELS: usize = 28 * 28;

/// Draws one digit, white on black, with its label above.
///
/// `image` holds 784 pixels, 28 rows of 28. They run from 0 (black) to 255 (white) as in MNIST's
/// files, or from 0 to 1 when none is above 1.
///
/// Matplotlib equivalent: `plt.title(f"label: {label}"); plt.imshow(img, cmap="gray")`.
///
/// ```
/// use {digits_plot as plot, ndarray::Array1};
///
/// let image: Array1<u8> = (0..784).map(|i| (i % 256) as u8).collect();
/// assert_eq!(plot::digit(&image, 5)?.alt(), "Image of a handwritten digit, 28 by 28 pixels; label: 5.");
/// # Ok::<(), digits_plot::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Shape`](crate::Error::Shape) unless there are 784 pixels, [`Error::Value`](crate::Error::Value) for a pixel outside 0 to 255 or
/// a label over 9.
pub fn digit(image: impl IntoIterator<Item: Number>, label: u8) -> Result<Picture> {
    let image = collected(image);
    as_many("image", PIXELS, image.len())?;
    is_digit(label)?;
    let pixels = gray("image", image)?;
    let tiling = Tiling::single();
    let alt = format!("Image of a handwritten digit, 28 by 28 pixels; label: {label}.");
    let tiles = [tiling.tile(0, Color::Gray, pixels)];
    sheet::picture(tiling.sheet(), &alt, &tiles, |area| {
        tiling.captions(area, &[format!("label: {label}")])
    })
}

/// Draws many digits side by side, each with a caption above.
///
/// `images` is N × 784 with N from 1 to 1000; pixels run from 0 to 255, or from 0 to 1 when none
/// of them all is above 1. `captions` has N entries, anything that can be printed (labels, texts
/// such as `"4 → 9, 0.98"`), or none: [`NO_CAPTIONS`](crate::NO_CAPTIONS).
///
/// Matplotlib equivalent: `plt.subplots(rows, columns)` with `imshow(cmap="gray")` in each.
///
/// ```
/// use {digits_plot as plot, ndarray::Array2};
///
/// let images = Array2::<u8>::from_elem((3, 784), 128);
/// plot::digits(&images, &[5, 0, 4], 3)?;
/// plot::digits(&images, plot::NO_CAPTIONS, 2)?;
/// # Ok::<(), digits_plot::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Shape`](crate::Error::Shape) for another shape, a wrong number of captions or 0 columns, [`Error::Value`](crate::Error::Value)
/// for a pixel outside 0 to 255.
pub fn digits<P: Number>(
    images: &ArrayRef2<P>,
    captions: impl IntoIterator<Item: Display>,
    columns: usize,
) -> Result<Picture> {
    let captions = texts(captions);
    let tiling = Tiling::new("images", images.dim(), &captions, columns)?;
    let pixels = gray("images", collected(images))?;
    let tiles = pixels.chunks(PIXELS).enumerate();
    let tiles: Vec<Tile> = tiles
        .map(|(i, p)| tiling.tile(i, Color::Gray, p.into()))
        .collect();
    let alt = format!(
        "Handwritten digits, {}{}.",
        tiling.words(),
        listed(&captions)
    );
    sheet::picture(tiling.sheet(), &alt, &tiles, |area| {
        tiling.captions(area, &captions)
    })
}

/// Draws many 28 × 28 heat maps side by side with one scale: blue below zero, white at zero, red
/// above.
///
/// `values` is N × 784 with N from 1 to 1000: weights, gradients. One column of a 784 × 10 weight
/// matrix is one map, so pass its transpose. `captions` has N entries or none, as for [`digits`].
///
/// Matplotlib equivalent: `imshow(map, cmap="RdBu_r", vmin=-m, vmax=m)` in each of
/// `plt.subplots(rows, columns)`, with `m` the largest magnitude.
///
/// ```
/// use {digits_plot as plot, ndarray::Array2};
///
/// let weights = Array2::from_shape_fn((784, 10), |(i, j)| i as f64 - 78.0 * j as f64);
/// let names: Vec<String> = (0..10).map(|digit| digit.to_string()).collect();
/// plot::heat_maps(&weights.t(), &names, 5)?;
/// # Ok::<(), digits_plot::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Shape`](crate::Error::Shape) for another shape, a wrong number of captions or 0 columns, [`Error::Value`](crate::Error::Value)
/// for NaN or infinity.
pub fn heat_maps(
    values: &ArrayRef2<f64>,
    captions: impl IntoIterator<Item: Display>,
    columns: usize,
) -> Result<Picture> {
    let captions = texts(captions);
    let tiling = Tiling::new("values", values.dim(), &captions, columns)?;
    let values = collected(values);
    drawable("values", &values)?;
    let scale = Diverging::around(&values);
    let (width, height) = tiling.sheet();
    let (top, tall) = (
        GAP + tiling.caption,
        (height - tiling.caption - 2 * GAP).min(240),
    );

    let map = |(i, row): (usize, &[f64])| {
        tiling.tile(
            i,
            Color::Rgb,
            row.iter().flat_map(|&v| scale.rgb(v)).collect(),
        )
    };
    let mut tiles: Vec<Tile> = values.chunks(PIXELS).enumerate().map(map).collect();
    tiles.push(scale.tile(width - GAP, top, tall));
    let (low, high) = extremes(values.iter().copied());
    let alt = format!(
        "Heat maps of 28 by 28 numbers from {} to {}, {}{}; blue below zero, white at zero, red \
         above.",
        short(low),
        short(high),
        tiling.words(),
        listed(&captions)
    );
    sheet::picture((width + BAR_ROOM, height), &alt, &tiles, |area| {
        tiling.captions(area, &captions)?;
        scale.numbers(area, width - GAP, top, tall)
    })
}

/// Pixels as bytes, from 0..=255 or 0..=1.
fn gray(what: &str, pixels: Vec<f64>) -> Result<Vec<u8>> {
    within(what, (0.0, 255.0), &pixels)?;
    let white = if pixels.iter().all(|&p| p <= 1.0) {
        255.0
    } else {
        1.0
    };
    Ok(pixels.iter().map(|p| (p * white).round() as u8).collect())
}

/// The captions in an alt text, as many as one would listen to.
fn listed(captions: &[String]) -> String {
    let shown: Vec<&str> = captions.iter().take(20).map(String::as_str).collect();
    match (captions.len(), shown.join("; ")) {
        (0, _) => String::new(),
        (1..=20, text) => format!("; captions: {text}"),
        (_, text) => format!("; captions: {text}; …"),
    }
}
