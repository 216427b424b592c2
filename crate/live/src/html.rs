//! What can be shown: whatever turns itself into HTML.

use std::fmt::Display;

/// Something that shows itself as HTML: a picture, a text, several of them side by side, or an error.
///
/// A string is text, not HTML: `<` is shown as it stands. An array, a `Vec` or a tuple shows its parts side
/// by side. Of a `Result` the error is shown as its sentence, in the place of the picture.
///
/// ```
/// use digits_live::Html;
///
/// struct Bold(&'static str);
/// impl Html for Bold {
///     fn html(&self) -> String {
///         format!("<b>{}</b>", digits_live::escape(self.0))
///     }
/// }
/// assert_eq!(Bold("a < b").html(), "<b>a &lt; b</b>");
/// assert!((Bold("a"), "b").html().contains("<b>a</b>"));
/// ```
pub trait Html {
    /// The HTML elements to put into the notebook's page.
    fn html(&self) -> String;

    /// The sentence of the error that stands in the picture's place; `None` where nothing went wrong.
    fn fault(&self) -> Option<String> {
        None
    }
}

impl<T: Html + ?Sized> Html for &T {
    fn html(&self) -> String {
        (**self).html()
    }

    fn fault(&self) -> Option<String> {
        (**self).fault()
    }
}

impl Html for str {
    fn html(&self) -> String {
        format!("<pre>{}</pre>", escape(self))
    }
}

impl Html for String {
    fn html(&self) -> String {
        self.as_str().html()
    }
}

impl<T: Html, E: Display> Html for Result<T, E> {
    fn html(&self) -> String {
        match self {
            Ok(shown) => shown.html(),
            Err(error) => sentence(&error.to_string()),
        }
    }

    fn fault(&self) -> Option<String> {
        match self {
            Ok(shown) => shown.fault(),
            Err(error) => Some(error.to_string()),
        }
    }
}

impl<T: Html> Html for [T] {
    fn html(&self) -> String {
        beside(self.iter().map(|part| part.html()))
    }

    fn fault(&self) -> Option<String> {
        self.iter().find_map(|part| part.fault())
    }
}

impl<T: Html, const N: usize> Html for [T; N] {
    fn html(&self) -> String {
        self.as_slice().html()
    }

    fn fault(&self) -> Option<String> {
        self.as_slice().fault()
    }
}

impl<T: Html> Html for Vec<T> {
    fn html(&self) -> String {
        self.as_slice().html()
    }

    fn fault(&self) -> Option<String> {
        self.as_slice().fault()
    }
}

impl<A: Html, B: Html> Html for (A, B) {
    fn html(&self) -> String {
        beside([self.0.html(), self.1.html()])
    }

    fn fault(&self) -> Option<String> {
        self.0.fault().or_else(|| self.1.fault())
    }
}

impl<A: Html, B: Html, C: Html> Html for (A, B, C) {
    fn html(&self) -> String {
        beside([self.0.html(), self.1.html(), self.2.html()])
    }

    fn fault(&self) -> Option<String> {
        let first = self.0.fault().or_else(|| self.1.fault());
        first.or_else(|| self.2.fault())
    }
}

/// Parts in a row, which breaks where the page is narrow.
fn beside(parts: impl IntoIterator<Item = String>) -> String {
    let parts = parts.into_iter().map(|part| format!("<div>{part}</div>"));
    let parts: String = parts.collect();
    format!(
        "<div style=\"display:flex;flex-wrap:wrap;gap:12px;align-items:flex-start\">{parts}</div>"
    )
}

/// What went wrong, in the place of what should be shown.
pub(crate) fn sentence(text: &str) -> String {
    format!(
        "<p role=\"alert\" style=\"white-space:pre-wrap\">{}</p>",
        escape(text)
    )
}

/// Text as HTML writes it, between tags or in an attribute.
///
/// Python equivalent: `html.escape(text)`.
///
/// ```
/// assert_eq!(digits_live::escape("a < b & \"c\""), "a &lt; b &amp; &quot;c&quot;");
/// ```
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// HTML as evcxr reads it from what a cell prints; it shows one block at the end of the cell.
pub(crate) fn print(html: &str, fault: Option<&str>) {
    println!("EVCXR_BEGIN_CONTENT text/html\n{html}\nEVCXR_END_CONTENT");
    // Whoever runs a notebook without looking at it must learn of this too.
    if let Some(fault) = fault {
        eprintln!("{fault}");
    }
}
