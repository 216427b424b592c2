//! What a class runs on: the image, the cluster's values and the workflows of the public CI.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::layout::Layout;
use crate::process::succeed;
use crate::python;

/// Files that follow a schema which check-jsonschema knows, and the name that it has there.
const SCHEMAS: [(&str, &str); 6] = [
    ("vendor.github-workflows", ".github/workflows/ci.yml"),
    ("vendor.github-workflows", ".github/workflows/release.yml"),
    ("vendor.github-workflows", ".github/workflows/test.yml"),
    ("vendor.github-workflows", ".github/workflows/weekly.yml"),
    ("vendor.dependabot", ".github/dependabot.yml"),
    ("vendor.citation-file-format", "CITATION.cff"),
];

/// Checks what describes an image, a cluster or a workflow, without running it.
pub fn lint() -> Result<()> {
    let layout = Layout::find()?;
    python::prepare(&layout, &python::DEPLOY)?;
    let tool = |name: &str, arguments: &[&str]| {
        let mut command = Command::new(python::DEPLOY.program(&layout, name));
        command.args(arguments).current_dir(&layout.root);
        succeed(&mut command)
    };
    tool("hadolint", &["binder/Dockerfile"])?;
    tool("shellcheck", &["deploy/install.sh", "deploy/start.sh"])?;
    for (schema, file) in SCHEMAS {
        tool("check-jsonschema", &["--builtin-schema", schema, file])?;
    }
    match env::var("Z2JH_SCHEMA") {
        Ok(schema) => {
            let script = "deploy/tests/values_test.py";
            let texts = ["deploy/values.yaml", "deploy/README.md"];
            tool("python", &["-B", script, &schema, texts[0], texts[1]])
        }
        Err(_) => {
            println!(
                "Not checked: deploy/values.yaml, as the variable Z2JH_SCHEMA does not name \
                 the chart's values.schema.json."
            );
            Ok(())
        }
    }
}

/// Builds the image in a fresh root and uses it; with a ready kernel it saves the kernel's build.
pub fn image(kernel: Option<PathBuf>) -> Result<()> {
    let layout = Layout::find()?;
    python::prepare(&layout, &python::DEPLOY)?;
    let mut command = Command::new("unshare");
    command
        .args(["--mount", "--pid", "--fork", "--kill-child"])
        .arg(python::DEPLOY.program(&layout, "python"))
        .args([
            "-B".as_ref(),
            layout.root.join("deploy/tests/image_test.py").as_os_str(),
        ])
        .arg(&layout.root)
        .arg(layout.root.join("target").join("image"));
    if let Some(kernel) = kernel {
        command.arg("--kernel").arg(kernel);
    }
    succeed(&mut command)
}
