//! `cargo xtask notebooks`: runs the notebooks and compares or writes their outputs.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::environment::Environment;
use crate::layout::Layout;
use crate::process::succeed;
use crate::{python, warm};

/// What the command line asks for.
pub struct Options {
    /// The notebooks to run; all of the course's when empty.
    pub files: Vec<PathBuf>,
    /// Whether to write the new outputs into the files.
    pub update: bool,
    /// The longest that one cell may take, in seconds.
    pub timeout: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            files: Vec::new(),
            update: false,
            timeout: 300,
        }
    }
}

/// Sets up what is missing, then runs the notebooks.
pub fn run(options: &Options) -> Result<()> {
    let environment = Environment::prepare()?;
    let files = chosen(&environment, &options.files)?;
    warm::prepare(&environment)?;
    let mut command = script(&environment, "runner")?;
    command.arg("run");
    command.args(["--timeout", &options.timeout.to_string()]);
    if options.update {
        command.arg("--update");
    }
    succeed(command.args(&files)).context("not all notebooks passed")
}

/// Plants faults in the notebooks, which their own checks must catch, and runs each cell twice.
pub fn misuse(files: &[PathBuf]) -> Result<()> {
    let environment = Environment::prepare()?;
    let files = chosen(&environment, files)?;
    warm::prepare(&environment)?;
    succeed(script(&environment, "misuse")?.args(&files))
        .context("a fault was not caught, or a cell cannot run twice")
}

/// Writes the lessons without their solutions into `target/handout`. It needs no kernel.
pub fn handout() -> Result<()> {
    let layout = Layout::find()?;
    python::prepare(&layout, &python::COURSE)?;
    let mut command = python::COURSE.module(&layout, "course.handout");
    command.arg("--root").arg(&layout.root);
    command.arg("--out").arg(layout.root.join("target/handout"));
    succeed(&mut command)
}

/// A Python program that drives kernels. Their chatter goes into a file.
pub fn script(environment: &Environment, name: &str) -> Result<Command> {
    let mut command = environment.module(&format!("course.{name}"))?;
    command
        .arg("--log")
        .arg(environment.layout.course.join("kernels.log"));
    Ok(command)
}

/// The notebooks that were named, or else all of the course's, in their order.
fn chosen(environment: &Environment, named: &[PathBuf]) -> Result<Vec<PathBuf>> {
    if let Some(missing) = named.iter().find(|file| !file.is_file()) {
        bail!("there is no notebook {}", missing.display());
    }
    if !named.is_empty() {
        return Ok(named.to_vec());
    }
    let folder = environment.layout.root.join("notebooks");
    let cannot_read = || format!("cannot read {}", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(&folder).with_context(cannot_read)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "ipynb") {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() {
        bail!("there are no notebooks in {}", folder.display());
    }
    Ok(files)
}
