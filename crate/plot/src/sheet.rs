//! The white sheet under every picture: colors, text, pixels.

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::picture::Picture;
use super::png::{self, Color, base64};
use crate::{Error, Result};

/// The colors of Okabe and Ito, which color-blind people can tell apart; the strong ones first.
pub(super) const PALETTE: [RGBColor; 7] = [
    BLUE,
    VERMILLION,
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(0, 0, 0),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
];
pub(super) const BLUE: RGBColor = RGBColor(0, 114, 178);
pub(super) const VERMILLION: RGBColor = RGBColor(213, 94, 0);
pub(super) const INK: RGBColor = RGBColor(34, 34, 34);
pub(super) const LINES: RGBColor = RGBColor(102, 102, 102);
pub(super) const GRID: RGBColor = RGBColor(224, 224, 224);

/// Text sizes in pixels: titles, names of axes, everything else.
pub(super) const LARGE: u32 = 16;
pub(super) const MEDIUM: u32 = 14;
pub(super) const SMALL: u32 = 12;

pub(super) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
pub(super) type Painted = std::result::Result<(), DrawingAreaErrorKind<std::io::Error>>;

/// A rectangle of pixels on the sheet, stretched to its place without smoothing.
pub(super) struct Tile {
    pub(super) at: (u32, u32),
    pub(super) size: (u32, u32),
    pub(super) color: Color,
    /// Pixels in a row.
    pub(super) columns: u32,
    pub(super) pixels: Vec<u8>,
}

impl Tile {
    fn element(&self) -> std::io::Result<String> {
        let png = png::encode(self.color, self.columns, &self.pixels)?;
        Ok(format!(
            "<image x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" preserveAspectRatio=\"none\" \
             href=\"data:image/png;base64,{}\"/>\n",
            self.at.0,
            self.at.1,
            self.size.0,
            self.size.1,
            base64(&png)
        ))
    }
}

/// How many steps a pixel has in a fine layer: a line through whole pixels would have stairs.
pub(super) const FINE: u32 = 10;

/// What draws one layer of a picture, and how many steps a pixel has in it.
pub(super) type Layer<'a> = (u32, &'a dyn Fn(&Area) -> Painted);

/// A picture: the white background, the tiles on it, and over them what `paint` draws.
pub(super) fn picture(
    size: (u32, u32),
    alt: &str,
    tiles: &[Tile],
    paint: impl Fn(&Area) -> Painted,
) -> Result<Picture> {
    layered(size, alt, tiles, &[(1, &paint)])
}

/// A picture of several layers, the first one lowest.
pub(super) fn layered(
    size: (u32, u32),
    alt: &str,
    tiles: &[Tile],
    layers: &[Layer],
) -> Result<Picture> {
    let fail = |reason: String| Error::Drawing {
        picture: alt.into(),
        reason,
    };
    let mut drawing = format!(
        "<rect width=\"{}\" height=\"{}\" fill=\"#FFFFFF\"/>\n",
        size.0, size.1
    );
    drawing.push_str("<g style=\"image-rendering:pixelated\">\n");
    for tile in tiles {
        drawing.push_str(&tile.element().map_err(|e| fail(e.to_string()))?);
    }
    drawing.push_str("</g>\n");
    for (steps, paint) in layers {
        let (width, height) = (size.0 * steps, size.1 * steps);
        let painted = painted((width, height), paint).map_err(|e| fail(e.to_string()))?;
        if *steps == 1 {
            drawing.push_str(&painted);
        } else {
            let open = format!("<svg viewBox=\"0 0 {width} {height}\" stroke-linejoin=\"round\">");
            drawing.extend([&open, "\n", &painted, "</svg>\n"]);
        }
    }
    Ok(Picture::new(&drawing, size, alt))
}

/// What `paint` draws, without the tags around it.
fn painted(
    size: (u32, u32),
    paint: &dyn Fn(&Area) -> Painted,
) -> std::result::Result<String, DrawingAreaErrorKind<std::io::Error>> {
    let mut svg = String::new();
    let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
    paint(&area)?;
    area.present()?;
    drop(area);
    // The first line is plotters' own tag, which lacks the alt text.
    let painted = svg.split_once('\n').map_or("", |(_, rest)| rest);
    Ok(painted.trim_end().trim_end_matches("</svg>").into())
}

/// A text style of this size in pixels.
pub(super) fn font(size: u32) -> TextStyle<'static> {
    // plotters divides a font's size by 1.24 when it writes SVG.
    TextStyle::from(("sans-serif", f64::from(size) * 1.24).into_font()).color(&INK)
}

/// A text style with the text's middle at its point.
pub(super) fn centered(size: u32) -> TextStyle<'static> {
    font(size).pos(Pos::new(HPos::Center, VPos::Center))
}

/// Writes the picture's title at its upper edge, around `middle` if there is room.
pub(super) fn title(area: &Area, text: &str, middle: u32) -> Painted {
    let room = area.dim_in_pixel().0.saturating_sub(16);
    let text = fit(text, room, LARGE);
    let half = text_width(&text, LARGE) / 2;
    let least = 8 + half;
    let middle = middle.clamp(least, (8 + room).saturating_sub(half).max(least));
    area.draw_text(&text, &centered(LARGE), (middle as i32, 20))
}

/// About how wide a text is, rather too wide than too narrow.
pub(super) fn text_width(text: &str, size: u32) -> u32 {
    let ems: f64 = text
        .chars()
        .map(|c| match c {
            'i' | 'j' | 'l' | ' ' | '.' | ',' | ':' | '\'' | '|' => 0.36,
            'm' | 'w' | 'M' | 'W' | '%' | '@' => 0.95,
            c if c.is_ascii_uppercase() => 0.72,
            c if c.is_ascii() => 0.62,
            _ => 1.0,
        })
        .sum();
    (ems * f64::from(size)).ceil() as u32
}

/// A text, cut where it is wider than its room.
pub(super) fn fit(text: &str, room: u32, size: u32) -> String {
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
