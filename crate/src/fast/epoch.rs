//! An epoch on several threads: each keeps its pixels, and they meet twice per batch.

use super::Watch;
use super::parallel::{Team, with_team};
use super::shard::{Done, Shard, Turn, above_pixels};
use crate::{Error, Network, Parameters, Result, Set, Sgd};
use ndarray::{Array2, ArrayRef1, ArrayRef2, ArrayView1, ArrayView2, Axis};
use std::mem::take;
use std::sync::Arc;

/// [`Network::epoch`] of arguments that were checked, on so many threads at most. Where `watch` breaks
/// off, the epoch ends with the parameters of that batch; where it fails, `sgd` stays as it was.
pub(crate) fn epoch(
    network: &Network,
    start: &Parameters,
    set: &Set,
    sgd: &mut Sgd,
    threads: usize,
    watch: &mut Watch<'_>,
) -> Result<Parameters> {
    let mut descent = Descent::new(network, start, sgd);
    let (images, labels) = (set.images(), set.labels());
    let images = images.axis_chunks_iter(Axis(0), sgd.batch);
    let batches = images.zip(labels.axis_chunks_iter(Axis(0), sgd.batch));
    with_team(threads.min(descent.shards.len()), Turn::run, |team| {
        descent.run(team, batches, watch)
    })?;
    *sgd = Shard::sgd(&descent.shards, &descent.sgd);
    Ok(Shard::parameters(&descent.shards, &descent.above))
}

/// An epoch under way: the pixels' parameters are in the shards, all others above them.
struct Descent<'a> {
    network: &'a Network,
    shards: Vec<Shard>,
    above: Parameters,
    gradient: Parameters,
    sgd: Sgd,
}

/// A batch whose step is done above the pixels, but not yet in the shards.
struct Begun {
    d: Arc<Array2<f64>>,
    loss: f64,
    too_large: Option<f64>,
}

impl<'a> Descent<'a> {
    fn new(network: &'a Network, start: &Parameters, sgd: &Sgd) -> Self {
        let shards = network.shards(start, Some(sgd));
        let above = |all: &Parameters| {
            if shards.is_empty() {
                all.clone()
            } else {
                above_pixels(all)
            }
        };
        let (above, sgd) = (above(start), sgd.part(above));
        Self {
            network,
            shards,
            gradient: above.clone(),
            above,
            sgd,
        }
    }

    /// One step per batch; `watch` is called after each.
    fn run<'b>(
        &mut self,
        team: Team<Turn<'b, u8>, Result<Done>>,
        batches: impl Iterator<Item = (ArrayView2<'b, u8>, ArrayView1<'b, u8>)>,
        watch: &mut Watch<'_>,
    ) -> Result<()> {
        let mut before: Option<Begun> = None;
        for (batch, next) in batches.map(Some).chain([None]).enumerate() {
            let turns = take(&mut self.shards).into_iter().map(|shard| Turn {
                shard,
                d: before.as_ref().map(|begun| begun.d.clone()),
                images: next.map(|(images, _)| images),
            });
            let done = Done::gathered(team(turns.collect()))?;
            self.shards = done.shards;
            if let Some(begun) = before.take() {
                if let Some(parameter) = done.too_large.or(begun.too_large) {
                    return Err(diverged(batch - 1, "a parameter", parameter));
                }
                let gather = || Shard::parameters(&self.shards, &self.above);
                if watch(batch, begun.loss, &gather).is_break() {
                    break;
                }
            }
            if let Some((images, labels)) = next {
                before = Some(self.begin(batch, done.product, &images, &labels)?);
            }
        }
        Ok(())
    }

    /// The step above the pixels, where the shards are waited for.
    fn begin(
        &mut self,
        batch: usize,
        product: Array2<f64>,
        images: &ArrayRef2<u8>,
        labels: &ArrayRef1<u8>,
    ) -> Result<Begun> {
        let network = self.network;
        let mut d = Array2::default((0, 0));
        let loss;
        if self.shards.is_empty() {
            (self.gradient, loss) = network.gradient_of_rows(&self.above, images, labels)?;
        } else {
            (d, loss) = network.gradient_above(&self.above, product, labels, &mut self.gradient);
        }
        if !loss.is_finite() {
            return Err(diverged(batch, "the loss", loss));
        }
        let too_large = self.sgd.step(&mut self.above, &self.gradient)?;
        Ok(Begun {
            d: Arc::new(d),
            loss,
            too_large,
        })
    }
}

fn diverged(batch: usize, what: &'static str, value: f64) -> Error {
    Error::Diverged { batch, what, value }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::epoch;
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
