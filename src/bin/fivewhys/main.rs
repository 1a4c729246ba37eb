//! The `fivewhys` command: arguments in, text on standard output, coded problems on standard error, an exit status.
//!
//! The only place beside the page where files, the clock, threads and the environment are touched; everything it knows
//! about logs comes from the library.

#![allow(clippy::print_stdout, clippy::print_stderr, clippy::disallowed_methods)]

mod args;
mod compare;
mod digests;
mod documents;
mod entries;
mod hands;
mod inputs;
mod inspect;
mod output;
mod plan;
mod progress;
mod read;
mod reopen;
mod report;
mod rules;
mod stream;
mod streams;

use args::{Cli, Command};
use clap::Parser;
use output::Exit;
use std::process::ExitCode;

fn main() -> ExitCode {
    output::report_bugs();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no errors; a broken pipe while printing them is none of ours.
            let code = if error.use_stderr() { Exit::Unusable } else { Exit::Made };
            let _ = error.print();
            return code.into();
        }
    };
    let done = match cli.command {
        Command::Report(options) => report::run(&options),
        Command::Digest(options) => digests::digest(&options),
        Command::Merge(options) => digests::merge(&options),
        Command::Entries(options) => entries::run(&options),
        Command::Compare(options) => compare::run(&options),
        Command::Inspect(options) => inspect::run(&options),
        Command::Rules { what } => rules::run(what.as_ref()),
        Command::Traces(options) => streams::traces(&options),
        Command::Patterns(options) => streams::patterns(&options),
        Command::Explain { code } => documents::explain(code.as_deref()),
        Command::Completions { shell } => documents::completions(shell),
        Command::Man => documents::man(),
    };
    done.unwrap_or_else(|failure| failure.say()).into()
}
