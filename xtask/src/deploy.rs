//! What a class runs on: the image, the cluster's values and the workflows of the public CI.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::layout::{Layout, program};
use crate::python;

/// Checks the files of `deploy/`, `binder/` and `.github/` without running what they describe.
pub fn lint() -> Result<()> {
    let layout = Layout::find()?;
    python::prepare(&layout, &python::DEPLOY)?;
    let tool = |name: &str, arguments: &[&str]| {
        let python = python::DEPLOY.python(&layout);
        let mut command = Command::new(python.with_file_name(program(name)));
        command.args(arguments).current_dir(&layout.root);
        succeed(&mut command)
    };
    tool("hadolint", &["binder/Dockerfile"])?;
    tool("shellcheck", &["deploy/install.sh", "deploy/start.sh"])
}

/// Builds the image in a fresh root and uses it; with a ready kernel it saves the kernel's build.
pub fn image(kernel: Option<PathBuf>) -> Result<()> {
    let layout = Layout::find()?;
    python::prepare(&layout, &python::DEPLOY)?;
    let mut command = Command::new("unshare");
    command
        .args(["--mount", "--pid", "--fork", "--kill-child"])
        .arg(python::DEPLOY.python(&layout))
        .args([
            "-B".as_ref(),
            layout.xtask("deploy/image_test.py").as_os_str(),
        ])
        .arg(&layout.root)
        .arg(layout.root.join("target").join("image"));
    if let Some(kernel) = kernel {
        command.arg("--kernel").arg(kernel);
    }
    succeed(&mut command)
}

fn succeed(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot run {command:?}"))?;
    if !status.success() {
        bail!("{command:?} ended with {status}");
    }
    Ok(())
}
