//! Standard output, standard error and the exit status.
//!
//! Text that may come from a log is redacted and made visible before it is shown, so that no escape reaches the terminal.

use fivewhys::error::{Code, Problem};
use fivewhys::redact::Level;
use fivewhys::report::render;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

/// How the command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Report made.
    Made,
    /// `--fail-on` met.
    Met,
    /// Usage, nothing readable, or a part unreadable with `--strict`.
    Unusable,
    /// Interrupted.
    Interrupted,
    /// The reader of standard output went away.
    BrokenPipe,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(match exit {
            Exit::Made => 0,
            Exit::Met => 1,
            Exit::Unusable => 2,
            Exit::Interrupted => 130,
            Exit::BrokenPipe => 141,
        })
    }
}

/// Why there is no result.
#[derive(Debug)]
pub(crate) enum Failure {
    /// These problems.
    Problems(Vec<Problem>),
    /// Standard output was closed.
    BrokenPipe,
}

impl Failure {
    /// Prints the problems; gives the exit status.
    pub(crate) fn say(&self) -> Exit {
        match self {
            Failure::Problems(problems) => {
                say(problems);
                Exit::Unusable
            }
            Failure::BrokenPipe => Exit::BrokenPipe,
        }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Failure {
        Failure::Problems(vec![problem])
    }
}

/// Prints problems on standard error, each with what to do next, the same one once.
pub(crate) fn say(problems: &[Problem]) {
    let mut err = anstream::stderr().lock();
    let mut said: Vec<&Problem> = Vec::new();
    for problem in problems {
        if said.contains(&problem) {
            continue;
        }
        said.push(problem);
        let colour = if problem.code.is_warning() { "\x1b[33m" } else { "\x1b[31m" };
        let text = one_line(&problem.to_string());
        let (code, rest) = text.split_once([' ', ':']).map_or((text.as_str(), ""), |_| {
            let at = problem.code.words().name.len();
            (text.get(..at).unwrap_or_default(), text.get(at..).unwrap_or_default())
        });
        let _ = writeln!(err, "{colour}{code}\x1b[0m{rest}");
        let _ = writeln!(err, "  {}", problem.code.words().hint);
    }
}

/// Says on standard error what met a condition, with how often each was said: a pipeline's own log has to show why it stopped.
pub(crate) fn list<'t>(what: &str, found: impl Iterator<Item = (&'t str, u64)>) {
    let mut err = anstream::stderr().lock();
    for (text, n) in found.take(LISTED) {
        let _ = writeln!(err, "{what}: {} ({n} {})", one_line(text), if n == 1 { "time" } else { "times" });
    }
}

/// Lines of such a list.
const LISTED: usize = 10;

/// Log text for a terminal: redacted, one line, no character that acts.
pub(crate) fn one_line(text: &str) -> String {
    render::plain(text, Level::Secrets)
}

/// Writes to standard output.
pub(crate) fn print(text: &(impl AsRef<[u8]> + ?Sized)) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    let written = out.write_all(text.as_ref()).and_then(|()| out.flush());
    written.map_err(|error| match error.kind() {
        std::io::ErrorKind::BrokenPipe => Failure::BrokenPipe,
        _ => Problem::new(Code::EIo, format!("Standard output: {error}.")).into(),
    })
}

/// Writes log text to standard output: as it is into files and pipes, without characters that act to a terminal.
pub(crate) fn print_log(text: &str) -> Result<(), Failure> {
    if std::io::IsTerminal::is_terminal(&std::io::stdout()) {
        return print(render::visible(text).as_ref());
    }
    print(text)
}

/// Writes a file.
pub(crate) fn save(path: &Path, text: &[u8]) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|error| io(path, &error).into())
}

/// A problem of the operating system with a file.
pub(crate) fn io(path: &Path, error: &std::io::Error) -> Problem {
    let name = path
        .file_name()
        .map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    Problem::of_file(Code::EIo, &name, format!("{error}."))
}

/// A fault of ours is said with its code and place, never with log text.
pub(crate) fn report_bugs() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(|at| format!("At {}:{}.", at.file(), at.line())).unwrap_or_default();
        say(&[Problem::new(Code::EBug, place)]);
        std::process::exit(2);
    }));
}
