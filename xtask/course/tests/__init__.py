"""Tests of this package: `test_*.py` need nothing else; the others are programs that `cargo xtask test` calls."""
