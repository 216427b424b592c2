//! `cargo xtask page`: the crate as WebAssembly, for the pages that move without a kernel.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use flate2::{Compression, write::GzEncoder};

use crate::layout::Layout;
use crate::process::{answer, cargo, succeed};

const TARGET: &str = "wasm32-unknown-unknown";

/// Builds it anew, into the file that is committed.
pub fn run() -> Result<()> {
    let layout = Layout::find()?;
    build(&layout, &layout.root.join("crate/src/pad/digits.wasm.gz"))
}

/// Builds it and packs it.
pub fn build(layout: &Layout, made: &Path) -> Result<()> {
    let mut command = Command::new(cargo());
    command.args(["rustc", "--quiet", "--package", "digits-page", "--lib"]);
    command.args(["--crate-type", "cdylib", "--profile", "page"]);
    let libraries = ["--print", "target-libdir", "--target", TARGET];
    if !Path::new(answer(Command::new("rustc").args(libraries))?.trim()).exists() {
        // Without rustup's target, the standard library is built from its sources.
        command.args(["-Z", "build-std=std,panic_abort"]);
    }
    // No path of this machine belongs into the pages; the flag for that is not stable yet.
    command.env("RUSTC_BOOTSTRAP", "1");
    command.env("CARGO_ENCODED_RUSTFLAGS", "-Zlocation-detail=none");
    let target = layout.root.join("target");
    command.args(["--target", TARGET, "--target-dir"]);
    succeed(command.arg(&target).current_dir(&layout.root))?;
    let wasm = target.join(TARGET).join("page").join("digits_page.wasm");
    let wasm = fs::read(&wasm).with_context(|| format!("cannot read {}", wasm.display()))?;
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(&wasm)?;
    fs::write(made, packed.finish()?)
        .with_context(|| format!("cannot write {}", made.display()))?;
    println!("Wrote {}", made.display());
    Ok(())
}
