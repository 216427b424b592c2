//! What a person would see: the tests that need a real browser, and Python's own libraries.

use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result, bail};

use crate::kernel::cargo;
use crate::layout::{Layout, program};
use crate::python;

/// Browsers as the systems name them.
const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// Draws on the pad, and loads saved parameters in Python.
pub fn run() -> Result<()> {
    let layout = Layout::find()?;
    python::prepare(&layout, &python::TESTS)?;
    let made = layout.root.join("target").join("pad");
    fs::create_dir_all(&made).with_context(|| format!("cannot make {}", made.display()))?;
    succeed(
        Command::new(cargo())
            .args(["run", "--quiet", "--example", "pad", "--"])
            .arg(&made)
            .current_dir(&layout.root),
    )?;
    let test = |name: &str| {
        let mut command = Command::new(python::TESTS.python(&layout));
        command.arg("-B").arg(layout.xtask(name)).arg(&made);
        command
    };
    succeed(&mut test("tests/saved_test.py"))?;
    match find(&layout)? {
        Some(browser) => succeed(test("tests/pad_test.py").arg(browser)),
        None if env::var_os("CI").is_some() => bail!("no browser was found; {HELP}"),
        None => {
            println!("Not tested: the drawing pad, as no browser was found; {HELP}.");
            Ok(())
        }
    }
}

const HELP: &str = "install Chromium or Chrome, or name one in the variable CHROME";

/// A browser of this system, or one that could be installed.
fn find(layout: &Layout) -> Result<Option<PathBuf>> {
    if let Some(named) = env::var_os("CHROME") {
        return Ok(Some(named.into()));
    }
    if let Some(found) = on_path() {
        return Ok(Some(found));
    }
    println!("Installing a browser for the tests …");
    // A Debian machine of CI is root; anywhere else Playwright brings a browser of its own.
    if apt_get(&["update"]) && apt_get(&["install", "--no-install-recommends", "chromium"]) {
        return Ok(on_path());
    }
    let browsers = layout.course.join("browsers");
    let output = Command::new(python::TESTS.python(layout))
        .args(["-m", "playwright", "install", "chromium-headless-shell"])
        .env("PLAYWRIGHT_BROWSERS_PATH", &browsers)
        .output()
        .context("cannot run the tests' Python")?;
    // The tests look there when they are given this word.
    Ok(output.status.success().then_some(browsers))
}

fn apt_get(arguments: &[&str]) -> bool {
    let mut command = Command::new("apt-get");
    let output = command.args(["--yes", "--quiet"]).args(arguments).output();
    output.is_ok_and(|output| output.status.success())
}

fn on_path() -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    let files = NAMES
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(program(name))));
    files.into_iter().find(|file| file.is_file())
}

fn succeed(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot run {command:?}"))?;
    if !status.success() {
        bail!("{command:?} ended with {status}");
    }
    Ok(())
}
