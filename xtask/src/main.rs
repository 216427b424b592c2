//! `cargo xtask …`: sets up the course and checks it. This file reads the arguments.

mod bench;
mod book;
mod browser;
mod checks;
mod deploy;
mod environment;
mod fuzz;
mod hub;
mod kernel;
mod lab;
mod layout;
mod notebooks;
mod offline;
mod process;
mod python;
mod warm;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use lexopt::prelude::*;

const HELP: &str = "\
The course's commands:

  cargo xtask lab         set up what is missing and open JupyterLab on the first notebook
      --no-browser        print the address, open no browser
      --port N            listen on port N (default 8888, or the next free one)
      -- ARGUMENTS...     hand these to JupyterLab as they are

  cargo xtask notebooks   run the notebooks in fresh kernels and compare their outputs
      FILES...            run only these (default: notebooks/*.ipynb)
      --update            write the new outputs into the files
      --timeout SECONDS   the longest that one cell may take (default 300)

  cargo xtask misuse      plant faults in the notebooks, which their own checks must catch,
                          and run each cell twice
      FILES...            only in these (default: notebooks/*.ipynb)

  cargo xtask screens     run the notebooks in a real browser and measure what a student sees;
                          the screenshots are in target/screens

  cargo xtask fuzz        feed the loader's fuzz targets, guided by coverage
      --runs N            executions of each target (default 10 million: half an hour)

  cargo xtask book        make the notebooks into web pages and slides, in target/book

  cargo xtask hub         a classroom server: JupyterHub, with a sandbox for each student
      --listen ADDRESS    let others in this network log in (default 127.0.0.1: only this machine)
      --port N            listen on port N (default 8000; it uses the next two as well)
      --certificate FILE --key FILE
                          speak TLS
      --folder FOLDER     keep the students' folders there (default .course/hub)
      --stop              end the hub and all students' servers
      --load N...         measure it with N students at once, on a hub of its own

  cargo xtask test        check everything: format, lints, tests, documentation, notebooks, pages
      --deploy            check instead what a class runs on: image, values, workflows (a minute)
      --hub               check the classroom server instead: a class of four, and faults
      --image[=KERNEL]    build instead the image in a fresh root, and use it (half an hour, as
                          root, with debootstrap); with a ready evcxr_jupyter, ten minutes

  cargo xtask setup       set up what is missing, and open nothing

  cargo xtask bench       measure the speed, beside numpy, PyTorch and candle (a quarter of an hour)
      --quick             one round instead of five

The first run takes time: it installs JupyterLab and, where no evcxr_jupyter 0.22 is
found, builds it (about 12 minutes on 2 cores). Everything that it installs goes into the
folder .course of this project. Delete that folder to start afresh.
";

/// What the arguments ask for.
enum Task {
    Help,
    Book,
    Lab(lab::Options),
    Notebooks(notebooks::Options),
    Misuse(Vec<PathBuf>),
    Screens,
    Fuzz(fuzz::Options),
    Hub(hub::Options),
    Setup,
    Test,
    TestDeploy,
    TestHub,
    TestImage(Option<PathBuf>),
    Bench { quick: bool },
}

fn main() -> ExitCode {
    match parse().and_then(run) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    match task {
        Task::Help => {
            print!("{HELP}");
            Ok(())
        }
        Task::Book => book::run(),
        Task::Lab(options) => lab::run(&options),
        Task::Notebooks(options) => notebooks::run(&options),
        Task::Misuse(files) => notebooks::misuse(&files),
        Task::Screens => browser::screens(),
        Task::Fuzz(options) => fuzz::run(&options),
        Task::Hub(options) => hub::run(&options),
        Task::Setup => warm::prepare(&environment::Environment::prepare()?),
        Task::Test => checks::run(),
        Task::TestDeploy => deploy::lint(),
        Task::TestHub => hub::check(),
        Task::TestImage(kernel) => deploy::image(kernel),
        Task::Bench { quick } => bench::run(quick),
    }
}

fn parse() -> Result<Task> {
    let mut parser = lexopt::Parser::from_env();
    let task = match parser.next()? {
        Some(Value(name)) => name,
        None | Some(Short('h') | Long("help")) => return Ok(Task::Help),
        Some(other) => return Err(other.unexpected().into()),
    };
    match task.to_str() {
        Some("lab") => parse_lab(&mut parser),
        Some("notebooks") => parse_notebooks(&mut parser),
        Some("misuse") => parse_misuse(&mut parser),
        Some("fuzz") => parse_fuzz(&mut parser),
        Some("bench") => parse_bench(&mut parser),
        Some("hub") => parse_hub(&mut parser),
        Some("setup") => parse_no_options(&mut parser, Task::Setup),
        Some("test") => parse_test(&mut parser),
        Some("screens") => parse_no_options(&mut parser, Task::Screens),
        Some("book") => parse_no_options(&mut parser, Task::Book),
        Some("help") => Ok(Task::Help),
        _ => bail!("there is no task {task:?} (cargo xtask --help tells which there are)"),
    }
}

fn parse_no_options(parser: &mut lexopt::Parser, task: Task) -> Result<Task> {
    match parser.next()? {
        None => Ok(task),
        Some(Short('h') | Long("help")) => Ok(Task::Help),
        Some(other) => Err(other.unexpected().into()),
    }
}

fn parse_test(parser: &mut lexopt::Parser) -> Result<Task> {
    let mut task = Task::Test;
    while let Some(argument) = parser.next()? {
        task = match argument {
            Long("deploy") => Task::TestDeploy,
            Long("hub") => Task::TestHub,
            Long("image") => Task::TestImage(parser.optional_value().map(Into::into)),
            Short('h') | Long("help") => return Ok(Task::Help),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(task)
}

fn parse_bench(parser: &mut lexopt::Parser) -> Result<Task> {
    let mut quick = false;
    while let Some(argument) = parser.next()? {
        match argument {
            Long("quick") => quick = true,
            Short('h') | Long("help") => return Ok(Task::Help),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Task::Bench { quick })
}

fn parse_lab(parser: &mut lexopt::Parser) -> Result<Task> {
    let mut options = lab::Options::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("no-browser") => options.no_browser = true,
            Long("port") => options.port = Some(parser.value()?.parse()?),
            Value(other) => options.others.push(other),
            Short('h') | Long("help") => return Ok(Task::Help),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Task::Lab(options))
}

fn parse_notebooks(parser: &mut lexopt::Parser) -> Result<Task> {
    let mut options = notebooks::Options::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Value(file) => options.files.push(file.into()),
            Long("update") => options.update = true,
            Long("timeout") => options.timeout = parser.value()?.parse()?,
            Short('h') | Long("help") => return Ok(Task::Help),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Task::Notebooks(options))
}

fn parse_misuse(parser: &mut lexopt::Parser) -> Result<Task> {
    let mut files = Vec::new();
    while let Some(argument) = parser.next()? {
        match argument {
            Value(file) => files.push(file.into()),
            Short('h') | Long("help") => return Ok(Task::Help),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Task::Misuse(files))
}

fn parse_fuzz(parser: &mut lexopt::Parser) -> Result<Task> {
    let mut options = fuzz::Options::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("runs") => options.runs = parser.value()?.parse()?,
            Short('h') | Long("help") => return Ok(Task::Help),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Task::Fuzz(options))
}

fn parse_hub(parser: &mut lexopt::Parser) -> Result<Task> {
    let mut options = hub::Options::default();
    let (mut certificate, mut key) = (None, None);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("listen") => options.listen = Some(parser.value()?.parse()?),
            Long("port") => options.port = Some(parser.value()?.parse()?),
            Long("certificate") => certificate = Some(parser.value()?.into()),
            Long("key") => key = Some(parser.value()?.into()),
            Long("folder") => options.folder = Some(parser.value()?.into()),
            Long("stop") => options.stop = true,
            Long("load") => {
                for count in parser.values()? {
                    options.load.push(count.parse()?);
                }
            }
            Short('h') | Long("help") => return Ok(Task::Help),
            other => return Err(other.unexpected().into()),
        }
    }
    options.certificate = match (certificate, key) {
        (Some(certificate), Some(key)) => Some((certificate, key)),
        (None, None) => None,
        _ => bail!("--certificate and --key belong together"),
    };
    Ok(Task::Hub(options))
}
