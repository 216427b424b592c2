//! The drawing pad's page, as far as it shows without a browser; xtask/course/tests/pad_test.py opens it in one.
#![allow(missing_docs, clippy::unwrap_used)]

use base64::{Engine, engine::general_purpose::STANDARD};
use digits::{Activation, Error, InitRange, Network, Parameters, keep_drawing, kept_drawings};
use ndarray::Array1;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

fn made(dimensions: &[usize]) -> (Network, Parameters) {
    let network = Network::glorot(dimensions).unwrap();
    let network = network.with_pixel_scale(1.0 / 255.0).unwrap();
    let mut parameters = network.init(&mut ChaCha8Rng::seed_from_u64(1));
    // Biases begin at 0, which would hide a wrong order.
    for (layer, b) in parameters.b.iter_mut().enumerate() {
        b.iter_mut()
            .enumerate()
            .for_each(|(i, b)| *b = layer as f64 + 0.001 * i as f64);
    }
    (network, parameters)
}

/// What stands between two texts that occur once each, in this order.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text.split_once(before).unwrap();
    rest.split_once(after).unwrap().0
}

fn unescape(html: &str) -> String {
    let html = html.replace("&lt;", "<").replace("&gt;", ">");
    let html = html.replace("&quot;", "\"").replace("&#39;", "'");
    html.replace("&amp;", "&")
}

#[test]
fn the_page_carries_the_parameters_layer_by_layer_as_little_endian_f32() {
    for dimensions in [&[784, 10][..], &[784, 5, 10], &[784, 4, 3, 6, 10]] {
        let (network, parameters) = made(dimensions);
        let pad = digits::drawing_pad(&network, &parameters).unwrap();
        let text = between(pad.page(), "\"parameters\": \"", "\"");
        let bytes = STANDARD.decode(text).unwrap();
        let carried: Vec<f32> = bytes
            .chunks_exact(4)
            .map(|four| f32::from_le_bytes(four.try_into().unwrap()))
            .collect();
        let mut expected = Vec::new();
        for (b, w) in parameters.b.iter().zip(&parameters.w) {
            expected.extend(b.iter().map(|&value| value as f32));
            expected.extend(w.iter().map(|&value| value as f32));
        }
        assert_eq!(carried, expected);
        let page = pad.page();
        let last = dimensions.len() - 1;
        let layers = dimensions.iter().enumerate();
        let layers: Vec<[usize; 2]> = layers.map(|(l, &n)| [n, usize::from(l == last)]).collect();
        assert!(page.contains(&format!("\"layers\": {layers:?}")));
        assert!(page.contains("\"scale\": 0.00392156862745098"));
    }
}

#[test]
fn the_page_has_the_code_of_each_activation() {
    let ranges = [
        InitRange {
            b: (0.0, 0.0),
            w: None,
        },
        InitRange {
            b: (0.0, 0.0),
            w: Some((-0.1, 0.1)),
        },
    ];
    let activations = [Activation::Softmax, Activation::Tanh];
    let network = Network::new(&[784, 10], &activations, &ranges).unwrap();
    let parameters = network.init(&mut ChaCha8Rng::seed_from_u64(1));
    let pad = digits::drawing_pad(&network, &parameters).unwrap();
    let expected = "\"layers\": [[784, 1], [10, 0]], \"names\": [\"0\", \"1\",";
    assert!(pad.page().contains(expected));
    // No formula of the network is left in the page's own script.
    let script = include_str!("../src/pad/pad.js");
    assert!(
        !["tanh", "Math.exp", "softmax"]
            .iter()
            .any(|formula| script.contains(formula))
    );
}

#[test]
fn the_page_holds_all_its_parts_and_loads_nothing() {
    let (network, parameters) = made(&[784, 10]);
    let pad = digits::drawing_pad(&network, &parameters).unwrap();
    let page = pad.page();
    for placeholder in ["{css}", "{js}", "{engine}", "{wasm}", "{network}"] {
        assert!(!page.contains(placeholder), "{placeholder} was not filled");
    }
    assert_eq!(page.matches("<script>").count(), 1);
    assert_eq!(page.matches("</script>").count(), 1);
    for loading in ["://", "src=", "href=", "@import", "url(", "fetch("] {
        assert!(!page.contains(loading), "{loading} could load something");
    }
}

#[test]
fn the_frame_gives_back_the_page_and_no_other_markup() {
    let (network, parameters) = made(&[784, 10]);
    let pad = digits::drawing_pad(&network, &parameters).unwrap();
    let html = pad.html();
    let escaped = between(&html, "srcdoc=\"", "\"></iframe>");
    assert!(!escaped.contains(['<', '>', '"', '\'']));
    assert_eq!(unescape(escaped), pad.page());
    assert!(html.contains("sandbox=\"allow-scripts\""));
    assert!(html.contains("title=\"Drawing pad\""));
    let outside = html.replace(escaped, "");
    assert!(!outside.contains("<script") && !outside.contains("EVCXR_"));
    // The kernel reads its blocks line by line.
    assert!(!pad.page().lines().any(|line| line.starts_with("EVCXR_")));
}

#[test]
fn a_pad_of_the_course_leaves_a_notebook_room() {
    let (network, parameters) = made(&[784, 100, 10]);
    let pad = digits::drawing_pad(&network, &parameters).unwrap();
    let size = pad.html().len();
    assert!((550_000..610_000).contains(&size), "{size} bytes");
    let short = format!("{pad:?}");
    assert!(short.starts_with("Drawing pad: a page of 5") && short.len() < 80);
}

#[test]
fn what_cannot_be_drawn_on_is_refused_in_words() {
    let refusal = |network: &Network, parameters: &Parameters| {
        digits::drawing_pad(network, parameters)
            .map(drop)
            .unwrap_err()
    };
    let (network, good) = made(&[784, 5, 10]);

    let (other, parameters) = made(&[64, 10]);
    assert_eq!(
        refusal(&other, &parameters).to_string(),
        "network: expected one that takes 784 pixels, found 64 pixels"
    );
    let (_, foreign) = made(&[784, 10]);
    assert!(matches!(refusal(&network, &foreign), Error::Shape { .. }));
    // The last one is a number for the crate and none for the page's 32 bits.
    for (bad, found) in [(f64::NAN, "NaN"), (f64::INFINITY, "inf"), (1e39, "1000")] {
        let mut parameters = good.clone();
        parameters.w[2][[4, 9]] = bad;
        let text = refusal(&network, &parameters).to_string();
        let start = "parameters: expected finite numbers, at most ±3.4028235e38, found ";
        assert!(text.starts_with(&format!("{start}{found}")), "{text}");
    }
}

/// Who is stopped after the first of the two files has lost that drawing alone.
#[test]
fn an_image_without_its_label_is_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let files = ["drawings-images-idx3-ubyte", "drawings-labels-idx1-ubyte"];
    keep_drawing(folder.path(), &Array1::zeros(784), 3).unwrap();
    let labels = std::fs::read(folder.path().join(files[1])).unwrap();
    keep_drawing(folder.path(), &Array1::ones(784), 7).unwrap();
    std::fs::write(folder.path().join(files[1]), labels).unwrap();
    assert_eq!(kept_drawings(folder.path()).unwrap().labels().to_vec(), [3]);
    let set = keep_drawing(folder.path(), &Array1::ones(784), 5).unwrap();
    assert_eq!(set.labels().to_vec(), [3, 5]);
    assert_eq!(set.image(1).unwrap(), Array1::<u8>::ones(784));
}
