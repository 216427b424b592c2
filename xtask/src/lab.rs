//! `cargo xtask lab`: opens JupyterLab on the first notebook.

use std::ffi::OsString;

use anyhow::Result;

use crate::book;
use crate::environment::Environment;
use crate::process::become_program;
use crate::warm;

/// What the command line asks for.
#[derive(Default)]
pub struct Options {
    /// Print the address and open no browser.
    pub no_browser: bool,
    /// The port to listen on.
    pub port: Option<u16>,
    /// What is handed to JupyterLab as it is.
    pub others: Vec<OsString>,
}

/// Sets up what is missing, then becomes JupyterLab.
pub fn run(options: &Options) -> Result<()> {
    let environment = if options.no_browser {
        Environment::prepare()?
    } else {
        Environment::prepare_and(book::read_meanwhile)?
    };
    warm::prepare(&environment)?;
    let layout = &environment.layout;
    let mut command = environment.module("jupyterlab")?;
    command
        .arg("--ServerApp.ip=127.0.0.1")
        // Ctrl-C ends it without a question.
        .arg("--ServerApp.answer_yes=True")
        .current_dir(&layout.root);
    if layout.first_notebook().exists() {
        command.arg("--LabApp.default_url=/lab/tree/notebooks/01_network.ipynb");
    }
    if options.no_browser {
        command.arg("--no-browser");
    }
    if let Some(port) = options.port {
        command.arg(format!("--port={port}"));
    }
    command.args(&options.others);
    println!("Starting JupyterLab. Ctrl-C in this window ends it.");
    become_program(command)
}
