//! PostgreSQL's csvlog: takes the cells of a first row, tells whether it is one, and how its columns are called.
//!
//! postgresql.org/docs/current/runtime-config-logging.html, "Using CSV-Format Log Output": no header, 23 columns up to version 12,
//! `backend_type` since 13, `leader_pid` and `query_id` since 14. Columns that every log has carry the names that are read in any
//! table; the others their own.

use std::borrow::Cow;

const COLUMNS: [&str; 26] = [
    "timestamp",
    "user_name",
    "database_name",
    "process_id",
    "connection_from",
    "session_id",
    "session_line_num",
    "command_tag",
    "session_start_time",
    "virtual_transaction_id",
    "transaction_id",
    "severity",
    "sql_state_code",
    "message",
    "detail",
    "hint",
    "internal_query",
    "internal_query_pos",
    "context",
    "query",
    "query_pos",
    "location",
    "application_name",
    "backend_type",
    "leader_pid",
    "query_id",
];
/// Columns of the oldest version.
const LEAST: usize = 23;
/// Levels of the server (src/backend/utils/error/elog.c, `error_severity`).
const LEVELS: [&str; 13] = [
    "DEBUG", "DEBUG1", "DEBUG2", "DEBUG3", "DEBUG4", "DEBUG5", "LOG", "INFO", "NOTICE", "WARNING", "ERROR",
    "FATAL", "PANIC",
];

/// The names of the columns, if these are the cells of a row of a csvlog: the time, the level and the five characters of SQLSTATE
/// stand where they have to.
pub(in crate::ingest) fn columns(cells: &[Cow<'_, str>]) -> Option<&'static [&'static str]> {
    let is = |at: usize, fits: fn(&str) -> bool| cells.get(at).is_some_and(|cell| fits(cell));
    let is_csvlog = (LEAST..=COLUMNS.len()).contains(&cells.len())
        && is(0, |time| time.len() >= 19 && time.bytes().take(4).all(|b| b.is_ascii_digit()))
        && is(11, |level| LEVELS.contains(&level))
        && is(12, |state| state.len() == 5 && state.bytes().all(|b| b.is_ascii_alphanumeric()));
    COLUMNS.get(..cells.len()).filter(|_| is_csvlog)
}

/// The cells of the first row of a text.
pub(in crate::ingest) fn first_row(text: &str) -> Vec<Cow<'static, str>> {
    let mut reader = csv_core::Reader::new();
    let (mut cells, mut ends) = (vec![0; text.len() + 1], vec![0; COLUMNS.len() + 1]);
    let (result, _, n_out, n_ends) = reader.read_record(text.as_bytes(), &mut cells, &mut ends);
    if !matches!(result, csv_core::ReadRecordResult::Record) {
        return Vec::new();
    }
    let mut start = 0;
    let cut = |end: &usize| {
        let cell = cells.get(start..(*end).min(n_out)).unwrap_or(&[]);
        start = *end;
        Cow::Owned(String::from_utf8_lossy(cell).into_owned())
    };
    ends.iter().take(n_ends).map(cut).collect()
}

#[cfg(test)]
mod tests {
    use super::{columns, first_row};

    const ROW: &str = "2026-03-10 09:00:01.118 UTC,clerk,shop,7358,10.2.0.8:44120,f5d40da9.1f3,15,INSERT,2026-03-10 08:59:30 UTC,9/88,0,ERROR,23505,\"duplicate key, twice\",,,,,,\"INSERT INTO carts\nVALUES ($1)\",,,till,client backend,,0\n";

    #[test]
    fn rows_of_every_version_are_known() {
        let cells = first_row(ROW);
        assert_eq!(columns(&cells).map(<[&str]>::len), Some(26));
        assert_eq!(columns(cells.get(..23).unwrap_or(&[])).map(<[&str]>::len), Some(23));
        assert_eq!(columns(cells.get(..22).unwrap_or(&[])), None);
    }

    #[test]
    fn other_tables_are_not() {
        assert_eq!(columns(&first_row("timestamp,severity,message\n")), None);
        assert_eq!(columns(&first_row(&ROW.replace("ERROR,23505", "ERROR,none"))), None);
        assert_eq!(columns(&first_row("a row without an end")), None);
    }
}
