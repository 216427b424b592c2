//! From number to color: blue below zero, white at zero, red above, and the bar that says so.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::axis::Axis;
use super::png::Color;
use super::range::extremes;
use super::sheet::{Area, LINES, Painted, SMALL, Tile, font};
use super::ticks::{Room, Unit};

/// The room that a bar takes to the right of its picture, in pixels.
pub(super) const BAR_ROOM: u32 = 104;

const WIDTH: u32 = 16;
const GAP: u32 = 18;

const LIGHT_BLUE: [u8; 3] = [146, 197, 222];
const DARK_BLUE: [u8; 3] = [33, 102, 172];
const LIGHT_RED: [u8; 3] = [244, 165, 130];
const DARK_RED: [u8; 3] = [178, 24, 43];
const LIGHT_ORANGE: [u8; 3] = [253, 190, 110];
const DARK_ORANGE: [u8; 3] = [196, 78, 0];

/// A diverging scale from `-limit` to `limit`.
#[derive(Clone, Copy)]
pub(super) struct Diverging {
    limit: f64,
}

impl Diverging {
    /// The smallest symmetric scale that holds all of these numbers.
    pub(super) fn around<'a>(values: impl IntoIterator<Item = &'a f64>) -> Self {
        let limit = extremes(values.into_iter().map(|v| v.abs())).1;
        Self {
            limit: if limit > 1e-290 { limit } else { 1.0 },
        }
    }

    pub(super) fn rgb(self, value: f64) -> [u8; 3] {
        let t = value / self.limit;
        if t < 0.0 {
            shade(-t, LIGHT_BLUE, DARK_BLUE)
        } else {
            shade(t, LIGHT_RED, DARK_RED)
        }
    }

    /// The bar's colors, to stand right of a picture that ends at `x`.
    pub(super) fn tile(self, x: u32, top: u32, height: u32) -> Tile {
        let steps = (0..=200)
            .rev()
            .map(|i| f64::from(i - 100) / 100.0 * self.limit);
        Tile {
            at: (x + GAP, top),
            size: (WIDTH, height),
            color: Color::Rgb,
            columns: 1,
            pixels: steps.flat_map(|value| self.rgb(value)).collect(),
        }
    }

    /// The bar's frame and numbers.
    pub(super) fn numbers(self, area: &Area, x: u32, top: u32, height: u32) -> Painted {
        let (left, right) = ((x + GAP) as i32, (x + GAP + WIDTH) as i32);
        let bottom = (top + height) as i32;
        area.draw(&Rectangle::new(
            [(left, top as i32), (right, bottom)],
            LINES,
        ))?;
        let axis = Axis::linear((-self.limit, self.limit), Room::Down(height), Unit::Plain);
        let style = font(SMALL).pos(Pos::new(HPos::Left, VPos::Center));
        for (value, text) in axis.ticks() {
            let y = bottom - (axis.position(*value) * f64::from(height)).round() as i32;
            area.draw(&PathElement::new([(right, y), (right + 4, y)], LINES))?;
            area.draw_text(text, &style, (right + 8, y))?;
        }
        Ok(())
    }
}

/// White at 0, dark blue at 1: what is right.
pub(super) fn blue(t: f64) -> [u8; 3] {
    shade(t, LIGHT_BLUE, DARK_BLUE)
}

/// White at 0, dark orange at 1: what is wrong.
pub(super) fn orange(t: f64) -> [u8; 3] {
    shade(t, LIGHT_ORANGE, DARK_ORANGE)
}

/// From white through a light to a dark color, `t` from 0 to 1.
fn shade(t: f64, light: [u8; 3], dark: [u8; 3]) -> [u8; 3] {
    let mix = |a: [u8; 3], b: [u8; 3], t: f64| {
        std::array::from_fn(|i| {
            (f64::from(a[i]) + (f64::from(b[i]) - f64::from(a[i])) * t).round() as u8
        })
    };
    let t = t.clamp(0.0, 1.0);
    if t < 0.5 {
        mix([255; 3], light, 2.0 * t)
    } else {
        mix(light, dark, 2.0 * t - 1.0)
    }
}

/// Black or white, whichever reads better on this color.
pub(super) fn ink_on(rgb: [u8; 3]) -> RGBColor {
    let linear = |c: u8| (f64::from(c) / 255.0).powf(2.2);
    let light = 0.2126 * linear(rgb[0]) + 0.7152 * linear(rgb[1]) + 0.0722 * linear(rgb[2]);
    if light > 0.18 { BLACK } else { WHITE }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_is_white_and_the_ends_are_blue_and_red() {
        let scale = Diverging::around(&[-2.0, 1.0]);
        assert_eq!(scale.rgb(0.0), [255, 255, 255]);
        assert_eq!(scale.rgb(-2.0), DARK_BLUE);
        assert_eq!(scale.rgb(2.0), DARK_RED);
        assert_eq!(scale.rgb(1.0), LIGHT_RED);
    }
}
