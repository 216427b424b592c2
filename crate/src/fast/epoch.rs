//! An epoch. For each batch the layers above the pixels are computed by the caller alone; then the threads meet, and each
//! range of pixels, by whoever is free, ends this batch (backward, step) and begins the next one (forward).

use super::company::with_company;
use super::ink::find_in;
use super::pixel_range::{Blocks, PixelRange, Step, add, to_blocks, to_matrix};
use super::{Watch, diverged};
use crate::sgd::is_too_large;
use crate::{Network, Parameters, Result, Set, Sgd};
use ndarray::{Axis, Zip};
use std::ops::Range;

/// What each range of pixels is asked to do where the threads meet: to end a batch, and to begin the next.
struct Turn<const N: usize> {
    /// `D = ∂L/∂Z₁` of the batch that ends.
    d: Option<Blocks<N>>,
    /// The images of the batch that begins.
    images: Range<usize>,
}

/// [`Network::epoch`] of arguments that were checked, on so many threads at most. Where `watch` breaks
/// off, the epoch ends with the parameters of that batch; where it fails, `sgd` stays as it was.
pub(super) fn epoch<const N: usize>(
    network: &Network,
    start: &Parameters,
    set: &Set,
    sgd: &mut Sgd,
    threads: usize,
    watch: &mut Watch<'_>,
) -> Result<Parameters> {
    let (rate, momentum) = (sgd.rate, sgd.momentum);
    let step = Step { rate, momentum };
    let moves = momentum > 0.0;
    let velocity = sgd.velocity.clone().filter(|_| moves);
    let mut velocity = velocity.unwrap_or_else(|| network.zeros());
    let ranges = PixelRange::all(start, moves.then_some(&velocity), network.pixel_scale());
    let images = set.images();
    let find = find_in(&images);
    let work = |range: &mut PixelRange<N>, turn: &Turn<N>| {
        if let Some(d) = &turn.d {
            range.backward(d, step);
        }
        range.forward(&find, turn.images.clone());
    };
    // Here b₀ and w₁ are those of the start: the ranges hold the trained ones, and `put` copies them.
    let (mut parameters, mut gradient) = (start.clone(), network.zeros());
    let labels = set.labels();
    let batch_of = |batch: usize| {
        let boundary = |batch: usize| set.len().min(batch * sgd.batch);
        boundary(batch)..boundary(batch + 1)
    };
    with_company(threads, ranges, work, |company| {
        company.call(Turn {
            d: None,
            images: batch_of(0),
        });
        for (batch, labels) in labels.axis_chunks_iter(Axis(0), sgd.batch).enumerate() {
            let mut product = Blocks::new();
            company.for_each(|range| add(&mut product, &range.product));
            let product = to_matrix(&product, network.dimensions()[1]);
            let (d, loss) = network.gradient_above(&parameters, product, &labels, &mut gradient)?;
            if !loss.is_finite() {
                return diverged(batch, "the loss", loss);
            }
            let mut too_large = step_above(&mut parameters, &mut velocity, &gradient, step);
            company.call(Turn {
                d: Some(to_blocks(&d)),
                images: batch_of(batch + 1),
            });
            company.for_each(|range| too_large = range.too_large.or(too_large));
            if let Some(value) = too_large {
                return diverged(batch, "a parameter", value);
            }
            let gather = || {
                let mut all = parameters.clone();
                company.for_each(|range| range.put(&mut all));
                all
            };
            if watch(batch + 1, loss, &gather).is_break() {
                break;
            }
        }
        company.for_each(|range| range.put(&mut parameters));
        company.for_each(|range| range.put_velocity(&mut velocity));
        Ok(())
    })?;
    if moves {
        sgd.velocity = Some(velocity);
    }
    Ok(parameters)
}

/// The step above the pixels; gives a parameter that it has made far too large.
fn step_above(
    p: &mut Parameters,
    v: &mut Parameters,
    gradient: &Parameters,
    step: Step,
) -> Option<f64> {
    let mut too_large = None;
    let mut take = |p: &mut f64, v: &mut f64, gradient: f64| {
        step.take(p, v, gradient);
        if is_too_large(*p) {
            too_large = Some(*p);
        }
    };
    for layer in 1..p.b.len() {
        let b = Zip::from(&mut p.b[layer]).and(&mut v.b[layer]);
        b.and(&gradient.b[layer]).for_each(|p, v, &g| take(p, v, g));
    }
    for layer in 2..p.w.len() {
        let w = Zip::from(&mut p.w[layer]).and(&mut v.w[layer]);
        w.and(&gradient.w[layer]).for_each(|p, v, &g| take(p, v, g));
    }
    too_large
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use crate::fast::epoch;
    use crate::{Network, Set, Sgd};
    use ndarray::{Array1, Array2};
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;
    use std::ops::ControlFlow;

    #[test]
    fn the_number_of_threads_changes_no_bit() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let images = Array2::from_shape_simple_fn((70, 784), || {
            u8::from(rng.random_bool(0.2)) * rng.random::<u8>()
        });
        let labels = Array1::from_shape_fn(70, |i| (i % 10) as u8);
        let set = Set::new(images, labels).unwrap();
        for dimensions in [&[784, 10][..], &[784, 12, 10]] {
            let network = Network::glorot(dimensions).unwrap();
            let start = network.init(&mut rng);
            let trained = |threads| {
                let mut sgd = Sgd::new(0.1).momentum(0.9).batch(30);
                let mut parameters = start.clone();
                for _ in 0..2 {
                    let go_on = &mut |_, _, _: &dyn Fn() -> _| ControlFlow::Continue(());
                    parameters =
                        epoch(&network, &parameters, &set, &mut sgd, threads, go_on).unwrap();
                }
                (parameters, sgd)
            };
            let one = trained(1);
            assert_ne!(one.0, start);
            for threads in [2, 5] {
                assert_eq!(trained(threads), one);
            }
        }
    }
}
