//! The white sheet under every picture: colors, text, pixels.
//!
//! plotters draws in whole steps, and a line through whole pixels would have stairs. So every
//! length here is in tenths of a pixel, and `px` turns pixels into them.

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::html::base64;
use crate::{Error, Picture, Result, png};

/// Steps along a pixel.
pub(crate) const FINE: i32 = 10;

/// Pixels in steps.
pub(crate) const fn px(pixels: i32) -> i32 {
    pixels * FINE
}

/// The width of a thin line.
pub(crate) const THIN: u32 = FINE as u32;

/// The colors of Okabe and Ito, which color-blind people can tell apart; the strong ones first.
pub(crate) const PALETTE: [RGBColor; 7] = [
    BLUE,
    VERMILLION,
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(0, 0, 0),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
];
pub(crate) const BLUE: RGBColor = RGBColor(0, 114, 178);
pub(crate) const VERMILLION: RGBColor = RGBColor(213, 94, 0);
pub(crate) const INK: RGBColor = RGBColor(34, 34, 34);
pub(crate) const LINES: RGBColor = RGBColor(102, 102, 102);
pub(crate) const GRID: RGBColor = RGBColor(224, 224, 224);

/// How much a surface covers what lies under it.
pub(crate) const PALE: f64 = 0.2;

/// Text sizes: titles, names of axes, everything else.
pub(crate) const LARGE: i32 = px(16);
pub(crate) const MEDIUM: i32 = px(14);
pub(crate) const SMALL: i32 = px(12);

/// A place on the sheet, from its upper left corner, or a size.
pub(crate) type Place = (i32, i32);
pub(crate) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
pub(crate) type Painted = std::result::Result<(), DrawingAreaErrorKind<std::io::Error>>;

/// A picture in the making.
pub(crate) struct Sheet<'a> {
    size: Place,
    alt: &'a str,
    drawing: String,
}

impl<'a> Sheet<'a> {
    /// An empty sheet, its size rounded up to whole pixels.
    pub(crate) fn new((width, height): Place, alt: &'a str) -> Self {
        let whole = |steps: i32| px((steps + FINE - 1) / FINE);
        Self {
            size: (whole(width), whole(height)),
            alt,
            drawing: String::new(),
        }
    }

    /// Adds an image of 1 (gray) or 3 channels, stretched to its place without smoothing.
    pub(crate) fn image(
        &mut self,
        (x, y): Place,
        (width, height): Place,
        (channels, columns): (usize, usize),
        pixels: &[u8],
    ) -> Result<()> {
        let png = png::encode(channels, columns, pixels).map_err(|e| self.failed(e))?;
        self.drawing += &format!(
            "<image x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" \
             style=\"image-rendering:pixelated\" preserveAspectRatio=\"none\" \
             href=\"data:image/png;base64,{}\"/>\n",
            base64(&png)
        );
        Ok(())
    }

    /// Adds what `paint` draws.
    pub(crate) fn paint(&mut self, paint: impl FnOnce(&Area) -> Painted) -> Result<()> {
        let size = (self.size.0 as u32, self.size.1 as u32);
        self.drawing += &painted(size, paint).map_err(|e| self.failed(e))?;
        Ok(())
    }

    /// Adds what `add` adds; what lies outside of the rectangle is cut off.
    pub(crate) fn inside(
        &mut self,
        (x, y): Place,
        (width, height): Place,
        add: impl FnOnce(&mut Self),
    ) {
        self.drawing += &format!(
            "<svg x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"{x} {y} {width} {height}\" stroke-linejoin=\"round\">\n"
        );
        add(self);
        self.drawing += "</svg>\n";
    }

    /// Adds a line through places on the sheet or off it, which plotters would move to its edge.
    pub(crate) fn line(&mut self, places: &[Place], RGBColor(r, g, b): RGBColor) {
        let (points, width) = (points(places), 2 * THIN);
        self.drawing += &format!(
            "<polyline fill=\"none\" stroke=\"#{r:02X}{g:02X}{b:02X}\" \
             stroke-width=\"{width}\" points=\"{points}\"/>\n"
        );
    }

    /// Adds a pale surface; its corners may lie off the sheet too.
    pub(crate) fn surface(&mut self, corners: &[Place], RGBColor(r, g, b): RGBColor) {
        self.drawing += &format!(
            "<polygon fill=\"#{r:02X}{g:02X}{b:02X}\" opacity=\"{PALE}\" points=\"{}\"/>\n",
            points(corners)
        );
    }

    pub(crate) fn finish(self) -> Picture {
        let pixels = |steps: i32| (steps / FINE) as u32;
        let size = (pixels(self.size.0), pixels(self.size.1));
        Picture::new(&self.drawing, size, FINE as u32, self.alt)
    }

    fn failed(&self, reason: impl std::fmt::Display) -> Error {
        Error::Drawing {
            picture: self.alt.into(),
            reason: reason.to_string(),
        }
    }
}

fn points(places: &[Place]) -> String {
    let points: Vec<String> = places.iter().map(|(x, y)| format!("{x},{y}")).collect();
    points.join(" ")
}

/// What `paint` draws, without plotters' own `<svg>` around it, which lacks the alt text.
pub(crate) fn painted<E: From<DrawingAreaErrorKind<std::io::Error>>>(
    size: (u32, u32),
    paint: impl FnOnce(&Area) -> std::result::Result<(), E>,
) -> std::result::Result<String, E> {
    let mut svg = String::new();
    let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
    paint(&area)?;
    area.present()?;
    drop(area);
    let inner = svg.split_once('\n').map_or("", |(_, rest)| rest);
    Ok(inner.trim_end().trim_end_matches("</svg>").into())
}

/// A text style of this size, the text's middle at its point.
pub(crate) fn font(size: i32) -> TextStyle<'static> {
    // plotters divides a font's size by 1.24 when it writes SVG.
    TextStyle::from(("sans-serif", f64::from(size) * 1.24).into_font())
        .color(&INK)
        .pos(Pos::new(HPos::Center, VPos::Center))
}

/// As `font`, for text that goes to the right of its point.
pub(crate) fn font_from_left() -> TextStyle<'static> {
    font(SMALL).pos(Pos::new(HPos::Left, VPos::Center))
}

/// Writes the picture's title at its upper edge, around `middle` if there is room.
pub(crate) fn title(area: &Area, text: &str, middle: i32) -> Painted {
    let room = area.dim_in_pixel().0 as i32 - px(16);
    let text = fit(text, room, LARGE);
    let least = px(8) + text_width(&text, LARGE) / 2;
    let middle = middle.clamp(least, (room + px(16) - least).max(least));
    area.draw_text(&text, &font(LARGE), (middle, px(20)))
}

/// About how wide a text is, rather too wide than too narrow.
pub(crate) fn text_width(text: &str, size: i32) -> i32 {
    let em = |c: char| match c {
        'i' | 'j' | 'l' | ' ' | '.' | ',' | ':' | '\'' | '|' => 0.36,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 0.95,
        c if c.is_ascii_uppercase() => 0.72,
        c if c.is_ascii() => 0.62,
        _ => 1.0,
    };
    let ems: f64 = text.chars().map(em).sum();
    (ems * f64::from(size)).ceil() as i32
}

/// The width of the widest of some small texts.
pub(crate) fn widest<'a>(texts: impl IntoIterator<Item = &'a String>) -> i32 {
    let widths = texts.into_iter().map(|text| text_width(text, SMALL));
    widths.max().unwrap_or(0)
}

/// A text, cut where it is wider than its room.
pub(crate) fn fit(text: &str, room: i32, size: i32) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text_width(&text, size) <= room {
        return text;
    }
    let mut short = String::new();
    for c in text.chars() {
        short.push(c);
        if text_width(&short, size) + size > room {
            short.pop();
            break;
        }
    }
    short.trim_end().to_string() + "…"
}
