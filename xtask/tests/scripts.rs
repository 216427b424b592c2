//! Runs the tests that are in Python, as what they test is.

#![allow(clippy::expect_used)]

use std::path::Path;
use std::process::Command;

/// Runs unit tests of the package `course` with the Python of the set-up; before it any Python will do, and what needs a package skips itself.
fn pass(modules: &[&str]) {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scripts = if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    };
    let own = package.join("../.course/venv").join(scripts);
    let python = if own.exists() { own } else { "python3".into() };
    let output = Command::new(python)
        .args(["-B", "-m", "unittest"])
        .args(modules.iter().map(|name| format!("course.tests.{name}")))
        .current_dir(package)
        // The kernel of the set-up, whatever the user has besides.
        .env("JUPYTER_PREFER_ENV_PATH", "1")
        .output()
        .expect("Python runs");
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.contains("OK"), "{text}");
}

#[test]
fn the_runner_compares_and_knows_the_exercises() {
    pass(&[
        "test_compare",
        "test_handout",
        "test_machine",
        "test_practice",
        "test_processor",
        "test_terms",
    ]);
}

#[test]
#[cfg(unix)]
fn grading_finds_each_answer_and_trusts_no_file() {
    pass(&["test_grade"]);
}

#[test]
fn the_kernels_front_part_works_part_by_part() {
    pass(&["test_parts", "test_progress"]);
}

#[test]
fn the_book_is_made_and_checked() {
    pass(&["test_book", "test_pages"]);
}

#[test]
#[ignore = "starts kernels: cargo xtask test --all"]
fn a_kernel_outlives_panics_and_interrupts() {
    pass(&["test_mishaps"]);
}

#[test]
#[ignore = "starts kernels: cargo xtask test --all"]
fn the_kernels_front_part_adds_what_evcxr_has_not_and_changes_nothing_else() {
    pass(&["test_kernel"]);
}

#[test]
fn each_planted_mistake_gets_a_hint_and_nothing_else_does() {
    pass(&["test_explain", "test_tooltip"]);
}
