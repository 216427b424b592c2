//! Notebooks with one planted fault each: the runner must see every one of them.
//!
//! Each runs through the real program with a real kernel, in about seven seconds.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::{Value, json};

/// A code cell: its source, its tags, and the outputs that are committed with it.
fn cell(source: &str, tags: &[&str], outputs: Value) -> Value {
    json!({
        "cell_type": "code",
        "execution_count": null,
        "metadata": { "tags": tags },
        "outputs": outputs,
        "source": source,
    })
}

/// A code cell that prints nothing.
fn silent(source: &str) -> Value {
    cell(source, &[], json!([]))
}

fn stdout(text: &str) -> Value {
    json!([{ "output_type": "stream", "name": "stdout", "text": text }])
}

/// A notebook file in a folder of its own.
fn plant(name: &str, cells: &[Value]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("planted");
    fs::create_dir_all(&folder).expect("a folder for planted notebooks");
    let file = folder.join(format!("{name}.ipynb"));
    let notebook = json!({ "nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells });
    fs::write(&file, notebook.to_string()).expect("a planted notebook");
    file
}

/// Runs a notebook; gives whether it passed, and all that was printed.
fn run(file: &PathBuf, arguments: &[&str]) -> (bool, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("notebooks")
        .args(arguments)
        .arg(file)
        .output()
        .expect("xtask runs");
    let text = String::from_utf8_lossy(&stdout) + String::from_utf8_lossy(&stderr);
    (status.success(), text.into_owned())
}

/// A notebook whose second cell is `fault` must fail there, for the reason named.
fn must_fail(name: &str, fault: Value, arguments: &[&str], reasons: &[&str]) {
    let file = plant(name, &[silent("const ONE: i32 = 1;"), fault]);
    let (passed, text) = run(&file, arguments);
    assert!(!passed, "{name} passed:\n{text}");
    let named = format!("{name}.ipynb");
    for expected in [&[named.as_str(), "cell 2 ("], reasons].concat() {
        assert!(text.contains(expected), "no {expected:?} in:\n{text}");
    }
}

#[test]
#[ignore = "starts a kernel: cargo xtask test --all"]
fn a_panic_fails() {
    let fault = silent("if ONE == 1 { panic!(\"planted\"); }");
    must_fail("panic", fault, &[], &["panicked:", "planted"]);
}

#[test]
#[ignore = "starts a kernel: cargo xtask test --all"]
fn a_failed_assertion_fails() {
    let fault = silent("assert_eq!(ONE, 2, \"planted\");");
    must_fail(
        "assertion",
        fault,
        &[],
        &["panicked:", "planted", "left: 1"],
    );
}

#[test]
#[ignore = "starts a kernel: cargo xtask test --all"]
fn an_error_through_the_question_mark_fails() {
    let fault = silent("\"planted\".parse::<i32>()?;");
    must_fail(
        "question_mark",
        fault,
        &[],
        &["wrote to stderr", "invalid digit found in string"],
    );
}

#[test]
#[ignore = "starts a kernel: cargo xtask test --all"]
fn a_compile_error_fails() {
    let fault = silent("let two: i32 = \"planted\";");
    must_fail(
        "compile",
        fault,
        &[],
        &["does not compile", "mismatched types"],
    );
}

#[test]
#[ignore = "starts a kernel: cargo xtask test --all"]
fn an_ended_program_fails() {
    let fault = silent("std::process::abort();");
    must_fail("abort", fault, &[], &["its program died", "terminated"]);
}

/// The kernel is the parent of the program that runs the cells.
#[cfg(unix)]
#[test]
#[ignore = "starts a kernel: cargo xtask test --all"]
fn a_dead_kernel_fails() {
    let fault = silent(
        "let kernel: String = std::os::unix::process::parent_id().to_string();\n\
         std::process::Command::new(\"kill\").args([\"-9\", &kernel]).status();\n\
         std::thread::sleep(std::time::Duration::from_secs(20));",
    );
    must_fail("dead_kernel", fault, &[], &["the kernel is dead"]);
}

#[test]
#[ignore = "starts a kernel: cargo xtask test --all"]
fn a_cell_past_its_time_limit_fails() {
    // Long enough for the cell before it, also on a machine that has much to do.
    let fault = silent("loop { std::hint::black_box(0); }");
    must_fail(
        "limit",
        fault,
        &["--timeout", "10"],
        &["longer than its limit of 10 s"],
    );
}

#[test]
#[ignore = "starts a kernel: cargo xtask test --all"]
fn another_output_fails() {
    let fault = cell("println!(\"{ONE} planted\");", &[], stdout("2 planted\n"));
    must_fail(
        "output",
        fault,
        &[],
        &["something else", "-2 planted", "+1 planted"],
    );
}

#[test]
#[ignore = "starts a kernel: cargo xtask test --all"]
fn a_cell_that_was_never_run_fails() {
    let fault = silent("println!(\"planted\");");
    must_fail("never_run", fault, &[], &["without having been run"]);
}

#[test]
#[ignore = "starts a kernel: cargo xtask test --all"]
fn a_cell_that_must_fail_and_does_not_fails() {
    let fault = cell("ONE + 1;", &["raises-exception"], json!([]));
    must_fail("no_exception", fault, &[], &["did not fail"]);
}

/// A picture as the crate shows it, with one circle at a place.
fn show_circle(tag: &str, x: f64) -> String {
    let svg = format!("<svg><circle cx=\\\"{x}\\\" fill=\\\"#1F77B4\\\"/></svg>");
    // base64 by hand: a planted notebook names no crates.
    format!(
        r#"{{
    let bytes = "{svg}".as_bytes();
    let table = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {{
        let mut group = [0u8; 3];
        group[..three.len()].copy_from_slice(three);
        let n = u32::from_be_bytes([0, group[0], group[1], group[2]]);
        for place in 0..4 {{
            let padding = place > three.len();
            let six = (n >> (18 - 6 * place)) as usize & 63;
            text.push(if padding {{ '=' }} else {{ table[six] as char }});
        }}
    }}
    println!("EVCXR_BEGIN_CONTENT text/html\n<img alt=\"{tag}\" src=\"data:image/svg+xml;base64,{{text}}\">\nEVCXR_END_CONTENT");
}}"#
    )
}

#[test]
#[ignore = "starts a kernel: cargo xtask test --all"]
fn good_cells_pass_and_a_second_update_changes_nothing() {
    let cells = [
        silent("let mut calls: i32 = 1;"),
        cell(
            "calls += 1;\nprintln!(\"{calls} calls\");",
            &[],
            stdout("never so\n"),
        ),
        cell(
            "assert!(calls < 0, \"planted\");",
            &["raises-exception"],
            json!([]),
        ),
        cell("let two: i32 = \"2\";", &["raises-exception"], json!([])),
        cell("eprintln!(\"a warning\");", &["stderr"], json!([])),
        silent("let kept: f64 = 1.0 / 3.0;\nkept * f64::from(calls)"),
        silent(&show_circle("a circle", 12.25)),
        cell(
            "println!(\"took {:?}\", std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_nanos());",
            &["rounding"],
            json!([]),
        ),
    ];
    let file = plant("good", &cells);
    for _ in 0..2 {
        let before = fs::read_to_string(&file).expect("the notebook");
        let (passed, text) = run(&file, &["--update"]);
        assert!(passed, "{text}");
        let after = fs::read_to_string(&file).expect("the notebook");
        // The first update fills the outputs in; only the second one finds them there.
        if before.contains("\"kernelspec\"") {
            assert_eq!(before, after, "the second update changed the file");
        }
        assert!(after.contains("2 calls") && after.contains("a warning") && after.contains("alt="));
        assert!(after.ends_with("}\n"));
    }
    let (passed, text) = run(&file, &[]);
    assert!(passed, "{text}");
    assert!(text.contains("1 passed, 0 failed"), "{text}");

    // The same file with the picture's circle elsewhere.
    let moved = fs::read_to_string(&file)
        .expect("the notebook")
        .replace("12.25", "15.25");
    fs::write(&file, moved).expect("the moved notebook");
    let (passed, text) = run(&file, &[]);
    assert!(!passed, "{text}");
    for expected in ["cell 7 (", "the picture differs", "12.25, now 15.25"] {
        assert!(text.contains(expected), "no {expected:?} in:\n{text}");
    }
}

/// An exercise whose answer is 2, with its wrong answer, its check and its solution.
fn exercise(wrong: &str, check: &str, solution: &str) -> Vec<Value> {
    let text = |source: String, tags: &[&str]| json!({ "cell_type": "markdown", "metadata": { "tags": tags }, "source": source });
    let unfold = |summary, inside| {
        format!("<details><summary>{summary}</summary>\n\n{inside}\n\n</details>")
    };
    let mut stub = cell("fn two() -> i32 {\n    0\n}", &["exercise"], json!([]));
    stub["metadata"]["wrong"] = json!([wrong]);
    vec![
        text("### Exercise 1: two\n\nMake it two.".into(), &[]),
        stub,
        cell(check, &["check"], stdout("Not yet: 0, not 2.\n")),
        text(unfold("Hint", "One and one."), &[]),
        text(
            unfold(
                "Solution",
                &format!("```rust\n{solution}\n```\n\nIt is two."),
            ),
            &["solution"],
        ),
    ]
}

const THREE: &str = "fn two() -> i32 {\n    3\n}";
const TWO: &str = "fn two() -> i32 {\n    2\n}";
const GOOD_CHECK: &str = "match two() {\n    2 => println!(\"Right: 2.\"),\n    n => println!(\"Not yet: {n}, not 2.\"),\n};";

/// A notebook with one exercise must fail, for the reasons named.
fn exercise_must_fail(name: &str, cells: &[Value], reasons: &[&str]) {
    let (passed, text) = run(&plant(name, cells), &[]);
    assert!(!passed, "{name} passed:\n{text}");
    for expected in reasons {
        assert!(text.contains(expected), "no {expected:?} in:\n{text}");
    }
}

#[test]
#[ignore = "starts a kernel: cargo xtask test --all"]
fn a_check_that_accepts_the_code_as_it_stands_fails() {
    let mut cells = exercise(THREE, "println!(\"Right: {}.\", two());", TWO);
    cells[2]["outputs"] = stdout("Right: 0.\n");
    exercise_must_fail(
        "accepts_stub",
        &cells,
        &[
            "exercise 1, the code as it stands: its check must",
            "Right: 0.",
        ],
    );
}

#[test]
#[ignore = "starts a kernel: cargo xtask test --all"]
fn a_good_exercise_passes() {
    let (passed, text) = run(&plant("exercise", &exercise(THREE, GOOD_CHECK, TWO)), &[]);
    assert!(passed, "{text}");
}

#[test]
#[ignore = "starts a kernel: cargo xtask test --all"]
fn a_check_that_accepts_a_wrong_answer_fails() {
    let check = GOOD_CHECK.replace("2 =>", "2.. =>");
    exercise_must_fail(
        "accepts_wrong",
        &exercise(THREE, &check, TWO),
        &[
            "exercise 1, wrong answer 1: its check must",
            "    3",
            "it prints:",
            "Right: 2.",
        ],
    );
}

#[test]
#[ignore = "starts a kernel: cargo xtask test --all"]
fn a_solution_that_its_check_refuses_fails() {
    exercise_must_fail(
        "refused_solution",
        &exercise(THREE, GOOD_CHECK, THREE),
        &[
            "exercise 1, the solution: its check must",
            "Not yet: 3, not 2.",
        ],
    );
}

#[test]
#[ignore = "starts a kernel: cargo xtask test --all"]
fn a_solution_that_does_not_compile_fails() {
    exercise_must_fail(
        "broken_solution",
        &exercise(THREE, GOOD_CHECK, "fn two() -> i32 {\n    \"two\"\n}"),
        &[
            "exercise 1, the solution does not compile",
            "mismatched types",
        ],
    );
}

#[test]
#[ignore = "starts a kernel: cargo xtask test --all"]
fn a_check_that_panics_fails() {
    let check = GOOD_CHECK.replace("n =>", "3 => panic!(\"planted\"),\n    n =>");
    exercise_must_fail(
        "panicking_check",
        &exercise(THREE, &check, TWO),
        &[
            "the check of exercise 1, wrong answer 1, panicked",
            "planted",
        ],
    );
}

#[test]
#[ignore = "starts a kernel: cargo xtask test --all"]
fn a_cell_that_only_the_solution_breaks_fails() {
    let mut cells = exercise(THREE, GOOD_CHECK, TWO);
    cells.push(silent("assert_eq!(two(), 0, \"planted\");"));
    exercise_must_fail(
        "after_the_solution",
        &cells,
        &["with the exercises solved, a cell panicked", "planted"],
    );
}

#[test]
#[ignore = "starts a kernel: cargo xtask test --all"]
fn a_lesson_with_too_few_exercises_fails() {
    exercise_must_fail(
        "01_few",
        &exercise(THREE, GOOD_CHECK, TWO),
        &[
            "01_few.ipynb",
            "it has 1 exercises; each lesson needs at least 3",
        ],
    );
}

#[test]
#[ignore = "starts a kernel: cargo xtask test --all"]
fn an_exercise_without_its_hint_fails() {
    let mut cells = exercise(THREE, GOOD_CHECK, TWO);
    cells.remove(3);
    exercise_must_fail("no_hint", &cells, &["exercise 1 has no hint that unfolds"]);
}
