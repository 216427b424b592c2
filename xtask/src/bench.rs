//! `cargo xtask bench`: ours against the original, numpy, PyTorch and candle, and the kernel's waits.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::environment::Environment;
use crate::kernel::cargo;
use crate::layout::program;
use crate::{python, warm};

/// Sets up the peers in an environment of their own, and measures all side by side.
pub fn run(quick: bool) -> Result<()> {
    let environment = Environment::prepare()?;
    let layout = &environment.layout;
    println!("PyTorch brings a package of 5 GB with it where there is no smaller one.");
    python::prepare(layout, &python::BENCH)?;
    warm::prepare(&environment)?;
    let built = layout.course.join("candle");
    let candle = layout.xtask("bench").join("candle").join("Cargo.toml");
    let status = Command::new(cargo())
        .args(["build", "--quiet", "--release", "--manifest-path"])
        .arg(candle)
        .arg("--target-dir")
        .arg(&built)
        .status()
        .context("cannot run cargo")?;
    if !status.success() {
        bail!("candle could not be built (see above)");
    }
    let mut command = Command::new(python::BENCH.python(layout));
    command.arg("-B").arg(layout.xtask("bench/bench.py"));
    command.arg(&layout.root);
    command.arg(built.join("release").join(program("candle-peer")));
    if quick {
        command.arg("--quick");
    }
    let status = command
        .status()
        .context("cannot run the benchmark's Python")?;
    if !status.success() {
        bail!("the benchmark failed (see above)");
    }
    Ok(())
}
