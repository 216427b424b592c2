//! `cargo xtask bench`: ours against the original, numpy, JAX, PyTorch and candle, and the kernel's waits.

use std::process::Command;

use anyhow::Result;

use crate::environment::Environment;
use crate::layout::program;
use crate::process::{cargo, succeed};
use crate::{python, warm};

/// What the command line asks for.
#[derive(Default)]
pub struct Options {
    /// One round instead of five.
    pub quick: bool,
}

/// Sets up the peers in an environment of their own, and measures all side by side.
pub fn run(options: &Options) -> Result<()> {
    let environment = Environment::prepare()?;
    let layout = &environment.layout;
    println!("PyTorch brings a package of 5 GB with it where there is no smaller one.");
    python::prepare(layout, &python::BENCH)?;
    warm::prepare(&environment)?;
    let built = layout.course.join("candle");
    let candle = layout.xtask("bench").join("candle").join("Cargo.toml");
    let mut build = Command::new(cargo());
    build.args(["build", "--quiet", "--release", "--manifest-path"]);
    succeed(build.arg(candle).arg("--target-dir").arg(&built))?;
    let mut command = python::BENCH.command(layout);
    command.arg(layout.xtask("bench/bench.py"));
    command.arg(&layout.root);
    command.arg(built.join("release").join(program("candle-peer")));
    if options.quick {
        command.arg("--quick");
    }
    succeed(&mut command)
}
