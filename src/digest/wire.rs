//! The versioned binary form of a digest, from worker to worker and in `.fwd` files.
//!
//! `FWYD`, one version byte, XXH3 of the rest (8 bytes, little endian), then the length (8 bytes, little endian) and postcard of
//! [`Wire`], which holds what is distinct, then the packed rows: each block with its length (4 bytes, little endian) before it.

use super::block;
use super::dictionary::{Dictionary, Key};
use super::files::FileDigest;
use super::labels::Labels;
use super::shape::Shape;
use super::{Digest, MAGIC};
use crate::entry::Source;
use crate::error::{Code, Problem};
use crate::hash;
use crate::limits::Limits;
use serde::{Deserialize, Serialize};

/// Version of the binary form; any change of what it holds raises it.
const VERSION: u8 = 4;
const HEADER: usize = 4 + 1 + 8;

#[derive(Serialize, Deserialize)]
struct Wire {
    limits: Limits,
    files: Vec<FileDigest>,
    shapes: (Vec<(Key, Shape)>, Option<Key>),
    sources: (Vec<(Key, [String; 9])>, Option<Key>),
    paths: (Vec<(Key, String)>, Option<Key>),
    asides: (Vec<(Key, String)>, Option<Key>),
    figures: (Vec<(Key, String)>, Option<Key>),
    labels: Labels,
}

impl Digest {
    /// The versioned binary form of a digest that [`super::Builder::finish`] or [`Digest::merge`] gave.
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
            figures: self.figures.clone().into_parts(),
            labels: self.labels.clone(),
        };
        // Serialising plain data into memory does not fail; an empty body would not be read back.
        let body = postcard::to_stdvec(&wire).unwrap_or_default();
        let rows: usize = self.blocks.iter().map(|block| block.len() + 4).sum();
        let mut bytes = Vec::with_capacity(HEADER + 8 + body.len() + rows);
        bytes.extend_from_slice(MAGIC);
        bytes.push(VERSION);
        bytes.extend_from_slice(&[0; 8]);
        bytes.extend_from_slice(&(body.len() as u64).to_le_bytes());
        bytes.extend_from_slice(&body);
        for block in &self.blocks {
            bytes.extend_from_slice(&u32::try_from(block.len()).unwrap_or(u32::MAX).to_le_bytes());
            bytes.extend_from_slice(block);
        }
        let sum = hash::bytes(bytes.get(HEADER..).unwrap_or_default());
        if let Some(place) = bytes.get_mut(HEADER - 8..HEADER) {
            place.copy_from_slice(&sum.to_le_bytes());
        }
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
        let unreadable = || damaged("Its content can't be read.");
        let (length, rest) = body.split_first_chunk::<8>().ok_or_else(unreadable)?;
        let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|_| unreadable())?;
        let (body, rows) = rest.split_at_checked(length).ok_or_else(unreadable)?;
        let wire: Wire = postcard::from_bytes(body).map_err(|_| unreadable())?;
        let blocks = blocks(rows).ok_or_else(|| damaged("Its rows can't be read."))?;
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
            figures: Dictionary::from_parts(wire.limits.figures, wire.figures.0, wire.figures.1),
            labels: wire.labels,
            blocks,
            open: Vec::new(),
        })
    }
}

/// The packed rows, each block looked through: what passes here is read later without question.
fn blocks(mut rest: &[u8]) -> Option<Vec<Vec<u8>>> {
    let none = |_| 0;
    let numbers = block::Numbers {
        file: &|_| 0,
        shape: &none,
        source: &none,
        path: &none,
        aside: &none,
        figure: &none,
    };
    let mut blocks = Vec::new();
    while !rest.is_empty() {
        let (length, more) = rest.split_first_chunk::<4>()?;
        let (block, more) = more.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
        block::unpack(block, &numbers, |_| {})?;
        blocks.push(block.to_vec());
        rest = more;
    }
    Some(blocks)
}
