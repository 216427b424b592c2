//! Heat maps and the confusion matrix: the right color and number in the right cell.
#![allow(missing_docs, clippy::unwrap_used)]

mod common;

use common::{check, elements, images, message, number, texts};
use digits_plot::{self as plot, Picture};
use ndarray::{Array2, array};

#[test]
fn a_small_matrix_carries_its_numbers() {
    let picture = plot::heat_map("Jacobian", &array![[0.25, -0.25], [0.0, 0.125]]).unwrap();
    check(&picture);
    let all = texts(&picture);
    for number in ["0.250", "-0.250", "0", "0.125", "Jacobian", "row", "column"] {
        assert!(all.contains(&number.to_string()), "{number} in {all:?}");
    }
    let shown = images(&picture);
    assert_eq!(
        shown[0],
        (
            3,
            vec![178, 24, 43, 33, 102, 172, 255, 255, 255, 244, 165, 130]
        )
    );
    assert!(
        picture
            .alt()
            .contains("the largest 0.25 at row 0, column 0")
    );
}

#[test]
fn a_large_one_stays_small() {
    let values = Array2::from_shape_fn((28, 28), |(i, j)| ((i * 28 + j) as f64).sin());
    let picture = plot::heat_map("Gradient", &values).unwrap();
    check(&picture);
    assert_eq!(images(&picture)[0].1.len(), 3 * 784);
    assert!(picture.html().len() < 20_000, "{}", picture.html().len());
}

#[test]
fn any_shape_draws() {
    for shape in [(1, 1), (1, 784), (784, 10), (1024, 1), (13, 12), (3, 300)] {
        check(&plot::heat_map("T", &Array2::from_elem(shape, -1e-7)).unwrap());
    }
    check(&plot::heat_map("T", &Array2::zeros((5, 5))).unwrap());
}

#[test]
fn the_confusion_matrix_shows_every_count() {
    let mut counts = Array2::from_diag_elem(10, 900);
    counts[[4, 9]] = 38;
    counts[[7, 1]] = 20;
    let picture = plot::confusion(&counts).unwrap();
    check(&picture);
    let all = texts(&picture);
    assert_eq!(all.iter().filter(|text| *text == "900").count(), 10);
    assert!(all.contains(&"38".into()) && all.contains(&"predicted".into()));
    assert!(all.contains(&"true".into()));
    assert!(picture.alt().contains("9000 of 9058 right"));
    assert!(picture.alt().contains("4 read as 9, 38 times"));

    let pixels = &images(&picture)[0].1;
    let cell = |row: usize, column: usize| &pixels[3 * (10 * row + column)..][..3];
    assert!(cell(0, 0)[2] > cell(0, 0)[0], "right is blue");
    for (row, column) in [(4, 9), (7, 1)] {
        assert!(
            cell(row, column)[0] > cell(row, column)[2],
            "wrong is orange"
        );
    }
    assert_eq!(cell(1, 2), [255; 3], "nothing is white");
    assert!(
        (place(&picture, "38", 0).0 - place(&picture, "9", 1).0).abs() < 2.0,
        "predicted across"
    );
    assert!(
        (place(&picture, "38", 0).1 - place(&picture, "4", 0).1).abs() < 2.0,
        "true down"
    );
}

/// Where this text stands: 0 for the first time that it is drawn.
fn place(picture: &Picture, text: &str, time: usize) -> (f64, f64) {
    let document = roxmltree::Document::parse(picture.svg()).unwrap();
    let mut same = elements(&document, "text")
        .into_iter()
        .filter(|t| t.text().map(str::trim) == Some(text));
    let node = same.nth(time).unwrap();
    (number(node, "x"), number(node, "y"))
}

#[test]
fn wrong_matrices_are_errors_that_say_so() {
    let says = |result, text: &str| assert!(message(result).contains(text), "{text}");
    says(plot::heat_map("T", &Array2::zeros((0, 3))), "found 0 × 3");
    says(
        plot::heat_map("T", &Array2::zeros((1025, 1))),
        "found 1025 × 1",
    );
    says(
        plot::heat_map("T", &array![[0.0, f64::NAN]]),
        "found NaN at index 1",
    );
    says(plot::confusion(&Array2::zeros((2, 3))), "found 2 × 3");
    says(plot::confusion(&Array2::zeros((0, 0))), "found 0 × 0");
    says(plot::confusion(&Array2::zeros((21, 21))), "found 21 × 21");
    check(&plot::confusion(&Array2::zeros((1, 1))).unwrap());
    check(&plot::confusion(&Array2::from_elem((2, 2), usize::MAX)).unwrap());
}

#[test]
fn a_scale_that_is_given_is_kept() {
    let values = array![[0.5, -9.0]];
    let picture = plot::heat_map_to(1.0, "T", &values).unwrap();
    check(&picture);
    let light_red_and_dark_blue = vec![244, 165, 130, 33, 102, 172];
    assert_eq!(images(&picture)[0].1, light_red_and_dark_blue);
    let maps = plot::heat_maps_to(1.0, &Array2::from_elem((1, 784), 0.5), plot::NO_CAPTIONS, 1);
    assert_eq!(images(&maps.unwrap())[0].1[..3], [244, 165, 130]);
    for limit in [0.0, -1.0, f64::NAN] {
        assert!(message(plot::heat_map_to(limit, "T", &values)).starts_with("limit: "));
    }
}
