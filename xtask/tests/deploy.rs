//! What is written in more than one place says the same there.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

/// What stands in a file of the project between two texts.
fn between(file: &str, before: &str, after: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let text = fs::read_to_string(root.join(file)).unwrap();
    let (_, rest) = text.split_once(before).unwrap();
    rest.split_once(after).unwrap().0.to_owned()
}

#[test]
fn the_image_builds_the_kernel_that_the_course_wants() {
    let wanted = between("xtask/src/kernel.rs", "const VERSION: &str = \"", "\"");
    assert_eq!(between("deploy/install.sh", "\nKERNEL=", "\n"), wanted);
}

#[test]
fn the_image_and_the_ci_have_the_oldest_rust_that_is_promised() {
    let oldest = between("Cargo.toml", "rust-version = \"", "\"");
    assert_eq!(between("binder/Dockerfile", "FROM rust:", "-"), oldest);
    let tested = between(".github/workflows/test.yml", "'stable' || '", "'");
    assert_eq!(tested, format!("{oldest}.0"));
}

#[test]
fn one_version_is_released() {
    let version = between("Cargo.toml", "version = \"", "\"");
    assert_eq!(between("CITATION.cff", "\nversion: ", "\n"), version);
    assert_eq!(between("deploy/values.yaml", "tag: \"", "\""), version);
    assert_eq!(between("CHANGELOG.md", "\n## ", ","), version);
}
