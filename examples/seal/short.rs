//! Short forms: what stands for an instruction together with its operand where that is what the function used last.

/// A constant of 32 bits. Loads and stores have the numbers before it.
pub(crate) const CONSTANT: u8 = 0x41;
/// What stands in the stream of instructions for one together with what follows it, of numbers that WebAssembly doesn't use. Twice
/// each: `get`, `set` and `tee` of the local that was last used, and of the one before.
pub(crate) const NEAR: u8 = 0xc5;
/// The constants 0 and 1.
pub(crate) const ZERO: u8 = 0xcb;
pub(crate) const ONE: u8 = 0xcc;
/// Twice each: the instructions of [`MEMORY`] at the offset 0, and 4 behind the last one.
pub(crate) const CLOSE: u8 = 0xd3;
pub(crate) const MEMORY: [u8; 6] = [0x28, 0x29, 0x2d, 0x36, 0x37, 0x3a];
/// A constant whose value stands in the stream of addresses.
pub(crate) const ADDRESS: u8 = 0xe0;
/// What is added to a load or store that says how it is aligned. Programs that are built for a release say nothing (`--dealign` of
/// wasm-opt), which no engine asks of them.
pub(crate) const ALIGNED: u8 = 0xb9;

/// What a function used last, by which its next instruction may be told.
#[derive(Default)]
pub(crate) struct Recent {
    pub(crate) locals: [Option<usize>; 2],
    pub(crate) offset: Option<usize>,
}

impl Recent {
    pub(crate) fn use_local(&mut self, local: usize) {
        let [last, _] = self.locals;
        if last != Some(local) {
            self.locals = [Some(local), last];
        }
    }

    /// What stands for an instruction and its local, or its offset.
    pub(crate) fn short(&self, op: u8, operand: usize) -> Option<u8> {
        if (0x28..CONSTANT).contains(&op) {
            let which = MEMORY.iter().position(|each| *each == op)? as u8;
            let follows = self.offset.map(|last| last.saturating_add(4)) == Some(operand);
            return (follows || operand == 0).then_some(CLOSE + which * 2 + u8::from(follows));
        }
        let which = self.locals.iter().position(|local| *local == Some(operand))? as u8;
        Some(NEAR + (op - 0x20) * 2 + which)
    }
}
