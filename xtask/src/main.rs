//! `cargo xtask …`: sets up the course and checks it.
fn main() {}
