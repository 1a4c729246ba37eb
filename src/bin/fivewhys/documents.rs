//! `explain`, `completions`, `man`: what the command says about itself.

use crate::args::Cli;
use crate::output::{Exit, Failure, print};
use clap::CommandFactory;
use fivewhys::error::{Code, Problem};

/// One code in full, or all in short.
pub(crate) fn explain(name: Option<&str>) -> Result<Exit, Failure> {
    let Some(name) = name else {
        let all: String =
            Code::all().map(|code| format!("{:<13} {}\n", code.words().name, code.words().what)).collect();
        print(&all)?;
        return Ok(Exit::Made);
    };
    let Some(code) = Code::parse(name) else {
        let known: Vec<&str> = Code::all().map(|code| code.words().name).collect();
        eprintln!("There is no code of this name. Known codes: {}.", known.join(", "));
        return Ok(Exit::Unusable);
    };
    let words = code.words();
    print(&format!("{}: {}\n\n{}\n\nWhat to do: {}\n", words.name, words.what, words.more, words.hint))?;
    Ok(Exit::Made)
}

/// The completion script of a shell.
pub(crate) fn completions(shell: clap_complete::Shell) -> Result<Exit, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "fivewhys", &mut text);
    print(&text)?;
    Ok(Exit::Made)
}

/// The manual page: the command and each of its parts.
pub(crate) fn man() -> Result<Exit, Failure> {
    let mut text = Vec::new();
    let failed = |error: std::io::Error| Problem::new(Code::EBug, format!("The manual: {error}."));
    let mut command = Cli::command();
    command.build();
    clap_mangen::Man::new(command.clone()).render(&mut text).map_err(failed)?;
    for part in command.get_subcommands().filter(|part| part.get_name() != "help") {
        clap_mangen::Man::new(part.clone()).render(&mut text).map_err(failed)?;
    }
    print(&text)?;
    Ok(Exit::Made)
}
