//! A program as streams of like with like, and back: what packs WebAssembly a sixth smaller than its bytes as they stand.
//!
//! Takes a module, gives [`Streams`]: instructions in one, indices of locals in another, and so on. [`join`] writes the same bytes
//! from them, as `seal/filter.js` does in the page. [`walk`] is the grammar of a function, once for both directions.

use crate::Result;
use crate::numbers::{Reader, number_to, value};
use crate::short::{ADDRESS, ALIGNED, CLOSE, CONSTANT, MEMORY, NEAR, ONE, Recent, ZERO};

/// Everything but the bodies of functions, in its order.
const REST: usize = 0;
/// Instructions, with block types, alignments, globals and whatever else is short and follows from the instruction.
const OPS: usize = 1;
const LOCALS: usize = 2;
const OFFSETS: usize = 3;
/// Constants of four bytes, most of them addresses: the last byte first.
const ADDRESSES: usize = 4;
/// Functions that are called: two bytes each, the high one first.
const CALLS: usize = 5;
/// Other constants, by the instruction that follows: 256 streams for those of 32 bits, and as many for those of 64.
const SMALL: usize = 6;
const LARGE: usize = SMALL + 256;
/// Declarations of locals, targets of branches, and what is copied as it is: floats and vectors.
const KINDS: usize = LARGE + 256;
const BRANCHES: usize = KINDS + 1;
const PLAIN: usize = BRANCHES + 1;
const COUNT: usize = PLAIN + 1;

const CODE: u8 = 10;

/// `(lc, lp, pb)` with which each part of [`Streams::parts`] packs smallest.
pub(crate) const MODELS: [(u32, u32, u32); SMALL + 1] =
    [(3, 0, 0), (4, 0, 0), (1, 0, 0), (1, 0, 0), (0, 2, 2), (0, 1, 1), (2, 0, 0)];

#[derive(Clone)]
pub(crate) struct Streams(Vec<Vec<u8>>);

impl Streams {
    /// What is packed, one part for each of [`MODELS`]: the long streams, then all others in one behind a table of their lengths.
    pub(crate) fn parts(&self) -> Vec<Vec<u8>> {
        let (long, others) = self.0.split_at(SMALL);
        let mut last = Vec::new();
        for stream in others {
            number_to(&mut last, stream.len());
        }
        last.extend(others.iter().flatten());
        long.iter().cloned().chain([last]).collect()
    }

    fn push(&mut self, stream: usize, bytes: impl IntoIterator<Item = u8>) -> Result<()> {
        self.0.get_mut(stream).ok_or("no such stream")?.extend(bytes);
        Ok(())
    }
}

/// One direction: each step moves something from the module to a stream, or back.
pub(crate) trait Side {
    /// The next instruction as it stands in [`OPS`]; where that says what follows, with that.
    fn op(&mut self) -> Result<u8>;
    /// The one after the constant that comes next.
    fn op_after(&self) -> Result<u8>;
    fn number(&mut self, stream: usize) -> Result<usize>;
    fn plain(&mut self, stream: usize, count: usize) -> Result<()>;
    fn call(&mut self) -> Result<()>;
    fn local(&mut self) -> Result<()>;
    /// Alignment and offset of a load or store that says nothing of the first.
    fn offset(&mut self) -> Result<()>;
}

/// One function: its locals, then instructions to the end of its outermost block.
pub(crate) fn walk(side: &mut impl Side) -> Result<()> {
    for _ in 0..side.number(KINDS)? {
        side.number(KINDS)?;
        side.plain(KINDS, 1)?;
    }
    let mut depth = 1;
    while depth > 0 {
        let op = side.op()?;
        match op {
            0x02..=0x04 => depth += 1,
            0x0b => depth -= 1,
            _ => {}
        }
        operands(side, op)?;
    }
    Ok(())
}

fn numbers(side: &mut impl Side, streams: &[usize]) -> Result<()> {
    streams.iter().try_for_each(|stream| side.number(*stream).map(|_| ()))
}

/// What follows an instruction. `seal/filter.js` knows the same.
fn operands(side: &mut impl Side, op: u8) -> Result<()> {
    match op {
        NEAR..=ONE | CLOSE..=ADDRESS => Ok(()),
        0x00 | 0x01 | 0x05 | 0x0b | 0x0f | 0x1a | 0x1b | 0x45..=0xc4 | 0xd1 => Ok(()),
        0x20..=0x22 => side.local(),
        0x28..=0x3e => side.offset(),
        0xe1..=0xf7 => numbers(side, &[OPS, OFFSETS]),
        CONSTANT | 0x42 => {
            let next = usize::from(side.op_after()?);
            numbers(side, &[next + if op == CONSTANT { SMALL } else { LARGE }])
        }
        0x10 | 0x12 | 0xd2 => side.call(),
        0x0c | 0x0d => numbers(side, &[BRANCHES]),
        0x0e => (0..=side.number(BRANCHES)?).try_for_each(|_| numbers(side, &[BRANCHES])),
        0x02..=0x04 | 0x23..=0x26 | 0x3f | 0x40 | 0xd0 => numbers(side, &[OPS]),
        0x11 => numbers(side, &[OPS, OPS]),
        0x43 => side.plain(PLAIN, 4),
        0x44 => side.plain(PLAIN, 8),
        0xfc => match side.number(OPS)? {
            0..=7 => Ok(()),
            9 | 11 | 13 | 15..=17 => numbers(side, &[OPS]),
            8 | 10 | 12 | 14 => numbers(side, &[OPS, OPS]),
            other => Err(format!("an instruction that the filter doesn't know: 0xfc {other}").into()),
        },
        0xfd => match side.number(OPS)? {
            0..=11 | 92 | 93 => numbers(side, &[OPS, OFFSETS]),
            12 | 13 => side.plain(PLAIN, 16),
            21..=34 => side.plain(OPS, 1),
            84..=91 => numbers(side, &[OPS, OFFSETS]).and_then(|()| side.plain(OPS, 1)),
            14..=255 => Ok(()),
            other => Err(format!("an instruction that the filter doesn't know: 0xfd {other}").into()),
        },
        other => Err(format!("an instruction that the filter doesn't know: {other:#x}").into()),
    }
}

struct Splitter<'a> {
    module: Reader<'a>,
    streams: Streams,
    recent: Recent,
}

impl Splitter<'_> {
    fn op_at(&self, at: usize) -> Result<u8> {
        let op = self.module.bytes.get(at).copied().ok_or("a function that ends early")?;
        let mut operand = Reader { bytes: self.module.bytes, at: at + 1 };
        let short = |bytes: &[u8]| {
            // Padded numbers stay as they are, and so do those that don't fit script's.
            let plain = bytes.len() < 2 || (bytes.len() < 5 && bytes.last() != Some(&0));
            if plain { self.recent.short(op, value(bytes)) } else { None }
        };
        Ok(match op {
            0x20..=0x22 => short(operand.number()?).unwrap_or(op),
            0x28..=0x3e if operand.number()? != [0] => op + ALIGNED,
            0x28..=0x3e => short(operand.number()?).unwrap_or(op),
            CONSTANT => match operand.number()? {
                [_, _, _, _] => ADDRESS,
                [low @ (0 | 1)] => ZERO + low,
                _ => op,
            },
            NEAR..=0xcf | CLOSE..=0xfa => {
                return Err("an instruction of a number that the filter uses itself".into());
            }
            _ => op,
        })
    }
}

impl Side for Splitter<'_> {
    fn op(&mut self) -> Result<u8> {
        let op = self.op_at(self.module.at)?;
        self.module.take(1)?;
        self.streams.push(OPS, [op])?;
        match op {
            NEAR..ZERO => self.recent.use_local(self.module.size()?),
            ZERO | ONE => self.module.take(1).map(|_| ())?,
            CLOSE..ADDRESS => {
                self.module.take(1)?;
                self.recent.offset = Some(self.module.size()?);
            }
            ADDRESS => {
                let bytes = self.module.number()?;
                self.streams.push(ADDRESSES, bytes.iter().rev().copied())?;
            }
            _ => {}
        }
        Ok(op)
    }

    fn op_after(&self) -> Result<u8> {
        let mut constant = Reader { bytes: self.module.bytes, at: self.module.at };
        constant.number()?;
        self.op_at(constant.at)
    }

    fn number(&mut self, stream: usize) -> Result<usize> {
        let bytes = self.module.number()?;
        self.streams.push(stream, bytes.iter().copied())?;
        Ok(value(bytes))
    }

    fn plain(&mut self, stream: usize, count: usize) -> Result<()> {
        let bytes = self.module.take(count)?;
        self.streams.push(stream, bytes.iter().copied())
    }

    fn call(&mut self) -> Result<()> {
        let called = u16::try_from(self.module.size()?)?;
        self.streams.push(CALLS, called.to_be_bytes())
    }

    fn local(&mut self) -> Result<()> {
        let local = self.number(LOCALS)?;
        self.recent.use_local(local);
        Ok(())
    }

    fn offset(&mut self) -> Result<()> {
        self.module.take(1)?;
        self.recent.offset = Some(self.number(OFFSETS)?);
        Ok(())
    }
}

/// A module as streams. Fails where [`join`] would not write the same bytes again.
pub(crate) fn split(module: &[u8]) -> Result<Streams> {
    let mut side = Splitter {
        module: Reader { bytes: module, at: 0 },
        streams: Streams(vec![Vec::new(); COUNT]),
        recent: Recent::default(),
    };
    side.plain(REST, 8)?;
    while side.module.at < module.len() {
        let section = side.module.take(1)?;
        side.streams.push(REST, section.iter().copied())?;
        if section != [CODE] {
            let size = side.number(REST)?;
            side.plain(REST, size)?;
            continue;
        }
        // Sizes are told by what they measure; of the code only the number of functions is left here.
        side.module.number()?;
        let count = side.module.number()?;
        side.streams.push(REST, [count.len() as u8].iter().chain(count).copied())?;
        for _ in 0..value(count) {
            side.module.number()?;
            side.recent = Recent::default();
            walk(&mut side)?;
        }
    }
    if join(&side.streams)? != module {
        return Err("the filter doesn't give the program back".into());
    }
    Ok(side.streams)
}

struct Joiner<'a> {
    streams: Vec<Reader<'a>>,
    out: Vec<u8>,
    recent: Recent,
}

impl<'a> Joiner<'a> {
    fn stream(&mut self, stream: usize) -> Result<&mut Reader<'a>> {
        self.streams.get_mut(stream).ok_or_else(|| "no such stream".into())
    }

    /// Puts what was written since `start` behind its size.
    fn measure(&mut self, start: usize) {
        let written = self.out.split_off(start);
        number_to(&mut self.out, written.len());
        self.out.extend(written);
    }
}

impl Side for Joiner<'_> {
    fn op(&mut self) -> Result<u8> {
        let [op] = *self.stream(OPS)?.take(1)? else { return Err("no instruction".into()) };
        match op {
            NEAR..ZERO => {
                let [last, before] = self.recent.locals;
                let local = if (op - NEAR).is_multiple_of(2) { last } else { before }
                    .ok_or("no local was used yet")?;
                self.out.push(0x20 + (op - NEAR) / 2);
                number_to(&mut self.out, local);
                self.recent.use_local(local);
            }
            ZERO | ONE => self.out.extend([CONSTANT, op - ZERO]),
            CLOSE..ADDRESS => {
                let which = usize::from(op - CLOSE);
                let follows =
                    self.recent.offset.map(|last| last.saturating_add(4)).filter(|_| which % 2 == 1);
                let offset = follows.unwrap_or_default();
                self.out.extend([MEMORY.get(which / 2).copied().ok_or("an instruction of no meaning")?, 0]);
                number_to(&mut self.out, offset);
                self.recent.offset = Some(offset);
            }
            ADDRESS => {
                let bytes = self.stream(ADDRESSES)?.take(4)?;
                self.out.push(CONSTANT);
                self.out.extend(bytes.iter().rev());
            }
            0xe1..=0xf7 => self.out.push(op - ALIGNED),
            _ => self.out.push(op),
        }
        Ok(op)
    }

    fn op_after(&self) -> Result<u8> {
        let next = self.streams.get(OPS).and_then(|ops| ops.bytes.get(ops.at));
        next.copied().ok_or_else(|| "a constant that nothing follows".into())
    }

    fn number(&mut self, stream: usize) -> Result<usize> {
        let bytes = self.stream(stream)?.number()?;
        self.out.extend(bytes);
        Ok(value(bytes))
    }

    fn plain(&mut self, stream: usize, count: usize) -> Result<()> {
        let bytes = self.stream(stream)?.take(count)?;
        self.out.extend(bytes);
        Ok(())
    }

    fn call(&mut self) -> Result<()> {
        let called =
            self.stream(CALLS)?.take(2)?.iter().fold(0, |value, byte| value << 8 | usize::from(*byte));
        number_to(&mut self.out, called);
        Ok(())
    }

    fn local(&mut self) -> Result<()> {
        let local = self.number(LOCALS)?;
        self.recent.use_local(local);
        Ok(())
    }

    fn offset(&mut self) -> Result<()> {
        self.out.push(0);
        self.recent.offset = Some(self.number(OFFSETS)?);
        Ok(())
    }
}

/// The module that was split.
fn join(streams: &Streams) -> Result<Vec<u8>> {
    let readers = streams.0.iter().map(|bytes| Reader { bytes, at: 0 }).collect();
    let mut side = Joiner { streams: readers, out: Vec::new(), recent: Recent::default() };
    side.plain(REST, 8)?;
    while side.stream(REST)?.at < streams.0.first().map_or(0, Vec::len) {
        let section = side.out.len();
        side.plain(REST, 1)?;
        if side.out.get(section) != Some(&CODE) {
            let size = side.number(REST)?;
            side.plain(REST, size)?;
            continue;
        }
        side.stream(REST)?.number()?;
        let start = side.out.len();
        for _ in 0..side.number(REST)? {
            let body = side.out.len();
            side.recent = Recent::default();
            walk(&mut side)?;
            side.measure(body);
        }
        side.measure(start);
    }
    Ok(side.out)
}
