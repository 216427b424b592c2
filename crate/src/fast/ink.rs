//! Layer 0 of many images, and the products with its output, at the price of the ink alone.
//!
//! Three ideas; each only sums the same terms in another order, nothing is left out. `A₀` is layer 0's output, a row an
//! image, `D = ∂L/∂Z₁`, and `Σ` sums over the images.
//!
//! **Background is computed once.** Four in five pixels are 0. For them layer 0 gives the same number in every image,
//! `t = tanh(b₀)`.
//!
//! **Most ink is only counted.** Raw ink lies so far out that tanh is 1 to the last bit, and its slope 0. So all ink is
//! taken for such at first, and what *bends* tanh is corrected afterwards. With `K` = 1 where an image has ink, and `C`
//! the corrections `a − 1`, 0 nearly everywhere:
//!
//! ```text
//! A₀     = t + (1 − t) ⊙ K + C
//! A₀·w₁  = t·w₁ + K·((1 − t) ⊙ w₁) + C·w₁
//! ∂L/∂w₁ = A₀ᵀ·D               = t ⊗ ΣD + (1 − t) ⊙ S + Cᵀ·D                        with S = Kᵀ·D
//! ∂L/∂b₀ = Σ (1 − A₀²) ⊙ D·w₁ᵀ = (1 − t²) ⊙ (w₁ · (ΣD − S)) + the corrections' share
//! ```
//!
//! **Ink comes in strokes.** A row of `K` is made of a few runs of ones, six pixels long on the average. The sum over a
//! run is the difference of two running sums, `P[end] − P[start]`, and those are the same for all images: so a run costs
//! as much as two pixels. `S` is found the other way round: `D` is added where a run starts and subtracted where it ends,
//! and one running sum over all the pixels makes `S` of that.
//!
//! A layer of many columns is cut into **blocks of ten**: so many sums stay in a processor's registers. The last block is
//! filled up with zeros.

use super::Pixel;
use super::row::{ROW, Row};
use super::tanh::tanh_in_place;
use crate::Parameters;
use ndarray::{Array2, ArrayRef2};
use std::mem::take;

/// From here on tanh is 1 to the last bit: 1 − tanh(22) is below 2e-19.
const SATURATED: f64 = 22.0;

/// The flags of 64 pixels, in a byte each.
type Flags = [[u8; 8]; 8];

/// The bit of a flag in its byte.
const INK: u8 = 0;
const BENT: u8 = 1;

/// What is the same for all images.
#[derive(Default)]
pub(crate) struct Background {
    b0: Vec<f64>,
    scale: f64,
    /// `t = tanh(b₀)`.
    t: Vec<f64>,
    /// Ink up to this value may bend tanh.
    bends: f64,
    /// For each block of columns, what the products with it need.
    blocks: Vec<Block>,
}

#[derive(Clone, Default)]
struct Block {
    /// w₁, a row a pixel.
    w1: Vec<Row>,
    /// The running sums of `(1 − t) ⊙ w₁`: row i holds the sum over the pixels before i.
    ink: Vec<Row>,
    /// `t·w₁`.
    blank: Row,
}

impl Background {
    /// Computes all anew for these parameters, in the memory that is there.
    pub fn update(&mut self, parameters: &Parameters, scale: f64) {
        self.scale = scale;
        let (b0, w1) = (&parameters.b[0], &parameters.w[1]);
        // Whole slices are copied at once, an array number by number.
        let b0 = b0.as_standard_layout();
        b0.as_slice().unwrap_or_default().clone_into(&mut self.b0);
        self.t.clone_from(&self.b0);
        tanh_in_place(&mut self.t);
        let least = b0.fold(f64::INFINITY, |least, &b0| least.min(b0));
        let positive = scale > 0.0;
        self.bends = if positive {
            (SATURATED - least) / scale
        } else {
            f64::INFINITY
        };
        self.blocks
            .resize_with(w1.ncols().div_ceil(ROW), Block::default);
        for (i, block) in self.blocks.iter_mut().enumerate() {
            to_rows(w1, i, &mut block.w1);
            block.blank = Row::default();
            block.ink.clear();
            let mut sum = Row::default();
            for (w1, &t) in block.w1.iter().zip(&self.t) {
                block.ink.push(sum);
                sum.add_scaled(1.0 - t, w1);
                block.blank.add_scaled(t, w1);
            }
            block.ink.push(sum);
        }
    }
}

/// The inked pixels of some images.
#[derive(Default)]
pub(crate) struct Ink {
    /// Where runs of ink start and end, in turn, one image after the other.
    edges: Vec<usize>,
    /// The pixels whose ink bends tanh, one image after the other, and the tanh there.
    bent: Vec<usize>,
    a: Vec<f64>,
    /// Where each image ends in both.
    ends: Vec<(usize, usize)>,
}

/// Memory for a block's sums over images: zeros between two uses.
#[derive(Default)]
pub(crate) struct Sums {
    /// `D` at the edges of the runs; what stands behind the last pixel is not read.
    s: Vec<Row>,
    /// `Cᵀ·D`.
    c: Vec<Row>,
    /// `D`.
    d: Vec<Row>,
}

impl Ink {
    /// Finds the ink of these images.
    pub fn find<P: Pixel>(&mut self, images: &ArrayRef2<P>, background: &Background) {
        self.edges.clear();
        self.bent.clear();
        self.a.clear();
        self.ends.clear();
        let (bends, blank) = (background.bends, P::from(0));
        let (all_bend, most) = (bends >= 255.0, P::from(bends.ceil() as u8));
        let mut flags: Vec<Flags> = vec![[[0; 8]; 8]; images.ncols().div_ceil(64)];
        for image in images.rows() {
            let image = image.as_standard_layout();
            let image = image.as_slice().unwrap_or_default();
            let bytes = flags.as_flattened_mut().as_flattened_mut();
            for (flag, &pixel) in bytes.iter_mut().zip(image) {
                let ink = pixel != blank;
                let bent = ink & (all_bend | (pixel <= most));
                *flag = (u8::from(ink) << INK) | (u8::from(bent) << BENT);
            }
            self.read(&flags, image, background);
        }
        tanh_in_place(&mut self.a);
    }

    /// Notes the ink of one image, given the flags of its pixels.
    fn read<P: Pixel>(&mut self, flags: &[Flags], image: &[P], background: &Background) {
        let mut before = 0;
        for (first, flags) in (0..).step_by(64).zip(flags) {
            let ink = bits(flags, INK);
            // Each flag beside the one of the pixel before it: where they differ, a run starts or ends.
            let mut edges = ink ^ ((ink << 1) | before);
            before = ink >> 63;
            while edges != 0 {
                self.edges.push(first + edges.trailing_zeros() as usize);
                edges &= edges - 1;
            }
            let mut bent = bits(flags, BENT);
            while bent != 0 {
                let pixel = first + bent.trailing_zeros() as usize;
                let z = image[pixel].into() * background.scale + background.b0[pixel];
                self.bent.push(pixel);
                self.a.push(z);
                bent &= bent - 1;
            }
        }
        if before != 0 {
            self.edges.push(image.len());
        }
        self.ends.push((self.edges.len(), self.bent.len()));
    }

    /// For each image, the runs of its ink, and the ink that bends with its tanh.
    fn images(&self) -> impl Iterator<Item = (&[[usize; 2]], impl Iterator<Item = (usize, f64)>)> {
        let mut start = (0, 0);
        self.ends.iter().map(move |&end| {
            let (from, to) = (std::mem::replace(&mut start, end), end);
            let (runs, _) = self.edges[from.0..to.0].as_chunks();
            let (pixels, a) = (&self.bent[from.1..to.1], &self.a[from.1..to.1]);
            (runs, pixels.iter().copied().zip(a.iter().copied()))
        })
    }

    /// `A₀·w₁`, of so many columns.
    pub fn forward(&self, background: &Background, columns: usize) -> Array2<f64> {
        let mut z = Array2::zeros((self.ends.len(), columns));
        for (i, block) in background.blocks.iter().enumerate() {
            let rows = z
                .as_slice_mut()
                .unwrap_or_default()
                .chunks_exact_mut(columns);
            for (row, (runs, bent)) in rows.zip(self.images()) {
                let mut z = block.blank;
                for &[start, end] in runs {
                    z.add(&block.ink[end]);
                    z.subtract(&block.ink[start]);
                }
                for (pixel, a) in bent {
                    z.add_scaled(a - 1.0, &block.w1[pixel]);
                }
                z.put(&mut row[i * ROW..]);
            }
        }
        z
    }

    /// `∂L/∂w₁` and `∂L/∂b₀`, summed over the images.
    pub fn backward(
        &self,
        background: &Background,
        d: &ArrayRef2<f64>,
        sums: &mut Sums,
        gradient: &mut Parameters,
    ) {
        let columns = d.ncols();
        let d_b0 = gradient.b[0].as_slice_mut().unwrap_or_default();
        let d_w1 = gradient.w[1].as_slice_mut().unwrap_or_default();
        d_b0.fill(0.0);
        sums.s.resize(d_b0.len() + 1, Row::default());
        sums.c.resize(d_b0.len(), Row::default());
        for (i, block) in background.blocks.iter().enumerate() {
            let mut sum = Row::default();
            to_rows(d, i, &mut sums.d);
            for (d, (runs, bent)) in sums.d.iter().zip(self.images()) {
                sum.add(d);
                for &[start, end] in runs {
                    sums.s[start].add(d);
                    sums.s[end].subtract(d);
                }
                for (pixel, a) in bent {
                    sums.c[pixel].add_scaled(a - 1.0, d);
                    d_b0[pixel] += (1.0 - a * a) * block.w1[pixel].dot(d);
                }
            }
            // What is taken here leaves zeros for the next block.
            let mut s = Row::default();
            let gradients = d_w1.chunks_exact_mut(columns).zip(d_b0.iter_mut());
            let sums = sums.s.iter_mut().map(take).zip(sums.c.iter_mut().map(take));
            let pixels = background.t.iter().zip(&block.w1);
            for (((d_w1, d_b0), (edge, c)), (&t, w1)) in gradients.zip(sums).zip(pixels) {
                s.add(&edge);
                let mut blank = sum;
                blank.subtract(&s);
                let mut d_w = c;
                d_w.add(&s);
                d_w.add_scaled(t, &blank);
                d_w.put(&mut d_w1[i * ROW..]);
                *d_b0 += (1.0 - t * t) * w1.dot(&blank);
            }
        }
    }
}

/// One flag of 64 pixels, in a bit each.
#[inline]
fn bits(flags: &Flags, flag: u8) -> u64 {
    // The product puts the lowest bits of eight bytes side by side, at the top.
    const EACH: u64 = u64::from_le_bytes([1; 8]);
    const SIDE_BY_SIDE: u64 = 0x0102_0408_1020_4080;
    flags.iter().rev().fold(0, |bits, &eight| {
        let eight = (u64::from_le_bytes(eight) >> flag) & EACH;
        (bits << 8) | (eight.wrapping_mul(SIDE_BY_SIDE) >> 56)
    })
}

/// A block of columns of a matrix, a row a row.
fn to_rows(matrix: &ArrayRef2<f64>, block: usize, rows: &mut Vec<Row>) {
    let matrix = matrix.as_standard_layout();
    let numbers = matrix.as_slice().unwrap_or_default();
    rows.clear();
    rows.extend(
        numbers
            .chunks_exact(matrix.ncols())
            .map(|row| Row::of(&row[block * ROW..])),
    );
}
