//! `fivewhys report`: logs and digests → report → text.

use crate::args::{FailOn, How, ReportArgs};
use crate::inputs::Input;
use crate::output::{self, Exit, Failure};
use crate::plan::Way;
use crate::read::Gathered;
use crate::{compare, hands, inputs, read, reopen, rules};
use fivewhys::compare::View;
use fivewhys::diagnose::knowledge::Knowledge;
use fivewhys::diagnose::{self, Options};
use fivewhys::digest::Index;
use fivewhys::entry::Nanos;
use fivewhys::error::{Code, Problem};
use fivewhys::query::{self, Filter};
use fivewhys::report::model::{Class, Report};
use fivewhys::report::render;

/// Runs it.
pub(crate) fn run(args: &ReportArgs) -> Result<Exit, Failure> {
    write(&args.inputs, args.baseline.as_deref(), &args.how, Way::whole(args.how.jobs))
}

/// Reads, diagnoses, writes; for `merge` as well.
pub(crate) fn write(
    arguments: &[String],
    baseline: Option<&str>,
    how: &How,
    way: Way,
) -> Result<Exit, Failure> {
    inputs::spare(how.out.as_deref(), arguments)?;
    let (inputs, problems) = inputs::expand(arguments);
    if let [input] = inputs.as_slice()
        && !way.digests_only
        && problems.is_empty()
        && let Some(report) = reopen::report(input, baseline, how)?
    {
        return again(&report, how);
    }
    let filter = filter(how)?;
    let knowledge = rules::with(&how.rules)?;
    let (gathered, problems) = match gathered(&inputs, problems, way) {
        Ok(gathered) => gathered,
        Err(exit) => return Ok(exit),
    };
    let before = baseline.map(|argument| compare::gather(argument, how.jobs)).transpose()?;
    let mut problems = problems;
    problems.extend(before.iter().flat_map(|side| side.problems.iter().cloned()));
    let options = Options {
        generated_at: Some(generated_at(how.generated_at)),
        filter,
        problems: problems.clone(),
        hands: hands::of(way.jobs),
    };
    let index = gathered.digest.finish_with(options.hands);
    let report = match &before {
        None => diagnose::diagnose(&index, &knowledge, &options),
        Some(before) => against(before, &inputs, &index.narrowed(&options.filter), &knowledge, &options),
    };
    output::say(if report.warnings.is_empty() { &problems } else { &report.warnings });
    put(how, &render::render_with(&report, how.format(), how.redact.level(), &how.redact_word))?;
    let stopped = gathered.stopped || before.is_some_and(|side| side.stopped);
    Ok(exit(how, &report, &problems, stopped))
}

/// Writes a report that was opened from its JSON; its warnings are said as when it was made.
fn again(report: &Report, how: &How) -> Result<Exit, Failure> {
    output::say(&report.warnings);
    put(how, &render::render_again(report, how.format(), how.redact.level(), &how.redact_word))?;
    Ok(exit(how, report, &[], false))
}

fn put(how: &How, text: &str) -> Result<(), Failure> {
    match &how.out {
        Some(path) if path.as_os_str() != "-" => output::save(path, text.as_bytes()),
        _ => output::print(text),
    }
}

/// The report of an incident with what changed against a side before.
fn against(
    before: &compare::Side,
    inputs: &[Input],
    index: &Index,
    knowledge: &Knowledge,
    options: &Options,
) -> Report {
    let during = compare::name(inputs);
    let sides = [View::whole(&before.index, &before.name), View::whole(index, &during)];
    let [before, during] = &sides;
    let told = fivewhys::compare::compare(before, during, &fivewhys::compare::Options::default());
    diagnose::told_with(diagnose::alone(index, knowledge, options), index, &told)
}

/// Reads all inputs; gives what was read and all problems, or says why nothing was and how the command ends.
pub(crate) fn gathered(
    inputs: &[Input],
    mut problems: Vec<Problem>,
    way: Way,
) -> Result<(Gathered, Vec<Problem>), Exit> {
    let gathered = read::gather(inputs, way);
    problems.extend(gathered.problems.iter().cloned());
    // Those of digests and those of logs stand in one order.
    problems.sort();
    problems.dedup();
    if gathered.entries == 0 {
        if problems.is_empty() {
            problems.push(Problem::new(Code::EEmpty, ""));
        }
        output::say(&problems);
        return Err(if gathered.stopped { Exit::Interrupted } else { Exit::Unusable });
    }
    // What is unreadable beside something readable is a part that is missing from the report.
    let lost: Vec<Problem> =
        problems.iter().filter(|problem| !problem.code.is_warning()).filter_map(missing).collect();
    problems.extend(lost);
    Ok((gathered, problems))
}

/// Where a file could not be read, the report lacks it.
fn missing(problem: &Problem) -> Option<Problem> {
    let file = problem.place.file.as_deref()?;
    Some(Problem::of_file(Code::WPartial, file, format!("See {}.", problem.code)))
}

/// Whether a problem means that a part of the input could not be read.
pub(crate) fn is_lack(problem: &Problem) -> bool {
    !problem.code.is_warning() || matches!(problem.code, Code::WPartial | Code::WSkipped | Code::WTruncated)
}

fn exit(how: &How, report: &Report, problems: &[Problem], stopped: bool) -> Exit {
    let worst = report.findings.iter().map(|finding| finding.class).min();
    if stopped {
        Exit::Interrupted
    } else if how.strict && problems.iter().chain(&report.warnings).any(is_lack) {
        Exit::Unusable
    } else {
        match (how.fail_on, worst) {
            (Some(_), Some(Class::Critical)) | (Some(FailOn::Warning), Some(Class::Warning)) => Exit::Met,
            _ => Exit::Made,
        }
    }
}

fn filter(args: &How) -> Result<Filter, Failure> {
    let mut filter = query::parse_with(args.condition.as_deref().unwrap_or_default(), &query::search::check)?;
    if !filter.findings.is_empty() || filter.not.iter().any(|not| !not.findings.is_empty()) {
        let what = "A report can't be of its own findings; `fivewhys entries` shows the entries of one.";
        return Err(Problem::new(Code::EQuery, what).into());
    }
    filter.from = args.since.or(filter.from);
    filter.until = args.until.or(filter.until);
    Ok(filter)
}

/// The time of generation: asked for, that of a reproducible build, or now.
pub(crate) fn generated_at(asked: Option<Nanos>) -> Nanos {
    let epoch =
        || std::env::var("SOURCE_DATE_EPOCH").ok()?.trim().parse::<i64>().ok()?.checked_mul(1_000_000_000);
    let now = || {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        // Whole seconds: nobody asks for more, and it reads better.
        i64::try_from(since.as_secs()).unwrap_or(0).saturating_mul(1_000_000_000)
    };
    asked.unwrap_or_else(|| Nanos(epoch().unwrap_or_else(now)))
}
