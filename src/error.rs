//! What can go wrong, as data: a [`Code`] from a closed list, a place, the offending text, and what to do next.
//!
//! Takes nothing, gives [`Problem`] values; never prints and never ends the program. Words for each code live here
//! once and are used by the page, the command (`fivewhys explain CODE`) and `docs/error-codes.md`.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Every error (`E-…`) and warning (`W-…`) that a user can meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[allow(missing_docs)] // the words of each stand in TABLE
pub enum Code {
    EFormat,
    EEmpty,
    EJsonAt,
    EEncoding,
    ETruncated,
    EMemory,
    ETooOld,
    EFileGone,
    EDigest,
    EVersion,
    ERules,
    EIo,
    EPassword,
    EQuery,
    EBug,
    WTruncated,
    WSkipped,
    WPartial,
    WLimit,
    WDuplicates,
    WClock,
    // Last, since digests hold codes by their number.
    EReport,
}

/// The words of one code: what it is called, what happened, what to do.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    /// The code as printed, such as `E-FORMAT`.
    pub name: &'static str,
    /// One sentence: what happened.
    pub what: &'static str,
    /// What the reader can do about it.
    pub hint: &'static str,
    /// A paragraph for `fivewhys explain`.
    pub more: &'static str,
}

const TABLE: &[(Code, Words)] = &[
    (
        Code::EFormat,
        Words {
            name: "E-FORMAT",
            what: "This is not a log that Fivewhys reads.",
            hint: "Export JSON, CSV or YAML from Logs Explorer or gcloud, or give newline-delimited JSON.",
            more: "The beginning of the file was compared with every container and dialect that is known, and none fitted. The message says what the file looked like instead. `fivewhys inspect FILE` prints the scores.",
        },
    ),
    (
        Code::EEmpty,
        Words {
            name: "E-EMPTY",
            what: "The file holds no log entries.",
            hint: "Check the time range and the filter of the export.",
            more: "The file was read and recognised (or is empty), but no entry stands in it. An export whose filter matched nothing looks like this.",
        },
    ),
    (
        Code::EJsonAt,
        Words {
            name: "E-JSON-AT",
            what: "The JSON is damaged at this place.",
            hint: "Look at the line and column named; the entries around it were read.",
            more: "A record could not be parsed. Line and column count from 1; the offending text is quoted. Other records of the file are reported as usual.",
        },
    ),
    (
        Code::EEncoding,
        Words {
            name: "E-ENCODING",
            what: "The text is in no encoding that Fivewhys reads.",
            hint: "Save the file as UTF-8 or UTF-16.",
            more: "UTF-8 (with or without byte-order mark) and UTF-16 in both byte orders are read. The file's bytes fit neither.",
        },
    ),
    (
        Code::ETruncated,
        Words {
            name: "E-TRUNCATED",
            what: "The archive ends early.",
            hint: "Copy or download it again; what could be unpacked was read.",
            more: "A gzip, zstd, zip or tar file ended before its own end mark. Everything up to that place was read.",
        },
    ),
    (
        Code::EMemory,
        Words {
            name: "E-MEMORY",
            what: "There is not enough memory for this file in the browser.",
            hint: "Choose a smaller time span, or use the fivewhys command, which needs far less.",
            more: "The page's memory is limited by the browser. The command reads files of any size with little memory.",
        },
    ),
    (
        Code::ETooOld,
        Words {
            name: "E-TOO-OLD",
            what: "This browser lacks something that Fivewhys needs.",
            hint: "Update the browser, or use the fivewhys command.",
            more: "The page needs WebAssembly with SIMD, workers made from blob URLs, structured cloning of WebAssembly modules, and light-dark() in style sheets: Chromium 123, Firefox 120, Safari 17.5 or later. The message names what is missing.",
        },
    ),
    (
        Code::EFileGone,
        Words {
            name: "E-FILE-GONE",
            what: "The file changed or moved since it was opened.",
            hint: "Drop it again.",
            more: "A browser hands out a file as it was when it was dropped; when it changes on disk it can't be read any more. What was read before stays in the report.",
        },
    ),
    (
        Code::EDigest,
        Words {
            name: "E-DIGEST",
            what: "The digest is damaged.",
            hint: "Make it again with `fivewhys digest`.",
            more: "A .fwd file begins with FWYD and carries a checksum; this one does not, ends early, or its content does not match. Other files were read as usual. `fivewhys merge` takes digests only: give logs to `fivewhys report` or `fivewhys digest`.",
        },
    ),
    (
        Code::EVersion,
        Words {
            name: "E-VERSION",
            what: "The digest was made by another version of Fivewhys.",
            hint: "Make and merge digests with the same version.",
            more: "The binary form of a digest is versioned and read only by the version that wrote it.",
        },
    ),
    (
        Code::EReport,
        Words {
            name: "E-REPORT",
            what: "The report can't be opened.",
            hint: "Open it alone, whole and as it was exported; for anything but showing it, open its log.",
            more: "What `fivewhys report --format json` and the page's JSON export write opens again, without its log: alone, since a report can't be merged with other files, by a program of the same version of the model, and only if it was not cut or changed so that it is no report any more. The message says which of these fails. Entries, filters, comparisons and digests need the log itself.",
        },
    ),
    (
        Code::ERules,
        Words {
            name: "E-RULES",
            what: "A rule file has an error.",
            hint: "Look at the file, table and key named.",
            more: "Rules are TOML tables; knowledge/README.md describes them. The message points at the file, the table's id and the key.",
        },
    ),
    (
        Code::EIo,
        Words {
            name: "E-IO",
            what: "The file can't be read.",
            hint: "Check that it exists and that you may read it.",
            more: "The operating system refused to open or read the file; its reason is quoted.",
        },
    ),
    (
        Code::EPassword,
        Words {
            name: "E-PASSWORD",
            what: "The archive is encrypted.",
            hint: "Unpack it first.",
            more: "Encrypted zip members can't be read without a password, and Fivewhys asks for none.",
        },
    ),
    (
        Code::EQuery,
        Words {
            name: "E-QUERY",
            what: "The filter or the split can't be used.",
            hint: "Look at the column or time named; docs/query.md lists what filters understand, docs/compare.md what can be split.",
            more: "Filters are a subset of the Logging query language. A split needs entries on both sides of it, or two revisions of one service.",
        },
    ),
    (
        Code::EBug,
        Words {
            name: "E-BUG",
            what: "Fivewhys has a fault of its own.",
            hint: "Please report it with the text shown; it holds nothing of your log.",
            more: "Something that should not happen did. The report so far is kept.",
        },
    ),
    (
        Code::WTruncated,
        Words {
            name: "W-TRUNCATED",
            what: "The file ends in the middle of an entry.",
            hint: "Copy or export it again if the last entries matter.",
            more: "The last record has no end; it was left out and everything before it was read.",
        },
    ),
    (
        Code::WSkipped,
        Words {
            name: "W-SKIPPED",
            what: "Some records could not be read.",
            hint: "Look at the line numbers named.",
            more: "Records that are no valid JSON, or no object, are left out and counted. The first of them are named with their lines.",
        },
    ),
    (
        Code::WPartial,
        Words {
            name: "W-PARTIAL",
            what: "A part of the input is missing from this report.",
            hint: "Read the reason beside it and try that part again.",
            more: "A file or a shard of one could not be read to its end, or reading was cancelled. Everything else is reported. On the page a worker that ends while it reads (for want of memory, or by a fault) is replaced and its bytes are read once more; where that fails too, the file and the range of bytes are named. Choose a smaller span, or give the file to the fivewhys command, which needs far less memory.",
        },
    ),
    (
        Code::WLimit,
        Words {
            name: "W-LIMIT",
            what: "A limit was reached and something was left out.",
            hint: "Use a smaller span or fewer files if the rest matters.",
            more: "Fivewhys keeps its memory small by limits on what is distinct: messages, sources, samples. Counts stay right; what was left out is named.",
        },
    ),
    (
        Code::WDuplicates,
        Words {
            name: "W-DUPLICATES",
            what: "Some entries occur more than once and were counted once.",
            hint: "Nothing to do: overlapping exports are expected.",
            more: "Entries equal in log name, time and insertId are one entry, in one file as over several.",
        },
    ),
    (
        Code::WClock,
        Words {
            name: "W-CLOCK",
            what: "Some times can't be right.",
            hint: "Do not trust the order of entries around them, least of all between sources.",
            more: "Either entries are dated before 1990 or after 2099 (a machine without a set clock, or a wrong unit), or the times of one source run backwards by more than a minute in the order of its file: its clock was set back, or the file was put together from pieces. Files in another order than that of time (more than one step back in twenty entries) are not meant.",
        },
    ),
];

impl Code {
    /// Every code, in the order of the documentation.
    pub fn all() -> impl Iterator<Item = Code> {
        TABLE.iter().map(|(code, _)| *code)
    }

    /// The words of this code.
    pub fn words(self) -> Words {
        TABLE
            .iter()
            .find(|(code, _)| *code == self)
            .map_or(Words { name: "E-BUG", what: "", hint: "", more: "" }, |(_, words)| *words)
    }

    /// The code with this printed name, such as `E-FORMAT`, without regard to case.
    pub fn parse(name: &str) -> Option<Code> {
        TABLE.iter().find(|(_, words)| words.name.eq_ignore_ascii_case(name)).map(|(code, _)| *code)
    }

    /// Whether this is a warning beside a report (`W-…`).
    pub fn is_warning(self) -> bool {
        self.words().name.starts_with('W')
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words().name)
    }
}

/// Where a problem stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Place {
    /// Base name of the file, if the problem belongs to one.
    pub file: Option<String>,
    /// Line, counted from 1.
    pub line: Option<u64>,
    /// Column in characters, counted from 1.
    pub column: Option<u64>,
}

/// One thing that went wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Problem {
    /// Which kind.
    pub code: Code,
    /// Where.
    pub place: Place,
    /// What exactly, in our words; may end in a short quote of the offending text (never for `E-BUG`).
    pub detail: String,
}

impl Problem {
    /// A problem of a whole file (`file` is its base name).
    pub fn of_file(code: Code, file: &str, detail: impl Into<String>) -> Problem {
        Problem {
            code,
            place: Place { file: Some(file.to_owned()), line: None, column: None },
            detail: detail.into(),
        }
    }

    /// Bytes of a file that no worker could read, of all its bytes where these are more.
    pub fn unread(file: &str, (from, to): (u64, u64), size: Option<u64>) -> Problem {
        let last = to.saturating_sub(1).max(from);
        let of = size.map(|size| format!(" of {size}")).unwrap_or_default();
        let detail = format!(
            "No worker could read bytes {from} to {last}{of} to their end, most likely for want of memory: what begins there is missing."
        );
        Problem::of_file(Code::WPartial, file, detail)
    }

    /// A problem without a place.
    pub fn new(code: Code, detail: impl Into<String>) -> Problem {
        Problem { code, place: Place::default(), detail: detail.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        if let Some(file) = &self.place.file {
            write!(f, " {file}")?;
        }
        if let Some(line) = self.place.line {
            write!(f, ":{line}")?;
            if let Some(column) = self.place.column {
                write!(f, ":{column}")?;
            }
        }
        write!(f, ": {}", self.code.words().what)?;
        if !self.detail.is_empty() {
            write!(f, " {}", self.detail)?;
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "error_tests.rs"]
mod tests;
