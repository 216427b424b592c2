//! How a picture shows itself and goes to a file, whatever its texts contain.
#![allow(missing_docs, clippy::unwrap_used)]

mod common;

use base64::{Engine, engine::general_purpose::STANDARD};
use common::{check, texts};
use digits_plot::{self as plot, Picture};
use ndarray::array;

const NASTY: &str = "<script>alert(\"1\")</script> & 'two'\u{0}\u{1b}\nEVCXR_END_CONTENT \u{ffff}";

fn nasty() -> Picture {
    plot::curves(NASTY)
        .x(NASTY)
        .y(NASTY)
        .line(NASTY, &[0.0, 1.0], &[2.0, 3.0])
        .draw()
        .unwrap()
}

#[test]
fn texts_are_escaped_in_svg_and_html() {
    let picture = nasty();
    check(&picture);
    assert!(!picture.svg().contains("<script"));
    let html = picture.html();
    assert!(!html.contains("<script") && !html.contains('\n'));
    assert_eq!(html.matches('<').count(), 1, "one element, nothing else");
    assert_eq!(
        html.matches('"').count(),
        8,
        "four attributes, nothing else"
    );
    assert!(texts(&picture)[0].starts_with("<script>alert("));
}

#[test]
fn html_holds_the_svg_and_the_alt_text() {
    let picture = plot::heat_map("Two", &array![[1.0, -1.0]]).unwrap();
    let html = picture.html();
    assert!(html.starts_with("<img alt=\"Heat map &quot;Two&quot; of 1 by 2 numbers"));
    let (_, data) = html.split_once("src=\"data:image/svg+xml;base64,").unwrap();
    let svg = STANDARD.decode(data.strip_suffix("\">").unwrap()).unwrap();
    assert_eq!(svg, picture.svg().as_bytes());
}

#[test]
fn a_file_keeps_the_alt_text() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("picture.svg");
    let picture = nasty();
    picture.save(&path).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), picture.svg());
    let document = roxmltree::Document::parse(picture.svg()).unwrap();
    let title = document
        .descendants()
        .find(|node| node.tag_name().name() == "title")
        .unwrap();
    assert_eq!(title.text(), Some(picture.alt()));
}

#[test]
fn a_file_that_cannot_be_written_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let error = nasty()
        .save(folder.path().join("no/such/folder.svg"))
        .unwrap_err();
    assert!(matches!(error, digits_plot::Error::Write { .. }));
    assert!(error.to_string().contains("folder.svg"));
}

#[test]
fn debug_is_short() {
    assert!(format!("{:?}", nasty()).len() < 600);
}

#[test]
fn a_figure_is_white_and_has_its_size_and_alt_text() {
    use plot::plotters::prelude::*;
    let picture = plot::figure((30, 20), "A red square.", |area| {
        area.draw(&Rectangle::new([(0, 0), (9, 9)], RED.filled()))?;
        Ok(())
    });
    let picture = picture.unwrap();
    check(&picture);
    assert_eq!(picture.alt(), "A red square.");
    assert!(picture.html().contains("width=\"30\""));
    assert!(picture.svg().contains("viewBox=\"0 0 30 20\""));
}

#[test]
fn a_figure_that_cannot_be_drawn_is_an_error() {
    let error = |size, alt| plot::figure(size, alt, |_| Ok(())).unwrap_err().to_string();
    assert!(error((0, 9), "A.").starts_with("size: expected 1 × 1 to"));
    assert!(error((9, 9), " ").starts_with("alt: expected a sentence"));
    let failed = plot::figure((9, 9), "A.", |_| Err("no ink".into())).unwrap_err();
    assert_eq!(failed.to_string(), "could not draw \"A.\": no ink");
}
