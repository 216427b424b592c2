//! From number to color, and the bar that says so.

use plotters::prelude::*;

use crate::Result;
use crate::axis::{Axis, Room, Unit};
use crate::number::extremes;
use crate::sheet::{LINES, Place, Sheet, THIN, font_from_left, px};

/// The room that a scale's bar takes to the right of its picture, in pixels.
pub(crate) const BAR_ROOM: i32 = 104;

const LIGHT_BLUE: [u8; 3] = [146, 197, 222];
const DARK_BLUE: [u8; 3] = [33, 102, 172];
const LIGHT_RED: [u8; 3] = [244, 165, 130];
const DARK_RED: [u8; 3] = [178, 24, 43];
const LIGHT_ORANGE: [u8; 3] = [253, 190, 110];
const DARK_ORANGE: [u8; 3] = [196, 78, 0];

/// A scale from `-limit` (blue) over 0 (white) to `limit` (red).
#[derive(Clone, Copy)]
pub(crate) struct Diverging {
    pub(crate) limit: f64,
}

impl Diverging {
    /// The smallest scale that holds all of these numbers.
    pub(crate) fn around(values: &[f64]) -> Self {
        let limit = extremes(values.iter().map(|v| v.abs())).1;
        Self {
            limit: if limit > 1e-290 { limit } else { 1.0 },
        }
    }

    pub(crate) fn rgb(self, value: f64) -> [u8; 3] {
        let t = value / self.limit;
        if t < 0.0 {
            shade(-t, LIGHT_BLUE, DARK_BLUE)
        } else {
            shade(t, LIGHT_RED, DARK_RED)
        }
    }

    /// Draws the bar with its frame and numbers, to the right of a picture that ends at `x`.
    pub(crate) fn draw(self, sheet: &mut Sheet, (x, top): Place, height: i32) -> Result<()> {
        let (left, width, bottom) = (x + px(18), px(16), top + height);
        let right = left + width;
        let steps = (-100..=100)
            .rev()
            .map(|i| f64::from(i) / 100.0 * self.limit);
        let pixels: Vec<u8> = steps.flat_map(|value| self.rgb(value)).collect();
        sheet.image((left, top), (width, height), (3, 1), &pixels)?;
        let axis = Axis::linear((-self.limit, self.limit), Room::Down(height), Unit::Plain);
        let line = LINES.stroke_width(THIN);
        sheet.paint(|area| {
            area.draw(&Rectangle::new([(left, top), (right, bottom)], line))?;
            for (value, text) in axis.ticks() {
                let y = bottom - (axis.position(value) * f64::from(height)).round() as i32;
                area.draw(&PathElement::new([(right, y), (right + px(4), y)], line))?;
                area.draw_text(text, &font_from_left(), (right + px(8), y))?;
            }
            Ok(())
        })
    }
}

/// White at 0, dark blue at 1: what is right.
pub(crate) fn blue(t: f64) -> [u8; 3] {
    shade(t, LIGHT_BLUE, DARK_BLUE)
}

/// White at 0, dark orange at 1: what is wrong.
pub(crate) fn orange(t: f64) -> [u8; 3] {
    shade(t, LIGHT_ORANGE, DARK_ORANGE)
}

/// From white through a light to a dark color; below 0 and above 1 as at these ends.
fn shade(t: f64, light: [u8; 3], dark: [u8; 3]) -> [u8; 3] {
    let t = 2.0 * t.clamp(0.0, 1.0);
    let (from, to, t) = if t < 1.0 {
        ([255; 3], light, t)
    } else {
        (light, dark, t - 1.0)
    };
    std::array::from_fn(|i| {
        let (from, to) = (f64::from(from[i]), f64::from(to[i]));
        (from + (to - from) * t).round() as u8
    })
}

/// Black or white, whichever reads better on this color.
pub(crate) fn ink_on(rgb: [u8; 3]) -> RGBColor {
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
        assert_eq!(scale.rgb(3.0), DARK_RED, "beyond the end as at the end");
    }
}
