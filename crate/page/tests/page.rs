//! What a page gets is what the crate computes, and what is wrong becomes a sentence.
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "../examples/expected.rs"]
mod expected;

use digits::ndarray::{Array1, Axis};
use digits::rand::SeedableRng;
use digits::rand_chacha::ChaCha8Rng;
use digits::{Loss, Network, Part, softmax, tanh};
use digits_page::Page;
use expected::{BATCHES, RUNS, TRAIN, bytes, formulas, losses, mnist, place};

fn page(train: usize) -> Page {
    let mut page = Page::new().unwrap();
    let set = mnist().unwrap().train.first(train + 100).unwrap();
    assert_eq!(
        page.images(&bytes(&set), train).unwrap(),
        [train as f64, 100.0]
    );
    page
}

#[test]
fn steps_one_by_one_have_the_losses_of_whole_epochs() {
    let (mut page, set) = (page(TRAIN), mnist().unwrap().train.first(TRAIN).unwrap());
    for settings in RUNS {
        let (hidden, scale, loss, rate, momentum, batch, seed) = settings;
        page.start(hidden, scale, loss, [rate, momentum], batch, seed)
            .unwrap();
        let found = page.train(BATCHES).unwrap();
        let expected = losses(&set, settings).unwrap();
        for (found, expected) in found.iter().zip(&expected) {
            assert!(
                (found - expected).abs() < 1e-12,
                "{settings:?}: {found} {expected}"
            );
        }
        assert_eq!(found.len(), expected.len());
    }
}

/// Lesson 3's lines, as the notebook has them, against the numbers of the page.
#[test]
fn the_formula_is_that_of_lesson_3() {
    let train = mnist().unwrap().train;
    for (n, found) in formulas(&train).unwrap().iter().enumerate() {
        let scale = found[0] / f64::from(train.image(n).unwrap()[place(n).0]).max(1.0);
        let scale = if n % 2 == 0 {
            1.0
        } else {
            scale.max(1.0 / 255.0)
        };
        let network = Network::glorot(&[784, 10])
            .unwrap()
            .with_pixel_scale(scale)
            .unwrap();
        let p = network.init(&mut ChaCha8Rng::seed_from_u64(3));
        let ((i, j), label) = (place(n), train.label(n).unwrap());
        let x: Array1<f64> = train.image(n).unwrap().mapv(|x| f64::from(x) * scale);
        let a0 = tanh(&(&x + &p.b[0]));
        let z1 = a0.dot(&p.w[1]) + &p.b[1];
        let a1 = softmax(&z1);
        let y = Array1::from_shape_fn(10, |k| f64::from(u8::from(k == usize::from(label))));
        let d_a1 = -2.0 * (&y - &a1);
        let mean = d_a1.dot(&a1);
        let d_z1: Array1<f64> = (&d_a1 - mean) * &a1;
        let d_a0 = p.w[1].row(i).dot(&d_z1);
        let slope = x[i].cosh().powi(-2);
        let squares: f64 = (&y - &a1).mapv(|e| e * e).sum();
        let check = |part| {
            network
                .check(&train.image(n).unwrap(), label, &p, part)
                .unwrap()
        };
        let b1 = check(Part::Bias(1)).approximate[j];
        let expected = [
            (0, x[i]),
            (1, 0.0),
            (2, x[i]),
            (3, a0[i]),
            (4, p.w[1][[i, j]]),
            (5, a0[i] * p.w[1][[i, j]]),
            (8, z1[j]),
            (9, a1[j]),
            (10, y[j]),
            (13, squares),
            (14, d_a1[j]),
            (17, d_z1[j]),
            (18, d_z1[j]),
            (19, b1),
            (20, a0[i] * d_z1[j]),
            (24, d_a0),
            (25, slope),
            (26, slope * d_a0),
        ];
        for (k, number) in expected {
            assert!(
                (found[k] - number).abs() < 1e-9,
                "image {n}, number {k}: {} {number}",
                found[k]
            );
        }
        // The sums are whole, and each derivative has its measured slope beside it.
        for (sum, parts) in [
            (8, &[5, 6, 7][..]),
            (13, &[11, 12]),
            (17, &[15, 16]),
            (24, &[22, 23]),
        ] {
            let parts: f64 = parts.iter().map(|&part| found[part]).sum();
            assert!((found[sum] - parts).abs() < 1e-12, "image {n}: {sum}");
        }
        for derivative in [18, 20, 26] {
            assert!(
                (found[derivative] - found[derivative + 1]).abs() < 1e-8,
                "image {n}: {derivative}"
            );
        }
    }
}

#[test]
fn a_loaded_network_reads_and_gives_reasons() {
    let image = mnist().unwrap().test.image(0).unwrap().to_vec();
    let network = Network::glorot(&[784, 20, 10])
        .unwrap()
        .with_pixel_scale(1.0 / 255.0)
        .unwrap();
    let p = network.init(&mut ChaCha8Rng::seed_from_u64(9));
    let mut numbers = vec![784.0, 0.0, 20.0, 0.0, 10.0, 1.0];
    for (b, w) in p.b.iter().zip(&p.w) {
        numbers.extend(b);
        numbers.extend(w);
    }
    let mut page = Page::new().unwrap();
    page.load(&numbers, 3, 1.0 / 255.0).unwrap();
    let x = Array1::from(image.clone());
    assert_eq!(
        page.read(&image).unwrap(),
        network.predict(&x, &p).unwrap().to_vec()
    );
    let reasons = page.reasons(&image, 7, 6).unwrap();
    assert_eq!(reasons.len(), 784 + 6 * 785);
    // A little less of all the ink: the log of the probability falls by what speaks for the digit.
    let network = network.with_loss(Loss::CrossEntropy).unwrap();
    let less = x.mapv(|x| f64::from(x) * (1.0 - 1e-6));
    let fall =
        network.loss(&less, 7, &p).unwrap() - network.loss(&x.mapv(f64::from), 7, &p).unwrap();
    let spoken: f64 = reasons[..784].iter().sum();
    assert!((fall / 1e-6 - spoken).abs() < 1e-4, "{fall} {spoken}");
    let layers = network.layers(&x, &p).unwrap();
    let adds = &layers[1].a * &p.w[2].column(7);
    let most = adds.fold(f64::MIN, |most, &a| most.max(a));
    assert_eq!(reasons[784], most);
    let unit = adds.iter().position(|&a| a == most).unwrap();
    assert_eq!(
        reasons[785..785 + 784],
        p.w[1].index_axis(Axis(1), unit).to_vec()
    );
    let short = page.load(&numbers[..100], 3, 1.0).unwrap_err().to_string();
    assert_eq!(
        short,
        "numbers: expected the parameters of each layer, found the end"
    );
}

#[test]
fn it_is_judged_by_images_that_it_does_not_train_with() {
    let mut page = page(500);
    page.start(0, 1.0 / 255.0, 0, [0.5, 0.0], 100, 1).unwrap();
    let before = page.judge().unwrap();
    page.train(50).unwrap();
    let after = page.judge().unwrap();
    assert!(
        after[0] < before[0] && after[1] > before[1] + 0.3,
        "{before:?} {after:?}"
    );
    let mistakes = page.mistakes().unwrap();
    assert_eq!(
        mistakes.len() as f64 / 4.0,
        (100.0 * (1.0 - after[1])).round()
    );
    assert!(
        mistakes
            .chunks(4)
            .all(|m| (500.0..600.0).contains(&m[0]) && m[1] != m[2])
    );
    assert_eq!(page.weights(10).len(), 7840);
}

#[test]
fn what_is_wrong_is_a_sentence() {
    let mut page = page(100);
    assert!(
        page.formula(0, 784, 0).is_err()
            && page.formula(0, 0, 10).is_err()
            && page.formula(200, 0, 0).is_err()
    );
    assert!(page.images(&[0; 1000], 1).is_err() && page.read(&[0; 3]).is_err());
    assert!(
        page.start(0, 1.0, 2, [0.1, 0.0], 10, 1).is_err(),
        "a third loss"
    );
    assert!(page.load(&[784.0, 1.0], 1, 1.0).is_err(), "one layer");
    let relu = [784.0, 2.0, 10.0, 1.0];
    assert!(page.load(&relu, 2, 1.0).is_err(), "a third activation");
    page.start(0, 1.0, 0, [0.0, 0.0], 10, 1).unwrap();
    let error = page.train(1).unwrap_err().to_string();
    assert!(error.starts_with("rate: expected"), "{error}");
}
