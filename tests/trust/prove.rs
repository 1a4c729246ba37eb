//! How long a test of this binary runs: a seeded sample, or the long form that `make prove` asks for by the environment.
//!
//! `FIVEWHYS_CASES` cases from seed `FIVEWHYS_SEED` on. A case is a seed, so that `FIVEWHYS_CASES=1 FIVEWHYS_SEED=N` runs
//! the one that failed again. Failures are collected and told together with their seeds.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// A case that takes longer than this is told as a hang: cases are small.
const HANG: Duration = Duration::from_secs(4);

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.trim().parse().ok()
}

/// Runs a case for each seed: `few` of them, or as many as the environment says. Says how many ran, and stops the test with
/// the seeds and words of those that failed.
#[track_caller]
pub(crate) fn cases(name: &str, few: u64, mut case: impl FnMut(u64) -> Result<(), String>) {
    let first = number("FIVEWHYS_SEED").unwrap_or(1);
    let n = number("FIVEWHYS_CASES").unwrap_or(few);
    let is_long = number("FIVEWHYS_CASES").is_some();
    let (mut failed, mut longest) = (Vec::new(), Duration::ZERO);
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    for seed in first..first + n {
        let started = Instant::now();
        let fault = match catch_unwind(AssertUnwindSafe(|| case(seed))) {
            Ok(done) => done.err(),
            Err(payload) => Some(format!("panic: {}", words(payload.as_ref()))),
        };
        let took = started.elapsed();
        longest = longest.max(took);
        // Only the long form judges by the clock, and it runs optimised: a debug build on a busy machine proves nothing.
        let hung = (is_long && took > HANG).then(|| format!("took {:.1} s", took.as_secs_f64()));
        failed.extend(fault.or(hung).map(|words| (seed, words)));
        if failed.len() >= 50 {
            break;
        }
    }
    std::panic::set_hook(hook);
    println!(
        "proved: {name}: {n} cases from seed {first}, {} failed, longest {} ms",
        failed.len(),
        longest.as_millis()
    );
    let told: Vec<String> = failed.iter().map(|(seed, words)| format!("seed {seed}: {words}")).collect();
    assert!(failed.is_empty(), "{name}:\n{}", told.join("\n"));
}

fn words(payload: &(dyn std::any::Any + Send)) -> String {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("without words").to_owned()
}
