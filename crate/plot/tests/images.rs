//! Digits and heat maps: the very pixels, the sizes, the errors.
#![allow(missing_docs, clippy::unwrap_used)]

mod common;

use common::{check, elements, images, message, number, texts};
use digits_plot::{self as plot, NO_CAPTIONS as NONE};
use ndarray::{Array1, Array2};

/// N images of 784 pixels, all different.
fn images_of(count: usize) -> Array2<u8> {
    Array2::from_shape_fn((count, 784), |(i, j)| (i * 31 + j * j) as u8)
}

#[test]
fn a_digit_shows_its_very_pixels() {
    let one = images_of(1);
    let image = one.row(0);
    let picture = plot::digit(&image, 5).unwrap();
    check(&picture);
    assert_eq!(images(&picture), [(1, image.to_vec())]);
    assert_eq!(texts(&picture), ["label: 5"]);
    assert!(picture.alt().contains("label: 5"));
    assert!(picture.html().len() < 4_000, "{}", picture.html().len());
}

#[test]
fn scaled_pixels_look_the_same() {
    let image: Array1<u8> = (0..784).map(|i| (i % 256) as u8).collect();
    let scaled = image.mapv(|p| f64::from(p) / 255.0);
    assert_eq!(
        plot::digit(&image, 1).unwrap().svg(),
        plot::digit(&scaled, 1).unwrap().svg()
    );
}

#[test]
fn a_grid_shows_every_digit_under_its_caption() {
    let (all, labels) = (images_of(100), 0..100);
    let picture = plot::digits(&all, labels.clone(), 10).unwrap();
    check(&picture);
    let shown = images(&picture);
    assert_eq!(shown.len(), 100);
    assert!(
        shown
            .iter()
            .zip(all.outer_iter())
            .all(|(image, row)| image.1 == row.to_vec())
    );
    let captions: Vec<String> = labels.map(|label| label.to_string()).collect();
    assert_eq!(texts(&picture), captions);
    assert!(picture.html().len() < 100_000, "{}", picture.html().len());
}

#[test]
fn a_last_row_may_be_short() {
    let picture = plot::digits(&Array2::<u8>::zeros((5, 784)), NONE, 3).unwrap();
    check(&picture);
    assert_eq!(images(&picture).len(), 5);
    assert!(picture.alt().contains("5 images in 2 rows of 3"));
    let document = roxmltree::Document::parse(picture.svg()).unwrap();
    let at = |image: &roxmltree::Node| (number(*image, "x"), number(*image, "y"));
    let at: Vec<_> = elements(&document, "image").iter().map(at).collect();
    assert!(
        at[0].0 < at[1].0 && at[1].0 < at[2].0 && at[0].1 == at[2].1,
        "a row of three"
    );
    assert!(
        at[3].0 == at[0].0 && at[4].0 == at[1].0 && at[3].1 > at[0].1,
        "then two"
    );
}

#[test]
fn heat_maps_share_one_scale() {
    let mut maps = Array2::zeros((2, 784));
    maps[[0, 0]] = -4.0;
    maps[[1, 783]] = 2.0;
    let picture = plot::heat_maps(&maps, &["a", "b"], 2).unwrap();
    check(&picture);
    let shown = images(&picture);
    assert_eq!(
        shown[0].1[..6],
        [33, 102, 172, 255, 255, 255],
        "the smallest is dark blue"
    );
    assert_eq!(
        shown[1].1[2349..],
        [244, 165, 130],
        "half the scale is light red"
    );
    assert_eq!(shown.len(), 3, "two maps and the color bar");
    assert!(texts(&picture).contains(&"-4".to_string()));
}

#[test]
fn wrong_images_are_errors_that_say_so() {
    let blank = Array2::<u8>::zeros((2, 784));
    let says = |result, text: &str| assert!(message(result).contains(text), "{text}");
    says(
        plot::digit(Array1::<u8>::zeros(783), 0),
        "image: expected length 784, found length 783",
    );
    says(plot::digit(Array1::<u8>::zeros(0), 0), "found length 0");
    says(
        plot::digit(&blank.row(0), 10),
        "label: expected a number from 0 to 9, found 10",
    );
    says(
        plot::digit(Array1::from_elem(784, -1.0), 0),
        "found -1 at index 0",
    );
    says(
        plot::digit(Array1::from_elem(784, f64::NAN), 0),
        "found NaN at index 0",
    );
    says(
        plot::digit(Array1::from_elem(784, 255.5), 0),
        "from 0 to 255",
    );
    says(
        plot::digits(&Array2::<u8>::zeros((0, 784)), NONE, 1),
        "found 0 × 784",
    );
    says(
        plot::digits(&Array2::<u8>::zeros((1, 28)), NONE, 1),
        "found 1 × 28",
    );
    says(
        plot::digits(&Array2::<u8>::zeros((1001, 784)), NONE, 9),
        "found 1001 × 784",
    );
    says(
        plot::digits(&blank, &["one"], 1),
        "captions: expected length 2, found length 1",
    );
    says(plot::digits(&blank, NONE, 0), "columns");
    says(
        plot::heat_maps(&Array2::from_elem((1, 784), f64::INFINITY), NONE, 1),
        "found inf",
    );
    says(
        plot::heat_maps(&Array2::zeros((10, 10)), NONE, 1),
        "found 10 × 10",
    );
}
