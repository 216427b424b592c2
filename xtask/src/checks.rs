//! `cargo xtask test`: what must hold before a change is shared, and with `--all` what must hold at all.

use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::browser;
use crate::deploy;
use crate::environment::Environment;
use crate::hub;
use crate::layout::{Layout, program};
use crate::notebooks;
use crate::offline;
use crate::process::{cargo, succeed};
use crate::{book, warm};

/// What is to be checked.
pub enum What {
    /// What a change can break.
    Change,
    /// Everything that needs neither root nor a class.
    All,
    /// The files that describe an image, a cluster or a workflow.
    Deploy,
    /// The classroom server.
    Hub,
    /// The image, with a ready kernel or one that is built in it.
    Image(Option<PathBuf>),
}

/// How a step ended that did not fail.
pub enum Outcome {
    Passed,
    /// Something of it could not be tested here; the text says what, and why.
    Skipped(String),
}

struct Step {
    name: &'static str,
    /// Whether it takes part in `--all` alone.
    all: bool,
    run: fn() -> Result<Outcome>,
}

const fn step(name: &'static str, run: fn() -> Result<Outcome>) -> Step {
    let all = false;
    Step { name, all, run }
}

const fn rest(name: &'static str, run: fn() -> Result<Outcome>) -> Step {
    let all = true;
    Step { name, all, run }
}

const STEPS: [Step; 15] = [
    step("format", || passed(run_cargo(&["fmt", "--all", "--check"]))),
    step("lints", || {
        let strict = ["--workspace", "--all-targets", "--", "-D", "warnings"];
        passed(run_cargo(&[&["clippy"], &strict[..]].concat()))
    }),
    step("set-up", || passed(warm::prepare(&Environment::prepare()?))),
    step("tests", || passed(run_cargo(&["test", "--workspace"]))),
    step("documentation", || passed(document())),
    // Planted notebooks, versions, interrupts, live cells: what the notebooks themselves do not show of a kernel.
    rest("kernels", || {
        passed(run_cargo(&["test", "-p", "xtask", "--", "--ignored"]))
    }),
    rest("no network", offline::check),
    step("notebooks", || passed(offline::run("notebooks"))),
    // What a browser gets: no pictures, no saved files, nothing that moves.
    rest("features", || {
        let bare = ["check", "-p", "digits-by-hand", "--no-default-features"];
        passed(run_cargo(&bare))
    }),
    rest("misuse", || passed(notebooks::misuse(&[]))),
    rest("screens", browser::screens_off_line),
    rest("pad", browser::pad),
    rest("book", || passed(book::run())),
    rest("pages", browser::pages),
    rest("dependencies", || passed(dependencies())),
];

/// Checks what is asked for.
pub fn run(what: What) -> Result<()> {
    match what {
        What::Change => run_steps(false),
        What::All => run_steps(true),
        What::Deploy => deploy::lint(),
        What::Hub => hub::check(),
        What::Image(kernel) => deploy::image(kernel),
    }
}

/// Runs the steps in turn; the first that fails ends it.
fn run_steps(all: bool) -> Result<()> {
    let steps: Vec<&Step> = STEPS.iter().filter(|step| all || !step.all).collect();
    let (mut passed, mut skipped) = (0, Vec::new());
    for (number, step) in steps.iter().enumerate() {
        let name = step.name;
        println!("\n=== {name} ({} of {}) ===", number + 1, steps.len());
        let start = Instant::now();
        let outcome = (step.run)();
        println!("=== {name}: {:.1} s ===", start.elapsed().as_secs_f64());
        match outcome {
            Ok(Outcome::Passed) => passed += 1,
            Ok(Outcome::Skipped(why)) => skipped.push(format!("{name}: {why}")),
            Err(error) => {
                println!("\n{passed} passed, 1 failed, {} skipped", skipped.len());
                return Err(error).with_context(|| format!("{name} failed"));
            }
        }
    }
    println!();
    for why in &skipped {
        println!("skipped: {why}");
    }
    println!("{passed} passed, 0 failed, {} skipped", skipped.len());
    Ok(())
}

fn passed(result: Result<()>) -> Result<Outcome> {
    result.map(|()| Outcome::Passed)
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
    run_cargo(&["fetch", "--locked"])?;
    let deny = folder.join("bin").join(program("cargo-deny"));
    run_to_success(Command::new(deny).args(["--offline", "check", "licenses", "sources", "bans"]))
}

fn document() -> Result<()> {
    let mut command = Command::new(cargo());
    command.args(["doc", "--workspace", "--no-deps"]);
    run_to_success(command.env("RUSTDOCFLAGS", "-D warnings"))
}

fn run_to_success(command: &mut Command) -> Result<()> {
    let layout = Layout::find()?;
    if cfg!(windows) {
        // Cargo would build this program again, and Windows lets no one replace it while it runs.
        command.env("CARGO_TARGET_DIR", layout.root.join("target/checks"));
    }
    succeed(command.current_dir(layout.root))
}
