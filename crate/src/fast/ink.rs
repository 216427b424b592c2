//! Where the ink of some images is, in lists: all that the products with layer 0's output need.

use super::tanh::tanh_in_place;
use super::{Pixel, in_order};
use ndarray::{ArrayRef2, ArrayView2, Axis, Slice};
use std::ops::Range;

/// From here on tanh is 1 to the last bit: 1 − tanh(22) is below 2e-19.
const SATURATED: f64 = 22.0;

/// Pixels whose flags are looked at together.
pub(crate) const CHUNK: usize = 64;

/// So many images' flags are found at a time.
const AT_A_TIME: usize = 32;

/// The bit of a flag in its byte.
const FLAT: u8 = 7;
const BENT: u8 = 6;

/// The inked pixels of some images.
#[derive(Default)]
pub(crate) struct Ink {
    /// Where runs of saturated ink start and end, in turn, one image after the other.
    edges: Vec<u32>,
    /// The pixels whose ink bends tanh, one image after the other.
    bent: Vec<u32>,
    /// By how much tanh is above the background there, `c = a − t`.
    c: Vec<f64>,
    /// Where each image ends in both.
    ends: Vec<(usize, usize)>,
    /// The bent pixels once more, one pixel after the other.
    by_pixel: Vec<Bent>,
    /// Where each pixel ends there.
    pixel_ends: Vec<usize>,
}

/// Finds the ink of these images in these pixels. Only this is compiled for each kind of pixel, in a student's cell.
pub(crate) type Find<'a> = dyn Fn(&mut Ink, &Background, Range<usize>, Range<usize>) + Sync + 'a;

/// An image whose ink bends tanh at a pixel.
#[derive(Clone, Copy, Default)]
pub(crate) struct Bent {
    pub image: usize,
    /// `a − t`.
    pub c: f64,
    /// What the slope `1 − a²` has above the background's: `t² − a²`.
    pub slope: f64,
}

/// What layer 0 does without ink.
#[derive(Default)]
pub(crate) struct Background {
    pub b0: Vec<f64>,
    /// What a unit of a pixel adds to its bias.
    pub scale: f64,
    /// `t = tanh(b₀)`.
    pub t: Vec<f64>,
    /// Ink up to this value may bend tanh.
    pub bends_up_to: f64,
}

/// [`Find`] in a matrix of images.
pub(crate) fn find_in<P: Pixel>(
    all: &ArrayRef2<P>,
) -> impl Fn(&mut Ink, &Background, Range<usize>, Range<usize>) + Sync {
    move |ink, background, images, pixels| {
        let images = all.slice_axis(Axis(0), Slice::from(images));
        ink.find(&images.slice_axis(Axis(1), Slice::from(pixels)), background);
    }
}

impl Background {
    /// Computes all anew from `b₀`.
    pub fn refresh(&mut self) {
        self.t.clone_from(&self.b0);
        tanh_in_place(&mut self.t);
        let least = self.b0.iter().fold(f64::INFINITY, |least, &b| least.min(b));
        self.bends_up_to = if self.scale > 0.0 {
            (SATURATED - least) / self.scale
        } else {
            f64::INFINITY
        };
    }

    /// Whether no ink of a byte is so dark that tanh is flat.
    pub fn all_bends(&self) -> bool {
        self.bends_up_to >= 255.0
    }
}

impl Ink {
    /// Finds the ink of these images, on this background.
    pub fn find<P: Pixel>(&mut self, images: &ArrayView2<P>, background: &Background) {
        self.edges.clear();
        self.bent.clear();
        self.c.clear();
        self.ends.clear();
        let white = P::from(0);
        let all_bend = background.all_bends();
        let bends_up_to = P::from(background.bends_up_to.ceil() as u8);
        let chunks = images.ncols().div_ceil(CHUNK);
        let mut flags = vec![[0; CHUNK]; AT_A_TIME * chunks];
        // In a loop of its own, where the processor can fetch the pixels of the next images meanwhile.
        for images in images.axis_chunks_iter(Axis(0), AT_A_TIME) {
            let images = images.axis_iter(Axis(0)).map(in_order);
            for (image, flags) in images.clone().zip(flags.chunks_exact_mut(chunks)) {
                for (flag, &pixel) in flags.as_flattened_mut().iter_mut().zip(&*image) {
                    let bends = all_bend | (pixel <= bends_up_to);
                    let ink = pixel != white;
                    *flag = (u8::from(ink & !bends) << FLAT) | (u8::from(ink & bends) << BENT);
                }
            }
            for (image, flags) in images.zip(flags.chunks_exact(chunks)) {
                self.read(flags, &image, background);
            }
        }
        tanh_in_place(&mut self.c);
        for (c, &pixel) in self.c.iter_mut().zip(&self.bent) {
            *c -= background.t[pixel as usize];
        }
    }

    /// Notes the ink of one image, given the flags of its pixels.
    fn read<P: Pixel>(&mut self, flags: &[[u8; CHUNK]], image: &[P], background: &Background) {
        let mut before = 0;
        for (first, flags) in (0..).step_by(CHUNK).zip(flags) {
            let flat = bits(flags, FLAT);
            // Each flag beside the one of the pixel before it: where they differ, a run starts or ends.
            let mut edges = flat ^ ((flat << 1) | before);
            before = flat >> 63;
            while edges != 0 {
                self.edges.push(first + edges.trailing_zeros());
                edges &= edges - 1;
            }
            let mut bent = bits(flags, BENT);
            while bent != 0 {
                self.bent.push(first + bent.trailing_zeros());
                bent &= bent - 1;
            }
        }
        if before != 0 {
            self.edges.push(image.len() as u32);
        }
        let z = self.bent[self.c.len()..].iter().map(|&pixel| {
            let pixel = pixel as usize;
            image[pixel].into() * background.scale + background.b0[pixel]
        });
        self.c.extend(z);
        self.ends.push((self.edges.len(), self.bent.len()));
    }

    /// For each image the edges of its runs, its bent pixels, and what is above the background there.
    pub fn images(&self) -> impl Iterator<Item = (&[[u32; 2]], &[u32], &[f64])> {
        let mut start = (0, 0);
        self.ends.iter().map(move |&end| {
            let from = std::mem::replace(&mut start, end);
            let (runs, _) = self.edges[from.0..end.0].as_chunks();
            (runs, &self.bent[from.1..end.1], &self.c[from.1..end.1])
        })
    }

    /// Lists the bent pixels one pixel after the other.
    pub fn sort(&mut self, t: &[f64]) {
        self.pixel_ends.clear();
        self.pixel_ends.resize(t.len() + 1, 0);
        for &pixel in &self.bent {
            self.pixel_ends[pixel as usize + 1] += 1;
        }
        let mut sum = 0;
        for end in &mut self.pixel_ends {
            sum += *end;
            *end = sum;
        }
        // Each is the place of its pixel's next entry; after the last entry, the pixel's end.
        self.by_pixel.resize(self.bent.len(), Bent::default());
        let mut start = 0;
        for (image, &(_, end)) in self.ends.iter().enumerate() {
            for (&pixel, &c) in self.bent[start..end].iter().zip(&self.c[start..end]) {
                let pixel = pixel as usize;
                let place = &mut self.pixel_ends[pixel];
                let slope = -c * (c + 2.0 * t[pixel]);
                self.by_pixel[*place] = Bent { image, c, slope };
                *place += 1;
            }
            start = end;
        }
    }

    /// For each pixel the images whose ink bends there.
    pub fn pixels(&self) -> impl Iterator<Item = &[Bent]> {
        let mut start = 0;
        self.pixel_ends.iter().map(move |&end| {
            let from = std::mem::replace(&mut start, end);
            &self.by_pixel[from..end]
        })
    }
}

/// One flag of 64 pixels, in a bit each.
#[cfg(target_arch = "x86_64")]
#[inline]
fn bits(flags: &[u8; CHUNK], flag: u8) -> u64 {
    use safe_arch::{add_i8_m128i, m128i, move_mask_i8_m128i};
    let (sixteens, _) = flags.as_chunks::<16>();
    sixteens.iter().rev().fold(0, |bits, &flags| {
        let flags = m128i::from(flags);
        let flags = if flag == FLAT {
            flags
        } else {
            add_i8_m128i(flags, flags)
        };
        (bits << 16) | move_mask_i8_m128i(flags) as u64
    })
}

#[cfg(not(target_arch = "x86_64"))]
fn bits(flags: &[u8; CHUNK], flag: u8) -> u64 {
    // The product puts the lowest bits of eight bytes side by side, at the top.
    const EACH: u64 = u64::from_le_bytes([1; 8]);
    const SIDE_BY_SIDE: u64 = 0x0102_0408_1020_4080;
    let (eights, _) = flags.as_chunks::<8>();
    eights.iter().rev().fold(0, |bits, &eight| {
        let eight = (u64::from_le_bytes(eight) >> flag) & EACH;
        (bits << 8) | (eight.wrapping_mul(SIDE_BY_SIDE) >> 56)
    })
}
