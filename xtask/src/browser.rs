//! What a person would see: the tests that need a real browser, and Python's own libraries.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result, bail};

use crate::environment::Environment;
use crate::kernel::cargo;
use crate::layout::{Layout, program};
use crate::process::succeed;
use crate::{python, warm};

/// Browsers as the systems name them.
const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// Draws on the pad, and loads saved parameters in Python.
pub fn pad() -> Result<()> {
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
    with_browser(&layout, "the drawing pad", |browser| {
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
    with_browser(&layout, "the notebooks in JupyterLab", |browser| {
        succeed(test("live_test").arg(browser))?;
        succeed(test("screen_test").arg(browser))
    })
}

/// Opens the pages that `cargo xtask book` has made.
pub fn pages() -> Result<()> {
    let layout = Layout::find()?;
    python::prepare(&layout, &python::TESTS)?;
    let book = layout.root.join("target").join("book");
    with_browser(&layout, "the pages", |browser| {
        succeed(test(&layout, "pages_test").arg(&book).arg(browser))
    })
}

/// A Python program of the tests.
fn test(layout: &Layout, name: &str) -> Command {
    python::TESTS.module(layout, &format!("course.tests.{name}"))
}

/// Tests with a browser. Without one, CI fails, and anywhere else it is said.
fn with_browser(layout: &Layout, what: &str, run: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    match find(layout)? {
        Some(browser) => run(&browser),
        None if env::var_os("CI").is_some() => bail!("no browser was found; {HELP}"),
        None => {
            println!("Not tested: {what}, as no browser was found; {HELP}.");
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
