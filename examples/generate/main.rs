//! Size and seed → a log like those of Cloud Run on standard output: something to measure speed and memory on.
//!
//! `cargo run --release --example generate -- --bytes 1G --seed 1 --format ndjson > big.ndjson`. Formats: `ndjson`,
//! `pretty` (an indented array), `csv`, `gzip` (of NDJSON). Sizes are powers of ten and those of the text before it is
//! packed; `--entries N` asks for a number of entries in place of a size, so that formats can be compared. The same
//! arguments give the same bytes. The shares of what is written are told in `story.rs`.
#![allow(clippy::print_stderr, reason = "an example may say how it is called")]

mod csv;
mod dice;
mod entry;
mod fields;
mod json;
mod story;
mod words;
mod write;

use std::io::{Error, Write};
use write::Form;

/// Bytes after which text is handed on.
const BLOCK: usize = 1 << 20;

struct Wanted {
    bytes: u64,
    entries: u64,
    seed: u64,
    form: Form,
    gzip: bool,
}

fn main() -> std::process::ExitCode {
    match run() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        // Whoever read has enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn run() -> std::io::Result<()> {
    let wanted = match wanted(std::env::args().skip(1)) {
        Ok(wanted) => wanted,
        Err(why) => {
            eprintln!(
                "{why}\ngenerate [--bytes 1G] [--entries N] [--seed N] [--format ndjson|pretty|csv|gzip] > FILE"
            );
            std::process::exit(2);
        }
    };
    let out = std::io::stdout().lock();
    if wanted.gzip {
        let mut out = flate2::write::GzEncoder::new(out, flate2::Compression::fast());
        write_all(&wanted, &mut out)?;
        out.finish().map(|_| ())
    } else {
        let mut out = out;
        write_all(&wanted, &mut out)
    }
}

fn write_all(wanted: &Wanted, out: &mut dyn Write) -> std::io::Result<()> {
    let mut story = story::Story::new(wanted.seed);
    let (mut entry, mut text) = (entry::Entry::default(), String::with_capacity(BLOCK + 64 * 1024));
    let (mut bytes, mut entries) = (0u64, 0u64);
    write::begin(wanted.form, &mut text);
    while bytes + (text.len() as u64) < wanted.bytes && entries < wanted.entries {
        story.tell(&mut entry);
        write::entry(wanted.form, &entry, entries == 0, &mut text);
        entries += 1;
        if text.len() >= BLOCK {
            out.write_all(text.as_bytes())?;
            bytes += text.len() as u64;
            text.clear();
        }
    }
    write::end(wanted.form, &mut text);
    out.write_all(text.as_bytes())?;
    out.flush()
}

fn wanted(mut arguments: impl Iterator<Item = String>) -> Result<Wanted, Error> {
    let mut wanted = Wanted { bytes: u64::MAX, entries: u64::MAX, seed: 1, form: Form::Ndjson, gzip: false };
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or_else(|| Error::other(format!("{name} needs a value")))?;
        let number = || size(&value).ok_or_else(|| Error::other(format!("{name}: {value} is no number")));
        match (name.as_str(), value.as_str()) {
            ("--bytes", _) => wanted.bytes = number()?,
            ("--entries", _) => wanted.entries = number()?,
            ("--seed", _) => wanted.seed = number()?,
            ("--format", "ndjson") => wanted.form = Form::Ndjson,
            ("--format", "pretty") => wanted.form = Form::Pretty,
            ("--format", "csv") => wanted.form = Form::Csv,
            ("--format", "gzip") => wanted.gzip = true,
            _ => return Err(Error::other(format!("{name} {value} is not understood"))),
        }
    }
    if wanted.bytes == u64::MAX && wanted.entries == u64::MAX {
        return Err(Error::other("how many --bytes or --entries?"));
    }
    Ok(wanted)
}

/// `20M` → 20,000,000.
fn size(text: &str) -> Option<u64> {
    let (digits, factor) = match text.char_indices().next_back()? {
        (at, 'k' | 'K') => (text.get(..at)?, 1_000),
        (at, 'M') => (text.get(..at)?, 1_000_000),
        (at, 'G') => (text.get(..at)?, 1_000_000_000),
        _ => (text, 1),
    };
    digits.parse::<u64>().ok()?.checked_mul(factor)
}
