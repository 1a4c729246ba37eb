//! Each stage of the pipeline by itself, on two megabytes of a generated log: `cargo bench --bench stages`.
//!
//! Framing has no entrance of its own: `read` is framing, JSON and entries together, `json` the parse alone.
#![allow(missing_docs, clippy::unwrap_used, clippy::disallowed_methods, reason = "a bench may stop")]

#[path = "../tests/it/generated.rs"]
mod generated;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use fivewhys::diagnose::knowledge::Knowledge;
use fivewhys::diagnose::{Options, diagnose};
use fivewhys::digest::{Axis, Beside, Builder, Digest, Index};
use fivewhys::entry::Entry;
use fivewhys::ingest::{FileFacts, FileId, Ingest, Sink, json};
use fivewhys::query::search::{Needle, Scan};
use fivewhys::redact::Level;
use fivewhys::report::render::{Format, render};
use fivewhys::{pattern, trace};
use generated::Form;
use std::sync::LazyLock;

const ENTRIES: usize = 2_400;

static NDJSON: LazyLock<String> = LazyLock::new(|| generated::log(Form::Ndjson, 1, ENTRIES));
static PRETTY: LazyLock<String> = LazyLock::new(|| generated::log(Form::Pretty, 1, ENTRIES));
static CSV: LazyLock<String> = LazyLock::new(|| generated::log(Form::Csv, 1, ENTRIES));

fn main() {
    divan::main();
}

/// Takes entries and forgets them.
#[derive(Default)]
struct Nobody(u64);

impl Sink for Nobody {
    fn begin(&mut self, _: &FileId) {}
    fn entry(&mut self, entry: &Entry<'_>) {
        self.0 = self.0.wrapping_add(entry.message.len() as u64);
    }
    fn end(&mut self, _: FileFacts) {}
}

/// Keeps the messages.
#[derive(Default)]
struct Messages(Vec<String>);

impl Sink for Messages {
    fn begin(&mut self, _: &FileId) {}
    fn entry(&mut self, entry: &Entry<'_>) {
        self.0.push(entry.message.clone().into_owned());
    }
    fn end(&mut self, _: FileFacts) {}
}

fn read(text: &str, sink: &mut dyn Sink) {
    let mut ingest = Ingest::new(FileId { name: "log".into(), size: text.len() as u64, token: 1 });
    text.as_bytes().chunks(1 << 20).for_each(|chunk| ingest.push(chunk, sink));
    ingest.finish(sink);
}

fn digest(text: &str) -> Digest {
    let mut builder = Builder::default();
    read(text, &mut builder);
    builder.finish()
}

fn messages() -> Vec<String> {
    let mut messages = Messages::default();
    read(&NDJSON, &mut messages);
    messages.0
}

fn index() -> Index {
    digest(&NDJSON).finish()
}

#[divan::bench]
fn json_values(bencher: Bencher<'_, '_>) {
    bencher
        .counter(BytesCount::of_str(NDJSON.as_str()))
        .bench_local(|| NDJSON.lines().filter(|line| json::parse(black_box(line)).is_ok()).count());
}

#[divan::bench(args = ["ndjson", "pretty", "csv"])]
fn read_entries(bencher: Bencher<'_, '_>, form: &str) {
    let text: &str = match form {
        "pretty" => &PRETTY,
        "csv" => &CSV,
        _ => &NDJSON,
    };
    bencher.counter(BytesCount::of_str(text)).bench_local(|| {
        let mut nobody = Nobody::default();
        read(black_box(text), &mut nobody);
        nobody.0
    });
}

#[divan::bench]
fn mask(bencher: Bencher<'_, '_>) {
    let messages = messages();
    let bytes: usize = messages.iter().map(String::len).sum();
    let mut out = String::new();
    bencher.counter(BytesCount::new(bytes)).bench_local(|| {
        messages.iter().for_each(|message| {
            out.clear();
            pattern::mask_lines(black_box(message), trace::is_fragment, &mut out);
        });
        out.len()
    });
}

#[divan::bench]
fn traces(bencher: Bencher<'_, '_>) {
    let messages = messages();
    let traces: Vec<&String> = messages.iter().filter(|message| message.contains("Traceback")).collect();
    let bytes: usize = traces.iter().map(|text| text.len()).sum();
    bencher
        .counter(BytesCount::new(bytes))
        .bench_local(|| traces.iter().filter_map(|text| trace::parse(black_box(text))).count());
}

#[divan::bench]
fn read_and_digest(bencher: Bencher<'_, '_>) {
    bencher.counter(BytesCount::of_str(NDJSON.as_str())).bench_local(|| digest(black_box(&NDJSON)).entries());
}

#[divan::bench]
fn merge_eight(bencher: Bencher<'_, '_>) {
    let digests: Vec<Vec<u8>> =
        (0..8).map(|seed| digest(&generated::log(Form::Ndjson, seed, ENTRIES)).to_bytes()).collect();
    bencher.counter(BytesCount::new(digests.iter().map(Vec::len).sum::<usize>())).bench_local(|| {
        let mut all = Digest::default();
        digests.iter().for_each(|bytes| all.merge(Digest::from_bytes(black_box(bytes)).unwrap()));
        all.entries()
    });
}

#[divan::bench]
fn finish(bencher: Bencher<'_, '_>) {
    let digest = digest(&NDJSON);
    bencher.with_inputs(|| digest.clone()).bench_local_values(|digest| digest.finish().rows().len());
}

#[divan::bench]
fn knowledge() -> Knowledge {
    Knowledge::builtin()
}

#[divan::bench]
fn diagnosis(bencher: Bencher<'_, '_>) {
    let (index, knowledge) = (index(), Knowledge::builtin());
    bencher.bench_local(|| diagnose(black_box(&index), &knowledge, &Options::default()).findings.len());
}

/// Two million rows: what a page counts when its filter changes.
static ROWS: LazyLock<Index> = LazyLock::new(|| {
    let mut all = Digest::default();
    (0..8).for_each(|seed| {
        let text = generated::log(Form::Ndjson, seed, 250_000);
        let mut builder = Builder::default();
        let id = FileId { name: format!("{seed}"), size: text.len() as u64, token: seed + 1 };
        let mut ingest = Ingest::new(id);
        text.as_bytes().chunks(1 << 20).for_each(|chunk| ingest.push(chunk, &mut builder));
        ingest.finish(&mut builder);
        all.merge(builder.finish());
    });
    all.finish()
});

#[divan::bench(args = ["", "severity>=ERROR", "httpRequest.status>=500 \"GET\"", "NOT pattern=(1 OR 2) NOT (severity=INFO request=true)"])]
fn counts_of_two_million(bencher: Bencher<'_, '_>, query: &str) {
    let filter = fivewhys::query::parse(query).unwrap();
    let axis = Axis {
        from: ROWS.rows().first().and_then(fivewhys::digest::Row::time).unwrap(),
        bucket_nanos: 600_000_000_000,
        buckets: 100,
    };
    bencher
        .counter(divan::counter::ItemsCount::new(ROWS.rows().len()))
        .bench_local(|| ROWS.counts(black_box(&filter), Beside::default(), axis).rows.len());
}

/// Eight megabytes: a text with and without a hit, one of frequent letters, an expression.
static BYTES: LazyLock<String> = LazyLock::new(|| generated::log(Form::Ndjson, 1, 9_000));

#[divan::bench(args = ["nowhere at all", "request", "timeout", "e", "/(?i)time.?out/"])]
fn search_bytes(bencher: Bencher<'_, '_>, text: &str) {
    let needle = match text.strip_prefix('/').and_then(|text| text.strip_suffix('/')) {
        Some(pattern) => Needle::regex(pattern).unwrap(),
        None => Needle::text(text).unwrap(),
    };
    bencher.counter(BytesCount::of_str(BYTES.as_str())).bench_local(|| {
        let (mut scan, mut hits) = (Scan::whole(&needle, 0), 0);
        BYTES.as_bytes().chunks(4 << 20).for_each(|chunk| scan.push(black_box(chunk), &mut |_| hits += 1));
        scan.finish(&mut |_| hits += 1);
        hits
    });
}

#[divan::bench(args = ["markdown", "html", "json"])]
fn render_report(bencher: Bencher<'_, '_>, form: &str) {
    let format = match form {
        "html" => Format::Html,
        "json" => Format::Json,
        _ => Format::Markdown,
    };
    let report = diagnose(&index(), &Knowledge::builtin(), &Options::default());
    bencher.bench_local(|| render(black_box(&report), format, Level::Secrets).len());
}
