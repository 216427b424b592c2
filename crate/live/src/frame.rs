//! A page that talks to a closure.

use crate::closure::{Shown, keep};
use crate::front::quote;
use crate::html::{Html, escape};

/// Shows a page in a frame of its own, and below it what the closure makes of the page's messages.
///
/// A script of the page sends text with `parent.postMessage(text, "*")`; the closure gets each text, with
/// its line breaks as spaces, and when they come faster than it answers, the latest. At first it gets the
/// empty text. It runs beside the cells, as that of [`interact`](crate::interact) does.
///
/// The frame may run scripts and nothing else: it sees neither the notebook nor the network's cookies. It is
/// `height` pixels high, and `title` is its name for those who cannot see it. In a saved notebook or a page
/// without a kernel the frame is there, and nobody answers.
///
/// ipywidgets equivalent: none; `anywidget` is near.
///
/// ```
/// let page = "<button onclick=\"parent.postMessage('again', '*')\">Again</button>";
/// let mut count = 0;
/// digits_live::frame("A button", page, 60, move |text| {
///     count += usize::from(text == "again");
///     format!("pressed {count} times")
/// });
/// ```
pub fn frame<P, F>(title: &str, page: &str, height: u32, mut show: F)
where
    P: Html,
    F: FnMut(&str) -> P + Send + 'static,
{
    let element = format!(
        "<iframe class=\"digits-live\" title=\"{}\" sandbox=\"allow-scripts\" width=\"100%\" \
         height=\"{height}\" frameborder=\"0\" srcdoc=\"{}\"></iframe>",
        escape(title),
        escape(page)
    );
    let fields = format!(",\"frame\":{}", quote(&element));
    let answer = move |line: &str| Shown::new(&show(line));
    keep(
        Box::new(answer),
        String::new(),
        &element,
        |html| {
            format!(
                "{html}\n<p>Run this cell to get answers; without a live kernel nobody reads what is sent.</p>"
            )
        },
        fields,
    );
}
