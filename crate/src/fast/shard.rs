//! Pixels shared out among the threads, with all that belongs to them.
//!
//! Pixel i has a bias `b₀ᵢ` and a row of `w₁` of its own. What is computed from them, their share of the product `A₀·w₁`,
//! their gradients, their step and what `ink.rs` keeps of them, needs nothing of the other pixels but `D = ∂L/∂Z₁`. So a
//! thread keeps its pixels for a whole epoch. Two small matrices go from core to core in each batch: a share of the product
//! one way, `D` the other. To share out the images instead, each core would have to send its gradient of all parameters and
//! to get all the new ones, and on many processors that takes longer than to compute them.
//!
//! The shards are the same on one core and on sixteen, and their products are summed in order: so is the result.

use super::Pixel;
use super::ink::{Background, Ink, Sums};
use crate::{Parameters, Result, Sgd};
use ndarray::{Array1, Array2, ArrayRef2, ArrayView2, Axis, Slice, concatenate};
use std::ops::Range;
use std::sync::Arc;

/// Pixels that are one thread's work: 784 make two shards.
const PIXELS: usize = 392;

/// Some pixels, their parameters and their gradients.
pub(crate) struct Shard {
    pixels: Range<usize>,
    /// What a unit of a pixel adds to its bias.
    scale: f64,
    parameters: Parameters,
    gradient: Parameters,
    /// Where only the gradient is wanted there is none.
    sgd: Option<Sgd>,
    background: Background,
    ink: Ink,
    sums: Sums,
}

/// What a thread is asked to do with a shard: the end of one batch, and the beginning of the next.
pub(crate) struct Turn<'a, P> {
    pub shard: Shard,
    /// `D` of the batch that ends.
    pub d: Option<Arc<Array2<f64>>>,
    /// The images of the batch that begins, a row an image, with the pixels of all shards.
    pub images: Option<ArrayView2<'a, P>>,
}

/// What comes of it, for one shard or more.
pub(crate) struct Done {
    pub shards: Vec<Shard>,
    /// Their share of `A₀·w₁`, a row an image.
    pub product: Array2<f64>,
    /// A parameter that the step has made far too large.
    pub too_large: Option<f64>,
}

impl Done {
    /// All together, summed in their order.
    pub fn gathered(all: Vec<Result<Self>>) -> Result<Self> {
        let mut all = all.into_iter();
        let mut sum = all.next().unwrap_or_else(|| {
            Ok(Self {
                shards: Vec::new(),
                product: Array2::default((0, 0)),
                too_large: None,
            })
        })?;
        for other in all {
            let other = other?;
            sum.shards.extend(other.shards);
            sum.product += &other.product;
            sum.too_large = sum.too_large.or(other.too_large);
        }
        Ok(sum)
    }
}

impl<P: Pixel> Turn<'_, P> {
    /// Does what is asked.
    pub fn run(self) -> Result<Done> {
        let mut shard = self.shard;
        let mut too_large = None;
        if let Some(d) = self.d {
            shard
                .ink
                .backward(&shard.background, &d, &mut shard.sums, &mut shard.gradient);
            if let Some(sgd) = &mut shard.sgd {
                too_large = sgd.step(&mut shard.parameters, &shard.gradient)?;
                shard.background.update(&shard.parameters, shard.scale);
            }
        }
        let product = self.images.map(|images| shard.product(&images));
        Ok(Done {
            product: product.unwrap_or_default(),
            too_large,
            shards: vec![shard],
        })
    }
}

impl Shard {
    /// All pixels, in shards.
    pub fn all(parameters: &Parameters, sgd: Option<&Sgd>, scale: f64) -> Vec<Self> {
        let pixels = parameters.b[0].len();
        let starts = (0..pixels).step_by(PIXELS);
        starts
            .map(|start| {
                let pixels = start..pixels.min(start + PIXELS);
                let parameters = of_pixels(parameters, &pixels);
                let mut background = Background::default();
                background.update(&parameters, scale);
                Self {
                    gradient: zeros(&parameters),
                    parameters,
                    sgd: sgd.map(|sgd| sgd.part(|velocity| of_pixels(velocity, &pixels))),
                    pixels,
                    scale,
                    background,
                    ink: Ink::default(),
                    sums: Sums::default(),
                }
            })
            .collect()
    }

    fn product<P: Pixel>(&mut self, images: &ArrayRef2<P>) -> Array2<f64> {
        let pixels = Slice::from(self.pixels.clone());
        self.ink
            .find(&images.slice_axis(Axis(1), pixels), &self.background);
        self.ink
            .forward(&self.background, self.parameters.w[1].ncols())
    }

    /// The parameters of all.
    pub fn parameters(shards: &[Self], above: &Parameters) -> Parameters {
        joined(shards.iter().map(|shard| &shard.parameters), above)
    }

    /// The gradients of all.
    pub fn gradient(shards: &[Self], above: &Parameters) -> Parameters {
        joined(shards.iter().map(|shard| &shard.gradient), above)
    }

    /// The descent of all.
    pub fn sgd(shards: &[Self], above: &Sgd) -> Sgd {
        above.part(|velocity| {
            let velocities = shards.iter().filter_map(|shard| shard.sgd.as_ref());
            joined(velocities.filter_map(|sgd| sgd.velocity.as_ref()), velocity)
        })
    }
}

/// `b₀` and `w₁` of some pixels; all else is empty.
fn of_pixels(parameters: &Parameters, pixels: &Range<usize>) -> Parameters {
    let pixels = Slice::from(pixels.clone());
    let b0 = parameters.b[0].slice_axis(Axis(0), pixels).to_owned();
    let w1 = parameters.w[1].slice_axis(Axis(0), pixels).to_owned();
    Parameters {
        b: vec![b0, Array1::default(0)],
        w: vec![Array2::default((0, 0)), w1],
    }
}

/// 0 for each parameter, row by row in memory, as the parameters need not be.
fn zeros(parameters: &Parameters) -> Parameters {
    Parameters {
        b: parameters
            .b
            .iter()
            .map(|b| Array1::zeros(b.dim()))
            .collect(),
        w: parameters
            .w
            .iter()
            .map(|w| Array2::zeros(w.dim()))
            .collect(),
    }
}

/// All but `b₀` and `w₁`, which are empty.
pub(crate) fn above_pixels(parameters: &Parameters) -> Parameters {
    let mut above = parameters.clone();
    above.b[0] = Array1::default(0);
    above.w[1] = Array2::default((0, parameters.w[1].ncols()));
    above
}

/// The parts of the pixels, in order, and what is above them; without any parts that is all.
fn joined<'a>(pixels: impl Iterator<Item = &'a Parameters>, above: &Parameters) -> Parameters {
    let (b, w): (Vec<_>, Vec<_>) = pixels
        .map(|part| (part.b[0].view(), part.w[1].view()))
        .unzip();
    let mut whole = above.clone();
    // They are the rows of one matrix, so they fit.
    if let (Ok(b0), Ok(w1)) = (concatenate(Axis(0), &b), concatenate(Axis(0), &w)) {
        whole.b[0] = b0;
        whole.w[1] = w1;
    }
    whole
}
