//! `cargo xtask test`: everything that must hold before a change is shared.

use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::book;
use crate::browser;
use crate::environment::Environment;
use crate::kernel::cargo;
use crate::layout::{Layout, program};
use crate::notebooks;
use crate::offline;
use crate::process::succeed;
use crate::warm;

type Step = (&'static str, fn() -> Result<()>);

const STEPS: [Step; 13] = [
    ("format", || run_cargo(&["fmt", "--all", "--check"])),
    ("lints", || {
        run_cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ])
    }),
    // What a browser gets: no pictures, no saved files, nothing that moves.
    ("features", || {
        run_cargo(&["check", "-p", "digits-by-hand", "--no-default-features"])
    }),
    ("dependencies", dependencies),
    ("set-up", || warm::prepare(&Environment::prepare()?)),
    ("tests", || run_cargo(&["test", "--workspace"])),
    ("documentation", document),
    ("pad", browser::pad),
    ("notebooks", || offline::run("notebooks")),
    ("misuse", || notebooks::misuse(&[])),
    ("screens", || offline::run("screens")),
    ("book", book::run),
    ("pages", browser::pages),
];

/// Runs the steps in turn; the first that fails ends it.
pub fn run() -> Result<()> {
    for (number, (name, step)) in STEPS.iter().enumerate() {
        println!("\n=== {name} ({} of {}) ===", number + 1, STEPS.len());
        let start = Instant::now();
        step().with_context(|| format!("{name} failed"))?;
        println!("=== {name}: {:.1} s ===", start.elapsed().as_secs_f64());
    }
    println!("\n{} passed, 0 failed", STEPS.len());
    Ok(())
}

fn run_cargo(arguments: &[&str]) -> Result<()> {
    run_to_success(Command::new(cargo()).args(arguments))
}

/// What `deny.toml` asks of the crates, but for the known holes, which need the network.
fn dependencies() -> Result<()> {
    let folder = Layout::find()?.course.join("deny");
    let mut install = Command::new(cargo());
    // Where it is there already, cargo says so at once. To optimise it would take longer than it saves.
    install.args(["install", "cargo-deny", "--version", "0.20.2", "--locked"]);
    install.args(["--debug", "--no-default-features", "--root"]);
    run_to_success(install.arg(&folder))?;
    // It reads the crates of every system, and cargo has downloaded those of this one.
    run_to_success(Command::new(cargo()).args(["fetch", "--locked"]))?;
    let deny = folder.join("bin").join(program("cargo-deny"));
    run_to_success(Command::new(deny).args(["--offline", "check", "licenses", "sources", "bans"]))
}

fn document() -> Result<()> {
    let mut command = Command::new(cargo());
    command.args(["doc", "--workspace", "--no-deps"]);
    command.env("RUSTDOCFLAGS", "-D warnings");
    run_to_success(&mut command)
}

fn run_to_success(command: &mut Command) -> Result<()> {
    let layout = Layout::find()?;
    if cfg!(windows) {
        // Cargo would build this program again, and Windows lets no one replace it while it runs.
        command.env("CARGO_TARGET_DIR", layout.root.join("target/checks"));
    }
    succeed(command.current_dir(layout.root))
}
