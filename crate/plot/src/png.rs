//! Pixels to PNG: a picture of pixels is ten times smaller than as rectangles.

use std::io::Write;

use flate2::{Compression, Crc, write::ZlibEncoder};

/// A PNG file with 8 bits for each of 1 (gray) or 3 (red, green, blue) channels; `pixels` go row
/// by row from the upper left.
pub(crate) fn encode(channels: usize, columns: usize, pixels: &[u8]) -> std::io::Result<Vec<u8>> {
    let row = columns * channels;
    let mut header = Vec::new();
    for side in [columns, pixels.len() / row] {
        header.extend((side as u32).to_be_bytes());
    }
    // 8 bits; the kind of color; then the only compression, filtering and interlacing we use.
    header.extend([8, if channels == 1 { 0 } else { 2 }, 0, 0, 0]);

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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_png_crate_reads_the_same_pixels(
            (width, height) in (1usize..40, 1usize..40),
            rgb: bool,
            seed: Vec<u8>,
        ) {
            let channels = if rgb { 3 } else { 1 };
            let pixel = |i: usize| seed.get(i % seed.len().max(1)).copied().unwrap_or(7);
            let pixels: Vec<u8> = (0..width * height * channels).map(pixel).collect();
            let file = encode(channels, width, &pixels).unwrap();
            let mut reader = ::png::Decoder::new(std::io::Cursor::new(file)).read_info().unwrap();
            let mut read = vec![0; reader.output_buffer_size().unwrap()];
            let info = reader.next_frame(&mut read).unwrap();
            prop_assert_eq!((info.width as usize, info.height as usize), (width, height));
            prop_assert_eq!(read, pixels);
        }
    }
}
