//! A report in JSON as the only file: opened again, without its log.

use crate::args::How;
use crate::inputs::Input;
use crate::output::{Failure, io};
use fivewhys::error::{Code, Problem};
use fivewhys::limits::REPORT_BYTES;
use fivewhys::report::load;
use fivewhys::report::model::Report;
use std::fs::File;
use std::io::Read;

/// Bytes that tell a report.
const HEAD: u64 = 4 * 1024;

/// The report that a file holds, or none if it is anything else. Pipes are not looked at, since that would use them up.
pub(crate) fn report(input: &Input, baseline: Option<&str>, how: &How) -> Result<Option<Report>, Failure> {
    let Some(path) = input.path().filter(|path| path.is_file()) else { return Ok(None) };
    let name = input.name();
    let failed = |error: std::io::Error| io(path, &error);
    let mut file = File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    file.by_ref().take(HEAD).read_to_end(&mut bytes).map_err(failed)?;
    if !load::is_report(&bytes) {
        return Ok(None);
    }
    let asked = [
        ("--where", how.condition.is_some()),
        ("--since", how.since.is_some()),
        ("--until", how.until.is_some()),
        ("--baseline", baseline.is_some()),
        ("--rules", !how.rules.is_empty()),
    ];
    if let Some((option, _)) = asked.iter().find(|(_, is_asked)| *is_asked) {
        let detail = format!("It is a report without its log, and {option} needs the log.");
        return Err(Problem::of_file(Code::EReport, &name, detail).into());
    }
    load::check_size(&name, file.metadata().map_err(failed)?.len())?;
    // Also where it grows meanwhile.
    file.take(REPORT_BYTES).read_to_end(&mut bytes).map_err(failed)?;
    let mut report = load::load(&name, &bytes)?;
    report.generated_at = how.generated_at.or(report.generated_at);
    Ok(Some(report))
}
