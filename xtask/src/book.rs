//! `cargo xtask book`: the notebooks and texts as a static site, with slides. It runs no notebook.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::layout::Layout;
use crate::process::succeed;
use crate::python;

/// Makes the site in `target/book` from the committed outputs and checks it.
pub fn run() -> Result<()> {
    let layout = Layout::find()?;
    python::prepare(&layout, &python::COURSE)?;
    let out = layout.root.join("target").join("book");
    script(&layout, "course.book.make", &out)?;
    script(&layout, "course.book.check", &out)?;
    println!("Open {}", index(&out).display());
    Ok(())
}

fn index(out: &Path) -> PathBuf {
    out.join("index.html")
}

fn script(layout: &Layout, name: &str, out: &Path) -> Result<()> {
    let mut command = python::COURSE.module(layout, name);
    command
        .arg("--root")
        .arg(&layout.root)
        .arg("--out")
        .arg(out);
    succeed(&mut command)
}
