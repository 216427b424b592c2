//! The Python virtual environment with JupyterLab, made from the locked list of packages.

use std::fs;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::layout::{Layout, holds};

const OLDEST: (u32, u32) = (3, 10);

/// Makes the virtual environment unless it is there and holds what the list asks for.
pub fn prepare(layout: &Layout) -> Result<()> {
    let list = layout.xtask("requirements.txt");
    let wanted =
        fs::read_to_string(&list).with_context(|| format!("cannot read {}", list.display()))?;
    // A virtual environment knows its own path, so a moved project needs a new one.
    let wanted = format!("{}\n{wanted}", layout.venv().display());
    let stamp = layout.course.join("venv.stamp");
    if holds(&stamp, &wanted) && layout.python().exists() {
        return Ok(());
    }
    let python = find()?;
    println!("Installing JupyterLab into .course (about half a minute) …");
    make(layout, &python)?;
    install(layout)?;
    fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))?;
    println!("JupyterLab is installed.");
    Ok(())
}

/// The command line of a Python that is new enough.
fn find() -> Result<Vec<String>> {
    let mut names = vec!["python3".to_owned(), "python".to_owned()];
    names.extend(
        (OLDEST.1..=OLDEST.1 + 5)
            .rev()
            .map(|n| format!("python3.{n}")),
    );
    let mut candidates: Vec<Vec<String>> = names.into_iter().map(|name| vec![name]).collect();
    if cfg!(windows) {
        candidates.push(vec!["py".to_owned(), "-3".to_owned()]);
    }
    let mut too_old = None;
    for candidate in candidates {
        match version(&candidate) {
            Some(found) if found >= OLDEST => return Ok(candidate),
            Some(found) => too_old = Some(found),
            None => {}
        }
    }
    let found = too_old.map_or("none was found".to_owned(), |(major, minor)| {
        format!("the one found is {major}.{minor}")
    });
    bail!(
        "the course needs Python {}.{} or newer; {found}. \
         Get it from https://www.python.org/downloads or your system's packages, \
         then run this command again",
        OLDEST.0,
        OLDEST.1
    )
}

/// The major and minor version of a Python, or nothing where it does not run.
fn version(python: &[String]) -> Option<(u32, u32)> {
    let (program, arguments) = python.split_first()?;
    let output = Command::new(program)
        .args(arguments)
        .args(["-c", "import sys; print(*sys.version_info[:2])"])
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let (major, minor) = text.trim().split_once(' ')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

/// Makes an empty virtual environment. Debian and Ubuntu ship Python without this module.
fn make(layout: &Layout, python: &[String]) -> Result<()> {
    let Some((program, arguments)) = python.split_first() else {
        bail!("no Python was found");
    };
    let has_venv = Command::new(program)
        .args(arguments)
        .args(["-c", "import venv, ensurepip"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !has_venv {
        bail!(
            "{program} cannot make virtual environments: its module venv or ensurepip is missing. \
             On Debian or Ubuntu: sudo apt install python3-venv, then run this command again"
        );
    }
    let output = Command::new(program)
        .args(arguments)
        .args(["-m", "venv", "--clear"])
        .arg(layout.venv())
        .output()
        .with_context(|| format!("cannot run {program}"))?;
    if !output.status.success() {
        bail!(
            "{program} could not make the virtual environment {}:\n{}{}",
            layout.venv().display(),
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(())
}

/// Installs the locked packages; pip refuses a file whose checksum is not in the list.
fn install(layout: &Layout) -> Result<()> {
    let output = Command::new(layout.python())
        .args(["-m", "pip", "install", "--quiet", "--require-hashes"])
        .args(["--disable-pip-version-check", "--no-input", "-r"])
        .arg(layout.xtask("requirements.txt"))
        .env("PIP_USER", "0")
        .env_remove("PYTHONPATH")
        .env_remove("PYTHONHOME")
        .output()
        .context("cannot run the virtual environment's Python")?;
    if !output.status.success() {
        bail!(
            "pip could not install JupyterLab (is there a connection to pypi.org?):\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(())
}
