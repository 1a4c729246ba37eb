//! The JSON of a report → the report: opens again what `fivewhys report --format json` and the page's export wrote.
//!
//! The file may be damaged, edited or made up. So its version is looked at first; then one walk that builds nothing holds
//! nesting, numbers and amounts to what a report can have; then the model takes it. Errors quote nothing of the file.

use super::model::{Report, SCHEMA_VERSION, Timeline};
use crate::error::{Code, Place, Problem};
use crate::ingest::report_version;
use crate::limits::{FAR_NANOS, REPORT_BUCKETS, REPORT_BYTES, REPORT_NUMBER, REPORT_VALUES};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;
use std::cell::Cell;
use std::fmt;

/// Keys whose numbers are nanoseconds.
const TIMES: [&str; 8] = ["generated_at", "first", "last", "time", "from", "until", "at", "bucket_nanos"];

/// Whether a file is to be opened as a report, by its first bytes.
pub fn is_report(head: &[u8]) -> bool {
    report_version(head).is_some()
}

/// The report that a file holds; `name` is its base name.
pub fn load(name: &str, bytes: &[u8]) -> Result<Report, Problem> {
    let refuse = |detail: String| Problem::of_file(Code::EReport, name, detail);
    check_size(name, bytes.len() as u64)?;
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match report_version(bytes) {
        None => return Err(refuse("It does not begin as a report does.".into())),
        Some(version) if version != u64::from(SCHEMA_VERSION) => {
            return Err(refuse(format!(
                "It is of version {version} of the model, and this program reads version {SCHEMA_VERSION}. Open it with the version that wrote it, or make it again from its log."
            )));
        }
        Some(_) => {}
    }
    if is_comparison(bytes) {
        return Err(refuse(
            "It is a comparison; only reports open again. Compare the logs once more.".into(),
        ));
    }
    let left = Cell::new(REPORT_VALUES);
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let walked = Walk { left: &left, is_time: false }.deserialize(&mut json).and_then(|()| json.end());
    walked.map_err(|error| at(name, &error, met(&error)))?;
    let report: Report = serde_json::from_slice(bytes)
        .map_err(|error| at(name, &error, "Something else stands here than in a report."))?;
    if report.timeline.as_ref().is_some_and(|line| !fits(line)) {
        return Err(refuse("The buckets of its timeline are too many, or reach out of time.".into()));
    }
    Ok(report)
}

/// Says so where a file is too large to be a report, so that nobody needs to read it first.
pub fn check_size(name: &str, bytes: u64) -> Result<(), Problem> {
    if bytes <= REPORT_BYTES {
        return Ok(());
    }
    let detail = format!("It has {bytes} bytes; a report has at most {REPORT_BYTES}.");
    Err(Problem::of_file(Code::EReport, name, detail))
}

/// A comparison tells its verdict where a report has its headline.
fn is_comparison(bytes: &[u8]) -> bool {
    let find = |word: &[u8]| memchr::memmem::find(bytes, word);
    find(b"\"verdict\"")
        .is_some_and(|verdict| find(b"\"headline\"").is_none_or(|headline| verdict < headline))
}

/// What the walk met: the end, no JSON, or something that is too much.
fn met(error: &serde_json::Error) -> &'static str {
    match error.classify() {
        Category::Eof => "It ends early: copy or export it once more.",
        Category::Data => "A number or an amount stands here that no report has.",
        Category::Syntax | Category::Io => "This is not valid JSON.",
    }
}

fn at(name: &str, error: &serde_json::Error, detail: &str) -> Problem {
    let [line, column] = [error.line(), error.column()].map(|n| (n > 0).then_some(n as u64));
    let place = Place { file: Some(name.to_owned()), line, column };
    Problem { code: Code::EReport, place, detail: detail.to_owned() }
}

/// Whether all buckets have a width and end within time, and are no more than can be drawn.
fn fits(line: &Timeline) -> bool {
    let n = i64::try_from(line.buckets.len()).ok();
    let end = n.and_then(|n| line.bucket_nanos.checked_mul(n)).and_then(|all| line.from.0.checked_add(all));
    line.buckets.len() <= REPORT_BUCKETS && line.bucket_nanos > 0 && end.is_some()
}

/// A walk over values: how many may follow, and whether numbers are times.
#[derive(Clone, Copy)]
struct Walk<'w> {
    left: &'w Cell<u64>,
    is_time: bool,
}

impl Walk<'_> {
    fn step<E: Error>(self, holds: bool) -> Result<(), E> {
        let left = self.left.get().checked_sub(1).filter(|_| holds);
        left.map(|left| self.left.set(left)).ok_or_else(|| E::custom("no report"))
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of a report")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.step(true)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        self.step(true)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        self.step(true)
    }

    fn visit_u64<E: Error>(self, n: u64) -> Result<(), E> {
        self.step(n <= if self.is_time { FAR_NANOS.unsigned_abs() } else { REPORT_NUMBER })
    }

    fn visit_i64<E: Error>(self, n: i64) -> Result<(), E> {
        self.step(self.is_time && n >= -FAR_NANOS)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        self.step(false)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        self.step(true)?;
        while list.next_element_seed(self)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        self.step(true)?;
        while let Some(key) = members.next_key::<String>()? {
            members.next_value_seed(Walk { is_time: TIMES.contains(&key.as_str()), ..self })?;
        }
        Ok(())
    }
}
