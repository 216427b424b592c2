//! The Rust kernel, evcxr_jupyter: finds it, or else gets it, and tells Jupyter about it.

mod build;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

use crate::layout::{Layout, program, write_if_changed};
use crate::process::{answer, cargo};
use crate::progress::say;
use crate::python;

/// What is built when there is none.
pub const VERSION: &str = "0.22.0";
/// What is used when it is found.
const WANTED: &str = "0.22.";

/// What the kernel reads of the standard library to find out types: all but `stdarch`, the SIMD
/// intrinsics, which are half of the text and a third of a kernel's start.
const STANDARD_LIBRARY: [&str; 8] = [
    "alloc",
    "core",
    "panic_abort",
    "panic_unwind",
    "proc_macro",
    "std",
    "test",
    "unwind",
];

/// Runs in every kernel at its start, for about 0.5 s.
///
/// evcxr turns backtraces on, which help no student, and sends a panic's message beside the end
/// of the cell, so that JupyterLab loses it in the race: hence the pause. A kernel's first cell
/// with a `?` is compiled twice, and without its picture: hence the `?` here, before any cell.
/// This compilation asks for no crate, so cargo drops all versions from its lock: hence the tested
/// lock in its place, before the first cell asks.
/// A panic in the text of a cell names its line; the files of libraries have absolute paths.
/// A panic on a thread named `live` is shown in the place of a picture (crate/live).
const PRELUDE: &str = r#"std::panic::set_hook(Box::new(|info| {
    if std::thread::current().name() == Some("live") {
        return;
    }
    let message = info.payload_as_str().unwrap_or("(no message)");
    let line = info.location().and_then(|place| {
        let file = std::path::Path::new(place.file());
        let folder = std::env::var_os("EVCXR_TMPDIR").filter(|_| file.is_relative())?;
        let source = std::fs::read_to_string(std::path::Path::new(&folder).join(file)).ok()?;
        Some(source.lines().nth(place.line() as usize - 1)?.trim().to_owned())
    });
    let line = line.map(|line| format!("\nin the line: {line}")).unwrap_or_default();
    eprintln!("The cell panicked: {message}{line}");
    std::thread::sleep(std::time::Duration::from_millis(50));
}));
std::str::from_utf8(b"")?;
if let Some(folder) = std::env::var_os("EVCXR_TMPDIR") {
    let folder = std::path::Path::new(&folder);
    let _ = std::fs::remove_file(folder.join("Cargo.lock"));
    let _ = std::fs::copy(folder.join("tested.lock"), folder.join("Cargo.lock"));
}
"#;

/// How cargo compiles the cells of all kernels: their folders lie below this one's.
///
/// A cell holds all items and variables before it. In many small units, not optimised across each
/// other, most of them are compiled already: this takes a third off the median cell. The crates are
/// compiled once, so each is a single unit, and as fast as cargo's defaults make it.
pub const CARGO_CONFIG: &str = r#"[profile.dev]
lto = "off"
codegen-units = 256

[profile.dev.package."*"]
codegen-units = 1
"#;

/// Gets a kernel where `find` finds none, and gives its path.
pub fn get(layout: &Layout) -> Result<PathBuf> {
    if !fetch(layout) {
        build::run(layout)?;
    }
    find(layout).context("evcxr_jupyter was installed into .course/kernel, but is not found there")
}

/// Looks through PATH, then in `.course`. Says so when it passes over another version.
pub fn find(layout: &Layout) -> Option<PathBuf> {
    let name = program("evcxr_jupyter");
    let path = env::var_os("PATH").unwrap_or_default();
    let own = layout.course.join("kernel").join("bin");
    let mut folders: Vec<PathBuf> = env::split_paths(&path).collect();
    folders.push(own);
    for file in folders.iter().map(|folder| folder.join(&name)) {
        match version(&file) {
            Some(version) if version.starts_with(WANTED) => return Some(file),
            Some(version) => say(&format!(
                "Not used: {} is version {version}, the course needs {WANTED}x.",
                file.display()
            )),
            None => {}
        }
    }
    None
}

/// The version of a kernel's program.
///
/// It has no option that tells. Asking a running kernel would need Jupyter, which is installed
/// while the kernel is built; but the text of its banner stands in the file.
fn version(file: &Path) -> Option<String> {
    let bytes = fs::read(file).ok()?;
    let banner = b"EvCxR ";
    let start = bytes
        .windows(banner.len() + 1)
        .position(|part| part.starts_with(banner) && part[banner.len()].is_ascii_digit())?;
    let version: String = bytes[start + banner.len()..]
        .iter()
        .map(|byte| char::from(*byte))
        .take_while(|c| c.is_ascii_digit() || *c == '.')
        .collect();
    Some(version)
}

/// Takes a ready-made kernel with cargo-binstall, where that is installed.
fn fetch(layout: &Layout) -> bool {
    let has_binstall = Command::new(cargo())
        .args(["binstall", "-V"])
        .output()
        .is_ok_and(|output| output.status.success());
    if !has_binstall {
        return false;
    }
    println!("Getting evcxr_jupyter {VERSION} with cargo-binstall …");
    Command::new(cargo())
        .args(["binstall", "--no-confirm", "--disable-telemetry"])
        .args(["--disable-strategies", "compile", "--root"])
        .arg(layout.course.join("kernel"))
        .arg(format!("evcxr_jupyter@{VERSION}"))
        .status()
        .is_ok_and(|status| status.success())
}

/// Registers the kernel in the virtual environment and writes evcxr's configuration.
pub fn register(layout: &Layout, kernel: &Path) -> Result<()> {
    let config = layout.course.join("evcxr");
    write_if_changed(&config.join("prelude.rs"), PRELUDE)?;
    write_if_changed(&layout.course.join(".cargo/config.toml"), CARGO_CONFIG)?;
    let python = python::COURSE.program(layout, "python");
    let mut launch = vec![text(&python)?];
    launch.extend(python::MODULE);
    launch.extend(["course.kernel", text(kernel)?, text(&layout.course)?]);
    launch.push("{connection_file}");
    let specification = json!({
        "argv": launch,
        "display_name": "Rust",
        "language": "rust",
        "interrupt_mode": "message",
        "env": variables(layout, &config)?,
    });
    let folder = python::COURSE
        .folder(layout)
        .join("share/jupyter/kernels/rust");
    let specification = serde_json::to_string_pretty(&specification)?;
    write_if_changed(&folder.join("kernel.json"), &(specification + "\n"))
}

/// The kernel's environment: where Rust is, and its cache and configuration in `.course`.
fn variables(layout: &Layout, config: &Path) -> Result<Map<String, Value>> {
    let mut variables = Map::new();
    let mut set = |name: &str, value: &Path| -> Result<()> {
        variables.insert(name.to_owned(), text(value)?.into());
        Ok(())
    };
    set("PATH", Path::new(&layout.search_path()?))?;
    set("EVCXR_CONFIG_DIR", config)?;
    // evcxr renews a kernel that it finds registered here: not the user's own one.
    set("JUPYTER_PATH", &layout.course.join("none"))?;
    if let Some(sources) = standard_library(layout) {
        set("RUST_SRC_PATH", &sources)?;
    }
    for name in ["CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN"] {
        if let Some(value) = env::var_os(name) {
            set(name, Path::new(&value))?;
        }
    }
    Ok(variables)
}

/// A folder in `.course` with links to the standard library's sources.
///
/// None where there are no sources or no links: the kernel then reads all that it finds itself.
fn standard_library(layout: &Layout) -> Option<PathBuf> {
    let rustc = layout.rust_bin()?.join(program("rustc"));
    let sysroot = answer(Command::new(rustc).args(["--print", "sysroot"])).ok()?;
    let library = Path::new(sysroot.trim()).join("lib/rustlib/src/rust/library");
    if !library.exists() {
        // The first kernel would do this, while the student waits.
        let _ = Command::new("rustup")
            .args(["component", "add", "rust-src"])
            .output();
    }
    let folder = layout.course.join("std");
    fs::create_dir_all(&folder).ok()?;
    for name in STANDARD_LIBRARY {
        let (source, link) = (library.join(name), folder.join(name));
        if fs::read_link(&link).is_ok_and(|target| target == source) {
            continue;
        }
        let _ = fs::remove_file(&link);
        link_folder(&source, &link).ok()?;
    }
    // Without this one the kernel passes the folder over.
    folder.join("core").exists().then_some(folder)
}

#[cfg(unix)]
fn link_folder(source: &Path, link: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(source, link)
}

#[cfg(not(unix))]
fn link_folder(_: &Path, _: &Path) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}

/// A path as text, for JSON.
fn text(path: &Path) -> Result<&str> {
    path.to_str()
        .with_context(|| format!("{} is not valid UTF-8", path.display()))
}
