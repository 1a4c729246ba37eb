//! Entries as they were read → packed blocks and back: some 20 bytes an entry, in memory and in `.fwd` files alike.
//!
//! A block is complete in itself: it names files, shapes, sources, paths and asides by their keys and not by numbers of a
//! dictionary. So merging digests is putting their blocks side by side, and a cap that renumbers a dictionary touches no
//! block. Numbers are LEB128 (dwarfstd.org, DWARF 5, 7.6), signed ones in zigzag form; times and places are differences to
//! the entry before; what takes few values (severities, status, which parts there are) is one number into a list.

use super::dictionary::{Key, OTHER};
use crate::entry::figure::EACH;
use std::collections::HashMap;

/// Entries of a full block.
pub(super) const BLOCK: usize = 8192;

/// An entry as it was read, with numbers of the dictionaries of its digest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Taken {
    pub(super) time: i64,
    pub(super) offset: u64,
    pub(super) len: u32,
    /// Which of the entries of one record (OTLP batches hold many).
    pub(super) nth: u16,
    pub(super) file: u16,
    pub(super) shape: u32,
    pub(super) source: u32,
    pub(super) severities: u8,
    pub(super) origin: u8,
    /// Low 40 bits of the hash of log and insert id, 0 where there is no insert id.
    pub(super) identity: u64,
    pub(super) request: Option<Request>,
    /// Low 48 bits of the hash of the trace id, 0 where there is none.
    pub(super) trace: u64,
    /// A duration that the message states, in microseconds.
    pub(super) duration: Option<u64>,
    /// Number of the message of a nested error.
    pub(super) aside: Option<u32>,
    /// Numbers that it states; those that there are stand first.
    pub(super) figures: [Option<Figure>; EACH],
}

/// A number that an entry states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Figure {
    /// Number of its name.
    pub(super) name: u32,
    /// In thousandths.
    pub(super) value: i64,
}

/// The request of an entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) path: u32,
    pub(super) status: u16,
    pub(super) latency_micros: u32,
}

const IDENTITY_BYTES: usize = 5;
const TRACE_BYTES: usize = 6;

/// Cuts a hash to what a block keeps of an identity; never 0.
pub(super) fn identity(hash: u64) -> u64 {
    (hash & ((1 << (8 * IDENTITY_BYTES)) - 1)).max(1)
}

/// Cuts a hash to what a block keeps of a trace id; never 0.
pub(super) fn trace(hash: u64) -> u64 {
    (hash & ((1 << (8 * TRACE_BYTES)) - 1)).max(1)
}

/// What the side table of traces holds for a trace id.
pub(super) fn trace_key(id: &str) -> u64 {
    trace(crate::hash::bytes(id.as_bytes()))
}

/// Keys of the things that entries name by number.
pub(super) struct Names<'d> {
    pub(super) file: &'d dyn Fn(u16) -> u64,
    pub(super) shape: &'d dyn Fn(u32) -> Option<Key>,
    pub(super) source: &'d dyn Fn(u32) -> Option<Key>,
    pub(super) path: &'d dyn Fn(u32) -> Option<Key>,
    pub(super) aside: &'d dyn Fn(u32) -> Option<Key>,
    pub(super) figure: &'d dyn Fn(u32) -> Option<Key>,
}

/// Numbers of the things that a block names by key.
pub(super) struct Numbers<'d> {
    pub(super) file: &'d (dyn Fn(u64) -> u16 + Sync),
    pub(super) shape: &'d (dyn Fn(Key) -> u32 + Sync),
    pub(super) source: &'d (dyn Fn(Key) -> u32 + Sync),
    pub(super) path: &'d (dyn Fn(Key) -> u32 + Sync),
    pub(super) aside: &'d (dyn Fn(Key) -> u32 + Sync),
    pub(super) figure: &'d (dyn Fn(Key) -> u32 + Sync),
}

/// Things of one kind in the order in which a block names them.
#[derive(Default)]
struct Local<K> {
    /// Of a number: its place in `names` and one more; 0 where it was not met.
    places: HashMap<K, u64, foldhash::fast::FixedState>,
    names: Vec<K>,
    recent: Option<(K, u64)>,
}

impl<K: Copy + Eq + std::hash::Hash> Local<K> {
    fn place(&mut self, name: K) -> u64 {
        if let Some((_, place)) = self.recent.filter(|(recent, _)| *recent == name) {
            return place;
        }
        let next = self.names.len() as u64;
        let place = *self.places.entry(name).or_insert(next);
        if place == next {
            self.names.push(name);
        }
        self.recent = Some((name, place));
        place
    }
}

/// What takes few values: severities, origin, status, file, and which parts follow.
fn kind(entry: &Taken) -> u64 {
    let parts = u64::from(entry.nth != 0)
        | u64::from(entry.identity != 0) << 1
        | u64::from(entry.request.is_some()) << 2
        | u64::from(entry.trace != 0) << 3
        | u64::from(entry.duration.is_some()) << 4
        | u64::from(entry.aside.is_some()) << 5
        | u64::from(entry.figures.iter().any(Option::is_some)) << 6;
    parts
        | u64::from(entry.severities) << 8
        | u64::from(entry.origin) << 16
        | u64::from(entry.request.unwrap_or_default().status) << 24
        | u64::from(entry.file) << 40
}

/// Packs entries.
pub(super) fn pack(entries: &[Taken], names: &Names<'_>) -> Vec<u8> {
    let mut body = Writer(Vec::with_capacity(entries.len() * 24));
    let mut kinds = Local::default();
    let [mut shapes, mut sources, mut paths, mut asides, mut figures] =
        std::array::from_fn(|_| Local::<u32>::default());
    let (mut time, mut end) = (0i64, 0u64);
    for entry in entries {
        body.number(kinds.place(kind(entry)));
        body.signed(entry.time.wrapping_sub(time));
        time = entry.time;
        body.signed(entry.offset.wrapping_sub(end).cast_signed());
        end = entry.offset.wrapping_add(u64::from(entry.len)).wrapping_add(1);
        for number in [entry.len.into(), shapes.place(entry.shape), sources.place(entry.source)] {
            body.number(number);
        }
        if entry.nth != 0 {
            body.number(entry.nth.into());
        }
        if entry.identity != 0 {
            body.fixed::<IDENTITY_BYTES>(entry.identity);
        }
        if let Some(request) = entry.request {
            body.number(paths.place(request.path));
            body.number(u64::from(request.latency_micros.wrapping_add(1)));
        }
        if entry.trace != 0 {
            body.fixed::<TRACE_BYTES>(entry.trace);
        }
        if let Some(duration) = entry.duration {
            body.number(duration);
        }
        if let Some(aside) = entry.aside {
            body.number(asides.place(aside));
        }
        body.figures(&entry.figures, |name| figures.place(name));
    }
    let mut block = Writer(Vec::with_capacity(body.0.len() + 1024));
    block.number(entries.len() as u64);
    block.number(kinds.names.len() as u64);
    for kind in kinds.names {
        block.number(kind & ((1 << 40) - 1));
        block.fixed::<8>((names.file)(u16::try_from(kind >> 40).unwrap_or(u16::MAX)));
    }
    let locals = [shapes, sources, paths, asides, figures];
    for (local, name) in
        locals.into_iter().zip([names.shape, names.source, names.path, names.aside, names.figure])
    {
        block.number(local.names.len() as u64);
        for number in local.names {
            // A key beyond all keys stands for what the cap left out.
            let (rank, hash) = name(number).unwrap_or((u8::MAX, u64::MAX));
            block.fixed::<1>(rank.into());
            block.fixed::<8>(hash);
        }
    }
    block.0.extend_from_slice(&body.0);
    block.0.shrink_to_fit();
    block.0
}

/// Number of entries of a block.
pub(super) fn len(block: &[u8]) -> u64 {
    Reader(block).number().unwrap_or(0)
}

/// Unpacks a block; `None` where it is damaged.
pub(super) fn unpack(block: &[u8], numbers: &Numbers<'_>, mut take: impl FnMut(Taken)) -> Option<()> {
    let mut reader = Reader(block);
    let n = reader.number()?;
    let n_kinds = reader.count()?;
    let mut kinds = Vec::with_capacity(n_kinds);
    for _ in 0..n_kinds {
        let kind = reader.number()?;
        kinds.push((kind, (numbers.file)(reader.fixed::<8>()?)));
    }
    let shapes = reader.keys(numbers.shape)?;
    let sources = reader.keys(numbers.source)?;
    let paths = reader.keys(numbers.path)?;
    let asides = reader.keys(numbers.aside)?;
    let names = reader.keys(numbers.figure)?;
    let (mut time, mut end) = (0i64, 0u64);
    for _ in 0..n {
        let (kind, file) = *kinds.get(reader.count()?)?;
        time = time.wrapping_add(reader.signed()?);
        let offset = end.wrapping_add(reader.signed()?.cast_unsigned());
        let len = u32::try_from(reader.number()?).ok()?;
        end = offset.wrapping_add(u64::from(len)).wrapping_add(1);
        let has = |bit: u32| kind >> bit & 1 == 1;
        let byte = |shift: u32| (kind >> shift & 0xFF) as u8;
        let shape = *shapes.get(reader.count()?)?;
        let source = *sources.get(reader.count()?)?;
        let nth = if has(0) { u16::try_from(reader.number()?).ok()? } else { 0 };
        let identity = if has(1) { reader.fixed::<IDENTITY_BYTES>()? } else { 0 };
        let request = if has(2) {
            let path = *paths.get(reader.count()?)?;
            let latency_micros = u32::try_from(reader.number()?).ok()?.wrapping_sub(1);
            Some(Request { path, status: (kind >> 24 & 0xFFFF) as u16, latency_micros })
        } else {
            None
        };
        let trace = if has(3) { reader.fixed::<TRACE_BYTES>()? } else { 0 };
        let duration = if has(4) { Some(reader.number()?) } else { None };
        let aside = if has(5) { Some(*asides.get(reader.count()?)?) } else { None };
        let figures = if has(6) { reader.figures(&names)? } else { Default::default() };
        let (severities, origin) = (byte(8), byte(16));
        take(Taken {
            time,
            offset,
            len,
            nth,
            file,
            shape,
            source,
            severities,
            origin,
            identity,
            request,
            trace,
            duration,
            aside,
            figures,
        });
    }
    reader.0.is_empty().then_some(())
}

struct Writer(Vec<u8>);

impl Writer {
    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push((number & 0x7F) as u8 | 0x80);
            number >>= 7;
        }
        self.0.push((number & 0x7F) as u8);
    }

    fn figures(&mut self, figures: &[Option<Figure>; EACH], mut place: impl FnMut(u32) -> u64) {
        let n = figures.iter().flatten().count();
        if n > 0 {
            self.number(n as u64);
        }
        for figure in figures.iter().flatten() {
            self.number(place(figure.name));
            self.signed(figure.value);
        }
    }

    fn signed(&mut self, number: i64) {
        self.number((number << 1 ^ number >> 63).cast_unsigned());
    }

    fn fixed<const N: usize>(&mut self, number: u64) {
        self.0.extend(number.to_le_bytes().iter().take(N));
    }
}

struct Reader<'b>(&'b [u8]);

impl Reader<'_> {
    /// A number: eight bytes are looked at together, as few numbers have more.
    fn number(&mut self) -> Option<u64> {
        const GOES_ON: u64 = 0x8080_8080_8080_8080;
        if let [byte @ 0..0x80, rest @ ..] = self.0 {
            self.0 = rest;
            return Some(u64::from(*byte));
        }
        let Some(bytes) = self.0.first_chunk::<8>() else { return self.number_by_bytes() };
        let word = u64::from_le_bytes(*bytes);
        let ends = !word & GOES_ON;
        if ends == 0 {
            return self.number_by_bytes();
        }
        self.0 = self.0.get(ends.trailing_zeros() as usize / 8 + 1..)?;
        // Seven bits of each byte up to the first that ends, then put side by side: two and two, four and four, all.
        let bits = word & (ends ^ (ends - 1)) & !GOES_ON;
        let bits = (bits & 0x007f_007f_007f_007f) | (bits & 0x7f00_7f00_7f00_7f00) >> 1;
        let bits = (bits & 0x0000_3fff_0000_3fff) | (bits & 0x3fff_0000_3fff_0000) >> 2;
        Some((bits & 0x0fff_ffff) | (bits & 0x0fff_ffff_0000_0000) >> 4)
    }

    fn number_by_bytes(&mut self) -> Option<u64> {
        let mut number = 0u64;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1).cast_signed() ^ -((number & 1).cast_signed()))
    }

    /// A number that counts things or names one of them: never more than there are bytes in a block.
    fn count(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok().filter(|count| *count <= 1 << 24)
    }

    fn fixed<const N: usize>(&mut self) -> Option<u64> {
        // Where eight bytes are left, they are read as one and cut.
        if let Some(bytes) = self.0.first_chunk::<8>() {
            self.0 = self.0.get(N..)?;
            return Some(u64::from_le_bytes(*bytes) & u64::MAX >> (64 - 8 * N));
        }
        let (bytes, rest) = self.0.split_at_checked(N)?;
        self.0 = rest;
        Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    fn figures(&mut self, names: &[u32]) -> Option<[Option<Figure>; EACH]> {
        let mut figures = [None; EACH];
        let n = self.count()?;
        for figure in figures.get_mut(..n).filter(|figures| !figures.is_empty())? {
            let name = *names.get(self.count()?)?;
            *figure = Some(Figure { name, value: self.signed()? });
        }
        Some(figures)
    }

    fn keys(&mut self, number: &dyn Fn(Key) -> u32) -> Option<Vec<u32>> {
        let n = self.count()?;
        let mut numbers = Vec::with_capacity(n.min(BLOCK));
        for _ in 0..n {
            let rank = u8::try_from(self.fixed::<1>()?).ok()?;
            let hash = self.fixed::<8>()?;
            numbers.push(if rank == u8::MAX { OTHER } else { number((rank, hash)) });
        }
        Some(numbers)
    }
}

#[cfg(test)]
mod tests;
