//! `luau-check`: type-checks every script of a Rojo project, strictly, with Luau's own analysis.
//!
//! Exit codes: 0 clean (lint warnings are no failure), 1 type errors, 2 wrong usage or unreadable input,
//! 3 a defect of the checker, 4 the time limit.
mod engine;
mod options;
mod report;
mod tree;

use std::fs;
use std::io::Write;
use std::process::exit;
use std::thread;

use engine::Engine;
use options::{Action, Options};

const STACK: usize = 512 << 20; // bytes; Luau recurses on the native stack

fn main() {
    let options = match options::parse() {
        Ok(Action::Check(options)) => options,
        Ok(Action::Print(text)) => {
            print!("{text}");
            exit(0)
        }
        Err(error) => {
            eprintln!("luau-check: {error}; see luau-check --help");
            exit(2)
        }
    };
    let limit = options.timeout;
    thread::spawn(move || {
        thread::sleep(limit);
        eprintln!("luau-check: no end within {} s", limit.as_secs_f64());
        exit(4)
    });
    let checking = thread::Builder::new().stack_size(STACK).spawn(move || check(&options)).expect("a thread");
    // `exit` skips the destructors of the type arenas, which take as long as a check of a small project.
    match checking.join() {
        Ok(Ok(code)) => exit(code),
        Ok(Err(error)) => {
            eprintln!("luau-check: {error}");
            exit(2)
        }
        Err(_) => exit(3),
    }
}

fn check(options: &Options) -> Result<i32, String> {
    let nodes = tree::read(&options.sourcemap, &options.root)?;
    let definitions = match &options.definitions {
        Some(path) => fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?,
        None => String::new(),
    };
    let engine = Engine::new(options.solver);
    let mut found = engine.define("definitions", &definitions);
    let loaded = found.is_empty();
    if loaded {
        found = engine.check(&nodes, options.jobs);
    }
    found.sort();
    let mut text = String::new();
    for one in &found {
        text.push_str(&report::line(one, options.format));
        text.push('\n');
    }
    // A closed pipe is no reason for a panic.
    let _ = std::io::stdout().write_all(text.as_bytes());
    if !loaded {
        return Err("the definitions don't load".to_string());
    }
    Ok(i32::from(found.iter().any(|one| !one.is_warning)))
}
