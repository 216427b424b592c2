//! `cargo xtask test`: what must hold before a change is shared, and with `--all` what must hold at all.

use std::fmt;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use anyhow::Result;

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

const STEPS: [Step; 16] = [
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
    rest("touch", browser::touch),
    rest("dependencies", || passed(dependencies())),
];

/// Checks what is asked for.
pub fn run(what: What) -> Result<()> {
    let all = match what {
        What::Change => false,
        What::All => true,
        What::Deploy => return deploy::lint(),
        What::Hub => return hub::check(),
        What::Image(kernel) => return deploy::image(kernel),
    };
    let steps: Vec<&Step> = STEPS.iter().filter(|step| all || !step.all).collect();
    let (tally, result) = run_steps(&steps);
    println!("\n{tally}");
    result
}

/// Runs the steps in turn; the first that fails ends it.
fn run_steps(steps: &[&Step]) -> (Tally, Result<()>) {
    let mut tally = Tally::default();
    for (number, step) in steps.iter().enumerate() {
        let name = step.name;
        println!("\n=== {name} ({} of {}) ===", number + 1, steps.len());
        let start = Instant::now();
        let outcome = (step.run)();
        println!("=== {name}: {:.1} s ===", start.elapsed().as_secs_f64());
        match outcome {
            Ok(Outcome::Passed) => tally.passed += 1,
            Ok(Outcome::Skipped(why)) => tally.skipped.push(format!("{name}: {why}")),
            Err(error) => {
                tally.failed += 1;
                return (tally, Err(error.context(format!("{name} failed"))));
            }
        }
    }
    (tally, Ok(()))
}

/// What the steps came to.
#[derive(Default)]
struct Tally {
    passed: u32,
    failed: u32,
    skipped: Vec<String>,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for why in &self.skipped {
            writeln!(f, "skipped: {why}")?;
        }
        let (passed, failed) = (self.passed, self.failed);
        let skipped = self.skipped.len();
        write!(f, "{passed} passed, {failed} failed, {skipped} skipped")
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::bail;

    const GOOD: Step = step("good", || Ok(Outcome::Passed));
    const SKIPPED: Step = step("pad", || Ok(Outcome::Skipped("no browser".to_owned())));
    const BAD: Step = step("bad", || bail!("broken"));

    #[test]
    fn a_skipped_step_is_not_counted_as_passed() {
        let (tally, result) = run_steps(&[&GOOD, &SKIPPED, &GOOD]);
        assert!(result.is_ok());
        let expected = "skipped: pad: no browser\n2 passed, 0 failed, 1 skipped";
        assert_eq!(tally.to_string(), expected);
    }

    #[test]
    fn the_first_failure_ends_it_and_is_named() {
        let (tally, result) = run_steps(&[&GOOD, &BAD, &GOOD]);
        assert_eq!(tally.to_string(), "1 passed, 1 failed, 0 skipped");
        let error = result.err().map(|error| format!("{error:#}"));
        assert_eq!(error.as_deref(), Some("bad failed: broken"));
    }

    #[test]
    fn test_takes_part_in_test_all() {
        let short = STEPS.iter().filter(|step| !step.all).map(|step| step.name);
        let expected = [
            "format",
            "lints",
            "set-up",
            "tests",
            "documentation",
            "notebooks",
        ];
        assert!(short.eq(expected));
    }
}
