//! What can be written after `fivewhys compare`.

use super::{Format, Redact, format, instant};
use clap::{Args, ValueEnum};
use fivewhys::entry::Nanos;
use fivewhys::report::render;
use std::path::PathBuf;

/// Examples.
pub(super) const HELP: &str = "Examples:
  fivewhys compare yesterday.json today.json
  fivewhys compare app.json --split 2025-09-16T04:36:31Z
  fivewhys compare app.json --by revision --fail-on new-error
  fivewhys compare app.json --by revision --service checkout";

/// Options of `compare`.
#[derive(Args, Debug)]
pub(crate) struct CompareArgs {
    /// The log of before: a file, directory, pattern or digest; `-` is standard input.
    #[arg(value_name = "BASELINE")]
    pub baseline: String,
    /// The log of during; left out where one log is split.
    #[arg(value_name = "INCIDENT", conflicts_with_all = ["split", "by"])]
    pub incident: Option<String>,
    /// Split one log at this time (RFC 3339 or a date, UTC where no zone is given).
    #[arg(long, value_name = "TIME", value_parser = instant, conflicts_with = "by")]
    pub split: Option<Nanos>,
    /// Split one log by something that changes in it.
    #[arg(long, value_enum, value_name = "WHAT")]
    pub by: Option<By>,
    /// With --by revision: the service whose latest new revision is compared; by default the service that got one last.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["incident", "split"])]
    pub service: Option<String>,
    /// With --by revision: the revision that is compared with the one before it; by default the latest.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["incident", "split"])]
    pub revision: Option<String>,
    /// Output format; by default as the name of --out ends, else markdown.
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// Write to this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Exit with status 1 if this was found.
    #[arg(long, value_enum, value_name = "WHAT")]
    pub fail_on: Option<Change>,
    /// Exit with status 2 if any part of the input could not be read.
    #[arg(long)]
    pub strict: bool,
    /// What is taken out of the comparison.
    #[arg(long, value_enum, value_name = "LEVEL", default_value = "secrets")]
    pub redact: Redact,
    /// A word of your own to take out as well; may be given several times.
    #[arg(long, value_name = "WORD")]
    pub redact_word: Vec<String>,
    /// Time of generation shown in the comparison; else SOURCE_DATE_EPOCH, else now.
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub generated_at: Option<Nanos>,
    /// Threads; by default one a core.
    #[arg(long, short, value_name = "N")]
    pub jobs: Option<usize>,
}

/// What splits one log.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum By {
    /// The latest new revision of a service.
    Revision,
}

/// What `compare --fail-on` looks for.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Change {
    /// An error or exception that was not said before and is said three times or more.
    NewError,
    /// Any change beyond chance.
    Any,
}

impl CompareArgs {
    /// The format asked for, or the one that the name of the output says.
    pub(crate) fn format(&self) -> render::Format {
        format(self.format, self.out.as_deref())
    }
}
