//! Pixels to PNG and base64: a picture of pixels is ten times smaller than as rectangles.

use std::io::Write;

use flate2::{Compression, Crc, write::ZlibEncoder};

/// How many bytes a pixel has, and PNG's number for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Color {
    /// One byte: black 0 to white 255.
    Gray,
    /// Three bytes: red, green, blue.
    Rgb,
}

/// A PNG file with 8 bits a channel; `pixels` go row by row from the upper left.
pub(super) fn encode(color: Color, width: u32, pixels: &[u8]) -> std::io::Result<Vec<u8>> {
    let (channels, kind) = match color {
        Color::Gray => (1, 0),
        Color::Rgb => (3, 2),
    };
    let row = (width as usize * channels).max(1);
    let height = (pixels.len() / row) as u32;

    let mut header = Vec::new();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    // 8 bits; the kind of color; then the only compression, filtering and interlacing we use.
    header.extend([8, kind, 0, 0, 0]);

    let mut data = ZlibEncoder::new(Vec::new(), Compression::best());
    for line in pixels.chunks(row) {
        data.write_all(&[0])?; // This row is not filtered.
        data.write_all(line)?;
    }

    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut png, b"IHDR", &header);
    chunk(&mut png, b"IDAT", &data.finish()?);
    chunk(&mut png, b"IEND", &[]);
    Ok(png)
}

/// Length, name, data, checksum of name and data.
fn chunk(png: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
    let mut crc = Crc::new();
    crc.update(name);
    crc.update(data);
    png.extend((data.len() as u32).to_be_bytes());
    png.extend(name);
    png.extend(data);
    png.extend(crc.sum().to_be_bytes());
}

/// Bytes as text: three bytes become four letters, `=` fills up the last four.
pub fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let byte = |i: usize| u32::from(three.get(i).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for i in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * i)) as usize & 63];
            text.push(if i <= three.len() {
                letter as char
            } else {
                '='
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use ::base64::{Engine, engine::general_purpose::STANDARD};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn base64_agrees_with_the_crate(bytes: Vec<u8>) {
            prop_assert_eq!(base64(&bytes), STANDARD.encode(&bytes));
        }

        #[test]
        fn the_png_crate_reads_the_same_pixels(
            (width, height) in (1usize..40, 1usize..40),
            rgb: bool,
            seed: Vec<u8>,
        ) {
            let (color, channels) = if rgb { (Color::Rgb, 3) } else { (Color::Gray, 1) };
            let pixel = |i: usize| seed.get(i % seed.len().max(1)).copied().unwrap_or(7);
            let pixels: Vec<u8> = (0..width * height * channels).map(pixel).collect();
            let file = encode(color, width as u32, &pixels).unwrap();
            let mut reader = ::png::Decoder::new(std::io::Cursor::new(file)).read_info().unwrap();
            let mut read = vec![0; reader.output_buffer_size().unwrap()];
            let info = reader.next_frame(&mut read).unwrap();
            prop_assert_eq!((info.width as usize, info.height as usize), (width, height));
            prop_assert_eq!(read, pixels);
        }
    }
}
