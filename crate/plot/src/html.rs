//! Text and bytes as a notebook's page takes them: for whoever shows a page of their own in a cell.

/// Content as the evcxr kernel reads it from what a cell prints: one block for each MIME type.
///
/// ```
/// let block = digits_plot::html::block("text/html", "<b>7</b>");
/// assert_eq!(block, "EVCXR_BEGIN_CONTENT text/html\n<b>7</b>\nEVCXR_END_CONTENT");
/// ```
pub fn block(mime: &str, content: &str) -> String {
    format!("EVCXR_BEGIN_CONTENT {mime}\n{content}\nEVCXR_END_CONTENT")
}

/// Text as HTML and XML write it, in an attribute or between tags.
///
/// ```
/// assert_eq!(digits_plot::html::escape("a < b & \"c\""), "a &lt; b &amp; &quot;c&quot;");
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

/// Bytes as text (RFC 4648): three bytes become four letters, `=` fills up the last four.
///
/// ```
/// assert_eq!(digits_plot::html::base64(b"seven"), "c2V2ZW4=");
/// ```
pub fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let byte = |i: usize| three.get(i).map_or(0, |byte| u32::from(*byte));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for i in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * i)) as usize & 63];
            text.push(if i <= three.len() { letter.into() } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use ::base64::{Engine, engine::general_purpose::STANDARD};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn base64_agrees_with_the_crate(bytes: Vec<u8>) {
            prop_assert_eq!(super::base64(&bytes), STANDARD.encode(&bytes));
        }
    }
}
