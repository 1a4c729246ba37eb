//! `fivewhys compare`: two logs, or one that is split → what changed → text.

use crate::args::{Change, CompareArgs};
use crate::output::{self, Exit, Failure};
use crate::plan::Way;
use crate::report::{generated_at, is_lack};
use crate::{inputs, read};
use fivewhys::compare::{self, Options, View};
use fivewhys::digest::Index;
use fivewhys::error::{Code, Problem};
use fivewhys::report::model::{Comparison, PatternChange, Verdict};
use fivewhys::report::render;

/// What was read of one argument.
pub(crate) struct Side {
    pub(crate) name: String,
    pub(crate) index: Index,
    pub(crate) problems: Vec<Problem>,
    pub(crate) stopped: bool,
}

/// Runs it.
pub(crate) fn run(args: &CompareArgs) -> Result<Exit, Failure> {
    if args.baseline == "-" && args.incident.as_deref() == Some("-") {
        let what = "Standard input can be one side only.";
        return Err(Problem::new(Code::EQuery, what).into());
    }
    inputs::spare(args.out.as_deref(), [&args.baseline].into_iter().chain(&args.incident))?;
    let baseline = gather(&args.baseline, args.jobs)?;
    let incident = args.incident.as_deref().map(|name| gather(name, args.jobs)).transpose()?;
    let mut problems = baseline.problems.clone();
    problems.extend(incident.iter().flat_map(|side| side.problems.iter().cloned()));
    problems.sort();
    problems.dedup();
    let stopped = baseline.stopped || incident.as_ref().is_some_and(|side| side.stopped);
    let [before, during] = match &incident {
        Some(incident) => {
            [View::whole(&baseline.index, &baseline.name), View::whole(&incident.index, &incident.name)]
        }
        None => match args.split {
            Some(at) => compare::split(&baseline.index, at)?,
            None => compare::by_revision(&baseline.index, args.service.as_deref(), args.revision.as_deref())?,
        },
    };
    let generated_at = Some(generated_at(args.generated_at));
    let told = compare::compare(&before, &during, &Options { generated_at, problems: problems.clone() });
    output::say(&told.warnings);
    let text = render::render_comparison(&told, args.format(), args.redact.level(), &args.redact_word);
    match &args.out {
        Some(path) if path.as_os_str() != "-" => output::save(path, text.as_bytes())?,
        _ => output::print(&text)?,
    }
    Ok(exit(args, &told, stopped))
}

/// Reads one side; nothing readable is an error.
pub(crate) fn gather(argument: &str, jobs: Option<usize>) -> Result<Side, Failure> {
    let (inputs, mut problems) = inputs::expand(&[argument.to_owned()]);
    let gathered = read::gather(&inputs, Way::whole(jobs));
    problems.extend(gathered.problems);
    problems.sort();
    problems.dedup();
    let name = name(&inputs);
    if gathered.entries == 0 {
        if problems.is_empty() {
            problems.push(Problem::of_file(Code::EEmpty, &name, ""));
        }
        return Err(Failure::Problems(problems));
    }
    Ok(Side { name, index: gathered.digest.finish(), problems, stopped: gathered.stopped })
}

/// What a side is called: its file, or how many there are.
pub(crate) fn name(inputs: &[inputs::Input]) -> String {
    match inputs {
        [one] => one.name(),
        all => format!("{} files", all.len()),
    }
}

fn exit(args: &CompareArgs, told: &Comparison, stopped: bool) -> Exit {
    let met = match args.fail_on {
        Some(Change::NewError) => {
            let new = compare::new_errors(told);
            let named = |row: &&PatternChange| match row.service.as_str() {
                "" => row.template.clone(),
                service => format!("{service}: {}", row.template),
            };
            let rows: Vec<(String, u64)> = new.iter().map(|row| (named(row), row.incident.entries)).collect();
            output::list("new-error", rows.iter().map(|(words, n)| (words.as_str(), *n)));
            !new.is_empty()
        }
        Some(Change::Any) => told.verdict != Verdict::Unchanged,
        None => false,
    };
    if stopped {
        Exit::Interrupted
    } else if args.strict && told.warnings.iter().any(is_lack) {
        Exit::Unusable
    } else if met {
        Exit::Met
    } else {
        Exit::Made
    }
}
