//! Layer 0 of many images, and the products with its output, at the price of the ink alone.
//!
//! **Background is computed once.** Four in five pixels are 0. For them layer 0 gives the same number in every image,
//! `t = tanh(b₀)`. So layer 0's output is `A₀ = t + M`, where the row `t` is the same for all images and `M`, what ink
//! adds to it, is 0 nearly everywhere. The products with `A₀` then need only the ink (`D = ∂L/∂Z₁`, `Σ` over images):
//!
//! ```text
//! Z₁     = A₀·w₁ + b₁          = (t·w₁ + b₁)              + M·w₁
//! ∂L/∂w₁ = A₀ᵀ·D               = t ⊗ ΣD                   + Mᵀ·D
//! ∂L/∂b₀ = Σ (1 − A₀²) ⊙ D·w₁ᵀ = (1 − t²) ⊙ (w₁ · ΣD)     + ink's share
//! ```
//!
//! **Saturated ink is only counted.** Most raw pixels lie so far out that tanh is 1 to the last bit. For them `M` is
//! `1 − t`, the same in every image: their rows of `D` are summed to `S`, and `(1 − t) ⊙ S` comes once at the end.
//!
//! Both are exact: the terms are only summed in another order.

use crate::Parameters;
use ndarray::{Array1, Array2, ArrayRef2, Zip};

/// From here on tanh is 1 to the last bit: 1 − tanh(22) is below 2e-19.
const SATURATED: f64 = 22.0;

/// Pixels that are looked at together: most of the time none of them has ink.
const GLANCE: usize = 16;

/// What layer 0 and the products with it are for an image without ink.
pub(crate) struct Background {
    /// `t = tanh(b₀)`.
    t: Array1<f64>,
    /// `t·w₁ + b₁`.
    z1: Array1<f64>,
}

impl Background {
    pub fn new(parameters: &Parameters) -> Self {
        let t = parameters.b[0].mapv(f64::tanh);
        let mut z1 = parameters.b[1].clone();
        for (&t, row) in t.iter().zip(parameters.w[1].rows()) {
            z1.scaled_add(t, &row);
        }
        Self { t, z1 }
    }

    /// Adds the background's share to a gradient whose b₁ is complete: `∂L/∂b₁` is the mean of `D`.
    pub fn add_gradient(&self, parameters: &Parameters, gradient: &mut Parameters) {
        let [b0, d, ..] = &mut gradient.b[..] else {
            return;
        };
        let d = &*d;
        Zip::from(b0)
            .and(gradient.w[1].rows_mut())
            .and(parameters.w[1].rows())
            .and(&self.t)
            .for_each(|b, mut dw, w, &t| {
                dw.scaled_add(t, d);
                *b += (1.0 - t * t) * w.dot(d);
            });
    }
}

/// The inked pixels of some images.
pub(crate) struct Ink {
    /// Where tanh is 1 to the last bit: the pixels' numbers, one image after the other.
    saturated: Vec<usize>,
    /// All other ink, one image after the other.
    bent: Vec<BentPixel>,
    /// Where each image ends in both.
    ends: Vec<(usize, usize)>,
}

/// An inked pixel at which tanh still bends.
struct BentPixel {
    index: usize,
    /// `M`: the output minus the background's.
    more: f64,
    /// The slope `1 − a²` minus the background's `1 − t²`.
    steeper: f64,
}

impl Ink {
    pub fn new<P: Copy + Into<f64>>(
        images: &ArrayRef2<P>,
        b0: &Array1<f64>,
        background: &Background,
        scale: f64,
    ) -> Self {
        let mut ink = Self {
            saturated: Vec::new(),
            bent: Vec::new(),
            ends: Vec::with_capacity(images.nrows()),
        };
        let images = images.as_standard_layout();
        for image in images.rows() {
            let image = image.to_slice().unwrap_or_default();
            for (glance, pixels) in image.chunks(GLANCE).enumerate() {
                // Without a way out at the first ink: the processor then compares all at once.
                if pixels.iter().fold(false, |ink, &p| ink | (p.into() != 0.0)) {
                    ink.add(glance * GLANCE, pixels, b0, background, scale);
                }
            }
            ink.ends.push((ink.saturated.len(), ink.bent.len()));
        }
        ink
    }

    fn add<P: Copy + Into<f64>>(
        &mut self,
        first: usize,
        pixels: &[P],
        b0: &Array1<f64>,
        background: &Background,
        scale: f64,
    ) {
        for (index, &pixel) in (first..).zip(pixels) {
            let pixel = pixel.into();
            if pixel == 0.0 {
                continue;
            }
            let z = pixel * scale + b0[index];
            if z >= SATURATED {
                self.saturated.push(index);
            } else {
                let (a, t) = (z.tanh(), background.t[index]);
                self.bent.push(BentPixel {
                    index,
                    more: a - t,
                    steeper: t * t - a * a,
                });
            }
        }
    }

    /// For each image, its saturated and its bent pixels.
    fn images(&self) -> impl Iterator<Item = (&[usize], &[BentPixel])> {
        let mut start = (0, 0);
        self.ends.iter().map(move |&end| {
            let (from, to) = (std::mem::replace(&mut start, end), end);
            (&self.saturated[from.0..to.0], &self.bent[from.1..to.1])
        })
    }

    /// `Z₁ = z₁ + M·w₁`, with `z₁` the background's.
    pub fn forward(&self, w1: &Array2<f64>, background: &Background) -> Array2<f64> {
        let n = w1.ncols();
        let w1 = w1.as_standard_layout();
        let w1 = w1.as_slice().unwrap_or_default();
        let mut z = Array2::zeros((self.ends.len(), n));
        z += &background.z1;
        let rows = z.as_slice_mut().unwrap_or_default().chunks_exact_mut(n);
        for (z, (saturated, bent)) in rows.zip(self.images()) {
            for &index in saturated {
                add_scaled(z, 1.0 - background.t[index], &w1[index * n..][..n]);
            }
            for pixel in bent {
                add_scaled(z, pixel.more, &w1[pixel.index * n..][..n]);
            }
        }
        z
    }

    /// Adds `Mᵀ·D` to `∂L/∂w₁`, and ink's share to `∂L/∂b₀`.
    pub fn backward(
        &self,
        w1: &Array2<f64>,
        background: &Background,
        d: &Array2<f64>,
        gradient: &mut Parameters,
    ) {
        let n = d.ncols();
        let mut s = Array2::<f64>::zeros(w1.dim());
        let (w1, d) = (w1.as_standard_layout(), d.as_standard_layout());
        let w1 = w1.as_slice().unwrap_or_default();
        let s = s.as_slice_mut().unwrap_or_default();
        let d_w1 = gradient.w[1].as_slice_mut().unwrap_or_default();
        let d_b0 = &mut gradient.b[0];
        let rows = d.as_slice().unwrap_or_default().chunks_exact(n);
        for (d, (saturated, bent)) in rows.zip(self.images()) {
            for &index in saturated {
                add(&mut s[index * n..][..n], d);
            }
            for pixel in bent {
                let weights = pixel.index * n..(pixel.index + 1) * n;
                add_scaled(&mut d_w1[weights.clone()], pixel.more, d);
                d_b0[pixel.index] += pixel.steeper * dot(&w1[weights], d);
            }
        }
        if self.saturated.is_empty() {
            return;
        }
        let rows = s.chunks_exact(n).zip(w1.chunks_exact(n));
        let sums = d_w1.chunks_exact_mut(n).zip(d_b0);
        for (((s, w), (d_w, d_b)), &t) in rows.zip(sums).zip(&background.t) {
            add_scaled(d_w, 1.0 - t, s);
            *d_b -= (1.0 - t * t) * dot(w, s);
        }
    }
}

/// `y += x`.
fn add(y: &mut [f64], x: &[f64]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += x;
    }
}

/// `y += factor · x`.
fn add_scaled(y: &mut [f64], factor: f64, x: &[f64]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += factor * x;
    }
}

/// `Σ x·y`, in four sums side by side, which a processor adds at once.
fn dot(x: &[f64], y: &[f64]) -> f64 {
    let (x4, x_rest) = x.as_chunks::<4>();
    let (y4, y_rest) = y.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for (x, y) in x4.iter().zip(y4) {
        for lane in 0..4 {
            sums[lane] += x[lane] * y[lane];
        }
    }
    let rest: f64 = x_rest.iter().zip(y_rest).map(|(x, y)| x * y).sum();
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}
