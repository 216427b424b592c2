//! What a person would see: the tests that need a real browser, and Python's own libraries.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result, bail};

use crate::checks::Outcome;
use crate::environment::Environment;
use crate::layout::{Layout, program};
use crate::process::{answer, cargo, succeed};
use crate::{offline, page, python, warm};

/// Browsers as the systems name them.
const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// Draws on the pad, and loads saved parameters in Python.
pub fn pad() -> Result<Outcome> {
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
    succeed(test(&layout, "saved_test").arg(&made))?;
    with_browser(&layout, |browser| {
        succeed(test(&layout, "pad_test").arg(&made).arg(browser))
    })
}

/// Opens JupyterLab, and runs each notebook in it: `cargo xtask screens`.
pub fn screens() -> Result<()> {
    let environment = Environment::prepare()?;
    warm::prepare(&environment)?;
    let layout = environment.layout;
    python::prepare(&layout, &python::TESTS)?;
    let screens = layout.root.join("target").join("screens");
    fs::create_dir_all(&screens).with_context(|| format!("cannot make {}", screens.display()))?;
    let this = env::current_exe().context("cannot find this program")?;
    let test = |name: &str| {
        let mut command = test(&layout, name);
        command.arg(&this).arg(&layout.root).arg(&screens);
        command
    };
    succeed(&mut test("lab_test"))?;
    let run = |browser: &Path| {
        succeed(test("live_test").arg(browser))?;
        succeed(test("explain_test").arg(browser))?;
        succeed(test("screen_test").arg(browser))
    };
    if let Outcome::Skipped(why) = with_browser(&layout, run)? {
        println!("Not tested in a browser: {why}.");
    }
    Ok(())
}

/// The same without a network, where the system can take it away.
pub fn screens_off_line() -> Result<Outcome> {
    let layout = Layout::find()?;
    python::prepare(&layout, &python::TESTS)?;
    // Found, or else installed, while there is a network.
    let outcome = with_browser(&layout, |_| Ok(()))?;
    offline::run("screens")?;
    Ok(outcome)
}

/// Opens the pages that `cargo xtask book` has made.
pub fn pages() -> Result<Outcome> {
    let layout = Layout::find()?;
    python::prepare(&layout, &python::TESTS)?;
    let book = layout.root.join("target").join("book");
    with_browser(&layout, |browser| {
        succeed(test(&layout, "pages_test").arg(&book).arg(browser))
    })
}

/// Touches what moves in those pages, with the crate compiled anew beside them.
pub fn touch() -> Result<Outcome> {
    let layout = Layout::find()?;
    python::prepare(&layout, &python::TESTS)?;
    let made = layout.root.join("target").join("touch");
    fs::create_dir_all(&made).with_context(|| format!("cannot make {}", made.display()))?;
    page::build(&layout, &made.join("digits.wasm.gz"))?;
    succeed(
        Command::new(cargo())
            .args([
                "run",
                "--quiet",
                "-p",
                "digits-page",
                "--example",
                "expected",
                "--",
            ])
            .arg(&made)
            .current_dir(&layout.root),
    )?;
    let book = layout.root.join("target").join("book");
    with_browser(&layout, |browser| {
        succeed(
            test(&layout, "touch_test")
                .arg(&book)
                .arg(&made)
                .arg(browser),
        )
    })
}

/// A Python program of the tests.
fn test(layout: &Layout, name: &str) -> Command {
    python::TESTS.module(layout, &format!("course.tests.{name}"))
}

/// Tests with a browser. Without one, CI fails, and anywhere else it is said.
pub fn with_browser(layout: &Layout, run: impl FnOnce(&Path) -> Result<()>) -> Result<Outcome> {
    match find(layout)? {
        Some(browser) => run(&browser).map(|()| Outcome::Passed),
        None if env::var_os("CI").is_some() => bail!("no browser was found; {HELP}"),
        None => Ok(Outcome::Skipped(format!("no browser was found; {HELP}"))),
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
    let mut install = python::TESTS.module(layout, "playwright");
    install.args(["install", "chromium-headless-shell"]);
    install.env("PLAYWRIGHT_BROWSERS_PATH", &browsers);
    // The tests look there when they are given this folder.
    Ok(answer(&mut install).ok().map(|_| browsers))
}

fn apt_get(arguments: &[&str]) -> bool {
    let mut command = Command::new("apt-get");
    answer(command.args(["--yes", "--quiet"]).args(arguments)).is_ok()
}

fn on_path() -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    let files = NAMES
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(program(name))));
    files.into_iter().find(|file| file.is_file())
}
