//! `cargo xtask hub`: the classroom server, a load test of it, and its tests.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::browser;
use crate::checks::Outcome;
use crate::environment::Environment;
use crate::process::{become_program, succeed};
use crate::{grade, python, warm};

/// What the command line asks for.
#[derive(Default)]
pub struct Options {
    /// The address to listen on; this machine's own when none is given.
    pub listen: Option<String>,
    /// The port to listen on. The three after it are used too, inside this machine.
    pub port: Option<u16>,
    /// A certificate for TLS.
    pub certificate: Option<PathBuf>,
    /// The certificate's key.
    pub key: Option<PathBuf>,
    /// Where the students' folders are; `.course/hub` when none is given.
    pub folder: Option<PathBuf>,
    /// Ends the server and all that it started.
    pub stop: bool,
    /// Gathers the class's drawings into this folder instead.
    pub drawings: Option<PathBuf>,
    /// Measures with so many students instead, once for each number.
    pub load: Vec<u32>,
}

/// Sets up what is missing, then becomes the hub, or measures it.
pub fn run(options: &Options) -> Result<()> {
    if !cfg!(target_os = "linux") {
        bail!("the classroom server runs on Linux only: its sandboxes need bubblewrap");
    }
    let environment = prepare()?;
    let layout = &environment.layout;
    if !options.load.is_empty() {
        let counts = options.load.iter().map(u32::to_string);
        return test(&environment, "load.py", counts);
    }
    let mut command = script(&environment, "deploy/hub/hub.py");
    let folder = options.folder.clone();
    command
        .arg("--folder")
        .arg(folder.unwrap_or_else(|| layout.course.join("hub")));
    if let Some(address) = &options.listen {
        command.args(["--listen", address]);
    }
    if let Some(port) = options.port {
        command.arg(format!("--port={port}"));
    }
    match (&options.certificate, &options.key) {
        (Some(certificate), Some(key)) => {
            command.arg("--certificate").arg(certificate);
            command.arg("--key").arg(key);
        }
        (None, None) => {}
        _ => bail!("--certificate and --key belong together"),
    }
    if let Some(drawings) = &options.drawings {
        command.arg("--drawings").arg(drawings);
    }
    if options.stop {
        command.arg("--stop");
    }
    become_program(command)
}

/// The tests of the hub: grading, the wall and the drawings, faults that one student has and the others must not feel, and a class of four.
pub fn check() -> Result<()> {
    let environment = prepare()?;
    grade::check()?;
    let layout = &environment.layout;
    python::prepare(layout, &python::TESTS)?;
    let python = python::TESTS.program(layout, "python");
    let seen = |browser: &Path| {
        let paths = [python.as_path(), browser].map(|path| path.display().to_string());
        test(&environment, "wall_test.py", paths.clone())?;
        test(&environment, "drawings_test.py", paths)
    };
    if let Outcome::Skipped(why) = browser::with_browser(layout, seen)? {
        println!("The wall is not tested in a browser, and the drawings not at all: {why}.");
        test(&environment, "wall_test.py", [])?;
    }
    test(&environment, "faults.py", [])?;
    test(&environment, "load.py", ["4".to_owned()])
}

fn prepare() -> Result<Environment> {
    need_bubblewrap("the classroom server needs bubblewrap, which keeps the students apart")?;
    let environment = Environment::prepare()?;
    python::prepare(&environment.layout, &python::HUB)?;
    warm::prepare(&environment)?;
    Ok(environment)
}

/// Refuses to go on without bubblewrap; `why` says what it is for.
pub fn need_bubblewrap(why: &str) -> Result<()> {
    if Command::new("bwrap").arg("--version").output().is_err() {
        bail!(
            "{why}. On Debian or Ubuntu: sudo apt install bubblewrap, then run this command again"
        );
    }
    Ok(())
}

/// A Python program, in the hub's environment.
fn script(environment: &Environment, name: &str) -> Command {
    let layout = &environment.layout;
    let mut command = python::HUB.command(layout);
    command.arg(layout.root.join(name));
    command
}

/// Runs a test or a measurement, which leaves what it found in `target/hub`.
fn test(
    environment: &Environment,
    name: &str,
    arguments: impl IntoIterator<Item = String>,
) -> Result<()> {
    let mut command = script(environment, &format!("deploy/hub/tests/{name}"));
    command.arg(environment.layout.root.join("target").join("hub"));
    succeed(command.args(arguments))
}
