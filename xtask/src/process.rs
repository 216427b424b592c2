//! Runs other programs.

use std::env;
use std::ffi::OsString;
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The cargo that runs this program.
pub fn cargo() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Runs a program to its end; it is an error that it cannot be run or does not succeed.
pub fn succeed(command: &mut Command) -> Result<()> {
    let status = command.status();
    let status = status.with_context(|| format!("cannot run {}", line(command)))?;
    if !status.success() {
        bail!("{} ended with {status} (see above)", line(command));
    }
    Ok(())
}

/// What a program that must succeed prints; what it says of a failure becomes the error.
pub fn answer(command: &mut Command) -> Result<String> {
    let output = command.output();
    let output = output.with_context(|| format!("cannot run {}", line(command)))?;
    if !output.status.success() {
        bail!(
            "{} ended with {}:\n{}{}",
            line(command),
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    String::from_utf8(output.stdout).with_context(|| format!("{} prints no UTF-8", line(command)))
}

/// A command as one would type it, without the variables that it is given.
fn line(command: &Command) -> String {
    let words = [command.get_program()]
        .into_iter()
        .chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}

/// Replaces this program, so that Ctrl-C and signals reach the other itself.
#[cfg(unix)]
pub fn become_program(mut command: Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    let error = command.exec();
    bail!("cannot start {:?}: {error}", command.get_program())
}

/// Elsewhere this program waits; the console sends Ctrl-C to both.
#[cfg(not(unix))]
pub fn become_program(mut command: Command) -> Result<()> {
    succeed(&mut command)
}
