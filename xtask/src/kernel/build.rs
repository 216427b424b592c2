//! Builds the kernel, and says how far it is.

use std::fs;
use std::io::{BufReader, Read};
use std::process::{Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::VERSION;
use crate::layout::Layout;
use crate::process::cargo;
use crate::progress::{Line, say};

/// The share of the time that is over when a tenth, two tenths … of the crates are there: the large ones come late.
const SHARES: [f64; 11] = [
    0.0, 0.02, 0.03, 0.04, 0.11, 0.15, 0.30, 0.46, 0.55, 0.78, 1.0,
];
/// Below this share of the time a guess of the rest is worth nothing.
const LEAST_SHARE: f64 = 0.02;
/// Within this time cargo has counted what an earlier build has left.
const SAVED_IS_COUNTED: Duration = Duration::from_secs(3);
/// How many of its last lines a build that fails shows.
const LAST_LINES: usize = 40;

/// Builds the kernel. An interrupted build goes on where it stopped.
pub fn run(layout: &Layout) -> Result<()> {
    say(&format!(
        "Building the Rust kernel, evcxr_jupyter {VERSION}: once, for 5 to 12 minutes on 2 cores."
    ));
    let target = layout.course.join("kernel-build");
    let mut cargo = Command::new(cargo())
        .args(["install", "--locked", "evcxr_jupyter", "--version", VERSION])
        .arg("--root")
        .arg(layout.course.join("kernel"))
        .arg("--target-dir")
        .arg(&target)
        .env("CARGO_TERM_COLOR", "never")
        .env("CARGO_TERM_PROGRESS_WHEN", "always")
        .env("CARGO_TERM_PROGRESS_WIDTH", "80")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .context("cannot run cargo")?;
    let output = cargo.stderr.take().context("cargo has no output")?;
    let said = watch(output);
    let status = cargo.wait().context("cannot wait for cargo")?;
    if !status.success() {
        let last = said.len().saturating_sub(LAST_LINES);
        bail!(
            "cargo could not build evcxr_jupyter {VERSION}. When that is fixed, run this command \
             again: it goes on where it stopped. cargo said:\n{}",
            said[last..].join("\n")
        );
    }
    // A gigabyte that nothing needs any more; that it stays does no harm.
    let _ = fs::remove_dir_all(target);
    Ok(())
}

/// Shows the progress until cargo ends; gives the lines that it said.
fn watch(output: impl Read + Send + 'static) -> Vec<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || read(output, &sender));
    let (mut line, mut forecast, mut said) = (Line::new(), Forecast::new(), Vec::new());
    loop {
        match receiver.recv_timeout(Duration::from_secs(1)) {
            Ok(text) => match built(&text) {
                Some((done, all)) => forecast.note(done, all),
                None => said.push(text),
            },
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return said,
        }
        if forecast.all > 0 {
            line.show(&forecast.text());
        }
    }
}

/// Sends line by line. Cargo ends a line that it will replace with a carriage return.
fn read(output: impl Read, sender: &Sender<String>) {
    let mut line = Vec::new();
    for byte in BufReader::new(output).bytes().map_while(Result::ok) {
        if !matches!(byte, b'\r' | b'\n') {
            line.push(byte);
        } else if !line.trim_ascii().is_empty() {
            let text = String::from_utf8_lossy(&line).into_owned();
            if sender.send(text).is_err() {
                return;
            }
            line.clear();
        }
    }
}

/// What cargo's own line of progress tells: `Building [==>  ] 12/333: syn`. It counts build scripts as crates.
fn built(line: &str) -> Option<(u32, u32)> {
    let (_, counts) = line.split_once("Building [")?.1.split_once("] ")?;
    let (done, rest) = counts.split_once('/')?;
    let all = rest.split(':').next()?;
    Some((done.trim().parse().ok()?, all.trim().parse().ok()?))
}

/// How far the build is, and when it may end.
struct Forecast {
    began: Instant,
    done: u32,
    all: u32,
    /// The share of the time that an earlier, interrupted build has saved.
    saved: f64,
    end: Option<Instant>,
}

impl Forecast {
    fn new() -> Self {
        Self {
            began: Instant::now(),
            done: 0,
            all: 0,
            saved: 0.0,
            end: None,
        }
    }

    /// Takes in what is built now.
    fn note(&mut self, done: u32, all: u32) {
        let (passed, share) = (self.began.elapsed(), share(done, all));
        if passed < SAVED_IS_COUNTED {
            self.saved = share;
        } else if done > self.done && share - self.saved > LEAST_SHARE {
            let rest = passed.mul_f64((1.0 - share) / (share - self.saved));
            self.end = Some(Instant::now() + rest);
        }
        (self.done, self.all) = (done, all);
    }

    /// The line that shows it.
    fn text(&self) -> String {
        let rest = self.end.map_or("some minutes left".to_owned(), |end| {
            let left = end.saturating_duration_since(Instant::now());
            match left.as_secs().div_ceil(60) {
                0 | 1 => "about a minute left".to_owned(),
                minutes => format!("about {minutes} minutes left"),
            }
        });
        format!(
            "Rust kernel: {} of {} crates built, {rest}",
            self.done, self.all
        )
    }
}

/// The share of a build's time that is over when so many of its crates are there.
fn share(done: u32, all: u32) -> f64 {
    let tenths = 10.0 * f64::from(done) / f64::from(all.max(1));
    let steps = SHARES.windows(2).zip(0..);
    let parts =
        steps.map(|(step, n)| (step[1] - step[0]) * (tenths - f64::from(n)).clamp(0.0, 1.0));
    parts.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargos_progress_is_read() {
        let line = "    Building [====>          ] 123/333: syn, ra_ap_hir(build)";
        assert_eq!(built(line), Some((123, 333)));
        assert_eq!(built("   Compiling syn v2.0.1"), None);
        assert_eq!(built(" Downloading [==> ] 3/300"), None);
    }

    #[test]
    fn lines_end_with_either_return() {
        let (sender, receiver) = channel();
        read("a\r\n b\rBuilding [> ] 1/2: c\r".as_bytes(), &sender);
        drop(sender);
        let lines: Vec<String> = receiver.iter().collect();
        assert_eq!(lines, ["a", " b", "Building [> ] 1/2: c"]);
    }

    #[test]
    fn the_share_grows_from_nothing_to_all() {
        assert!(share(0, 300).abs() < 1e-12 && (share(300, 300) - 1.0).abs() < 1e-12);
        assert!((share(30, 300) - SHARES[1]).abs() < 1e-12);
        assert!((share(285, 300) - f64::midpoint(SHARES[9], SHARES[10])).abs() < 1e-12);
    }

    #[test]
    fn a_build_that_goes_on_does_not_count_what_was_there() {
        let mut forecast = Forecast::new();
        forecast.note(180, 300);
        assert!(
            forecast
                .text()
                .ends_with("180 of 300 crates built, some minutes left")
        );
        forecast.began = Instant::now() - Duration::from_secs(300);
        forecast.note(240, 300);
        // From 0.30 to 0.55 of the time in 300 s: the other 0.45 take 540 s.
        assert!(
            forecast.text().ends_with("about 9 minutes left"),
            "{}",
            forecast.text()
        );
    }
}
