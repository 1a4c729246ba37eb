//! What can be written on the command line.

mod compare;

pub(crate) use compare::{Change, CompareArgs};

use clap::{Args, Parser, Subcommand, ValueEnum};
use fivewhys::entry::Nanos;
use fivewhys::redact::Level;
use fivewhys::report::render;
use std::path::{Path, PathBuf};

/// Turns an exported log into an incident report. Nothing leaves this machine.
#[derive(Parser, Debug)]
#[command(name = "fivewhys", version, max_term_width = 100, arg_required_else_help = true, after_help = EXITS)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXITS: &str = "Exit status: 0 done (warnings on standard error), 1 --fail-on met, 2 usage or nothing readable, \
130 interrupted, 141 broken pipe. `fivewhys explain CODE` says more about a coded message.";

const DIGEST_HELP: &str = "A digest is as sensitive as its log. Examples:
  fivewhys digest app-1.json -o 1.fwd; fivewhys digest app-2.json -o 2.fwd; fivewhys merge *.fwd
  fivewhys digest big.ndjson --shard 2/8 -o 2.fwd
  gcloud storage cat gs://BUCKET/a.json | fivewhys digest - --name a.json -o a.fwd";

const ENTRIES_HELP: &str = "Examples:
  fivewhys entries app.json --where 'severity>=ERROR AND \"connection refused\"' --limit 20
  fivewhys entries app.json --where 'finding=F1' --format ndjson > f1.ndjson";

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Write the incident report of one or several log files.
    Report(ReportArgs),
    /// Keep what a report needs of log files in a small file, to be merged with others later.
    ///
    /// A digest holds samples of log text as they stand: it is as sensitive as its log, and nothing in it is redacted.
    #[command(after_help = DIGEST_HELP)]
    Digest(DigestArgs),
    /// Write the report of digests, the same to the byte as that of the files they were made of.
    ///
    /// With --digest, or where the name of --out ends in .fwd, the digests become one. A digest is as sensitive as its log.
    Merge(MergeArgs),
    /// Print the entries that pass a filter, redacted.
    ///
    /// In CSV a cell that a spreadsheet would take for a formula begins with '. docs/query.md describes filters.
    #[command(after_help = ENTRIES_HELP)]
    Entries(EntriesArgs),
    /// Say what changed between two logs, two spans of one, or two revisions.
    ///
    /// One log alone is split by --split or --by; without either, where a service got its latest revision.
    #[command(after_help = compare::HELP)]
    Compare(CompareArgs),
    /// Say what a file was recognised as, and why.
    Inspect(InspectArgs),
    /// List, explain or check the signatures by which failures are recognised.
    Rules {
        /// What to do; `list` if nothing is said.
        #[command(subcommand)]
        what: Option<Rules>,
    },
    /// Group split stack traces, or parse one.
    Traces(TracesArgs),
    /// Print the template of each message of a text, one message a line.
    Patterns(PatternsArgs),
    /// Explain a code such as E-FORMAT; without one, list them all.
    Explain {
        /// The code.
        code: Option<String>,
    },
    /// Print the completion script of a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page (roff).
    Man,
}

/// Parts of `rules`.
#[derive(Subcommand, Debug)]
pub(crate) enum Rules {
    /// One line a signature: id, role, area, title.
    List,
    /// Everything about one signature.
    Explain {
        /// Its id.
        id: String,
    },
    /// Check rule files of your own as the built-in ones are checked.
    Check {
        /// TOML files, or directories of them.
        #[arg(required = true, value_name = "FILE|DIR")]
        files: Vec<String>,
    },
}

/// Options of `traces`.
#[derive(Args, Debug)]
pub(crate) struct TracesArgs {
    /// What to do.
    #[command(flatten)]
    pub mode: TracesMode,
    /// Files; standard input if none is named.
    #[arg(value_name = "FILE")]
    pub inputs: Vec<PathBuf>,
}

/// The two ways of `traces`.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub(crate) struct TracesMode {
    /// One JSON entry a line in, the number of its trace a line out.
    #[arg(long)]
    pub group: bool,
    /// The text of one trace in, its chain and frames as JSON out.
    #[arg(long)]
    pub parse: bool,
}

/// Options of `patterns`.
#[derive(Args, Debug)]
pub(crate) struct PatternsArgs {
    /// Files; standard input if none is named.
    #[arg(value_name = "FILE")]
    pub inputs: Vec<PathBuf>,
    /// Print each template once, with the number of its messages, most frequent first.
    #[arg(long)]
    pub count: bool,
}

/// Options of `report`.
#[derive(Args, Debug)]
pub(crate) struct ReportArgs {
    /// Files, directories or patterns; `-` is standard input. Compressed files and UTF-16 are read as they are, and so are
    /// digests (.fwd). A report that was written with --format json, given alone, is shown again.
    #[arg(required = true, value_name = "FILE|DIR|GLOB")]
    pub inputs: Vec<String>,
    /// The log of before (a file, directory, pattern or digest): the report tells what changed against it.
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<String>,
    /// What is written and how.
    #[command(flatten)]
    pub how: How,
}

/// Options of `merge`.
#[derive(Args, Debug)]
pub(crate) struct MergeArgs {
    /// Digests, directories or patterns; `-` is standard input.
    #[arg(required = true, value_name = "FILE|DIR|GLOB")]
    pub inputs: Vec<String>,
    /// Write one digest in place of a report.
    #[arg(long, conflicts_with_all = ["format", "fail_on", "since", "until", "condition", "redact_word", "rules", "generated_at"])]
    pub digest: bool,
    /// What is written and how.
    #[command(flatten)]
    pub how: How,
}

/// Options of `digest`.
#[derive(Args, Debug)]
pub(crate) struct DigestArgs {
    /// Files, directories or patterns; `-` is standard input. Compressed files and UTF-16 are read as they are.
    #[arg(required = true, value_name = "FILE|DIR|GLOB")]
    pub inputs: Vec<String>,
    /// Write to this file, by custom named .fwd; `-` is standard output.
    #[arg(long, short, required = true, value_name = "FILE")]
    pub out: PathBuf,
    /// Name under which the report shows standard input.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Read only this part of every file, such as 2/8; a file that can't be cut belongs to the first part.
    #[arg(long, value_name = "I/N", value_parser = shard)]
    pub shard: Option<(u64, u64)>,
    /// Exit with status 2 if any part of the input could not be read.
    #[arg(long)]
    pub strict: bool,
    /// Threads; by default one a core.
    #[arg(long, short, value_name = "N")]
    pub jobs: Option<usize>,
}

/// What `report` and `merge` write and how.
#[derive(Args, Debug)]
pub(crate) struct How {
    /// Output format; by default as the name of --out ends, else markdown.
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// Write to this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Exit with status 1 if a finding of this class or worse was made.
    #[arg(long, value_enum, value_name = "CLASS")]
    pub fail_on: Option<FailOn>,
    /// Only entries at or after this time (RFC 3339 or a date, UTC where no zone is given).
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub since: Option<Nanos>,
    /// Only entries at or before this time.
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub until: Option<Nanos>,
    /// Only entries that pass, such as `severity>=ERROR AND service="api" AND "token"`.
    #[arg(long = "where", value_name = "QUERY")]
    pub condition: Option<String>,
    /// Exit with status 2 if any part of the input could not be read.
    #[arg(long)]
    pub strict: bool,
    /// What is taken out of the report.
    #[arg(long, value_enum, value_name = "LEVEL", default_value = "secrets")]
    pub redact: Redact,
    /// A word of your own to take out as well; may be given several times.
    #[arg(long, value_name = "WORD")]
    pub redact_word: Vec<String>,
    /// Signatures of your own: a TOML file or a directory of them; may be given several times.
    #[arg(long, value_name = "FILE|DIR")]
    pub rules: Vec<String>,
    /// Time of generation shown in the report; else SOURCE_DATE_EPOCH, else now. A report opened again keeps its own.
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub generated_at: Option<Nanos>,
    /// Threads; by default one a core.
    #[arg(long, short, value_name = "N")]
    pub jobs: Option<usize>,
}

/// Options of `entries`.
#[derive(Args, Debug)]
pub(crate) struct EntriesArgs {
    /// Files, directories or patterns; `-` is standard input. Of a digest (.fwd) samples are shown.
    #[arg(required = true, value_name = "FILE|DIR|GLOB")]
    pub inputs: Vec<String>,
    /// Only entries that pass, such as `severity>=ERROR AND service="api" AND "token"`.
    #[arg(long = "where", value_name = "QUERY")]
    pub condition: Option<String>,
    /// Only entries at or after this time (RFC 3339 or a date, UTC where no zone is given).
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub since: Option<Nanos>,
    /// Only entries at or before this time.
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub until: Option<Nanos>,
    /// Only the first so many of them, in time order.
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Output format.
    #[arg(long, value_enum, default_value = "text")]
    pub format: EntriesFormat,
    /// Write to this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// What is taken out of the entries.
    #[arg(long, value_enum, value_name = "LEVEL", default_value = "secrets")]
    pub redact: Redact,
    /// A word of your own to take out as well; may be given several times.
    #[arg(long, value_name = "WORD")]
    pub redact_word: Vec<String>,
    /// Threads; by default one a core.
    #[arg(long, short, value_name = "N")]
    pub jobs: Option<usize>,
}

/// Options of `inspect`.
#[derive(Args, Debug)]
pub(crate) struct InspectArgs {
    /// Files; `-` is standard input.
    #[arg(required = true, value_name = "FILE")]
    pub inputs: Vec<String>,
    /// Output format.
    #[arg(long, value_enum, default_value = "text")]
    pub format: InspectFormat,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Format {
    /// With tables, as GitHub and others show it.
    Markdown,
    /// Markdown without tables or HTML.
    Plain,
    Html,
    Json,
    /// A few lines for a channel of Slack or Google Chat.
    Chat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum InspectFormat {
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum EntriesFormat {
    /// One line an entry.
    Text,
    /// One record a line as it stands in its file.
    Ndjson,
    /// A table with a heading.
    Csv,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum FailOn {
    Critical,
    Warning,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Redact {
    /// Nothing; the report says so.
    Off,
    /// Tokens, keys, passwords, cookies, credentials in URLs.
    Secrets,
    /// Also e-mail addresses, IP addresses, phone numbers, query values.
    Standard,
    /// Also ids, hosts, users in paths, names in labels.
    Strict,
}

impl Redact {
    /// The library's name for it.
    pub(crate) fn level(self) -> Level {
        match self {
            Redact::Off => Level::Off,
            Redact::Secrets => Level::Secrets,
            Redact::Standard => Level::Standard,
            Redact::Strict => Level::Strict,
        }
    }
}

impl How {
    /// The format asked for, or the one that the name of the output says.
    pub(crate) fn format(&self) -> render::Format {
        format(self.format, self.out.as_deref())
    }
}

fn format(asked: Option<Format>, out: Option<&Path>) -> render::Format {
    let ending = out.and_then(|out| out.extension()).and_then(|ending| ending.to_str());
    match (asked, ending) {
        (Some(Format::Markdown), _) => render::Format::Markdown,
        (Some(Format::Plain), _) => render::Format::Plain,
        (Some(Format::Html), _) | (None, Some("html" | "htm")) => render::Format::Html,
        (Some(Format::Json), _) | (None, Some("json")) => render::Format::Json,
        (Some(Format::Chat), _) => render::Format::Chat,
        (None, _) => render::Format::Markdown,
    }
}

/// `2/8` → the second of eight parts, counted from 0.
fn shard(text: &str) -> Result<(u64, u64), String> {
    let parts = text.split_once('/').and_then(|(nth, of)| Some((nth.parse().ok()?, of.parse().ok()?)));
    match parts {
        Some((nth, of)) if (1..=of).contains(&nth) && of <= 1 << 20 => Ok((nth - 1, of)),
        _ => Err("write it as 2/8: the second of eight parts".to_owned()),
    }
}

/// A time as the user writes it.
fn instant(text: &str) -> Result<Nanos, String> {
    let text = text.trim();
    Nanos::parse(text)
        .or_else(|| Nanos::parse(&format!("{text}T00:00:00Z")))
        .ok_or_else(|| "write it as 2025-09-16T04:36:31Z or 2025-09-16".to_owned())
}
