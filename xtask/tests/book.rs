//! Runs the tests of the book's scripts, which are in Python as these are.

#![allow(clippy::expect_used)]

use std::path::Path;
use std::process::Command;

#[test]
fn the_scripts_of_the_book_pass_their_tests() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scripts = if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    };
    let own = package.join("../.course/venv").join(scripts);
    // The checker needs no package; the tests of the pages skip themselves before the set-up.
    let python = if own.exists() { own } else { "python3".into() };
    let output = Command::new(python)
        .args(["-B", "-m", "unittest", "test_book", "test_pages"])
        .current_dir(package.join("tests"))
        .env("PYTHONPATH", package)
        .output()
        .expect("Python runs");
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.contains("OK"), "{text}");
}
