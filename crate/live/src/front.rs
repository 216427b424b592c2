//! The way to the kernel's front part, where there is one. The package's page describes the protocol.

use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::OnceLock;

/// The folder that the front part shares with this program; `None` under a plain kernel.
pub(crate) fn folder() -> Option<&'static PathBuf> {
    static FOLDER: OnceLock<Option<PathBuf>> = OnceLock::new();
    FOLDER
        .get_or_init(|| std::env::var_os("DIGITS_LIVE").map(PathBuf::from))
        .as_ref()
}

/// A place in a cell's output: what is sent last is what it shows.
pub(crate) struct Place {
    stream: TcpStream,
}

impl Place {
    /// A new place, which shows nothing yet. `None` where no front part answers: then a cell is plain.
    pub fn open() -> Option<Self> {
        let front = fs::read_to_string(folder()?.join("front")).ok()?;
        let (address, secret) = front.trim().split_once(' ')?;
        let mut stream = TcpStream::connect(address).ok()?;
        stream.set_nodelay(true).ok()?;
        writeln!(stream, "{secret}").ok()?;
        Some(Self { stream })
    }

    /// A new place that shows HTML, where the cell's output now is; `others` as in [`Place::send`].
    pub fn begin(html: &str, others: &str) -> Option<Self> {
        let mut place = Self::open()?;
        place.send(html, others).and_then(|()| place.mark()).ok()?;
        Some(place)
    }

    /// Says in the cell's output that the place is here. Something must have been sent before.
    pub fn mark(&self) -> io::Result<()> {
        println!("\u{1}live {}", self.stream.local_addr()?.port());
        Ok(())
    }

    /// Shows HTML; `others` are more fields of the message, as JSON.
    pub fn send(&mut self, html: &str, others: &str) -> io::Result<()> {
        let line = format!("{{\"html\":{}{others}}}\n", quote(html));
        self.stream.write_all(line.as_bytes())
    }

    /// The lines that the front part sends, until it closes the place.
    pub fn lines(&self) -> io::Result<impl Iterator<Item = String> + use<>> {
        Ok(BufReader::new(self.stream.try_clone()?)
            .lines()
            .map_while(Result::ok))
    }
}

/// A string as JSON writes it (RFC 8259, section 7).
pub(crate) fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::quote;

    /// Golden value: `json.dumps('a "b" \\ \n \t \x01 é')` in Python, but for é, which may stand as it is.
    #[test]
    fn a_string_is_quoted_as_python_does() {
        let expected = "\"a \\\"b\\\" \\\\ \\n \\u0009 \\u0001 é\"";
        assert_eq!(quote("a \"b\" \\ \n \t \u{1} é"), expected);
    }
}
