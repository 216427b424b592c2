//! A finished picture: how it shows itself in a notebook and how it goes to a file.

use std::path::Path;

use crate::html::{base64, block, escape};
use crate::{Error, Result};

/// A picture with its alt text. It shows itself at the end of a notebook cell.
///
/// ```
/// let picture = digits_plot::curves("A line").line("x", [0, 1], [0, 2]).draw()?;
/// assert!(picture.svg().starts_with("<svg "));
/// assert!(picture.alt().starts_with("Line chart"));
/// # Ok::<(), digits_plot::Error>(())
/// ```
#[derive(Clone)]
pub struct Picture {
    svg: String,
    alt: String,
    width: u32,
}

impl Picture {
    /// `drawing` is what comes between `<svg …>` and `</svg>`, with `steps` along each pixel.
    pub(crate) fn new(drawing: &str, (width, height): (u32, u32), steps: u32, alt: &str) -> Self {
        // A line break inside would end the block in which evcxr reads it.
        let alt = alt.split_whitespace().collect::<Vec<_>>().join(" ");
        let alt: String = alt.chars().filter(|c| allowed(*c)).collect();
        let escaped = escape(&alt);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{escaped}\">\n\
             <title>{escaped}</title>\n\
             <rect width=\"100%\" height=\"100%\" fill=\"#FFFFFF\"/>\n{drawing}</svg>\n",
            steps * width,
            steps * height
        );
        svg.retain(allowed);
        Self { svg, alt, width }
    }

    /// The picture as an SVG document, its alt text inside.
    pub fn svg(&self) -> &str {
        &self.svg
    }

    /// What the picture shows, in a sentence, for those who cannot see it.
    pub fn alt(&self) -> &str {
        &self.alt
    }

    /// The picture as one HTML element.
    ///
    /// An `<img>` with a data URI, because JupyterLab shows that and its alt text even in a
    /// notebook that is not trusted, where it hides inline SVG.
    pub fn html(&self) -> String {
        format!(
            "<img alt=\"{}\" width=\"{}\" style=\"max-width:100%;height:auto\" \
             src=\"data:image/svg+xml;base64,{}\">",
            escape(&self.alt),
            self.width,
            base64(self.svg.as_bytes()),
        )
    }

    /// Shows the picture now, for a cell that does not end in it.
    ///
    /// It is needed in one place only: evcxr compiles a kernel's first cell with a `?` twice, and the
    /// second time it takes the value at the end for text.
    ///
    /// Matplotlib equivalent: `plt.show()`.
    pub fn show(&self) {
        println!("{}", self.blocks());
    }

    /// Shows the picture: the evcxr kernel calls this for the value at the end of a cell.
    pub fn evcxr_display(&self) {
        self.show();
    }

    /// The picture and its alt text as evcxr reads them, one block for each MIME type.
    fn blocks(&self) -> String {
        let html = block("text/html", &self.html());
        format!("{html}\n{}", block("text/plain", &self.alt))
    }

    /// Writes the picture to a file as SVG, its alt text inside.
    ///
    /// Matplotlib equivalent: `plt.savefig(path)`.
    ///
    /// ```
    /// let picture = digits_plot::curves("A line").line("x", [0, 1], [0, 2]).draw()?;
    /// picture.save(std::env::temp_dir().join("a-line.svg"))?;
    /// # Ok::<(), digits_plot::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Write`] when the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        std::fs::write(path, &self.svg).map_err(|source| Error::Write {
            path: path.into(),
            source,
        })
    }
}

#[cfg(feature = "live")]
impl digits_live::Html for Picture {
    fn html(&self) -> String {
        Picture::html(self)
    }
}

/// Short: the SVG would fill the screen.
impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({} bytes of SVG: {})", self.svg.len(), self.alt)
    }
}

/// Whether XML may contain this character at all.
fn allowed(c: char) -> bool {
    (!c.is_control() || matches!(c, '\n' | '\t' | '\r')) && !matches!(c, '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evcxr_gets_one_block_per_mime_type() {
        let picture = Picture::new(
            "<rect/>",
            (10, 20),
            1,
            "A\nEVCXR_END_CONTENT\n<b> & \"c\"\u{0}",
        );
        let blocks = picture.blocks();
        let lines: Vec<&str> = blocks.lines().collect();
        assert_eq!(lines.len(), 6);
        assert_eq!(lines[0], "EVCXR_BEGIN_CONTENT text/html");
        assert!(lines[1].starts_with(
            "<img alt=\"A EVCXR_END_CONTENT &lt;b&gt; &amp; &quot;c&quot;\" width=\"10\""
        ));
        assert_eq!(lines[2], "EVCXR_END_CONTENT");
        assert_eq!(lines[3], "EVCXR_BEGIN_CONTENT text/plain");
        assert_eq!(lines[4], "A EVCXR_END_CONTENT <b> & \"c\"");
        assert_eq!(lines[5], "EVCXR_END_CONTENT");
    }
}
