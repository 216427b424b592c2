//! `cargo xtask book`: the notebooks and texts as a static site, with slides. It runs no notebook.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::layout::Layout;
use crate::python;

/// Makes the site in `target/book` from the committed outputs and checks it.
pub fn run() -> Result<()> {
    let layout = Layout::find()?;
    python::prepare(&layout, &python::COURSE)?;
    let out = layout.root.join("target").join("book");
    script(&layout, "book.py", &out)?;
    script(&layout, "book_check.py", &out)?;
    println!("Open {}", index(&out).display());
    Ok(())
}

fn index(out: &Path) -> PathBuf {
    out.join("index.html")
}

fn script(layout: &Layout, name: &str, out: &Path) -> Result<()> {
    let status = Command::new(layout.python())
        .arg(layout.xtask(name))
        .arg("--root")
        .arg(&layout.root)
        .arg("--out")
        .arg(out)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PYTHONUTF8", "1")
        .env_remove("PYTHONPATH")
        .env_remove("PYTHONHOME")
        .status()
        .context("cannot run the environment's Python")?;
    if !status.success() {
        bail!("{name} found a fault (see above)");
    }
    Ok(())
}
