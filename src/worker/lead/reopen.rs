//! Dropped reports in JSON: opened again, and shown as long as no log is loaded.

use super::super::{scope, words_of};
use super::Lead;
use super::current::Current;
use crate::digest::Digest;
use crate::error::{Code, Problem};
use crate::protocol::{FileKey, FromWorker};
use crate::report::load;
use crate::report::model::Report;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use web_sys::File;

/// The reports, by the number of their file.
pub(super) type Reports = BTreeMap<FileKey, Report>;

/// Opens one.
pub(super) async fn open(lead: &Rc<RefCell<Lead>>, key: FileKey, file: &File) {
    match read(file).await {
        Ok(report) => {
            lead.borrow_mut().reports.insert(key, report);
            scope::post(&FromWorker::Reopened { key });
        }
        Err(problem) => scope::post(&FromWorker::Problem { job: None, key: Some(key), problem }),
    }
}

async fn read(file: &File) -> Result<Report, Problem> {
    let name = file.name();
    // A file's size is a whole number below 2^53.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let size = file.size() as u64;
    load::check_size(&name, size)?;
    let read = scope::read(file, 0, size).await;
    let bytes = read.map_err(|error| Problem::of_file(Code::EFileGone, &name, words_of(&error)))?;
    load::load(&name, &bytes)
}

/// The report that was dropped last becomes what is shown: over a log without entries.
pub(super) fn show(lead: &mut Lead) -> Option<&mut Current> {
    let (key, report) = lead.reports.last_key_value().map(|(key, report)| (*key, report.clone()))?;
    let whys = report.whys.clone();
    let mut current = Current::new(Digest::default().finish(), report, whys);
    current.reopened = Some(key);
    Some(lead.current.insert(current))
}

/// What needs entries says so.
pub(super) fn needs_log(current: &Current) -> Result<(), Problem> {
    if current.reopened.is_some() {
        return Err(Problem::new(
            Code::EReport,
            "This report is here without its log, and a comparison needs the log.",
        ));
    }
    Ok(())
}
