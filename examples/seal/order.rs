//! A program with its functions in an order in which those that are alike stand beside each other: that is what packs small.
//!
//! Takes a module, gives the same program with functions moved and every index of a function told anew.

use crate::Result;
use crate::filter::{Side, walk};
use crate::numbers::{Reader, number_to, value};

/// Instructions in a row by which functions are compared.
const RUN: usize = 6;
/// A run that more functions have tells nothing of any.
const COMMON: usize = 1000;

const IMPORTS: u8 = 2;
const FUNCTIONS: u8 = 3;
const GLOBALS: u8 = 6;
const EXPORTS: u8 = 7;
const START: u8 = 8;
const ELEMENTS: u8 = 9;
const CODE: u8 = 10;

/// Where functions stand: first those that are imported, which stay, then the program's own in a new order.
struct Places {
    imported: usize,
    /// The new place of each own function.
    new: Vec<usize>,
}

impl Places {
    /// Puts `order[0]` first, and so on.
    fn of(imported: usize, order: &[usize]) -> Self {
        let mut new = vec![0; order.len()];
        for (place, function) in order.iter().enumerate() {
            if let Some(slot) = new.get_mut(*function) {
                *slot = place;
            }
        }
        Self { imported, new }
    }

    fn index(&self, old: usize) -> Result<usize> {
        match old.checked_sub(self.imported) {
            None => Ok(old),
            Some(own) => Ok(self.imported + self.new.get(own).ok_or("a function that isn't there")?),
        }
    }
}

/// Copies what has indices of functions in it, with those told anew, and notes instructions.
struct Mover<'a> {
    from: Reader<'a>,
    places: &'a Places,
    out: Vec<u8>,
    ops: Vec<u8>,
}

impl<'a> Mover<'a> {
    fn new(bytes: &'a [u8], places: &'a Places) -> Self {
        Self { from: Reader { bytes, at: 0 }, places, out: Vec::new(), ops: Vec::new() }
    }

    fn copy(&mut self, count: usize) -> Result<&'a [u8]> {
        let bytes = self.from.take(count)?;
        self.out.extend(bytes);
        Ok(bytes)
    }
}

impl Side for Mover<'_> {
    fn op(&mut self) -> Result<u8> {
        let op = self.copy(1)?.first().copied().unwrap_or_default();
        self.ops.push(op);
        Ok(op)
    }

    fn op_after(&self) -> Result<u8> {
        Ok(0)
    }

    fn number(&mut self, _: usize) -> Result<usize> {
        let bytes = self.from.number()?;
        self.out.extend(bytes);
        Ok(value(bytes))
    }

    fn plain(&mut self, _: usize, count: usize) -> Result<()> {
        self.copy(count).map(|_| ())
    }

    fn call(&mut self) -> Result<()> {
        let called = self.from.size()?;
        number_to(&mut self.out, self.places.index(called)?);
        Ok(())
    }

    fn local(&mut self) -> Result<()> {
        self.number(0).map(|_| ())
    }

    fn offset(&mut self) -> Result<()> {
        self.number(0)?;
        self.number(0).map(|_| ())
    }
}

/// A module's sections: what each is, and its bytes.
fn sections(module: &[u8]) -> Result<Vec<(u8, &[u8])>> {
    let mut reader = Reader { bytes: module, at: 8 };
    let mut found = Vec::new();
    while reader.at < module.len() {
        let kind = reader.take(1)?.first().copied().unwrap_or_default();
        let size = reader.size()?;
        found.push((kind, reader.take(size)?));
    }
    Ok(found)
}

fn section<'a>(sections: &[(u8, &'a [u8])], wanted: u8) -> Reader<'a> {
    let found = sections.iter().find(|(kind, _)| *kind == wanted);
    Reader { bytes: found.map_or(&[0], |(_, bytes)| bytes), at: 0 }
}

/// How many functions a module imports.
fn imported(sections: &[(u8, &[u8])]) -> Result<usize> {
    let mut reader = section(sections, IMPORTS);
    let mut functions = 0;
    for _ in 0..reader.size()? {
        for _ in 0..2 {
            let name = reader.size()?;
            reader.take(name)?;
        }
        match reader.take(1)? {
            [0] => {
                functions += 1;
                reader.number()?;
            }
            [3] => {
                reader.take(2)?;
            }
            _ => return Err("an import of a kind that the sealer doesn't know".into()),
        }
    }
    Ok(functions)
}

/// The items of a section that are each measured: of the code.
fn measured<'a>(mut reader: Reader<'a>) -> Result<Vec<&'a [u8]>> {
    (0..reader.size()?)
        .map(|_| {
            let size = reader.size()?;
            reader.take(size)
        })
        .collect()
}

/// The items of a section in a new order.
fn put(order: &[usize], items: &[Vec<u8>]) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    number_to(&mut out, items.len());
    for from in order {
        out.extend(items.get(*from).ok_or("functions of two numbers")?);
    }
    Ok(out)
}

/// A section whose items name functions.
fn renamed(kind: u8, bytes: &[u8], places: &Places) -> Result<Vec<u8>> {
    let mut mover = Mover::new(bytes, places);
    if kind == START {
        mover.call()?;
        return Ok(mover.out);
    }
    for _ in 0..mover.number(0)? {
        match kind {
            EXPORTS => {
                let name = mover.number(0)?;
                mover.copy(name)?;
                match mover.copy(1)? {
                    [0] => mover.call()?,
                    _ => mover.local()?,
                }
            }
            ELEMENTS => {
                // The plain form: from a constant place of the first table on, these functions.
                if mover.copy(2)? != [0, 0x41] {
                    return Err("a table that the sealer doesn't know".into());
                }
                mover.number(0)?;
                mover.copy(1)?;
                for _ in 0..mover.number(0)? {
                    mover.call()?;
                }
            }
            _ => {
                if !matches!(mover.copy(3)?, [_, _, 0x41]) {
                    return Err("a global that the sealer doesn't know".into());
                }
                mover.number(0)?;
                mover.copy(1)?;
            }
        }
    }
    Ok(mover.out)
}

/// The module with its functions in this order.
fn arranged(module: &[u8], order: &[usize]) -> Result<Vec<u8>> {
    let sections = sections(module)?;
    let places = Places::of(imported(&sections)?, order);
    let mut out = module.get(..8).unwrap_or_default().to_vec();
    for (kind, bytes) in &sections {
        let mut reader = Reader { bytes, at: 0 };
        let moved = match *kind {
            FUNCTIONS => {
                let count = reader.size()?;
                let types =
                    (0..count).map(|_| reader.number().map(<[u8]>::to_vec)).collect::<Result<Vec<_>>>()?;
                put(order, &types)?
            }
            CODE => {
                let mut bodies = Vec::new();
                for body in measured(reader)? {
                    let mut mover = Mover::new(body, &places);
                    walk(&mut mover)?;
                    let mut whole = Vec::new();
                    number_to(&mut whole, mover.out.len());
                    whole.extend(mover.out);
                    bodies.push(whole);
                }
                put(order, &bodies)?
            }
            GLOBALS | EXPORTS | START | ELEMENTS => renamed(*kind, bytes, &places)?,
            _ => bytes.to_vec(),
        };
        out.push(*kind);
        number_to(&mut out, moved.len());
        out.extend(moved);
    }
    Ok(out)
}

/// What functions share: the runs of instructions that at least two have, and of each function how many runs it has in all.
struct Shared {
    /// The functions that have a run.
    functions: Vec<Vec<usize>>,
    /// The runs of `functions` that a function has.
    runs: Vec<Vec<usize>>,
    sizes: Vec<u64>,
}

impl Shared {
    fn of(functions: &[Vec<u8>]) -> Self {
        let mut all: Vec<(&[u8], usize)> = Vec::new();
        for (function, ops) in functions.iter().enumerate() {
            all.extend(ops.windows(RUN.min(ops.len().max(1))).map(|run| (run, function)));
        }
        all.sort_unstable();
        all.dedup();
        let mut shared = Self {
            functions: Vec::new(),
            runs: vec![Vec::new(); functions.len()],
            sizes: vec![0; functions.len()],
        };
        for same in all.chunk_by(|a, b| a.0 == b.0) {
            let having: Vec<usize> = same.iter().map(|(_, function)| *function).collect();
            for function in &having {
                if let Some(size) = shared.sizes.get_mut(*function) {
                    *size += 1;
                }
            }
            if having.len() < 2 || having.len() >= COMMON {
                continue;
            }
            for function in &having {
                if let Some(runs) = shared.runs.get_mut(*function) {
                    runs.push(shared.functions.len());
                }
            }
            shared.functions.push(having);
        }
        shared
    }

    /// The function that shares most with this one, of those that are left: by runs that both have, of those that either has.
    fn likest(&self, function: usize, left: &[bool], common: &mut [u64]) -> Option<usize> {
        let mut met = Vec::new();
        for other in self.runs.get(function)?.iter().filter_map(|run| self.functions.get(*run)).flatten() {
            if left.get(*other) == Some(&true)
                && let Some(count) = common.get_mut(*other)
            {
                if *count == 0 {
                    met.push(*other);
                }
                *count += 1;
            }
        }
        let size = |which: usize| self.sizes.get(which).copied().unwrap_or_default();
        let mut best: Option<(u64, u64, usize)> = None;
        met.sort_unstable();
        for other in met {
            let both = common.get_mut(other).map(std::mem::take).unwrap_or_default();
            let either = (size(function) + size(other)).saturating_sub(both);
            if best.is_none_or(|(most, of, _)| both * of > most * either) {
                best = Some((both, either, other));
            }
        }
        best.map(|(_, _, other)| other)
    }
}

/// From the first function to the one that is likest, and on from there; where none is like it, to the first that is left.
fn chain(functions: &[Vec<u8>]) -> Vec<usize> {
    let shared = Shared::of(functions);
    let mut left = vec![true; functions.len()];
    let mut common = vec![0; functions.len()];
    let (mut order, mut first) = (Vec::new(), 0);
    let mut next = left.first().map(|_| 0);
    while let Some(function) = next {
        order.push(function);
        if let Some(here) = left.get_mut(function) {
            *here = false;
        }
        while left.get(first) == Some(&false) {
            first += 1;
        }
        next = shared.likest(function, &left, &mut common).or((first < left.len()).then_some(first));
    }
    order
}

/// The same program in an order that packs small. Fails where the way back doesn't give the module again.
pub(crate) fn order(module: &[u8]) -> Result<Vec<u8>> {
    let sections = sections(module)?;
    // Names of functions go by their places. Only builds for finding faults have any, and nobody counts their bytes.
    if sections.iter().any(|(kind, bytes)| *kind == 0 && bytes.starts_with(b"\x04name")) {
        return Ok(module.to_vec());
    }
    let bodies = measured(section(&sections, CODE))?;
    let places = Places::of(imported(&sections)?, &(0..bodies.len()).collect::<Vec<_>>());
    let mut functions = Vec::new();
    for body in bodies {
        let mut mover = Mover::new(body, &places);
        walk(&mut mover)?;
        functions.push(mover.ops);
    }
    let order = chain(&functions);
    let ordered = arranged(module, &order)?;
    if arranged(&ordered, &Places::of(0, &order).new)? != module {
        return Err("the program can't be put back into its order".into());
    }
    Ok(ordered)
}
