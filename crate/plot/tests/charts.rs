//! Bars and curves: as many as there are, where they belong, with the right numbers.
#![allow(missing_docs, clippy::unwrap_used)]

mod common;

use common::{check, lines, message, rectangles, texts};
use digits_plot as plot;
use ndarray::{Array1, array};

const BLUE: &str = "#0072B2";
const VERMILLION: &str = "#D55E00";

#[test]
fn ten_probabilities_are_ten_bars() {
    let p = array![0.0, 0.02, 0.01, 0.0, 0.0, 0.0, 0.0, 0.93, 0.04, 0.0];
    let picture = plot::probabilities(&p, Some(7)).unwrap();
    check(&picture);
    let (others, own) = (rectangles(&picture, BLUE), rectangles(&picture, VERMILLION));
    assert_eq!((others.len(), own.len()), (9, 1));
    assert!(
        own[0][3] / others[1][3] > 40.0,
        "0.93 stands far above 0.02"
    );
    let all = texts(&picture);
    assert!(all.iter().any(|text| text == "0.93"));
    assert!(all[0].contains("true label: 7"));

    let picture = plot::probabilities(&p, None).unwrap();
    assert_eq!(rectangles(&picture, VERMILLION).len(), 0);
    assert!(!picture.alt().contains("true label"));
}

#[test]
fn bars_are_as_high_as_their_values() {
    let picture = plot::bars(
        "T",
        "class",
        "images",
        &["a", "b", "c"],
        &array![10.0, 20.0, -10.0],
    )
    .unwrap();
    check(&picture);
    let bars = rectangles(&picture, BLUE);
    assert_eq!(bars.len(), 3);
    assert!((bars[1][3] / bars[0][3] - 2.0).abs() < 0.05);
    assert!((bars[2][3] - bars[0][3]).abs() <= 1.0);
    assert!(bars[2][1] > bars[0][1], "a negative bar hangs below");
    assert!(picture.alt().contains("a: 10, b: 20, c: -10"));
}

#[test]
fn a_histogram_counts_each_value_once() {
    let values = array![0.0, 0.1, 0.5, 0.9, 1.0, 1.0];
    let picture = plot::histogram("T", "error", &values, 2).unwrap();
    check(&picture);
    let bars = rectangles(&picture, BLUE);
    assert_eq!(bars.len(), 2);
    assert!(
        (bars[1][3] / bars[0][3] - 2.0).abs() < 0.05,
        "four against two"
    );
    assert!(picture.alt().contains("holds 4 and runs from 0.5 to 1"));
}

#[test]
fn points_of_a_line_are_where_they_belong() {
    let picture = plot::curves("T")
        .line("a", &[0.0, 1.0, 3.0], &[0.0, 30.0, 10.0])
        .draw()
        .unwrap();
    check(&picture);
    let line = &lines(&picture)[0];
    let [a, b, c] = line[..] else {
        unreachable!("{line:?}")
    };
    assert!(a.0 < b.0 && b.0 < c.0 && a.1 > c.1 && c.1 > b.1);
    assert!(
        ((c.0 - b.0) - 2 * (b.0 - a.0)).abs() <= 2,
        "equal steps in x"
    );
    assert!(
        ((c.1 - b.1) - 2 * (a.1 - c.1)).abs() <= 2,
        "equal steps in y"
    );
}

#[test]
fn logarithmic_axes_make_powers_of_ten_equal_steps() {
    let (h, error) = ([1e-6, 1e-4, 1e-2], [1e-12, 1e-4, 1e-8]);
    let chart = plot::curves("T")
        .x("h")
        .y("error")
        .log_x()
        .log_y()
        .line("a", &h, &error);
    let picture = chart.draw().unwrap();
    check(&picture);
    let line = &lines(&picture)[0];
    assert!(((line[2].0 - line[1].0) - (line[1].0 - line[0].0)).abs() <= 1);
    assert!(((line[2].1 - line[1].1) * 2 - (line[0].1 - line[1].1)).abs() <= 2);
    assert!(texts(&picture).contains(&"1e-4".to_string()));
    assert!(picture.alt().contains("both axes logarithmic"));
    assert!(picture.alt().contains("smallest 1e-12 at h = 1e-6"));
}

#[test]
fn zero_is_left_out_of_a_logarithmic_axis_and_the_alt_text_says_so() {
    let (x, y) = ([1.0, 2.0, 3.0, 4.0, 5.0], [1.0, 0.1, 0.0, 0.01, 0.1]);
    let picture = plot::curves("T").log_y().line("a", &x, &y).draw().unwrap();
    check(&picture);
    assert_eq!(lines(&picture).len(), 2, "the line has a gap");
    assert!(picture.alt().contains("4 points"));
    assert!(picture.alt().contains("1 point left out"));
}

#[test]
fn a_legend_stands_only_where_there_is_a_choice() {
    let one = plot::curves("T").line("first", &[0.0, 1.0], &[0.0, 1.0]);
    assert!(!texts(&one.draw().unwrap()).contains(&"first".to_string()));
    let two = one
        .points("second", &[0.0, 1.0], &[1.0, 2.0])
        .mark(1.0, 2.0, "here")
        .draw()
        .unwrap();
    check(&two);
    let all = texts(&two);
    assert!(
        ["first", "second", "here"]
            .iter()
            .all(|name| all.contains(&name.to_string()))
    );
}

#[test]
fn many_points_stay_small() {
    let x: Vec<f64> = (0..200_000).map(f64::from).collect();
    let y: Vec<f64> = x.iter().map(|x| (x * 12.9898).sin()).collect();
    let picture = plot::curves("T").line("a", &x, &y).draw().unwrap();
    check(&picture);
    assert!(picture.html().len() < 60_000, "{}", picture.html().len());
}

#[test]
fn the_best_rate_is_named() {
    let picture = plot::accuracy_against_rate(&[1.0, 0.01, 0.1], &[0.88, 0.75, 0.912]).unwrap();
    check(&picture);
    let all = texts(&picture);
    assert!(
        all.contains(&"best: 91.2 % at rate 0.1".to_string()),
        "{all:?}"
    );
    assert!(all.contains(&"80 %".to_string()), "{all:?}");
    assert!(
        lines(&picture)[0].is_sorted(),
        "the line goes from left to right"
    );
}

#[test]
fn constant_data_still_draws() {
    let same = [5.0, 5.0, 5.0];
    check(&plot::curves("T").line("a", &same, &same).draw().unwrap());
    check(
        &plot::curves("T")
            .log_x()
            .log_y()
            .line("a", &same, &same)
            .draw()
            .unwrap(),
    );
    check(&plot::curves("T").line("a", &[0.0], &[0.0]).draw().unwrap());
    check(&plot::bars("T", "x", "y", &[0, 1], &array![0.0, 0.0]).unwrap());
    check(&plot::histogram("T", "x", &array![0.0, 0.0], 7).unwrap());
    check(&plot::accuracy_against_rate(&[0.1], &[0.0]).unwrap());
}

#[test]
fn wrong_charts_are_errors_that_say_so() {
    let says = |result, text: &str| {
        let message = message(result);
        assert!(message.contains(text), "{message} / {text}");
    };
    let ten = Array1::from_elem(10, 0.1);
    says(
        plot::probabilities(&ten, Some(10)),
        "label: expected a number from 0 to 9, found 10",
    );
    says(
        plot::probabilities([0.5; 0], None),
        "p: expected 1 to 200 probabilities, found 0",
    );
    says(
        plot::probabilities(&(&ten * 11.0), None),
        "p: expected numbers from 0 to 1, found 1.1",
    );
    says(
        plot::probabilities(&(&ten * f64::NAN), None),
        "found NaN at index 0",
    );
    let none = Array1::<f64>::zeros(0);
    says(
        plot::bars("T", "x", "y", &[] as &[u8], &none),
        "values: expected 1 to 200 bars, found 0",
    );
    says(
        plot::bars("T", "x", "y", &[1], &ten),
        "names: expected length 10, found length 1",
    );
    says(
        plot::bars("T", "x", "y", &[1], &array![f64::INFINITY]),
        "values",
    );
    says(plot::histogram("T", "x", &none, 3), "values");
    says(plot::histogram("T", "x", &ten, 0), "bins");
    says(
        plot::histogram("T", "x", &array![f64::NAN], 3),
        "found NaN at index 0",
    );
    says(
        plot::curves("T").draw(),
        "curves: expected 1 to 20 lines, found 0",
    );
    let line = |x: &[f64], y: &[f64]| plot::curves("T").log_y().line("a", x, y).draw();
    says(
        line(&[], &[]),
        "x of line \"a\": expected 1 or more points, found 0",
    );
    says(
        line(&[1.0], &[1.0, 2.0]),
        "y of line \"a\": expected length 1, found length 2",
    );
    says(
        line(&[1.0], &[f64::NAN]),
        "y of line \"a\": expected numbers from -1e300 to 1e300, found NaN",
    );
    says(line(&[1.0], &[0.0]), "expected at least one point above 0");
    says(line(&[1e301], &[1.0]), "x of line \"a\"");
    says(
        plot::curves("T")
            .line("a", &[1.0], &[1.0])
            .mark(f64::NAN, 0.0, "m")
            .draw(),
        "mark \"m\"",
    );
    says(plot::accuracy_against_rate(&[0.0], &[0.5]), "rates");
    says(
        plot::accuracy_against_rate(&[0.1], &[1.5]),
        "accuracies: expected numbers from 0 to 1",
    );
    says(
        plot::accuracy_against_rate(&[0.1], &[0.5; 0]),
        "accuracies: expected length 1",
    );
    says(plot::accuracy_against_rate([0.5; 0], [0.5; 0]), "rates");
}

#[test]
fn a_fixed_range_stands_still_and_cuts_off() {
    let chart = |y: f64| {
        let chart = plot::curves("T").x_range(0.0..=4.0).y_range(-1.0..=1.0);
        chart.line("a", [0, 4], [-y, y]).draw().unwrap()
    };
    let (small, large) = (chart(0.5), chart(100.0));
    check(&large);
    assert_eq!(texts(&small), texts(&large));
    let (small, large) = (&lines(&small)[0], &lines(&large)[0]);
    let rise = |line: &[(i32, i32)]| f64::from(line[0].1 - line[1].1);
    assert!(
        (rise(large) / rise(small) - 200.0).abs() < 0.5,
        "the slope is kept: {small:?} {large:?}"
    );
    let clip = roxmltree::Document::parse(chart(100.0).svg()).map(|document| {
        let inner = common::elements(&document, "svg")[1];
        (
            common::number(inner, "height"),
            common::number(inner, "width") > 0.0,
        )
    });
    assert_eq!(
        clip.unwrap(),
        (2720.0, true),
        "the plot and a pixel at each edge"
    );

    for (low, high) in [(1.0, 1.0), (2.0, 1.0), (0.0, f64::INFINITY)] {
        let chart = plot::curves("T").y_range(low..=high).line("a", [0], [0]);
        assert!(message(chart.draw()).starts_with("y_range: "));
    }
    let chart = plot::curves("T")
        .log_x()
        .x_range(0.0..=1.0)
        .line("a", [1], [1]);
    assert!(message(chart.draw()).starts_with("x_range: "));
}

#[test]
fn a_band_has_the_color_of_its_line_and_no_entry_of_its_own() {
    let chart = plot::curves("T")
        .line("a", 0..3, [1, 2, 3])
        .band("a", 0..3, [0, 1, 2], [2, 3, 4])
        .line("b", 0..3, [3, 2, 1]);
    let picture = chart.draw().unwrap();
    check(&picture);
    let names = texts(&picture);
    assert_eq!(names.iter().filter(|text| *text == "a").count(), 1);
    let document = roxmltree::Document::parse(picture.svg()).unwrap();
    let inner = common::elements(&document, "svg")[1];
    let fills: Vec<_> = inner
        .children()
        .filter_map(|node| node.attribute("fill"))
        .collect();
    assert_eq!(
        fills,
        [BLUE, "none", "none"],
        "the band lies under the lines"
    );
    let strokes: Vec<_> = inner
        .children()
        .filter_map(|node| node.attribute("stroke"))
        .collect();
    assert_eq!(strokes, [BLUE, VERMILLION]);
    assert!(
        picture
            .alt()
            .contains("a: a band over 3 points, from 0 to 4")
    );

    let short = plot::curves("T").band("a", 0..3, [0, 1, 2], [2, 3]).draw();
    assert!(message(short).contains("y of line \"a\": expected length 3, found length 2"));
}

#[test]
fn a_long_single_line_has_no_markers() {
    let circles = |picture: plot::Picture| picture.svg().matches("<circle").count();
    let long = plot::curves("T").line("a", 0..100, 0..100);
    assert_eq!(circles(long.draw().unwrap()), 0);
    assert_eq!(
        circles(long.point("b", 3, 4).points("c", [1], [1]).draw().unwrap()),
        11
    );
}

#[test]
fn named_probabilities_name_their_bars() {
    let picture = plot::named_probabilities("letter", ["A", "B"], [0.25, 0.75], Some(0)).unwrap();
    check(&picture);
    assert_eq!(rectangles(&picture, VERMILLION).len(), 1);
    assert!(texts(&picture).contains(&"largest: B, true label: A (orange)".to_string()));
    let outside = plot::named_probabilities("letter", ["A", "B"], [0.25, 0.75], Some(2));
    assert!(message(outside).starts_with("label: expected a number from 0 to 1, found 2"));
}
