//! `cargo xtask fuzz`: the long, guided run of the fuzz targets in `crate/tests/fuzz.rs`.
//!
//! libFuzzer, on stable Rust: the compiler marks every branch, and inputs that reach a new one are kept.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};

use crate::layout::Layout;
use crate::process::{answer, cargo, succeed};

const TARGETS: [&str; 4] = ["fuzz_idx", "fuzz_gzip", "fuzz_deflate", "fuzz_saved"];

/// What libFuzzer needs to see which branches an input reaches.
const FLAGS: &str = "--cfg fuzzing --cfg fuzzing_libfuzzer -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

/// Several images fit, and no time goes into long files.
const LONGEST_INPUT: usize = 4096;

/// What the command line asks for.
pub struct Options {
    /// Executions of each target.
    pub runs: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { runs: 10_000_000 }
    }
}

/// Runs each target; the first input that breaks one ends it, and lies in `target/fuzz` then.
pub fn run(options: &Options) -> Result<()> {
    let layout = Layout::find()?;
    for target in TARGETS {
        println!("\n=== {target}: {} executions ===", options.runs);
        succeed(&mut command(&layout, target, options.runs)?)
            .with_context(|| format!("{target} found an input that breaks it"))?;
    }
    Ok(())
}

fn command(layout: &Layout, target: &str, runs: u64) -> Result<Command> {
    let folder = layout.root.join("target").join("fuzz");
    // What the run finds stays here; the committed corpus is only read.
    let found = folder.join("corpus").join(target);
    fs::create_dir_all(&found).with_context(|| format!("cannot make {}", found.display()))?;
    // Relative to the package, where cargo runs its tests: libFuzzer's list cannot hold blanks.
    let arguments = format!(
        "../target/fuzz/corpus/{target} tests/__fuzz__/{target}/corpus \
         -artifact_prefix=../target/fuzz/ -runs={runs} -max_len={LONGEST_INPUT}",
    );
    let mut command = Command::new(cargo());
    command
        .args([
            "test",
            "--release",
            "-p",
            "digits-by-hand",
            "--test",
            "fuzz",
        ])
        // With a target named, the flags spare build scripts and macros.
        .args(["--target", &host()?, "--target-dir"])
        .arg(&folder)
        .args(["--", target, "--exact", "--nocapture"])
        .env("RUSTFLAGS", FLAGS)
        .env("CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS", "true")
        .env("CARGO_PROFILE_RELEASE_OVERFLOW_CHECKS", "true")
        .env("BOLERO_TEST_NAME", target)
        .env("BOLERO_LIBTEST_HARNESS", "1")
        .env("BOLERO_LIBFUZZER_ARGS", arguments)
        .current_dir(&layout.root);
    Ok(command)
}

/// The name of this machine's target, such as `x86_64-unknown-linux-gnu`.
fn host() -> Result<String> {
    let text = answer(Command::new(cargo()).arg("-vV"))?;
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("cargo does not tell its host")?.to_owned())
}
