//! Entries → digest. One call an entry; allocates only for what has not been seen before.

use super::Digest;
use super::block::{self, Request};
use super::dictionary::{Dictionary, OTHER, Place};
use super::memo::{ShapeMemo, Signs};
use super::rows::NO_TIME;
use super::shape::{Sample, Shape, Taken, cut};
use crate::entry::figure::{self, EACH, Figure, Kind};
use crate::entry::{self, Entry, Http, Severity, change, effective::effective_with, severity::Origin};
use crate::hash;
use crate::ingest::{FileFacts, FileId, Sink};
use crate::limits;

/// Builds the digest of one or several files or shards.
#[derive(Debug, Default)]
pub struct Builder {
    digest: Digest,
    file: u16,
    file_key: u64,
    last_offset: Option<u64>,
    nth: u16,
    text: String,
    masked: String,
    shapes_of: ShapeMemo,
    recent_source: Option<(u64, u32)>,
}

impl Builder {
    /// A builder with other caps than the default ones.
    pub fn with_limits(limits: limits::Limits) -> Builder {
        Builder { digest: Digest::with_limits(limits), ..Builder::default() }
    }

    /// The digest of everything taken so far.
    pub fn finish(mut self) -> Digest {
        self.digest.seal();
        self.digest.prune();
        self.digest
    }

    /// Entries taken so far.
    pub fn entries(&self) -> u64 {
        self.digest.entries()
    }

    fn source(&mut self, entry: &Entry<'_>) -> u32 {
        let key = match entry.source_key {
            0 => hash::parts(entry.source.fields()),
            known => known,
        };
        if let Some((_, number)) = self.recent_source.filter(|(recent, _)| *recent == key) {
            return number;
        }
        let number = match self.digest.sources.place((0, key)) {
            Place::Known(number, _) => number,
            Place::New => self.digest.sources.add((0, key), entry.source.clone().into_owned()),
            Place::LeftOut => OTHER,
        };
        self.recent_source = Some((key, number));
        number
    }

    fn shape(&mut self, entry: &Entry<'_>, severity: Severity, time: i64, known: Option<u64>) -> u32 {
        let (text, message_len): (&str, usize) = match &entry.detail {
            None => (&entry.message, entry.message.len()),
            Some(detail) => {
                self.text.clear();
                self.text.push_str(&entry.message);
                self.text.push('\n');
                self.text.push_str(detail);
                (&self.text, entry.message.len())
            }
        };
        let text_hash = hash::bytes(text.as_bytes());
        // What was changed is told by name, so changes of different things are different messages; they are few.
        let shape = if entry.audit && text.len() <= limits::EXTRA_SAMPLE_BYTES && change::alters(text) {
            text_hash
        } else if let Some(known) = known.filter(|_| entry.detail.is_none()) {
            known
        } else {
            self.shapes_of.shape(text, text_hash, &mut self.masked)
        };
        let hashed = hash::mix(shape, u64::from(entry.audit));
        let key = (Severity::Emergency.rank() - severity.rank(), hashed);
        let taken = Taken {
            time,
            hash: text_hash,
            file_key: self.file_key,
            offset: entry.span.offset,
            text,
            message_len,
            fields: entry.fields.as_ref().or(entry.calm_fields.as_ref()).map_or("", |fields| fields.as_ref()),
            shown: entry.fields.is_some(),
        };
        match self.digest.shapes.place(key) {
            Place::Known(number, shape) => {
                shape.take(&taken);
                number
            }
            Place::LeftOut => OTHER,
            Place::New => {
                let mut shape = Shape {
                    severity,
                    audit: entry.audit,
                    first: Sample::of(&taken, severity),
                    others: Vec::new(),
                    fields: Vec::new(),
                };
                shape.take(&taken);
                self.digest.shapes.add(key, shape)
            }
        }
    }

    /// The figures of an entry: those of its payload, else those of its message. What a request took stands with the request.
    fn figures(
        &mut self,
        entry: &Entry<'_>,
        signs: &Signs,
        micros: Option<u64>,
    ) -> [Option<block::Figure>; EACH] {
        let mut slots = [None; EACH];
        if entry.audit {
            return slots;
        }
        let is_asked = signs.upstreams && entry.http.is_some();
        let asked = if is_asked { figure::upstreams(&entry.message) } else { Vec::new() };
        let own = if !asked.is_empty() {
            asked
        } else if entry.figures.is_empty() {
            let Some(mentions) = &signs.mentions else { return slots };
            figure::in_text_at(&entry.message, &mentions.figures, micros, entry.time)
        } else {
            let dated = |figure: &Figure<'_>| match figure.kind {
                Kind::Ahead => figure::ahead(&figure.name, &figure.of, entry.time?).map(|f| f.value),
                _ => Some(figure.value),
            };
            let own = entry.figures.iter();
            own.filter_map(|figure| Some(Figure { value: dated(figure)?, ..figure.clone() })).collect()
        };
        let own = own.iter().filter(|figure| entry.http.is_none() || figure.kind != Kind::Took);
        for (slot, figure) in slots.iter_mut().zip(own) {
            let name = intern(&mut self.digest.figures, &figure.key());
            *slot = Some(block::Figure { name, value: figure.value });
        }
        slots
    }

    fn request(&mut self, http: &Http<'_>) -> Request {
        self.masked.clear();
        self.masked.push_str(&http.method);
        self.masked.push(' ');
        mask_path(http.path(), &mut self.masked);
        let path = intern(&mut self.digest.paths, &self.masked);
        let latency_micros =
            http.latency_micros.and_then(|micros| u32::try_from(micros).ok()).unwrap_or(u32::MAX);
        Request { path, status: http.status, latency_micros }
    }
}

impl Sink for Builder {
    fn begin(&mut self, file: &FileId) {
        self.file = self.digest.file_number(file);
        self.file_key = file_key(file);
        self.last_offset = None;
        self.nth = 0;
    }

    fn entry(&mut self, entry: &Entry<'_>) {
        self.nth = if self.last_offset == Some(entry.span.offset) { self.nth.saturating_add(1) } else { 0 };
        self.last_offset = Some(entry.span.offset);
        let (signs, shape) = self.shapes_of.message(&entry.message, &mut self.masked);
        let effective = effective_with(entry, signs.level);
        let time = entry.time.map_or(NO_TIME, |time| time.0.clamp(-limits::FAR_NANOS, limits::FAR_NANOS));
        let source = self.source(entry);
        let shape = self.shape(entry, effective.severity, time, shape);
        let identity = entry
            .insert_id
            .as_ref()
            .filter(|id| !id.is_empty())
            .map_or(0, |id| block::identity(hash::parts([entry.source.log.as_ref(), id.as_ref()])));
        let written = super::rows::written(entry.written_severity, entry.native);
        let request = entry.http.as_ref().map(|http| self.request(http));
        let aside = entry.aside.as_ref().filter(|aside| !aside.is_empty());
        let aside =
            aside.map(|aside| intern(&mut self.digest.asides, cut(aside, limits::EXTRA_SAMPLE_BYTES)));
        let durations = signs.mentions.as_ref().map_or(&[][..], |mentions| &mentions.durations);
        let duration = entry::measure::duration_at(&entry.message, durations);
        let figures = self.figures(entry, &signs, duration);
        let trace = entry.trace_id.as_ref().filter(|id| !id.is_empty());
        self.digest.take(block::Taken {
            time,
            offset: entry.span.offset,
            len: entry.span.len,
            nth: self.nth,
            file: self.file,
            shape,
            source,
            severities: written | (effective.severity.rank() << 4),
            origin: match effective.origin {
                Origin::None => 0,
                Origin::Field => 1,
                Origin::Payload => 2,
                Origin::Text => 3,
                Origin::Status => 4,
            },
            identity,
            request,
            trace: trace.map_or(0, |id| block::trace_key(id)),
            duration,
            aside,
            figures,
        });
        for (key, value) in &entry.labels {
            self.digest.labels.take(key, value);
        }
        if self.digest.shapes.is_overfull()
            || self.digest.sources.is_overfull()
            || self.digest.paths.is_overfull()
            || self.digest.asides.is_overfull()
            || self.digest.figures.is_overfull()
        {
            self.digest.prune();
            self.recent_source = None;
        }
    }

    fn end(&mut self, facts: FileFacts) {
        let file = usize::from(self.file);
        if let Some(file) = self.digest.files.get_mut(file) {
            file.take(facts);
        }
    }
}

/// Hash of a file's identity.
pub(crate) fn file_key(id: &FileId) -> u64 {
    hash::mix(hash::mix(hash::bytes(id.name.as_bytes()), id.size), id.token)
}

fn intern(dictionary: &mut Dictionary<String>, text: &str) -> u32 {
    let key = (0, hash::bytes(text.as_bytes()));
    match dictionary.place(key) {
        Place::Known(number, _) => number,
        Place::New => dictionary.add(key, text.to_owned()),
        Place::LeftOut => OTHER,
    }
}

/// Whether a segment reads as an id in hexadecimal digits, however few of them are decimal: `5fcebba9`.
fn is_hex(segment: &str) -> bool {
    segment.len() >= 8 && segment.bytes().all(|b| b.is_ascii_hexdigit())
}

/// A path with its variable segments as `<*>`: numbers and ids, and long ones.
fn mask_path(path: &str, out: &mut String) {
    for (n, segment) in path.split('/').take(12).enumerate() {
        if n > 0 {
            out.push('/');
        }
        let digits = segment.bytes().filter(u8::is_ascii_digit).count();
        let version = segment.len() <= 3 && segment.starts_with('v');
        let has_extension = segment
            .rsplit_once('.')
            .is_some_and(|(stem, extension)| !stem.is_empty() && (2..=5).contains(&extension.len()));
        let varies = (digits > 0
            && !version
            && !has_extension
            && (digits * 3 >= segment.len() || segment.len() >= 16 || is_hex(segment)))
            || segment.len() > 48;
        if varies { out.push_str("<*>") } else { out.push_str(segment) }
    }
}
