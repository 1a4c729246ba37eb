//! `fivewhys entries`: logs and a filter → the entries themselves, redacted.
//!
//! A first reading makes the index that says which entries pass; texts are then looked for in every record, and what passes
//! is read once more for its own words. Of a digest only samples are shown, and the output says so.

use crate::args::{EntriesArgs, EntriesFormat};
use crate::digests::Spool;
use crate::inputs::Input;
use crate::output::{self, Exit, Failure};
use crate::plan::Way;
use crate::{inputs, read, report};
use fivewhys::diagnose::knowledge::Knowledge;
use fivewhys::diagnose::{Options, diagnose};
use fivewhys::digest::{Again, Beside, Bits, Found, Index, Places};
use fivewhys::entry::Entry;
use fivewhys::query::search::Needle;
use fivewhys::query::{self, Filter};
use fivewhys::report::render::{self, EntryFormat};
use std::collections::BTreeMap;

/// Runs it.
pub(crate) fn run(args: &EntriesArgs) -> Result<Exit, Failure> {
    let mut filter = query::parse_with(args.condition.as_deref().unwrap_or_default(), &query::search::check)?;
    filter.from = args.since.or(filter.from);
    filter.until = args.until.or(filter.until);
    inputs::spare(args.out.as_deref(), &args.inputs)?;
    let (mut inputs, problems) = inputs::expand(&args.inputs);
    // Standard input is read more than once.
    let mut spool = None;
    for input in inputs.iter_mut().filter(|input| **input == Input::Stdin) {
        let spooled = Spool::of_stdin()?;
        *input = Input::Named(spooled.path().to_path_buf(), input.name());
        spool = Some(spooled);
    }
    let (gathered, problems) = match report::gathered(&inputs, problems, Way::whole(args.jobs)) {
        Ok(gathered) => gathered,
        Err(exit) => return Ok(exit),
    };
    let index = gathered.digest.finish();
    output::say(&problems);
    let found = diagnose(&index, &Knowledge::builtin(), &Options::default());
    let of = |evidence: u32| found.evidence.get(evidence as usize).map(|evidence| evidence.filter.clone());
    let findings: Vec<(String, Filter)> = found
        .findings
        .iter()
        .filter_map(|finding| Some((finding.id.clone(), of(finding.evidence?)?)))
        .collect();
    let places = Places::of(&index);
    let searched = search(&index, &places, &filter, &inputs)?;
    let mut rows = index.select_with(&filter, Beside { findings: &findings, found: &searched });
    rows.truncate(args.limit.unwrap_or(usize::MAX));
    let mut words = words(&index, &places, &rows, &inputs)?;
    drop(spool);
    let told: Vec<_> = rows.iter().filter_map(|row| index.told(*row, words.remove(row))).collect();
    let (_, mut memory) = render::redact_keeping(&found, args.redact.level(), &args.redact_word);
    let format = match args.format {
        EntriesFormat::Csv => EntryFormat::Csv,
        EntriesFormat::Ndjson => EntryFormat::Ndjson,
        EntriesFormat::Text => EntryFormat::Text,
    };
    let mut text = String::new();
    render::entries(&told, format, &mut memory, &mut |piece| text.push_str(piece));
    match &args.out {
        Some(path) if path.as_os_str() != "-" => output::save(path, text.as_bytes())?,
        _ => output::print(&text)?,
    }
    Ok(if gathered.stopped { Exit::Interrupted } else { Exit::Made })
}

/// Looks for the texts of a filter in every record.
fn search(index: &Index, places: &Places, filter: &Filter, inputs: &[Input]) -> Result<Vec<Found>, Failure> {
    let mut found: Vec<Found> = Vec::new();
    for term in filter.terms() {
        if !found.iter().any(|found| found.term == *term) {
            let (rows, files) = (Bits::new(index.rows().len()), vec![false; index.files().len()]);
            found.push(Found { term: term.clone(), rows, files });
        }
    }
    if found.is_empty() {
        return Ok(found);
    }
    let needles: Vec<Vec<Needle>> = found.iter().map(|found| Needle::of_term(&found.term)).collect();
    let mut take = |row: u32, _: &Entry<'_>, record: &str| {
        let file = index.row(row).map_or(0, |row| row.file() as usize);
        for (found, needles) in found.iter_mut().zip(&needles) {
            if let Some(searched) = found.files.get_mut(file) {
                *searched = true;
            }
            if needles.iter().any(|needle| needle.is_in(record.as_bytes())) {
                found.rows.insert(row);
            }
        }
    };
    again(&mut Again::new(index, places, &|_| true, &mut take), inputs)?;
    Ok(found)
}

/// Messages and records of these rows.
fn words(
    index: &Index,
    places: &Places,
    rows: &[u32],
    inputs: &[Input],
) -> Result<BTreeMap<u32, (String, String)>, Failure> {
    let wanted = Bits::of(index.rows().len(), rows.iter().copied());
    let mut words = BTreeMap::new();
    let mut take = |row: u32, entry: &Entry<'_>, record: &str| {
        words.insert(row, (entry.full_message(), record.to_owned()));
    };
    again(&mut Again::new(index, places, &|row| wanted.has(row), &mut take), inputs)?;
    Ok(words)
}

/// Reads all logs once more; what was wrong with them was said before.
fn again(sink: &mut Again<'_>, inputs: &[Input]) -> Result<(), Failure> {
    for input in inputs {
        let _ = read::into(input, sink)?;
    }
    Ok(())
}
