//! Training on the real images, and what happens when it is asked for the impossible.
#![allow(clippy::unwrap_used, missing_docs)]

use digits::{Error, Mnist, Network, Parameters, Set, Sgd, largest_difference};
use ndarray::{Array1, Array2, Axis, array};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use std::path::Path;

fn mnist() -> Mnist {
    Mnist::load(Path::new(env!("CARGO_MANIFEST_DIR")).join("../data")).unwrap()
}

fn rng(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

#[test]
fn one_epoch_on_raw_pixels() {
    let mnist = mnist();
    let network = Network::glorot(&[784, 10]).unwrap();
    for (rate, least, most) in [(0.01, 0.72, 0.78), (0.1, 0.89, 0.91)] {
        let start = network.init(&mut rng(1));
        let trained = network
            .epoch(&start, &mnist.train, &mut Sgd::new(rate))
            .unwrap();
        let accuracy = network.accuracy(&mnist.validation, &trained).unwrap();
        assert!(
            (least..=most).contains(&accuracy),
            "rate {rate}: {accuracy}"
        );
    }
}

/// The original takes its gradients at parameters that never change.
#[test]
fn gradients_at_the_wrong_parameters_learn_little() {
    let mnist = mnist();
    let network = Network::glorot(&[784, 10]).unwrap();
    for seed in 0..3 {
        let mut parameters = network.init(&mut rng(seed));
        let left_over = network.init(&mut rng(100 + seed));
        let (images, labels) = (mnist.train.images(), mnist.train.labels());
        let images = images.axis_chunks_iter(Axis(0), 100);
        for (images, labels) in images.zip(labels.axis_chunks_iter(Axis(0), 100)) {
            let gradient = network
                .gradient_batch(&images, &labels, &left_over)
                .unwrap();
            parameters = parameters.step(&gradient, 0.1).unwrap();
        }
        let accuracy = network.accuracy(&mnist.validation, &parameters).unwrap();
        assert!(accuracy < 0.65, "seed {seed}: {accuracy}");
    }
}

#[test]
fn search_finds_a_rate_that_reaches_91_percent() {
    let mnist = mnist();
    let network = Network::glorot(&[784, 10]).unwrap();
    let start = network.init(&mut rng(1));
    let rates = [0.1, 0.56, 1.0];
    let search = network
        .rate_search(&start, &mnist.train, &mnist.validation, &rates, Sgd::new)
        .unwrap();
    let tried: Vec<f64> = search.trials.iter().map(|trial| trial.rate).collect();
    assert_eq!(tried, rates);
    let best = search.best();
    assert!(best.accuracy >= 0.91, "{} at {}", best.accuracy, best.rate);
    let again = network
        .accuracy(&mnist.validation, &best.parameters)
        .unwrap();
    assert_eq!(best.accuracy, again);
}

#[test]
fn accuracy_confusion_and_loss_agree_with_predictions_one_by_one() {
    let set = mnist().test;
    let network = Network::glorot(&[784, 10]).unwrap();
    let parameters = network.init(&mut rng(3));
    let (mut loss, mut confusion) = (0.0, Array2::<usize>::zeros((10, 10)));
    for i in 0..set.len() {
        let (image, label) = (set.image(i).unwrap(), set.label(i).unwrap());
        let y_pred = network.predict(&image, &parameters).unwrap();
        confusion[[usize::from(label), digits::argmax(&y_pred)]] += 1;
        loss += network.loss(&image, label, &parameters).unwrap();
    }
    let right: usize = confusion.diag().sum();
    assert_eq!(network.confusion(&set, &parameters).unwrap(), confusion);
    assert_eq!(
        network.accuracy(&set, &parameters).unwrap(),
        right as f64 / 1e4
    );
    let mean = network.mean_loss(&set, &parameters).unwrap();
    assert!((mean - loss / 1e4).abs() < 1e-12);
}

#[test]
fn the_last_smaller_batch_is_used_and_progress_is_told() {
    let set = Set::new(Array2::ones((7, 784)), array![0, 1, 2, 3, 4, 5, 6]).unwrap();
    let network = Network::glorot(&[784, 10]).unwrap();
    let start = network.init(&mut rng(1));
    let mut batches = Vec::new();
    let trained = network
        .epoch_watched(&start, &set, &mut Sgd::new(0.1).batch(3), |p| {
            batches.push((p.batch, p.batches))
        })
        .unwrap();
    assert_eq!(batches, [(1, 3), (2, 3), (3, 3)]);
    let mut by_hand = start.clone();
    for (images, labels) in set
        .images()
        .axis_chunks_iter(Axis(0), 3)
        .zip(set.labels().axis_chunks_iter(Axis(0), 3))
    {
        let gradient = network.gradient_batch(&images, &labels, &by_hand).unwrap();
        by_hand = by_hand.step(&gradient, 0.1).unwrap();
    }
    assert_eq!(trained, by_hand);
}

/// What the epoch keeps in pieces must be the same as steps by hand, with momentum, at any depth.
#[test]
fn an_epoch_is_steps_by_hand() {
    let train = mnist().train;
    for dimensions in [&[784, 10][..], &[784, 7, 10], &[784, 6, 5, 10]] {
        let network = Network::glorot(dimensions).unwrap();
        let start = network.init(&mut rng(2));
        let (images, labels) = (train.images(), train.labels());
        let (images, _) = images.split_at(Axis(0), 230);
        let (labels, _) = labels.split_at(Axis(0), 230);
        let set = Set::new(images.to_owned(), labels.to_owned()).unwrap();
        let mut sgd = Sgd::new(0.1).momentum(0.9).batch(50);
        let (mut by_hand, mut velocity) = (start.clone(), None::<Parameters>);
        let mut trained = start;
        for _ in 0..2 {
            let mut after = Vec::new();
            trained = network
                .epoch_watched(&trained, &set, &mut sgd, |p| after.push(p.parameters()))
                .unwrap();
            let batches = images.axis_chunks_iter(Axis(0), 50);
            let batches = batches.zip(labels.axis_chunks_iter(Axis(0), 50));
            for ((images, labels), after) in batches.zip(&after) {
                let gradient = network.gradient_batch(&images, &labels, &by_hand).unwrap();
                let moved = match velocity.take() {
                    // velocity = 0.9 · velocity + gradient, as two steps.
                    Some(old) => old.step(&old, 0.1).unwrap().step(&gradient, -1.0).unwrap(),
                    None => gradient,
                };
                by_hand = by_hand.step(&moved, 0.1).unwrap();
                velocity = Some(moved);
                for layer in 0..dimensions.len() {
                    assert!(largest_difference(&after.b[layer], &by_hand.b[layer]) < 1e-12);
                    assert!(largest_difference(&after.w[layer], &by_hand.w[layer]) < 1e-12);
                }
            }
            assert_eq!(after.len(), 5);
            assert_eq!(after.pop(), Some(trained.clone()));
        }
    }
}

#[test]
fn impossible_requests_are_errors_in_words() {
    let set = Set::new(Array2::ones((5, 784)), Array1::from_elem(5, 1)).unwrap();
    let network = Network::glorot(&[784, 10]).unwrap();
    let start = network.init(&mut rng(1));
    let epoch = |batch, rate| {
        let result = network.epoch(&start, &set, &mut Sgd::new(rate).batch(batch));
        result.unwrap_err().to_string()
    };
    assert_eq!(
        epoch(0, 0.1),
        "batch: expected 1 to 5, the images of the set, found 0"
    );
    assert_eq!(
        epoch(6, 0.1),
        "batch: expected 1 to 5, the images of the set, found 6"
    );
    assert_eq!(
        epoch(5, f64::NAN),
        "rate: expected a positive number, found NaN"
    );
    let mut broken = start.clone();
    broken.b[1][0] = f64::NAN;
    let error = network
        .epoch(&broken, &set, &mut Sgd::new(0.1).batch(2))
        .unwrap_err();
    assert!(matches!(error, Error::Diverged { batch: 0, .. }), "{error}");
    let wrong = Network::glorot(&[784, 5, 10]).unwrap().init(&mut rng(1));
    let error = network
        .predict(&Array1::<u8>::zeros(784), &wrong)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "parameters: expected b of 784, 10; w of 0 × 784, 784 × 10, \
         found b of 784, 5, 10; w of 0 × 784, 784 × 5, 5 × 10"
    );
    let image = Array1::from_elem(784, f64::INFINITY);
    let error = network.predict(&image, &start).unwrap_err();
    assert_eq!(
        error.to_string(),
        "image: expected finite pixels, found inf"
    );
    let error = network
        .predict(&Array1::<u8>::zeros(783), &start)
        .unwrap_err();
    assert_eq!(error.to_string(), "image: expected 784 pixels, found 783");
    let error = Network::glorot(&[784, usize::MAX, 10]).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("dimensions: expected at most 50000000")
    );
}
