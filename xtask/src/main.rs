//! `cargo xtask …`: sets up the course and checks it. This file reads the arguments.

mod bench;
mod book;
mod browser;
mod checks;
mod deploy;
mod environment;
mod fuzz;
mod grade;
mod hub;
mod kernel;
mod lab;
mod layout;
mod notebooks;
mod offline;
mod page;
mod process;
mod progress;
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

  cargo xtask handout     the lessons without solutions, in target/handout

  cargo xtask grade FOLDERS...
                          judge the students' notebooks in these folders by the course's own
                          checks, each in a sandbox: tables and a page for each student
      --out FOLDER        write them there (default target/grades)
      --timeout SECONDS   the longest that one cell of a student's may take (default 60)

  cargo xtask page        compile the crate to WebAssembly anew, for the pages that move

  cargo xtask hub         a classroom server: JupyterHub, with a sandbox for each student
      --listen ADDRESS    let others in this network log in (default 127.0.0.1: only this machine)
      --port N            listen on port N (default 8000; it uses the next three as well)
      --certificate FILE --key FILE
                          speak TLS
      --folder FOLDER     keep the students' folders there (default .course/hub)
      --stop              end the hub and all students' servers
      --drawings FOLDER   gather what the class has drawn in lesson 6 into two files there
      --load N...         measure it with N students at once, on a hub of its own

  cargo xtask test        check what a change can break: format, lints, tests, documentation, and
                          every notebook in a fresh kernel (a quarter of an hour on 2 cores)
      --all               and the rest: planted faults, cells run twice, JupyterLab, the drawing
                          pad and the pages in a browser, dependencies, no network
      --deploy            check instead what a class runs on: image, values, workflows (a minute)
      --hub               check the classroom server instead: grading, a class of four, and faults
      --image[=KERNEL]    build instead the image in a fresh root, and use it (half an hour, as
                          root, with debootstrap); with a ready evcxr_jupyter, ten minutes

  cargo xtask setup       set up what is missing, and open nothing

  cargo xtask bench       measure the speed, beside numpy, JAX, PyTorch and candle (an hour)
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
    Page,
    Screens,
    Fuzz(fuzz::Options),
    Grade(grade::Options),
    Handout,
    Hub(hub::Options),
    Setup,
    Test(checks::What),
    Bench(bench::Options),
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
        Task::Page => page::run(),
        Task::Screens => browser::screens(),
        Task::Fuzz(options) => fuzz::run(&options),
        Task::Grade(options) => grade::run(&options),
        Task::Handout => notebooks::handout(),
        Task::Hub(options) => hub::run(&options),
        Task::Setup => warm::prepare(&environment::Environment::prepare()?),
        Task::Test(what) => checks::run(what),
        Task::Bench(options) => bench::run(&options),
    }
}

/// A task with nothing asked of it yet.
fn task(name: &str) -> Option<Task> {
    Some(match name {
        "lab" => Task::Lab(lab::Options::default()),
        "notebooks" => Task::Notebooks(notebooks::Options::default()),
        "misuse" => Task::Misuse(Vec::new()),
        "page" => Task::Page,
        "screens" => Task::Screens,
        "fuzz" => Task::Fuzz(fuzz::Options::default()),
        "book" => Task::Book,
        "grade" => Task::Grade(grade::Options::default()),
        "handout" => Task::Handout,
        "hub" => Task::Hub(hub::Options::default()),
        "setup" => Task::Setup,
        "test" => Task::Test(checks::What::Change),
        "bench" => Task::Bench(bench::Options::default()),
        "help" => Task::Help,
        _ => return None,
    })
}

fn parse() -> Result<Task> {
    let mut parser = lexopt::Parser::from_env();
    let mut asked = match parser.next()? {
        Some(Value(name)) => match name.to_str().and_then(task) {
            Some(task) => task,
            None => {
                bail!("there is no task {name:?} (cargo xtask --help tells which there are)")
            }
        },
        None | Some(Short('h') | Long("help")) => return Ok(Task::Help),
        Some(other) => return Err(other.unexpected().into()),
    };
    while let Some(argument) = parser.next()? {
        match (&mut asked, argument) {
            (_, Short('h') | Long("help")) => return Ok(Task::Help),
            (Task::Lab(lab), Long("no-browser")) => lab.no_browser = true,
            (Task::Lab(lab), Long("port")) => lab.port = Some(parser.value()?.parse()?),
            (Task::Lab(lab), Value(other)) => lab.others.push(other),
            (Task::Notebooks(run), Long("update")) => run.update = true,
            (Task::Notebooks(run), Long("timeout")) => run.timeout = parser.value()?.parse()?,
            (Task::Notebooks(run), Value(file)) => run.files.push(file.into()),
            (Task::Misuse(files), Value(file)) => files.push(file.into()),
            (Task::Fuzz(fuzz), Long("runs")) => fuzz.runs = parser.value()?.parse()?,
            (Task::Grade(grade), Long("out")) => grade.out = Some(parser.value()?.into()),
            (Task::Grade(grade), Long("timeout")) => grade.timeout = Some(parser.value()?.parse()?),
            (Task::Grade(grade), Value(folder)) => grade.folders.push(folder.into()),
            (Task::Hub(hub), Long("listen")) => hub.listen = Some(parser.value()?.parse()?),
            (Task::Hub(hub), Long("port")) => hub.port = Some(parser.value()?.parse()?),
            (Task::Hub(hub), Long("certificate")) => hub.certificate = Some(parser.value()?.into()),
            (Task::Hub(hub), Long("key")) => hub.key = Some(parser.value()?.into()),
            (Task::Hub(hub), Long("folder")) => hub.folder = Some(parser.value()?.into()),
            (Task::Hub(hub), Long("drawings")) => hub.drawings = Some(parser.value()?.into()),
            (Task::Hub(hub), Long("stop")) => hub.stop = true,
            (Task::Hub(hub), Long("load")) => {
                for count in parser.values()? {
                    hub.load.push(count.parse()?);
                }
            }
            (Task::Test(what), Long("all")) => *what = checks::What::All,
            (Task::Test(what), Long("deploy")) => *what = checks::What::Deploy,
            (Task::Test(what), Long("hub")) => *what = checks::What::Hub,
            (Task::Test(what), Long("image")) => {
                *what = checks::What::Image(parser.optional_value().map(Into::into));
            }
            (Task::Bench(bench), Long("quick")) => bench.quick = true,
            (_, other) => return Err(other.unexpected().into()),
        }
    }
    Ok(asked)
}
