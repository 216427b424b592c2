//! Runs other programs.

use std::process::Command;

use anyhow::{Context, Result, bail};

/// Runs a program to its end; it is an error that it cannot be run or does not succeed.
pub fn succeed(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot run {command:?}"))?;
    if !status.success() {
        bail!("{command:?} ended with {status}");
    }
    Ok(())
}
