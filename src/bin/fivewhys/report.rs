//! `fivewhys report`: files → report → text.

use crate::args::{FailOn, ReportArgs};
use crate::output::{self, Exit, Failure};
use crate::{condition, inputs, read, rules};
use fivewhys::diagnose::{self, Options};
use fivewhys::entry::Nanos;
use fivewhys::error::{Code, Problem};
use fivewhys::query::Filter;
use fivewhys::report::model::{Class, Report};
use fivewhys::report::render;

/// Runs it.
pub(crate) fn run(args: &ReportArgs) -> Result<Exit, Failure> {
    let filter = filter(args)?;
    let knowledge = rules::with(&args.rules)?;
    let (inputs, mut problems) = inputs::expand(&args.inputs);
    let jobs = args.jobs.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    let gathered = read::gather(&inputs, jobs);
    problems.extend(gathered.problems);
    if gathered.entries == 0 {
        if problems.is_empty() {
            problems.push(Problem::new(Code::EEmpty, ""));
        }
        output::say(&problems);
        return Ok(if gathered.stopped { Exit::Interrupted } else { Exit::Unusable });
    }
    // What is unreadable beside something readable is a part that is missing from the report.
    let lost: Vec<Problem> =
        problems.iter().filter(|problem| !problem.code.is_warning()).filter_map(missing).collect();
    problems.extend(lost);
    let options = Options { generated_at: Some(generated_at(args)), filter, problems: problems.clone() };
    let report = diagnose::diagnose(&gathered.digest.finish(), &knowledge, &options);
    output::say(if report.warnings.is_empty() { &problems } else { &report.warnings });
    let text = render::render_with(&report, args.format(), args.redact.level(), &args.redact_word);
    match &args.out {
        Some(path) => output::save(path, &text)?,
        None => output::print(&text)?,
    }
    Ok(exit(args, &report, &problems, gathered.stopped))
}

/// Where a file could not be read, the report lacks it.
fn missing(problem: &Problem) -> Option<Problem> {
    let file = problem.place.file.as_deref()?;
    Some(Problem::of_file(Code::WPartial, file, format!("See {}.", problem.code)))
}

fn exit(args: &ReportArgs, report: &Report, problems: &[Problem], stopped: bool) -> Exit {
    let unreadable = |problem: &Problem| {
        !problem.code.is_warning()
            || matches!(problem.code, Code::WPartial | Code::WSkipped | Code::WTruncated)
    };
    let worst = report.findings.iter().map(|finding| finding.class).min();
    if stopped {
        Exit::Interrupted
    } else if args.strict && problems.iter().chain(&report.warnings).any(unreadable) {
        Exit::Unusable
    } else {
        match (args.fail_on, worst) {
            (Some(_), Some(Class::Critical)) | (Some(FailOn::Warning), Some(Class::Warning)) => Exit::Met,
            _ => Exit::Made,
        }
    }
}

fn filter(args: &ReportArgs) -> Result<Filter, Failure> {
    let mut filter = match &args.condition {
        Some(text) => condition::parse(text)?,
        None => Filter::default(),
    };
    filter.from = args.since.or(filter.from);
    filter.until = args.until.or(filter.until);
    Ok(filter)
}

fn generated_at(args: &ReportArgs) -> Nanos {
    let epoch =
        || std::env::var("SOURCE_DATE_EPOCH").ok()?.trim().parse::<i64>().ok()?.checked_mul(1_000_000_000);
    let now = || {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        // Whole seconds: nobody asks for more, and it reads better.
        i64::try_from(since.as_secs()).unwrap_or(0).saturating_mul(1_000_000_000)
    };
    args.generated_at.unwrap_or_else(|| Nanos(epoch().unwrap_or_else(now)))
}
