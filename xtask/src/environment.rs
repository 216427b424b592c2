//! The set-up that all commands share: Python, JupyterLab, the kernel and their settings.

use std::fs::File;
use std::process::Command;
use std::thread;

use anyhow::{Context, Result, anyhow, bail};
use serde_json::json;

use crate::layout::{Layout, write_if_changed};
use crate::process::answer;
use crate::progress::say;
use crate::{kernel, python};

const OLDEST_RUST: (u32, u32) = (1, 95);

/// The course's environment, ready for use.
pub struct Environment {
    /// Where things are.
    pub layout: Layout,
}

impl Environment {
    /// Sets up what is missing. Where nothing is, this takes a fraction of a second.
    pub fn prepare() -> Result<Self> {
        Self::prepare_and(|_| Ok(()))
    }

    /// The same; `meanwhile` is done when Python is there and the kernel is not yet.
    pub fn prepare_and(meanwhile: fn(&Layout) -> Result<()>) -> Result<Self> {
        let layout = Layout::find()?;
        check_rust(&layout)?;
        // Two commands at once would install over each other; the second waits here.
        let lock = File::create(layout.course.join("lock")).context("cannot write to .course")?;
        lock.lock().context("cannot lock .course")?;
        // JupyterLab installs while the kernel builds, so that the user waits once.
        let found = kernel::find(&layout);
        let waits = found.is_none();
        let kernel = thread::scope(|scope| {
            let kernel = scope.spawn(|| found.map_or_else(|| kernel::get(&layout), Ok));
            python::prepare(&layout, &python::COURSE)?;
            if waits
                && !kernel.is_finished()
                && let Err(error) = meanwhile(&layout)
            {
                say(&format!("{error:#}"));
            }
            let broke_off = |_| Err(anyhow!("the set-up of the kernel broke off"));
            kernel.join().unwrap_or_else(broke_off)
        })?;
        kernel::register(&layout, &kernel)?;
        write_settings(&layout)?;
        Ok(Self { layout })
    }

    /// A Python module, with all of Jupyter's folders inside `.course`.
    pub fn module(&self, name: &str) -> Result<Command> {
        let mut command = python::COURSE.module(&self.layout, name);
        let jupyter = self.layout.course.join("jupyter");
        command
            .env("PATH", self.layout.search_path()?)
            .env("VIRTUAL_ENV", python::COURSE.folder(&self.layout))
            .env("JUPYTER_CONFIG_DIR", jupyter.join("config"))
            .env("JUPYTER_DATA_DIR", jupyter.join("data"))
            .env("JUPYTER_RUNTIME_DIR", jupyter.join("runtime"))
            .env("JUPYTERLAB_SETTINGS_DIR", jupyter.join("settings"))
            .env("JUPYTERLAB_WORKSPACES_DIR", jupyter.join("workspaces"))
            .env("IPYTHONDIR", jupyter.join("ipython"))
            .env("JUPYTER_PREFER_ENV_PATH", "1")
            .env_remove("JUPYTER_PATH")
            .env_remove("JUPYTER_CONFIG_PATH");
        for (name, _) in std::env::vars_os() {
            // Cargo describes this program to it; a student's cell shall not see that.
            let text = name.to_string_lossy();
            if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
                command.env_remove(&name);
            }
        }
        Ok(command)
    }
}

/// The kernel needs this Rust; cargo checks its own version only.
fn check_rust(layout: &Layout) -> Result<()> {
    let rustc = layout
        .rust_bin()
        .map_or("rustc".into(), |folder| folder.join("rustc"));
    let text = answer(Command::new(&rustc).arg("--version"))?;
    let mut numbers = text
        .split_whitespace()
        .nth(1)
        .unwrap_or_default()
        .split('.')
        .map_while(|number| number.parse::<u32>().ok());
    let found = (numbers.next(), numbers.next());
    match found {
        (Some(major), Some(minor)) if (major, minor) >= OLDEST_RUST => Ok(()),
        _ => bail!(
            "the kernel needs Rust {}.{} or newer; found: {}. \
             Update it with: rustup update stable",
            OLDEST_RUST.0,
            OLDEST_RUST.1,
            text.trim()
        ),
    }
}

/// JupyterLab's settings: only the Rust kernel, no question about news at the first start, long lines wrapped.
fn write_settings(layout: &Layout) -> Result<()> {
    let config = layout.course.join("jupyter").join("config");
    let server = json!({
        // In a container the user is root. The server listens to this machine only, with a token.
        "ServerApp": { "allow_root": true, "log_level": "WARN", "root_dir": layout.root },
        "LabApp": { "log_level": "WARN" },
        "KernelSpecManager": { "allowed_kernelspecs": ["rust"], "ensure_native_kernel": false },
        "MultiKernelManager": { "default_kernel_name": "rust" },
    });
    let page = json!({
        "disabledExtensions": { "@jupyterlab/apputils-extension:announcements": true },
    });
    // On a narrow screen code would end at the edge.
    let wrap = json!({
        "@jupyterlab/notebook-extension:tracker": { "codeCellConfig": { "lineWrap": true } },
    });
    let files = [
        ("jupyter_server_config.json", server),
        ("labconfig/page_config.json", page),
        ("labconfig/default_setting_overrides.json", wrap),
    ];
    for (name, settings) in files {
        write_if_changed(
            &config.join(name),
            &serde_json::to_string_pretty(&settings)?,
        )?;
    }
    Ok(())
}
