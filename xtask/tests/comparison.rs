//! Runs the tests of the comparison and of the exercises' parts, which are in Python as these are.

#![allow(clippy::expect_used)]

use std::path::Path;
use std::process::Command;

#[test]
fn the_python_parts_pass_their_tests() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scripts = if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    };
    let own = package.join("../.course/venv").join(scripts);
    // Its tests need no package, so before the set-up any Python will do.
    let python = if own.exists() { own } else { "python3".into() };
    let output = Command::new(python)
        .args(["-B", "-m", "unittest", "test_compare", "test_practice"])
        .current_dir(package.join("tests"))
        .env("PYTHONPATH", package)
        .output()
        .expect("Python runs");
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.contains("OK"), "{text}");
}
