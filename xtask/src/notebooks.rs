//! `cargo xtask notebooks`: runs the notebooks and compares or writes their outputs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::environment::Environment;
use crate::warm;

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
    let files = if options.files.is_empty() {
        all(&environment.layout.root.join("notebooks"))?
    } else {
        options.files.clone()
    };
    if let Some(missing) = files.iter().find(|file| !file.is_file()) {
        bail!("there is no notebook {}", missing.display());
    }
    warm::prepare(&environment)?;
    let mut command = script(&environment, "runner")?;
    command.arg("run");
    command.args(["--timeout", &options.timeout.to_string()]);
    if options.update {
        command.arg("--update");
    }
    let status = command
        .args(&files)
        .status()
        .context("cannot run the environment's Python")?;
    if !status.success() {
        bail!("not all notebooks passed (see above)");
    }
    Ok(())
}

/// Plants faults in the notebooks, which their own checks must catch, and runs each cell twice.
pub fn misuse(files: &[PathBuf]) -> Result<()> {
    let environment = Environment::prepare()?;
    let files = match files {
        [] => all(&environment.layout.root.join("notebooks"))?,
        some => some.to_vec(),
    };
    warm::prepare(&environment)?;
    let status = script(&environment, "misuse")?
        .args(&files)
        .status()
        .context("cannot run the environment's Python")?;
    if !status.success() {
        bail!("a fault was not caught, or a cell cannot run twice (see above)");
    }
    Ok(())
}

/// A Python program that drives kernels. Their chatter goes into a file.
pub fn script(environment: &Environment, name: &str) -> Result<Command> {
    let mut command = environment.module(&format!("course.{name}"))?;
    command
        .arg("--log")
        .arg(environment.layout.course.join("kernels.log"));
    Ok(command)
}

/// The course's notebooks, in their order.
fn all(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "ipynb")
        {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() {
        bail!("there are no notebooks in {}", folder.display());
    }
    Ok(files)
}
