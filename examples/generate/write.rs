//! Entries → text as gcloud and Logs Explorer write it: newline-delimited JSON, an indented array, CSV.

use super::csv;
use super::entry::Entry;
use super::json::Json;

/// In which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// One object a line.
    Ndjson,
    /// An array, indented by two blanks, as both tools write it.
    Pretty,
    /// As Logs Explorer writes it since 2025, with apostrophes before what a spreadsheet might run.
    Csv,
}

/// Writes what stands before the first entry.
pub(crate) fn begin(form: Form, out: &mut String) {
    match form {
        Form::Ndjson => {}
        Form::Pretty => out.push('['),
        Form::Csv => csv::head(out),
    }
}

/// Writes what stands after the last one.
pub(crate) fn end(form: Form, out: &mut String) {
    if form == Form::Pretty {
        out.push_str("\n]\n");
    }
}

/// Writes one entry, which is the first or a later one.
pub(crate) fn entry(form: Form, entry: &Entry, is_first: bool, out: &mut String) {
    match form {
        Form::Ndjson => {
            let mut json = Json::new(out, false);
            json.element(entry);
            out.push('\n');
        }
        Form::Pretty => {
            out.push_str(if is_first { "\n  " } else { ",\n  " });
            Json::new(out, true).element(entry);
        }
        Form::Csv => csv::row(entry, out),
    }
}
