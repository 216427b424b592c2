//! `cargo xtask grade`: judges students' notebooks by the course's own checks, each in a sandbox.

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::environment::Environment;
use crate::process::{become_program, succeed};
use crate::{hub, python, warm};

/// What the command line asks for.
#[derive(Default)]
pub struct Options {
    /// Where the students' notebooks are.
    pub folders: Vec<PathBuf>,
    /// Where the grades go; `target/grades` when none is given.
    pub out: Option<PathBuf>,
    /// The longest that one cell of a student's may take, in seconds.
    pub timeout: Option<u32>,
}

/// Sets up what is missing, then grades.
pub fn run(options: &Options) -> Result<()> {
    if options.folders.is_empty() {
        bail!("name the folder that holds the students' notebooks: cargo xtask grade FOLDER");
    }
    let environment = prepare()?;
    let layout = &environment.layout;
    let mut command = python::COURSE.module(layout, "course.grade");
    let out = options.out.clone();
    command.arg("--root").arg(&layout.root);
    command
        .arg("--out")
        .arg(out.unwrap_or_else(|| layout.root.join("target/grades")));
    if let Some(seconds) = options.timeout {
        command.arg(format!("--timeout={seconds}"));
    }
    command.arg("--").args(&options.folders);
    become_program(command)
}

/// Grades solutions, wrong answers and hostile notebooks of the first two lessons.
pub fn check() -> Result<()> {
    let environment = prepare()?;
    let layout = &environment.layout;
    let mut command = python::COURSE.module(layout, "course.tests.grade_test");
    succeed(command.arg(layout.root.join("target/grade-test")))
}

fn prepare() -> Result<Environment> {
    if !cfg!(target_os = "linux") {
        bail!(
            "students' code is graded on Linux only, where bubblewrap keeps it from this machine's \
             files; on Windows, WSL is such a Linux"
        );
    }
    hub::need_bubblewrap("grading needs bubblewrap, which keeps students' code from your files")?;
    let environment = Environment::prepare()?;
    warm::prepare(&environment)?;
    Ok(environment)
}
