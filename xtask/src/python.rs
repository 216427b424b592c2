//! Python virtual environments, each made from a locked list of packages.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::layout::{Layout, holds, program};
use crate::process::{answer, succeed};
use crate::progress::say;

const OLDEST: (u32, u32) = (3, 10);

/// How Python runs a module: without the folder that it is started in, whose files could hide its own.
pub const MODULE: [&str; 5] = ["-I", "-B", "-X", "utf8", "-m"];

/// Makes the package `course` known to an environment, by the folder that it lies in.
const MAKE_KNOWN: &str = "import pathlib, sys, sysconfig
path = pathlib.Path(sysconfig.get_path('purelib'), 'course.pth')
path.write_text(sys.argv[1], encoding='utf-8')";

/// A virtual environment in `.course`, and what it is for.
pub struct Packages {
    folder: &'static str,
    list: &'static str,
    what: &'static str,
}

/// What the course runs on.
pub const COURSE: Packages = Packages {
    folder: "venv",
    list: "xtask/course/requirements.txt",
    what: "JupyterLab",
};

/// What only the tests need.
pub const TESTS: Packages = Packages {
    folder: "venv-test",
    list: "xtask/course/tests/requirements.txt",
    what: "the tests' Python packages",
};

/// What only the benchmark needs.
pub const BENCH: Packages = Packages {
    folder: "venv-bench",
    list: "xtask/bench/requirements.txt",
    what: "the benchmark's peers",
};

/// What only the checks of the folder `deploy` need.
pub const DEPLOY: Packages = Packages {
    folder: "venv-deploy",
    list: "deploy/tests/requirements.txt",
    what: "the checks of the folder deploy",
};

/// What only the classroom server needs.
pub const HUB: Packages = Packages {
    folder: "venv-hub",
    list: "deploy/hub/requirements.txt",
    what: "JupyterHub",
};

impl Packages {
    /// Where it lies.
    pub fn folder(&self, layout: &Layout) -> PathBuf {
        layout.course.join(self.folder)
    }

    /// The folder of the environment's programs.
    pub fn programs(&self, layout: &Layout) -> PathBuf {
        let name = if cfg!(windows) { "Scripts" } else { "bin" };
        self.folder(layout).join(name)
    }

    /// The environment's Python, or another program of it.
    pub fn program(&self, layout: &Layout, name: &str) -> PathBuf {
        self.programs(layout).join(program(name))
    }

    /// This Python for a script; nothing of the user's own Python gets in.
    pub fn command(&self, layout: &Layout) -> Command {
        let mut command = Command::new(self.program(layout, "python"));
        command
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("PYTHONUTF8", "1")
            .env_remove("PYTHONPATH")
            .env_remove("PYTHONHOME");
        command
    }

    /// A program of the package `course`, by its module.
    pub fn module(&self, layout: &Layout, name: &str) -> Command {
        let mut command = self.command(layout);
        command.args(MODULE).arg(name);
        command
    }
}

/// Makes a virtual environment unless it is there and holds what the list asks for.
pub fn prepare(layout: &Layout, packages: &Packages) -> Result<()> {
    let list = layout.root.join(packages.list);
    let wanted =
        fs::read_to_string(&list).with_context(|| format!("cannot read {}", list.display()))?;
    // A virtual environment knows its own path, so a moved project needs a new one.
    let folder = packages.folder(layout);
    let wanted = format!("{}\n{MAKE_KNOWN}\n{wanted}", folder.display());
    let stamp = folder.with_extension("stamp");
    if holds(&stamp, &wanted) && packages.program(layout, "python").exists() {
        return Ok(());
    }
    let python = find()?;
    let what = packages.what;
    say(&format!(
        "Installing {what} into .course (about half a minute) …"
    ));
    make(&folder, &python)?;
    install(layout, packages)?;
    fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))?;
    say(&format!("Installed: {what}."));
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
    let mut command = Command::new(program);
    command.args(arguments);
    let text = answer(command.args(["-c", "import sys; print(*sys.version_info[:2])"])).ok()?;
    let (major, minor) = text.trim().split_once(' ')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

/// Makes an empty virtual environment. Debian and Ubuntu ship Python without this module.
fn make(folder: &Path, python: &[String]) -> Result<()> {
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
    let mut command = Command::new(program);
    command.args(arguments).args(["-m", "venv", "--clear"]);
    answer(command.arg(folder)).context("the virtual environment could not be made")?;
    Ok(())
}

/// Installs the locked packages; pip refuses a file whose checksum is not in the list.
fn install(layout: &Layout, packages: &Packages) -> Result<()> {
    let mut pip = packages.command(layout);
    pip.args(["-m", "pip", "install", "--quiet", "--require-hashes"])
        .args(["--disable-pip-version-check", "--no-input", "-r"])
        .arg(layout.root.join(packages.list))
        .env("PIP_USER", "0");
    answer(&mut pip).with_context(|| {
        let what = packages.what;
        format!("pip could not install {what} (is there a connection to pypi.org?)")
    })?;
    let mut command = packages.command(layout);
    succeed(command.args(["-c", MAKE_KNOWN]).arg(layout.xtask("")))
}
