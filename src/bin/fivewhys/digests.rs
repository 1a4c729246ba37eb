//! `fivewhys digest` and `fivewhys merge`: logs → a digest, digests → one digest or a report.
//!
//! A digest carries the problems that were met while it was made, so that the report of digests says what that of the logs
//! would have said.

use crate::args::{DigestArgs, MergeArgs};
use crate::inputs::{self, Input};
use crate::output::{self, Exit, Failure, io};
use crate::plan::Way;
use crate::{read, report};
use fivewhys::error::{Code, Problem};
use std::fs::File;
use std::path::{Path, PathBuf};

/// Makes a digest of logs (and of digests among them).
pub(crate) fn digest(args: &DigestArgs) -> Result<Exit, Failure> {
    inputs::spare(Some(&args.out), &args.inputs)?;
    let (mut inputs, problems) = inputs::expand(&args.inputs);
    let mut spool = None;
    for input in inputs.iter_mut().filter(|input| **input == Input::Stdin) {
        let name = args.name.clone().unwrap_or_else(|| input.name());
        let spooled = Spool::of_stdin()?;
        *input = Input::Named(spooled.0.clone(), name);
        spool = Some(spooled);
    }
    let way = Way { shard: args.shard, ..Way::whole(args.jobs) };
    let exit = write(&inputs, problems, way, &args.out, args.strict);
    drop(spool);
    exit
}

/// Merges digests into a report or into one digest.
pub(crate) fn merge(args: &MergeArgs) -> Result<Exit, Failure> {
    let way = Way { digests_only: true, ..Way::whole(args.how.jobs) };
    let named = args.how.out.as_deref().filter(|out| out.extension().is_some_and(|ending| ending == "fwd"));
    if args.digest || named.is_some() {
        let (inputs, problems) = inputs::expand(&args.inputs);
        let out = args.how.out.as_deref().unwrap_or(Path::new("-"));
        return write(&inputs, problems, way, out, args.how.strict);
    }
    report::write(&args.inputs, None, &args.how, way)
}

/// Reads inputs into one digest and writes it.
fn write(
    inputs: &[Input],
    mut problems: Vec<Problem>,
    way: Way,
    out: &Path,
    strict: bool,
) -> Result<Exit, Failure> {
    let mut gathered = read::gather(inputs, way);
    problems.extend(gathered.problems);
    problems.sort();
    problems.dedup();
    output::say(&problems);
    let kept = gathered.digest.note(problems.iter().cloned());
    if !kept && !problems.is_empty() {
        return Ok(if gathered.stopped { Exit::Interrupted } else { Exit::Unusable });
    }
    let bytes = gathered.digest.to_bytes();
    if out.as_os_str() == "-" {
        output::print(&bytes)?;
    } else {
        output::save(out, &bytes)?;
    }
    let lacks = strict && problems.iter().any(report::is_lack);
    Ok(match (gathered.stopped, lacks) {
        (true, _) => Exit::Interrupted,
        (false, true) => Exit::Unusable,
        (false, false) => Exit::Made,
    })
}

/// Standard input as a file: which log a digest is of is told by size, head and tail, and they are known at its end only.
/// It is readable by its owner alone and removed when the digest is made.
pub(crate) struct Spool(PathBuf);

impl Spool {
    /// Takes all of standard input.
    pub(crate) fn of_stdin() -> Result<Spool, Failure> {
        let name = format!("fivewhys-{}-{:x}.spool", std::process::id(), moment());
        let spool = Spool(std::env::temp_dir().join(name));
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&spool.0).map_err(|error| io(&spool.0, &error))?;
        std::io::copy(&mut std::io::stdin().lock(), &mut file)
            .map_err(|error| Problem::of_file(Code::EIo, "standard input", format!("{error}.")))?;
        Ok(spool)
    }

    /// Where it stands, as long as this lives.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Something that differs from run to run.
fn moment() -> u128 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| since.as_nanos())
}
