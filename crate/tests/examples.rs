//! The examples run, and reach what they assert.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "../examples/check.rs"]
mod check;
#[path = "../examples/digit.rs"]
mod digit;
#[path = "../examples/train.rs"]
mod train;

#[test]
fn a_digit_is_read_and_drawn() {
    digit::main().unwrap();
    let picture = std::fs::read_to_string(std::env::temp_dir().join("digits.svg")).unwrap();
    assert!(picture.contains("<svg"));
}

#[test]
fn a_network_is_trained_and_tested() {
    train::main().unwrap();
}

#[test]
fn a_gradient_is_checked() {
    check::main().unwrap();
}
