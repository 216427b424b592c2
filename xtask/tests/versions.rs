//! What a kernel compiles is what was tested: each crate in the version of this workspace's `Cargo.lock`.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

/// Prints the lock by which cargo compiled this very cell.
const PRINT_LOCK: &str = r#"let folder: String = std::env::var("EVCXR_TMPDIR")?;
println!("{}", std::fs::read_to_string(std::path::Path::new(&folder).join("Cargo.lock"))?);"#;

/// The packages of a `Cargo.lock`, as (name, version, checksum).
fn packages(lock: &str) -> BTreeSet<[String; 3]> {
    let value = |package: &str, key: &str| {
        let line = package.lines().find_map(|line| line.strip_prefix(key));
        line.unwrap_or_default().trim_matches('"').to_owned()
    };
    let packages = lock.split("[[package]]").skip(1);
    packages
        .map(|package| ["name = ", "version = ", "checksum = "].map(|key| value(package, key)))
        .collect()
}

/// The lines with which the course's notebooks ask for crates.
fn dependencies(root: &Path) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for entry in fs::read_dir(root.join("notebooks")).unwrap() {
        let path = entry.unwrap().path();
        if path
            .extension()
            .is_some_and(|extension| extension == "ipynb")
        {
            let notebook: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
            for cell in notebook["cells"].as_array().unwrap() {
                let source = match &cell["source"] {
                    Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
                    source => source.as_str().unwrap_or_default().to_owned(),
                };
                let wanted = source.lines().filter(|line| line.starts_with(":dep "));
                lines.extend(wanted.map(str::to_owned));
            }
        }
    }
    lines
}

#[test]
#[ignore = "starts a kernel: cargo xtask test --all"]
fn a_kernel_compiles_the_versions_of_the_lock() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let wanted = dependencies(root);
    // At each `:dep` evcxr asks cargo about that crate alone, and cargo drops all others from the lock.
    assert_eq!(wanted.len(), 1, "{wanted:?}");
    let wanted: String = wanted.into_iter().collect();
    // The notebook lies elsewhere, so the crate's path is written out.
    let crate_path = root.join("crate").display().to_string().replace('\\', "/");
    let wanted = wanted.replace("../crate", &crate_path);
    let cell = |source: &str| {
        json!({
            "cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [],
            "source": source,
        })
    };
    let cells = [cell(&wanted), cell(PRINT_LOCK)];
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("versions");
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join("versions.ipynb");
    let notebook = json!({ "nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells });
    fs::write(&file, notebook.to_string()).unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["notebooks", "--update"])
        .arg(&file)
        .output()
        .unwrap();
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stdout)
    );

    let notebook: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    let printed = notebook["cells"][1]["outputs"][0]["text"]
        .as_array()
        .unwrap();
    let printed: String = printed.iter().filter_map(Value::as_str).collect();
    let compiled = packages(&printed);
    let tested = packages(&fs::read_to_string(root.join("Cargo.lock")).unwrap());
    let own: Vec<_> = compiled.difference(&tested).collect();
    // evcxr's own package holds the cell; all others must be in the workspace's lock.
    assert!(own.len() == 1 && own[0][0] == "ctx", "not tested: {own:?}");
    for name in ["digits-by-hand", "ndarray", "rand_chacha", "flate2"] {
        assert!(
            compiled.iter().any(|package| package[0] == name),
            "no {name}"
        );
    }
    println!("{} crates, each in the tested version", compiled.len() - 1);
}
