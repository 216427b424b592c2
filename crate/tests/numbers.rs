//! Numbers that leave the range of sense: an error that names the batch or the argument, and nothing lost.
#![allow(clippy::unwrap_used, missing_docs)]

use digits::{Error, Loss, Network, Part, Set, Sgd};
use ndarray::{Array1, Array2, array};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn rng(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// Images of noise with labels at random: nothing to learn, much to stumble over.
fn noise(n: usize) -> Set {
    let mut rng = rng(7);
    let images = Array2::from_shape_simple_fn((n, 784), || rng.random::<u8>());
    let labels = Array1::from_shape_simple_fn(n, || rng.random_range(0..10));
    Set::new(images, labels).unwrap()
}

fn networks() -> Vec<Network> {
    let shallow = Network::glorot(&[784, 10]).unwrap();
    let hidden = Network::glorot(&[784, 20, 10]).unwrap();
    let scaled = |network: &Network| network.clone().with_pixel_scale(1.0 / 255.0).unwrap();
    let mut all = vec![scaled(&shallow), scaled(&hidden), shallow, hidden];
    let cross = all
        .iter()
        .map(|n| n.clone().with_loss(Loss::CrossEntropy).unwrap());
    let cross: Vec<Network> = cross.collect();
    all.extend(cross);
    all
}

#[test]
fn a_rate_of_a_billion_diverges_in_a_batch_that_is_named() {
    let set = noise(100);
    for network in networks() {
        let start = network.init(&mut rng(1));
        let (before, accuracy) = (start.clone(), network.accuracy(&set, &start).unwrap());
        for rate in [1e9, 1e100, f64::MAX] {
            for momentum in [0.0, 0.9] {
                let (mut sgd, mut told) = (Sgd::new(rate).momentum(momentum).batch(10), 0);
                let result = network.epoch_watched(&start, &set, &mut sgd, |p| told = p.batch);
                let error = result.unwrap_err();
                assert!(
                    matches!(error, Error::Diverged { batch, .. } if batch == told && batch < 3),
                    "{error}"
                );
                assert!(
                    error.to_string().contains("smaller learning rate"),
                    "{error}"
                );
                assert_eq!(sgd, Sgd::new(rate).momentum(momentum).batch(10));
            }
        }
        assert_eq!(start, before);
        assert_eq!(network.accuracy(&set, &start).unwrap(), accuracy);
        let trained = network
            .epoch(&start, &set, &mut Sgd::new(1e-3).batch(10))
            .unwrap();
        let loss = |parameters| network.mean_loss(&set, parameters).unwrap();
        assert!(loss(&trained) < loss(&start), "{network:?}");
    }
}

#[test]
fn the_message_of_a_divergence_names_what_became_what() {
    let (set, network) = (noise(20), Network::glorot(&[784, 10]).unwrap());
    let start = network.init(&mut rng(1));
    let error = network
        .epoch(&start, &set, &mut Sgd::new(1e9).batch(10))
        .unwrap_err();
    let message = error.to_string();
    assert!(
        message.starts_with("batch 0: the training diverged, a parameter became "),
        "{message}"
    );
    assert!(
        message.ends_with(
            "; try a smaller learning rate (the parameters that you passed are unchanged)"
        ),
        "{message}"
    );
}

#[test]
fn a_search_goes_on_after_a_rate_that_diverges() {
    let (set, network) = (noise(50), Network::glorot(&[784, 10]).unwrap());
    let start = network.init(&mut rng(1));
    let rates = [1e9, 0.01, f64::MAX];
    let sgd = |rate| Sgd::new(rate).batch(10);
    let search = network
        .rate_search(&start, &set, &set, &rates, sgd)
        .unwrap();
    let trials = &search.trials;
    let accuracies: Vec<f64> = trials.iter().map(|trial| trial.accuracy).collect();
    assert!(accuracies[0] == 0.0 && accuracies[1] > 0.0 && accuracies[2] == 0.0);
    assert_eq!(trials[0].parameters, start);
    assert_eq!(search.best().rate, 0.01);
    let error = network
        .rate_search(&start, &set, &set, &[], sgd)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "rates: expected at least one rate, found none"
    );
}

#[test]
fn rates_that_are_no_rates_are_errors() {
    let (set, network) = (noise(10), Network::glorot(&[784, 10]).unwrap());
    let start = network.init(&mut rng(1));
    for rate in [0.0, -1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let error = network
            .epoch(&start, &set, &mut Sgd::new(rate).batch(5))
            .unwrap_err();
        let expected = format!("rate: expected a positive number, found {rate}");
        assert_eq!(error.to_string(), expected);
    }
    for momentum in [-0.1, 1.0, f64::NAN] {
        let mut sgd = Sgd::new(0.1).momentum(momentum).batch(5);
        let error = network.epoch(&start, &set, &mut sgd).unwrap_err();
        assert!(error.to_string().starts_with("momentum: "), "{error}");
    }
}

/// One bad pixel among 784, wherever it stands, whichever function meets it.
#[test]
fn pixels_that_are_not_finite_are_errors_everywhere() {
    for network in networks() {
        let start = network.init(&mut rng(1));
        for (bad, place) in [
            (f64::NAN, 0),
            (f64::INFINITY, 400),
            (f64::NEG_INFINITY, 783),
        ] {
            let mut image = Array1::from_elem(784, 0.5);
            image[place] = bad;
            let mut images = Array2::from_elem((3, 784), 0.5);
            images[[1, place]] = bad;
            let labels = array![1_u8, 2, 3];
            for error in [
                network.predict(&image, &start).unwrap_err(),
                network.loss(&image, 1, &start).unwrap_err(),
                network.gradient(&image, 1, &start).unwrap_err(),
                network.input_gradient(&image, 1, &start).unwrap_err(),
                network.check(&image, 1, &start, Part::Bias(1)).unwrap_err(),
                network.predict_batch(&images, &start).unwrap_err(),
                network
                    .gradient_batch(&images, &labels, &start)
                    .unwrap_err(),
            ] {
                let expected = format!("expected finite pixels, found {bad}");
                assert!(error.to_string().ends_with(&expected), "{error}");
            }
        }
    }
}

#[test]
fn batches_that_do_not_fit_are_errors() {
    let network = Network::glorot(&[784, 10]).unwrap();
    let start = network.init(&mut rng(1));
    let gradient = |images: Array2<u8>, labels: Array1<u8>| {
        let result = network.gradient_batch(&images, &labels, &start);
        result.unwrap_err().to_string()
    };
    assert_eq!(
        gradient(Array2::zeros((0, 784)), array![]),
        "images: expected at least one image, found none"
    );
    assert_eq!(
        gradient(Array2::zeros((2, 784)), array![1]),
        "labels: expected 2, one per image, found 1"
    );
    assert_eq!(
        gradient(Array2::zeros((1, 784)), array![10]),
        "labels[0]: expected a number from 0 to 9, found 10"
    );
    assert_eq!(
        gradient(Array2::zeros((1, 783)), array![1]),
        "images: expected 784 pixels, found 783"
    );
    let empty = Set::new(Array2::zeros((0, 784)), array![]).unwrap();
    for error in [
        network
            .epoch(&start, &empty, &mut Sgd::new(0.1).batch(1))
            .unwrap_err(),
        network.accuracy(&empty, &start).unwrap_err(),
        network.mean_loss(&empty, &start).unwrap_err(),
        network.confusion(&empty, &start).unwrap_err(),
    ] {
        assert!(
            matches!(error, Error::Shape { .. } | Error::Value { .. }),
            "{error}"
        );
    }
    for size in [0, 11, usize::MAX] {
        let error = network
            .epoch(&start, &noise(10), &mut Sgd::new(0.1).batch(size))
            .unwrap_err();
        let expected = format!("batch: expected 1 to 10, the images of the set, found {size}");
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn parameters_of_another_network_are_errors_everywhere() {
    let set = noise(10);
    let network = Network::glorot(&[784, 10]).unwrap();
    let start = network.init(&mut rng(1));
    let narrow = Network::glorot(&[784, 9]).unwrap();
    let deep = Network::glorot(&[784, 10, 10]).unwrap();
    let mut torn = start.clone();
    torn.w[1] = Array2::zeros((10, 784));
    let image = set.image(0).unwrap();
    for wrong in [narrow.init(&mut rng(1)), deep.init(&mut rng(1)), torn] {
        for error in [
            network.predict(&image, &wrong).unwrap_err(),
            network.gradient(&image, 1, &wrong).unwrap_err(),
            network.predict_batch(&set.images(), &wrong).unwrap_err(),
            network
                .gradient_batch(&set.images(), &set.labels(), &wrong)
                .unwrap_err(),
            network
                .epoch(&wrong, &set, &mut Sgd::new(0.1).batch(5))
                .unwrap_err(),
            network.accuracy(&set, &wrong).unwrap_err(),
            start.step(&wrong, 0.1).unwrap_err(),
        ] {
            assert!(matches!(error, Error::Shape { .. }), "{error}");
        }
    }
    for dimensions in [
        &[][..],
        &[0],
        &[784, 0, 10],
        &[usize::MAX, usize::MAX],
        &[1 << 32, 1 << 32],
    ] {
        Network::glorot(dimensions).unwrap_err();
    }
}
