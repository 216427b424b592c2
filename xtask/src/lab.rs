//! `cargo xtask lab`: opens JupyterLab on the first notebook.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::environment::Environment;
use crate::layout::{holds, write_if_changed};
use crate::notebooks;

/// What the command line asks for.
#[derive(Default)]
pub struct Options {
    /// Print the address and open no browser.
    pub no_browser: bool,
    /// The port to listen on.
    pub port: Option<u16>,
}

/// Sets up what is missing, then becomes JupyterLab.
pub fn run(options: &Options) -> Result<()> {
    let environment = Environment::prepare()?;
    warm(&environment)?;
    let layout = &environment.layout;
    let mut command = environment.python()?;
    command
        .args(["-m", "jupyterlab", "--ServerApp.ip=127.0.0.1"])
        // Ctrl-C ends it without a question.
        .arg("--ServerApp.answer_yes=True")
        .arg(format!("--ServerApp.root_dir={}", layout.root.display()))
        .current_dir(&layout.root);
    if layout.first_notebook().exists() {
        command.arg("--LabApp.default_url=/lab/tree/notebooks/01_network.ipynb");
    }
    if options.no_browser {
        command.arg("--no-browser");
    }
    if let Some(port) = options.port {
        command.arg(format!("--port={port}"));
    }
    println!("Starting JupyterLab. Ctrl-C in this window ends it.");
    become_program(command)
}

/// Compiles the crates that the first notebook names, so that its first cell is quick.
///
/// That it fails is no reason not to open JupyterLab, where the student sees why.
fn warm(environment: &Environment) -> Result<()> {
    let layout = &environment.layout;
    let notebook = layout.first_notebook();
    if !notebook.exists() {
        return Ok(());
    }
    // The crate's dependencies decide what there is to compile.
    let manifests = ["Cargo.toml", "crate/Cargo.toml"]
        .map(|name| fs::read_to_string(layout.root.join(name)).unwrap_or_default())
        .concat();
    let stamp = layout.course.join("warm.stamp");
    if holds(&stamp, &manifests) {
        return Ok(());
    }
    println!("Compiling the crates that the notebooks use (about half a minute) …");
    let status = notebooks::script(environment)?
        .arg("warm")
        .arg(notebook)
        .status()
        .context("cannot run the environment's Python")?;
    if status.success() {
        write_if_changed(&stamp, &manifests)?;
    }
    Ok(())
}

/// Replaces this program, so that Ctrl-C and signals reach JupyterLab itself.
#[cfg(unix)]
fn become_program(mut command: Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    let error = command.exec();
    bail!("cannot start JupyterLab: {error}")
}

/// Elsewhere this program waits; the console sends Ctrl-C to both.
#[cfg(not(unix))]
fn become_program(mut command: Command) -> Result<()> {
    let status = command.status().context("cannot start JupyterLab")?;
    if !status.success() {
        bail!("JupyterLab ended with {status}");
    }
    Ok(())
}
