//! The folder `.course/warm`: the crates that the notebooks use, compiled once for all kernels.
//!
//! Each kernel starts with a copy of it (see `course/kernel/folder.py`). It also pins what the notebooks get: it
//! holds this workspace's `Cargo.lock`, so a cell sees the versions that were tested.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::UNIX_EPOCH;

use anyhow::{Context, Result};

use crate::environment::Environment;
use crate::kernel::CARGO_CONFIG;
use crate::layout::{Layout, holds};
use crate::notebooks;
use crate::process::{answer, cargo, succeed};

/// The workspace's `Cargo.lock`, which the kernel's prelude puts in the place of the kernel's own.
const LOCK: &str = "tested.lock";

/// Makes the folder, unless it is there and was made from the same sources by the same compiler.
///
/// That it fails is no reason not to go on to the notebook, where the student sees why.
pub fn prepare(environment: &Environment) -> Result<()> {
    let layout = &environment.layout;
    let notebook = layout.first_notebook();
    if !notebook.exists() {
        return Ok(());
    }
    // Two commands at once would remove each other's work; the second waits here.
    let lock = fs::File::create(layout.course.join("warm.lock")).context("cannot write .course")?;
    lock.lock().context("cannot lock .course")?;
    let stamp = layout.course.join("warm.stamp");
    let sources = sources(layout)?;
    let warm = layout.course.join("warm");
    let names = layout.course.join("names.json");
    if holds(&stamp, &sources) && warm.is_dir() {
        return if names.exists() {
            Ok(())
        } else {
            list_names(environment, &names)
        };
    }
    println!("Compiling the crates that the notebooks use (about half a minute) …");
    // Until it is finished it has another name, so that no kernel copies a half of it.
    let unfinished = layout.course.join("warm.unfinished");
    remove(&unfinished)?;
    remove(&warm)?;
    fs::create_dir_all(&unfinished).context("cannot write to .course")?;
    fs::copy(layout.root.join("Cargo.lock"), unfinished.join(LOCK))
        .context("cannot read Cargo.lock")?;
    let mut command = notebooks::script(environment, "runner")?;
    command.arg("warm").arg(notebook);
    if succeed(command.env("EVCXR_TMPDIR", &unfinished)).is_ok() {
        fs::rename(&unfinished, &warm).context("cannot write to .course")?;
        list_names(environment, &names)?;
        fs::write(&stamp, sources).context("cannot write to .course")?;
    }
    Ok(())
}

/// Writes the names that lessons use, with their documentation: for hints, and for Shift + Tab.
///
/// Without the list the kernel answers neither, and does all else.
fn list_names(environment: &Environment, names: &Path) -> Result<()> {
    println!("Making the documentation for Shift + Tab (about a minute) …");
    let mut command = environment.module("course.explain.listing")?;
    command.arg(&environment.layout.root).arg(names);
    if let Err(failure) = succeed(&mut command) {
        println!("There is no documentation for Shift + Tab: {failure}");
    }
    Ok(())
}

/// All that decides what there is to compile: the compiler, its settings, the manifests and the crates.
fn sources(layout: &Layout) -> Result<String> {
    let mut files = vec![
        layout.root.join("Cargo.toml"),
        layout.root.join("Cargo.lock"),
    ];
    let crates = layout.root.join("crate");
    for package in [crates.clone(), crates.join("live"), crates.join("plot")] {
        files.push(package.join("Cargo.toml"));
        collect(&package.join("src"), &mut files)?;
    }
    files.sort();
    let mut all = answer(Command::new(cargo()).arg("-vV"))?.into_bytes();
    // What is compiled knows where the crate lies, so a moved project needs it anew.
    all.extend(layout.root.as_os_str().as_encoded_bytes());
    all.extend(LOCK.as_bytes());
    all.extend(CARGO_CONFIG.as_bytes());
    // The kernels compile for this machine's processor (`course/kernel/processor.py`).
    #[cfg(target_arch = "x86_64")]
    all.extend(format!("AVX2: {}", is_x86_feature_detected!("avx2")).into_bytes());
    for file in files {
        let cannot_read = || format!("cannot read {}", file.display());
        all.extend(fs::read(&file).with_context(cannot_read)?);
        // Cargo takes a file for changed when it is younger, whatever it holds. An image keeps whole seconds.
        let modified = fs::metadata(&file).and_then(|file| file.modified());
        let since = modified.with_context(cannot_read)?;
        let since = since.duration_since(UNIX_EPOCH).unwrap_or_default();
        all.extend(since.as_secs().to_string().into_bytes());
    }
    Ok(String::from_utf8_lossy(&all).into_owned())
}

/// The files below a folder.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let cannot_read = || format!("cannot read {}", folder.display());
    for entry in fs::read_dir(folder).with_context(cannot_read)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    Ok(())
}
