//! The command line.
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use lexopt::prelude::*;

const HELP: &str = "\
Type-checks every script of a Rojo project, strictly.

usage: luau-check --sourcemap FILE [--root DIR] [--definitions FILE] [options]

  --sourcemap FILE     what `rojo sourcemap --include-non-scripts` wrote
  --root DIR           the folder that its paths start from (default: the current one)
  --definitions FILE   Roblox's API as Luau declarations
  --solver new|old     Luau's type solver (default: new)
  --format text|json   text: path:line:column CODE message; json: one object a line
  --jobs N             threads (default: one for each processor)
  --timeout SECONDS    for the whole run (default: 600); exit code 4 beyond it
";

#[derive(Clone, Copy, PartialEq)]
pub enum Format {
    Text,
    Json,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Solver {
    New,
    Old,
}

pub struct Options {
    pub sourcemap: PathBuf,
    pub root: PathBuf,
    pub definitions: Option<PathBuf>,
    pub solver: Solver,
    pub format: Format,
    pub jobs: usize,
    pub timeout: Duration,
}

pub enum Action {
    Check(Options),
    Print(String),
}

pub fn parse() -> Result<Action, lexopt::Error> {
    let mut options = Options {
        sourcemap: PathBuf::new(),
        root: PathBuf::from("."),
        definitions: None,
        solver: Solver::New,
        format: Format::Text,
        jobs: thread::available_parallelism().map_or(1, |count| count.get()),
        timeout: Duration::from_secs(600),
    };
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("sourcemap") => options.sourcemap = arguments.value()?.into(),
            Long("root") => options.root = arguments.value()?.into(),
            Long("definitions") => options.definitions = Some(arguments.value()?.into()),
            Long("solver") => {
                options.solver = one_of(&arguments.value()?.string()?, &[("new", Solver::New), ("old", Solver::Old)])?
            }
            Long("format") => {
                options.format =
                    one_of(&arguments.value()?.string()?, &[("text", Format::Text), ("json", Format::Json)])?
            }
            Long("jobs") => options.jobs = arguments.value()?.parse::<usize>()?.max(1),
            Long("timeout") => {
                let seconds = arguments.value()?.parse::<f64>()?;
                options.timeout = Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())?;
            }
            Short('h') | Long("help") => return Ok(Action::Print(HELP.to_string())),
            Short('V') | Long("version") => {
                return Ok(Action::Print(format!("luau-check {}\n", env!("CARGO_PKG_VERSION"))));
            }
            other => return Err(other.unexpected()),
        }
    }
    if options.sourcemap.as_os_str().is_empty() {
        return Err("--sourcemap is missing".into());
    }
    Ok(Action::Check(options))
}

fn one_of<T: Copy>(given: &str, known: &[(&str, T)]) -> Result<T, lexopt::Error> {
    let found = known.iter().find(|(name, _)| *name == given).map(|(_, value)| *value);
    let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
    found.ok_or_else(|| format!("{given:?} is none of {}", names.join(", ")).into())
}
