//! The versioned binary form of a digest, from worker to worker and in `.fwd` files.
//!
//! `FWYD`, one version byte, XXH3 of the rest (8 bytes, little endian), then postcard of [`Wire`]: dictionaries, then rows
//! as columns, times and offsets as differences.

use super::Digest;
use super::dictionary::{Dictionary, Key};
use super::files::FileDigest;
use super::labels::Labels;
use super::rows::{RequestRow, Row, Rows, Side};
use super::shape::Shape;
use crate::entry::Source;
use crate::error::{Code, Problem};
use crate::hash;
use crate::limits::Limits;
use serde::{Deserialize, Serialize};

const MAGIC: &[u8; 4] = b"FWYD";
/// Version of the binary form; any change of what it holds raises it.
const VERSION: u8 = 1;
const HEADER: usize = 4 + 1 + 8;

#[derive(Serialize, Deserialize)]
struct Wire {
    limits: Limits,
    files: Vec<FileDigest>,
    shapes: (Vec<(Key, Shape)>, Option<Key>),
    sources: (Vec<(Key, [String; 9])>, Option<Key>),
    paths: (Vec<(Key, String)>, Option<Key>),
    asides: (Vec<(Key, String)>, Option<Key>),
    labels: Labels,
    columns: Columns,
    requests: Vec<RequestRow>,
    traces: Vec<Side<u64>>,
    asides_of: Vec<Side<u32>>,
    durations: Vec<Side<u64>>,
}

#[derive(Serialize, Deserialize, Default)]
struct Columns {
    time: Vec<i64>,
    offset: Vec<i64>,
    identity: Vec<u64>,
    len: Vec<u32>,
    shape: Vec<u32>,
    source: Vec<u32>,
    file: Vec<u16>,
    nth: Vec<u16>,
    severities: Vec<u8>,
    origin: Vec<u8>,
}

impl Columns {
    fn of(rows: &[Row]) -> Columns {
        let mut columns = Columns::default();
        let (mut time, mut offset) = (0i64, 0i64);
        for row in rows {
            columns.time.push(row.time.wrapping_sub(time));
            time = row.time;
            let at = row.offset.cast_signed();
            columns.offset.push(at.wrapping_sub(offset));
            offset = at;
            columns.identity.push(row.identity);
            columns.len.push(row.len);
            columns.shape.push(row.shape.wrapping_add(1));
            columns.source.push(row.source.wrapping_add(1));
            columns.file.push(row.file);
            columns.nth.push(row.nth);
            columns.severities.push(row.severities);
            columns.origin.push(row.origin);
        }
        columns
    }

    fn rows(&self) -> Option<Vec<Row>> {
        let (mut time, mut offset) = (0i64, 0i64);
        let mut rows = Vec::with_capacity(self.time.len());
        for n in 0..self.time.len() {
            time = time.wrapping_add(*self.time.get(n)?);
            offset = offset.wrapping_add(*self.offset.get(n)?);
            rows.push(Row {
                time,
                offset: offset.cast_unsigned(),
                identity: *self.identity.get(n)?,
                len: *self.len.get(n)?,
                shape: self.shape.get(n)?.wrapping_sub(1),
                source: self.source.get(n)?.wrapping_sub(1),
                file: *self.file.get(n)?,
                nth: *self.nth.get(n)?,
                severities: *self.severities.get(n)?,
                origin: *self.origin.get(n)?,
                flags: 0,
            });
        }
        Some(rows)
    }
}

impl Digest {
    /// The versioned binary form.
    pub fn to_bytes(&self) -> Vec<u8> {
        let wire = Wire {
            limits: self.limits(),
            files: self.files.clone(),
            shapes: self.shapes.clone().into_parts(),
            sources: {
                let (sources, bar) = self.sources.clone().into_parts();
                (
                    sources
                        .into_iter()
                        .map(|(key, source)| (key, source.fields().map(str::to_owned)))
                        .collect(),
                    bar,
                )
            },
            paths: self.paths.clone().into_parts(),
            asides: self.asides.clone().into_parts(),
            labels: self.labels.clone(),
            columns: Columns::of(&self.rows.rows),
            requests: self.rows.requests.clone(),
            traces: self.rows.traces.clone(),
            asides_of: self.rows.asides.clone(),
            durations: self.rows.durations.clone(),
        };
        // Serialising plain data into memory does not fail; an empty body would be caught by the checksum.
        let body = postcard::to_stdvec(&wire).unwrap_or_default();
        let mut bytes = Vec::with_capacity(HEADER + body.len());
        bytes.extend_from_slice(MAGIC);
        bytes.push(VERSION);
        bytes.extend_from_slice(&hash::bytes(&body).to_le_bytes());
        bytes.extend_from_slice(&body);
        bytes
    }

    /// Reads the binary form.
    ///
    /// # Errors
    /// `E-DIGEST` where the bytes are no digest or damaged, `E-VERSION` where another version wrote them.
    pub fn from_bytes(bytes: &[u8]) -> Result<Digest, Problem> {
        let damaged = |detail: &str| Problem::new(Code::EDigest, detail);
        let rest = bytes.strip_prefix(MAGIC).ok_or_else(|| damaged("It does not begin like a digest."))?;
        let (&version, rest) = rest.split_first().ok_or_else(|| damaged("It ends early."))?;
        if version != VERSION {
            return Err(Problem::new(
                Code::EVersion,
                format!("It has version {version}; this program reads version {VERSION}."),
            ));
        }
        let (sum, body) = rest.split_first_chunk::<8>().ok_or_else(|| damaged("It ends early."))?;
        if u64::from_le_bytes(*sum) != hash::bytes(body) {
            return Err(damaged("Its checksum does not match."));
        }
        let wire: Wire = postcard::from_bytes(body).map_err(|_| damaged("Its content can't be read."))?;
        let rows = wire.columns.rows().ok_or_else(|| damaged("Its columns differ in length."))?;
        Ok(Digest {
            files: wire.files,
            shapes: Dictionary::from_parts(wire.limits.shapes, wire.shapes.0, wire.shapes.1),
            sources: {
                let own = |fields: [String; 9]| {
                    Source::from_fields(fields.each_ref().map(String::as_str)).into_owned()
                };
                let things = wire.sources.0.into_iter().map(|(key, fields)| (key, own(fields))).collect();
                Dictionary::from_parts(wire.limits.sources, things, wire.sources.1)
            },
            paths: Dictionary::from_parts(wire.limits.paths, wire.paths.0, wire.paths.1),
            asides: Dictionary::from_parts(wire.limits.asides, wire.asides.0, wire.asides.1),
            labels: wire.labels,
            rows: Rows {
                rows,
                requests: wire.requests,
                traces: wire.traces,
                asides: wire.asides_of,
                durations: wire.durations,
            },
        })
    }
}
