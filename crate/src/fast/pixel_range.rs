//! A range of pixels: its parameters, its share of the product, its gradient and its step.

use super::in_order;
use super::ink::{Background, CHUNK, Find, Ink};
use super::row::{Four, Row};
use crate::Parameters;
use crate::sgd::is_too_large;
use ndarray::{Array2, ArrayRef2, Axis, Slice};
use std::mem::take;
use std::ops::Range;

/// The pixels are cut into so many ranges on every machine: so the sums have one order.
const RANGES: usize = 4;

/// Some pixels, their parameters, and what of them is the same for all images.
pub(crate) struct PixelRange<const N: usize> {
    pixels: Range<usize>,
    background: Background,
    blocks: Vec<Block<N>>,
    /// The velocity of b₀. With momentum 0 a step leaves the gradient here.
    velocity: Vec<f64>,
    ink: Ink,
    /// The sums of D at the edges of runs: zeros between two uses.
    d_at_edges: Vec<Row<N>>,
    /// A parameter that the last step has made far too large.
    pub too_large: Option<f64>,
    /// The share of `A₀·w₁`: for each block of columns one row per image.
    pub product: Blocks<N>,
}

/// A matrix in blocks of columns: for each block, its rows one after the other.
pub(crate) type Blocks<const N: usize> = Vec<Vec<Row<N>>>;

/// Some columns of w₁, one row per pixel.
#[derive(Default)]
struct Block<const N: usize> {
    w1: Vec<Row<N>>,
    velocity: Vec<Row<N>>,
    /// `t·w₁`.
    of_background: Row<N>,
    /// The running sums of `(1 − t) ⊙ w₁`: row i holds the sum over the pixels before i.
    prefix: Vec<Row<N>>,
}

/// A step of gradient descent: `v ← momentum · v + gradient; p ← p − rate · v`.
#[derive(Clone, Copy)]
pub(crate) struct Step {
    pub rate: f64,
    pub momentum: f64,
}

impl Step {
    /// A step of one number.
    pub fn take(self, p: &mut f64, v: &mut f64, gradient: f64) {
        *v = self.momentum * *v + gradient;
        *p -= self.rate * *v;
    }
}

impl<const N: usize> PixelRange<N> {
    /// All pixels, in ranges.
    pub fn all(parameters: &Parameters, velocity: Option<&Parameters>, scale: f64) -> Vec<Self> {
        let pixels = parameters.b[0].len();
        let chunks = pixels.div_ceil(CHUNK);
        let cut = |range: usize| pixels.min(CHUNK * (chunks * range).div_ceil(RANGES));
        (0..RANGES)
            .map(|range| cut(range)..cut(range + 1))
            .filter(|pixels| !pixels.is_empty())
            .map(|pixels| Self::new(parameters, velocity, scale, pixels))
            .collect()
    }

    /// These pixels.
    pub fn new(
        parameters: &Parameters,
        velocity: Option<&Parameters>,
        scale: f64,
        pixels: Range<usize>,
    ) -> Self {
        let slice = Slice::from(pixels.clone());
        let b = |of: &Parameters| of.b[0].slice_axis(Axis(0), slice).to_vec();
        let w = |of: &Parameters| to_blocks(&of.w[1].slice_axis(Axis(0), slice));
        let mut velocities = velocity.map(w).unwrap_or_default().into_iter();
        let blocks = w(parameters).into_iter().map(|w1| Block {
            w1,
            velocity: velocities.next().unwrap_or_default(),
            ..Block::default()
        });
        let mut range = Self {
            background: Background {
                b0: b(parameters),
                scale,
                ..Background::default()
            },
            blocks: blocks.collect(),
            velocity: velocity.map_or_else(|| vec![0.0; pixels.len()], b),
            ink: Ink::default(),
            d_at_edges: vec![Row::default(); pixels.len() + 1],
            too_large: None,
            product: Vec::new(),
            pixels,
        };
        range.refresh();
        range
    }

    /// Computes anew what follows from the parameters.
    fn refresh(&mut self) {
        self.background.refresh();
        let runs = !self.background.all_bends();
        let mut squares = Four::default();
        for block in &mut self.blocks {
            let (mut of_background, mut sum) = (Row::default(), Row::default());
            block.prefix.clear();
            for (w1, &t) in block.w1.iter().zip(&self.background.t) {
                if runs {
                    block.prefix.push(sum);
                    sum.add_scaled(1.0 - t, w1);
                }
                of_background.add_scaled(t, w1);
                w1.dot(w1, &mut squares);
            }
            block.prefix.push(sum);
            block.of_background = of_background;
        }
        let mut numbers = self.background.b0.iter().copied();
        self.too_large = numbers.find(|&b0| is_too_large(b0));
        // To look at each weight would take longer than the sum of their squares.
        if is_too_large(squares.sum()) {
            let weights = self.blocks.iter().flat_map(|block| &block.w1);
            let weight = weights
                .flat_map(Row::numbers)
                .flatten()
                .find(|&w| is_too_large(w));
            self.too_large = weight.or(self.too_large);
        }
    }

    /// Finds the ink of some images, and their share of `A₀·w₁`.
    pub fn forward(&mut self, find: &Find<'_>, images: Range<usize>) {
        find(&mut self.ink, &self.background, images, self.pixels.clone());
        let mut product = take(&mut self.product);
        self.product_of(&self.ink, &mut product);
        self.product = product;
    }

    /// The share of `A₀·w₁` of other images.
    pub fn predict(&self, find: &Find<'_>, images: Range<usize>) -> Blocks<N> {
        let (mut ink, mut product) = (Ink::default(), Blocks::new());
        find(&mut ink, &self.background, images, self.pixels.clone());
        self.product_of(&ink, &mut product);
        product
    }

    fn product_of(&self, ink: &Ink, product: &mut Blocks<N>) {
        product.resize(self.blocks.len(), Vec::new());
        for (block, rows) in self.blocks.iter().zip(product) {
            rows.clear();
            rows.extend(ink.images().map(|(runs, bent, c)| {
                let mut sum = block.of_background;
                for &[start, end] in runs {
                    sum.add(&block.prefix[end as usize]);
                    sum.subtract(&block.prefix[start as usize]);
                }
                for (&pixel, &c) in bent.iter().zip(c) {
                    sum.add_scaled(c, &block.w1[pixel as usize]);
                }
                sum
            }));
        }
    }

    /// The gradient of the images of the last `forward`, given `D = ∂L/∂Z₁`, and a step down.
    pub fn backward(&mut self, d: &Blocks<N>, step: Step) {
        let t = &self.background.t;
        self.ink.sort(t);
        let mut d_b0 = vec![Four::default(); t.len()];
        for (block, d) in self.blocks.iter_mut().zip(d) {
            let mut sum_of_d = Row::default();
            for (d, (runs, ..)) in d.iter().zip(self.ink.images()) {
                sum_of_d.add(d);
                for &[start, end] in runs {
                    self.d_at_edges[start as usize].add(d);
                    self.d_at_edges[end as usize].subtract(d);
                }
            }
            let mut s = Row::default();
            let mut velocity = block.velocity.iter_mut();
            let pixels = self.ink.pixels().zip(&mut self.d_at_edges);
            for (((bent, edge), (w1, &t)), d_b0) in
                pixels.zip(block.w1.iter_mut().zip(t)).zip(&mut d_b0)
            {
                // What is taken here leaves zeros for the next block.
                s.add(&take(edge));
                let mut d_off_flat_ink = sum_of_d;
                d_off_flat_ink.subtract(&s);
                let (mut gradient, mut slope) = (s, Row::default());
                gradient.add_scaled(t, &d_off_flat_ink);
                slope.add_scaled(1.0 - t * t, &d_off_flat_ink);
                for bent in bent {
                    let d = &d[bent.image];
                    gradient.add_scaled(bent.c, d);
                    slope.add_scaled(bent.slope, d);
                }
                w1.dot(&slope, d_b0);
                if let Some(velocity) = velocity.next() {
                    gradient.add_scaled(step.momentum, velocity);
                    *velocity = gradient;
                }
                w1.add_scaled(-step.rate, &gradient);
            }
            // No pixel takes the edge behind the last one.
            if let Some(behind) = self.d_at_edges.last_mut() {
                *behind = Row::default();
            }
        }
        let b0 = self.background.b0.iter_mut().zip(&mut self.velocity);
        b0.zip(d_b0)
            .for_each(|((b0, v), d_b0)| step.take(b0, v, d_b0.sum()));
        self.refresh();
    }

    /// Puts b₀ and w₁ of these pixels into those of all.
    pub fn put(&self, all: &mut Parameters) {
        let w1 = self.blocks.iter().map(|block| &block.w1[..]);
        self.put_in(all, &self.background.b0, w1);
    }

    /// Puts their velocity there.
    pub fn put_velocity(&self, all: &mut Parameters) {
        let w1 = self.blocks.iter().map(|block| &block.velocity[..]);
        self.put_in(all, &self.velocity, w1);
    }

    fn put_in<'a>(&self, all: &mut Parameters, b0: &[f64], w1: impl Iterator<Item = &'a [Row<N>]>) {
        let pixels = Slice::from(self.pixels.clone());
        let mut b = all.b[0].slice_axis_mut(Axis(0), pixels);
        b.iter_mut().zip(b0).for_each(|(b, &new)| *b = new);
        put(w1, &mut all.w[1].slice_axis_mut(Axis(0), pixels));
    }
}

/// A matrix in blocks of columns.
pub(crate) fn to_blocks<const N: usize>(matrix: &ArrayRef2<f64>) -> Blocks<N> {
    let blocks = (0..matrix.ncols()).step_by(4 * N);
    let rows: Vec<_> = matrix.rows().into_iter().map(in_order).collect();
    blocks
        .map(|first| rows.iter().map(|row| Row::of(&row[first..])).collect())
        .collect()
}

/// `sum += more`, and at first `sum = more`.
pub(crate) fn add<const N: usize>(sum: &mut Blocks<N>, more: &Blocks<N>) {
    if sum.is_empty() {
        return sum.clone_from(more);
    }
    let rows = sum.iter_mut().flatten().zip(more.iter().flatten());
    rows.for_each(|(sum, more)| sum.add(more));
}

/// The matrix, of so many columns.
pub(crate) fn to_matrix<const N: usize>(blocks: &Blocks<N>, columns: usize) -> Array2<f64> {
    let rows = blocks.first().map_or(0, Vec::len);
    let mut matrix = Array2::zeros((rows, columns));
    put(blocks.iter().map(|block| &block[..]), &mut matrix);
    matrix
}

fn put<'a, const N: usize>(
    blocks: impl Iterator<Item = &'a [Row<N>]>,
    matrix: &mut ArrayRef2<f64>,
) {
    for (mut columns, block) in matrix.axis_chunks_iter_mut(Axis(1), 4 * N).zip(blocks) {
        for (mut row, new) in columns.rows_mut().into_iter().zip(block) {
            let new = new.numbers();
            row.iter_mut()
                .zip(new.as_flattened())
                .for_each(|(z, &new)| *z = new);
        }
    }
}
