//! Images of 28 × 28 pixels side by side: digits in gray, weights and gradients in blue and red.

use std::fmt::Display;

use ndarray::ArrayRef2;

use crate::color::{BAR_ROOM, Diverging};
use crate::input::{
    ANY, Number, PIXELS, POSITIVE, SIDE, as_many, collected, count, shape, texts, within,
};
use crate::number::{extremes, plural, short};
use crate::sheet::{LARGE, Place, SMALL, Sheet, fit, font, px, widest};
use crate::{Error, Picture, Result};

/// The space around and between images.
const GAP: i32 = px(8);

/// Draws one digit, white on black, with its label above.
///
/// `image` holds 784 pixels, 28 rows of 28. They run from 0 (black) to 255 (white) as in MNIST's
/// files, or from 0 to 1 when none is above 1.
///
/// Matplotlib equivalent: `plt.title(f"label: {label}"); plt.imshow(img, cmap="gray")`.
///
/// ```
/// use digits_plot as plot;
///
/// let picture = plot::digit((0..784).map(|i| i % 256), 5)?;
/// assert_eq!(picture.alt(), "Image of a handwritten digit, 28 by 28 pixels; label: 5.");
/// # Ok::<(), digits_plot::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Input`] unless there are 784 pixels, for a pixel outside 0 to 255 or a label over 9.
pub fn digit(image: impl IntoIterator<Item: Number>, label: u8) -> Result<Picture> {
    let image = collected(image);
    as_many("image", PIXELS, image.len())?;
    if label > 9 {
        return Err(Error::input("label", "a number from 0 to 9", label));
    }
    let pixels = gray("image", &image)?;
    let grid = Grid {
        captions: vec![format!("label: {label}")],
        count: 1,
        columns: 1,
        zoom: 9,
        cell: 9 * px(SIDE as i32),
        caption: px(28),
        text: LARGE,
    };
    let alt = format!("Image of a handwritten digit, 28 by 28 pixels; label: {label}.");
    grid.draw(&alt, 1, &pixels, None)
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
/// use {digits_plot as plot, digits_plot::ndarray::Array2};
///
/// let images = Array2::<u8>::from_elem((3, 784), 128);
/// plot::digits(&images, [5, 0, 4], 3)?;
/// plot::digits(&images, plot::NO_CAPTIONS, 2)?;
/// # Ok::<(), digits_plot::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Input`] for another shape, a wrong number of captions, 0 columns or a pixel outside
/// 0 to 255.
pub fn digits<P: Number>(
    images: &ArrayRef2<P>,
    captions: impl IntoIterator<Item: Display>,
    columns: usize,
) -> Result<Picture> {
    let grid = Grid::new("images", images, texts(captions), columns)?;
    let pixels = gray("images", &collected(images))?;
    let alt = format!("Handwritten digits, {}.", grid.words());
    grid.draw(&alt, 1, &pixels, None)
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
/// use {digits_plot as plot, digits_plot::ndarray::Array2};
///
/// let weights = Array2::from_shape_fn((784, 10), |(i, j)| i as f64 - 78.0 * j as f64);
/// plot::heat_maps(&weights.t(), 0..10, 5)?;
/// # Ok::<(), digits_plot::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Input`] for another shape, a wrong number of captions, 0 columns, NaN or infinity.
pub fn heat_maps(
    values: &ArrayRef2<f64>,
    captions: impl IntoIterator<Item: Display>,
    columns: usize,
) -> Result<Picture> {
    draw_heat_maps(values, texts(captions), columns, None)
}

/// As [`heat_maps`], with a scale that is given: from `-limit` to `limit`.
///
/// The pictures of a film share their scale that way, and do not flicker. What lies beyond the
/// scale has the color of its end.
///
/// ```
/// use {digits_plot as plot, digits_plot::ndarray::Array2};
///
/// for step in 0..3 {
///     let weights = Array2::from_elem((10, 784), 0.1 * f64::from(step));
///     plot::heat_maps_to(0.5, &weights, 0..10, 5)?;
/// }
/// # Ok::<(), digits_plot::Error>(())
/// ```
///
/// # Errors
///
/// As [`heat_maps`], and for a limit that is not above 0.
pub fn heat_maps_to(
    limit: f64,
    values: &ArrayRef2<f64>,
    captions: impl IntoIterator<Item: Display>,
    columns: usize,
) -> Result<Picture> {
    within("limit", POSITIVE, &[limit])?;
    draw_heat_maps(values, texts(captions), columns, Some(Diverging { limit }))
}

fn draw_heat_maps(
    values: &ArrayRef2<f64>,
    captions: Vec<String>,
    columns: usize,
    scale: Option<Diverging>,
) -> Result<Picture> {
    let grid = Grid::new("values", values, captions, columns)?;
    let values = collected(values);
    within("values", ANY, &values)?;
    let scale = scale.unwrap_or_else(|| Diverging::around(&values));
    let pixels: Vec<u8> = values.iter().flat_map(|&v| scale.rgb(v)).collect();
    let (low, high) = extremes(values);
    let alt = format!(
        "Heat maps of 28 by 28 numbers from {} to {}, {}; blue below zero, white at zero, red \
         above.",
        short(low),
        short(high),
        grid.words()
    );
    grid.draw(&alt, 3, &pixels, Some(scale))
}

/// Pixels as bytes, from 0..=255 or 0..=1.
fn gray(what: &str, pixels: &[f64]) -> Result<Vec<u8>> {
    within(what, 0.0..=255.0, pixels)?;
    let scaled = pixels.iter().all(|&p| p <= 1.0);
    let white = if scaled { 255.0 } else { 1.0 };
    Ok(pixels.iter().map(|p| (p * white).round() as u8).collect())
}

/// Where the images stand, each with its caption above.
struct Grid {
    captions: Vec<String>,
    count: usize,
    columns: usize,
    /// The pixels of the screen along a side of one of the image's.
    zoom: i32,
    /// The width of a column.
    cell: i32,
    /// The height of a caption and the size of its text.
    caption: i32,
    text: i32,
}

impl Grid {
    /// For N × 784 numbers.
    fn new<P>(
        what: &str,
        images: &ArrayRef2<P>,
        captions: Vec<String>,
        columns: usize,
    ) -> Result<Self> {
        shape(
            what,
            "N × 784 with N from 1 to 1000",
            images,
            |rows, pixels| (1..=1000).contains(&rows) && pixels == PIXELS,
        )?;
        let count_of_images = images.nrows();
        if !captions.is_empty() {
            as_many("captions", count_of_images, captions.len())?;
        }
        count("columns", "columns", usize::MAX, columns)?;
        let columns = columns.min(count_of_images);
        let zoom = match columns {
            1..=4 => 4,
            5..=6 => 3,
            7..=12 => 2,
            _ => 1,
        };
        Ok(Self {
            count: count_of_images,
            columns,
            zoom,
            cell: (zoom * px(SIDE as i32)).max(widest(&captions).min(px(140))),
            caption: if captions.is_empty() { 0 } else { px(20) },
            text: SMALL,
            captions,
        })
    }

    /// The number of rows, and the height of one.
    fn rows(&self) -> (i32, i32) {
        let height = self.caption + self.zoom * px(SIDE as i32) + GAP;
        (self.count.div_ceil(self.columns) as i32, height)
    }

    /// The upper left corner of a cell, its caption included.
    fn corner(&self, i: usize) -> Place {
        let (row, column) = ((i / self.columns) as i32, (i % self.columns) as i32);
        (GAP + column * (self.cell + GAP), GAP + row * self.rows().1)
    }

    /// Draws the images of 1 or 3 channels, with the bar of their scale if they have one.
    fn draw(
        &self,
        alt: &str,
        channels: usize,
        pixels: &[u8],
        scale: Option<Diverging>,
    ) -> Result<Picture> {
        let (rows, row) = self.rows();
        let width = GAP + self.columns as i32 * (self.cell + GAP);
        let height = GAP + rows * row;
        let bar = scale.map_or(0, |_| px(BAR_ROOM));
        let side = self.zoom * px(SIDE as i32);
        let mut sheet = Sheet::new((width + bar, height), alt);
        for (i, image) in pixels.chunks(PIXELS * channels).enumerate() {
            let (x, y) = self.corner(i);
            let at = (x + (self.cell - side) / 2, y + self.caption);
            sheet.image(at, (side, side), (channels, SIDE), image)?;
        }
        sheet.paint(|area| {
            self.captions
                .iter()
                .enumerate()
                .try_for_each(|(i, caption)| {
                    let (x, y) = self.corner(i);
                    let text = fit(caption, self.cell + GAP - px(2), self.text);
                    let middle = (x + self.cell / 2, y + self.caption / 2);
                    area.draw_text(&text, &font(self.text), middle)
                })
        })?;
        if let Some(scale) = scale {
            let top = GAP + self.caption;
            scale.draw(
                &mut sheet,
                (width - GAP, top),
                (height - top - GAP).min(px(240)),
            )?;
        }
        Ok(sheet.finish())
    }

    /// Shape and captions for an alt text, as many as one would listen to.
    fn words(&self) -> String {
        let images = plural(self.count, "image");
        let rows = plural(self.rows().0 as usize, "row");
        let shown: Vec<&str> = self.captions.iter().take(20).map(String::as_str).collect();
        let captions = match self.captions.len() {
            0 => String::new(),
            1..=20 => format!("; captions: {}", shown.join("; ")),
            _ => format!("; captions: {}; …", shown.join("; ")),
        };
        format!("{images} in {rows} of {}{captions}", self.columns)
    }
}
