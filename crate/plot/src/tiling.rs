//! A grid of 28 × 28 images: where each stands, with its caption above.

use super::number::{as_many, count, plural};
use super::png::Color;
use super::sheet::{Area, LARGE, Painted, SMALL, Tile, centered, fit, text_width};
use crate::image::PIXELS;
use crate::{Error, Result};

/// Pixels along a side of an image.
const SIDE: u32 = 28;
/// The space around and between images.
pub(super) const GAP: u32 = 8;

/// Where the images of a grid stand.
pub(super) struct Tiling {
    count: usize,
    columns: usize,
    /// The pixels of the screen along a side of one of the image's.
    zoom: u32,
    /// The width of a column.
    cell: u32,
    /// The height of a caption and the size of its text.
    pub(super) caption: u32,
    size: u32,
}

impl Tiling {
    /// One large image.
    pub(super) fn single() -> Self {
        Self {
            count: 1,
            columns: 1,
            zoom: 9,
            cell: 9 * SIDE,
            caption: 28,
            size: LARGE,
        }
    }

    /// For N × 784 pixels.
    pub(super) fn new(
        what: &str,
        (rows, pixels): (usize, usize),
        captions: &[String],
        columns: usize,
    ) -> Result<Self> {
        if !(1..=1000).contains(&rows) || pixels != PIXELS {
            let found = format!("{rows} × {pixels}");
            return Err(Error::shape(what, "N × 784 with N from 1 to 1000", found));
        }
        if !captions.is_empty() {
            as_many("captions", rows, captions.len())?;
        }
        count("columns", "columns", usize::MAX, columns)?;
        let columns = columns.min(rows);
        let zoom = [(4, 4), (6, 3), (12, 2)]
            .into_iter()
            .find(|(most, _)| columns <= *most);
        let zoom = zoom.map_or(1, |(_, zoom)| zoom);
        let widest = captions
            .iter()
            .map(|c| text_width(c, SMALL))
            .max()
            .unwrap_or(0);
        let caption = if captions.is_empty() { 0 } else { 20 };
        let cell = (zoom * SIDE).max(widest.min(140));
        Ok(Self {
            count: rows,
            columns,
            zoom,
            cell,
            caption,
            size: SMALL,
        })
    }

    /// The size of the whole sheet.
    pub(super) fn sheet(&self) -> (u32, u32) {
        let rows = self.count.div_ceil(self.columns) as u32;
        let row = self.caption + self.zoom * SIDE + GAP;
        (
            GAP + self.columns as u32 * (self.cell + GAP),
            GAP + rows * row,
        )
    }

    /// The upper left corner of a cell, its caption included.
    fn corner(&self, i: usize) -> (u32, u32) {
        let (row, column) = ((i / self.columns) as u32, (i % self.columns) as u32);
        let height = self.caption + self.zoom * SIDE + GAP;
        (GAP + column * (self.cell + GAP), GAP + row * height)
    }

    /// An image in its place.
    pub(super) fn tile(&self, i: usize, color: Color, pixels: Vec<u8>) -> Tile {
        let (x, y) = self.corner(i);
        let side = self.zoom * SIDE;
        Tile {
            at: (x + (self.cell - side) / 2, y + self.caption),
            size: (side, side),
            color,
            columns: SIDE,
            pixels,
        }
    }

    /// Writes a caption above each image.
    pub(super) fn captions(&self, area: &Area, captions: &[String]) -> Painted {
        for (i, caption) in captions.iter().enumerate() {
            let (x, y) = self.corner(i);
            let middle = ((x + self.cell / 2) as i32, (y + self.caption / 2) as i32);
            let text = fit(caption, self.cell + GAP - 2, self.size);
            area.draw_text(&text, &centered(self.size), middle)?;
        }
        Ok(())
    }

    /// The shape for an alt text.
    pub(super) fn words(&self) -> String {
        let rows = self.count.div_ceil(self.columns);
        format!(
            "{} in {} of {}",
            plural(self.count, "image"),
            plural(rows, "row"),
            self.columns
        )
    }
}
