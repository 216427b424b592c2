//! What the tests of the plots share: the SVG read back, by an XML parser and a PNG decoder.
#![allow(dead_code, missing_docs, clippy::unwrap_used)]

use base64::{Engine, engine::general_purpose::STANDARD};
use digits_plot::Picture;
use roxmltree::{Document, Node};

/// What holds for every picture: XML, alt text, a filled background, text of a readable size.
pub fn check(picture: &Picture) {
    let document = Document::parse(picture.svg()).unwrap();
    let root = document.root_element();
    assert_eq!(root.tag_name().name(), "svg");
    assert_eq!(root.attribute("role"), Some("img"));
    assert_eq!(
        root.attribute("aria-label").unwrap().trim(),
        picture.alt().trim()
    );
    assert!(
        picture.alt().len() > 10 && picture.alt().ends_with('.'),
        "{}",
        picture.alt()
    );

    let background = root.children().filter(Node::is_element).nth(1).unwrap();
    assert_eq!(background.tag_name().name(), "rect");
    assert_eq!(background.attribute("fill"), Some("#FFFFFF"));
    for side in ["width", "height"] {
        assert_eq!(background.attribute(side), Some("100%"));
    }
    let view = root.attribute("viewBox").unwrap().split(' ');
    let view: Vec<f64> = view.map(|number| number.parse().unwrap()).collect();
    assert_eq!(
        view[2] * number(root, "height"),
        view[3] * number(root, "width")
    );
    let steps = view[2] / number(root, "width");
    for text in elements(&document, "text") {
        let said = text.text();
        assert!(number(text, "font-size") / steps > 11.99, "{said:?}");
        for (at, end) in [("x", view[2]), ("y", view[3])] {
            assert!((0.0..=end).contains(&number(text, at)), "{said:?}");
        }
    }
}

pub fn elements<'a>(document: &'a Document, name: &'a str) -> Vec<Node<'a, 'a>> {
    document
        .descendants()
        .filter(|node| node.has_tag_name(("http://www.w3.org/2000/svg", name)))
        .collect()
}

pub fn number(node: Node, attribute: &str) -> f64 {
    node.attribute(attribute).unwrap().parse().unwrap()
}

/// Every text of the picture, in the order of drawing.
pub fn texts(picture: &Picture) -> Vec<String> {
    let document = Document::parse(picture.svg()).unwrap();
    elements(&document, "text")
        .iter()
        .map(|t| t.text().unwrap_or("").trim().to_string())
        .collect()
}

/// The pixels of every image of the picture: bytes a pixel, and the bytes.
pub fn images(picture: &Picture) -> Vec<(usize, Vec<u8>)> {
    let document = Document::parse(picture.svg()).unwrap();
    elements(&document, "image")
        .iter()
        .map(|image| {
            let data = image.attribute("href").unwrap();
            let data = STANDARD.decode(data.strip_prefix("data:image/png;base64,").unwrap());
            let decoder = png::Decoder::new(std::io::Cursor::new(data.unwrap()));
            let mut reader = decoder.read_info().unwrap();
            let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
            let info = reader.next_frame(&mut pixels).unwrap();
            (info.color_type.samples(), pixels)
        })
        .collect()
}

/// The points of every line of the data, in tenths of a pixel.
pub fn lines(picture: &Picture) -> Vec<Vec<(i32, i32)>> {
    let document = Document::parse(picture.svg()).unwrap();
    elements(&document, "polyline")
        .iter()
        .filter(|line| line.attribute("stroke-width") == Some("20"))
        .map(|line| {
            let points = line.attribute("points").unwrap().split_whitespace();
            points
                .map(|point| {
                    let (x, y) = point.split_once(',').unwrap();
                    (x.parse().unwrap(), y.parse().unwrap())
                })
                .collect()
        })
        .collect()
}

/// The rectangles of this color: x, y, width, height.
pub fn rectangles(picture: &Picture, fill: &str) -> Vec<[f64; 4]> {
    let document = Document::parse(picture.svg()).unwrap();
    elements(&document, "rect")
        .iter()
        .filter(|rect| rect.attribute("fill") == Some(fill))
        .map(|rect| ["x", "y", "width", "height"].map(|side| number(*rect, side)))
        .collect()
}

/// The message of an error, which must name what was expected and what was found.
pub fn message(result: digits_plot::Result<Picture>) -> String {
    let message = result.unwrap_err().to_string();
    assert!(
        message.contains("expected") && message.contains("found"),
        "{message}"
    );
    message
}
