//! The first `cargo xtask lab`, with a cargo and a Python that only say what they would do.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output};

/// Builds three crates as cargo tells it without a terminal, as soon as the pages are opened.
const CARGO: &str = r#"#!/bin/sh
here=$(dirname "$0")
[ "$1" = install ] || exit 1
printf '   Compiling a v1.0.0\n    Building [=>  ] 1/3: b, c\r' >&2
for n in $(seq 200); do [ -e "$here/opened" ] || sleep 0.05; done
printf '   Compiling b v1.0.0\n    Building [==> ] 2/3: c\r' >&2
sleep 1.2
[ -e "$here/broken" ] && { echo 'error: linker `cc` not found' >&2; exit 101; }
while [ "$1" != --root ]; do shift; done
mkdir -p "$2/bin" && echo 'EvCxR 0.22.0' > "$2/bin/evcxr_jupyter"
echo built >> "$here/log"
"#;

/// Makes environments of itself.
const PYTHON: &str = r#"#!/bin/sh
here=HERE
case "$*" in
  *version_info*) echo 3 12 ;;
  *"-m venv"*) for last; do :; done; mkdir -p "$last/bin" && cp "$0" "$last/bin/python" ;;
  *course.book.make*) for last; do :; done; echo "open $last" >> "$here/log"; touch "$here/opened" ;;
  *jupyterlab*) echo jupyterlab >> "$here/log" ;;
esac
"#;

const RUSTC: &str = "#!/bin/sh\necho 'rustc 1.95.0'\n";

/// A project in which nothing is set up.
struct Project {
    root: PathBuf,
    programs: PathBuf,
}

impl Project {
    fn new(name: &str) -> Self {
        let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&root);
        let programs = root.join("programs");
        fs::create_dir_all(root.join("xtask/course")).unwrap();
        fs::create_dir_all(&programs).unwrap();
        fs::write(root.join("xtask/course/requirements.txt"), "jupyterlab").unwrap();
        let python = PYTHON.replace("HERE", programs.to_str().unwrap());
        for (name, text) in [("cargo", CARGO), ("python3", &python), ("rustc", RUSTC)] {
            let file = programs.join(name);
            fs::write(&file, text).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        }
        Self { root, programs }
    }

    fn lab(&self, arguments: &[&str]) -> Output {
        let path = format!("{}:/usr/bin:/bin", self.programs.display());
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.arg("lab").args(arguments);
        command.env("CARGO", self.programs.join("cargo"));
        command.env("CARGO_MANIFEST_DIR", self.root.join("xtask"));
        command.env("PATH", path).output().unwrap()
    }

    fn log(&self) -> String {
        fs::read_to_string(self.programs.join("log")).unwrap_or_default()
    }
}

#[test]
fn lesson_1_is_there_to_read_while_the_kernel_is_built() {
    let project = Project::new("first-hour");
    let output = project.lab(&[]);
    let (said, errors) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{said}{errors}");
    let page = project.root.join("target/book/01_network.html");
    let expected = format!("open {}\nbuilt\njupyterlab\n", page.display());
    assert_eq!(project.log(), expected);
    assert!(
        said.contains(&format!(
            "read lesson 1 in your browser: {}",
            page.display()
        )),
        "{said}"
    );
    // A log gets a line a minute, and none of cargo's own.
    assert_eq!(said.matches("of 3 crates built").count(), 1, "{said}");
    assert!(
        !said.contains("Compiling") && errors.is_empty(),
        "{said}{errors}"
    );

    // The second time nothing is opened but JupyterLab.
    let output = project.lab(&[]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(project.log(), expected + "jupyterlab\n");
}

#[test]
fn a_build_that_fails_says_what_cargo_said() {
    let project = Project::new("broken-build");
    fs::write(project.programs.join("broken"), "").unwrap();
    fs::write(project.programs.join("opened"), "").unwrap();
    let output = project.lab(&["--no-browser"]);
    let errors = text(&output.stderr);
    assert!(!output.status.success());
    for expected in ["linker `cc` not found", "goes on where it stopped"] {
        assert!(errors.contains(expected), "no {expected:?} in:\n{errors}");
    }
    assert!(!errors.contains("Building ["), "{errors}");
    assert_eq!(project.log(), "", "--no-browser opens no page");
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
