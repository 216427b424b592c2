//! `cargo xtask book`: the notebooks and texts as a static site, with slides. It runs no notebook.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::layout::Layout;
use crate::process::{answer, succeed};
use crate::progress::say;
use crate::python;

/// Makes the site in `target/book` from the committed outputs and checks it.
pub fn run() -> Result<()> {
    let layout = Layout::find()?;
    python::prepare(&layout, &python::COURSE)?;
    succeed(&mut program(&layout, "make"))?;
    succeed(&mut program(&layout, "check"))?;
    println!("Open {}", folder(&layout).join("index.html").display());
    Ok(())
}

/// Opens lesson 1 as a page in the browser, for someone who waits for the kernel.
pub fn read_meanwhile(layout: &Layout) -> Result<()> {
    let page = folder(layout).join("01_network.html");
    answer(program(layout, "make").arg("--open").arg(&page))?;
    say(&format!(
        "Meanwhile read lesson 1 in your browser: {}",
        page.display()
    ));
    say("When the kernel is ready, JupyterLab opens by itself.");
    Ok(())
}

fn folder(layout: &Layout) -> PathBuf {
    layout.root.join("target").join("book")
}

fn program(layout: &Layout, name: &str) -> Command {
    let mut command = python::COURSE.module(layout, &format!("course.book.{name}"));
    command.arg("--root").arg(&layout.root);
    command.arg("--out").arg(folder(layout));
    command
}
