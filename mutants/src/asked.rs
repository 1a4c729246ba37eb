//! Which mutant is on: every mutated place asks here with the first of its numbers. Written into the copy that is tested, nowhere else.
//!
//! The number comes from the environment (`FIVEWHYS_MUTANT`, else none is on), so that one build serves all mutants. With
//! `FIVEWHYS_REACHED=FILE` each place adds its number to that file when it is reached for the first time in a process.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::ops::{
    Add, AddAssign, BitAnd, BitAndAssign, BitOr, BitOrAssign, BitXor, BitXorAssign, Div, DivAssign, Mul, MulAssign, Neg, Not, Rem,
    RemAssign, Shl, Shr, Sub, SubAssign,
};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

/// Nobody has looked at the environment yet.
const UNREAD: u32 = u32::MAX;
/// Places are noted, no mutant is on.
const NOTED: u32 = u32::MAX - 1;

static ACTIVE: AtomicU32 = AtomicU32::new(UNREAD);
static REACHED: Mutex<(Option<File>, Vec<bool>)> = Mutex::new((None, Vec::new()));

/// How far the mutant that is on lies behind `first`; a large number if none of this place is.
#[inline]
fn offset(first: u32) -> u32 {
    let active = ACTIVE.load(Ordering::Relaxed);
    if active >= NOTED { slowly(first) } else { active.wrapping_sub(first) }
}

#[cold]
fn slowly(first: u32) -> u32 {
    if ACTIVE.load(Ordering::Relaxed) == UNREAD {
        let mut reached = REACHED.lock().unwrap();
        reached.0 = std::env::var_os("FIVEWHYS_REACHED").map(|path| OpenOptions::new().create(true).append(true).open(path).unwrap());
        let number = std::env::var("FIVEWHYS_MUTANT").ok().and_then(|text| text.parse().ok()).unwrap_or(0);
        ACTIVE.store(if reached.0.is_some() { NOTED } else { number }, Ordering::Relaxed);
    }
    let active = ACTIVE.load(Ordering::Relaxed);
    if active != NOTED {
        return active.wrapping_sub(first);
    }
    let mut reached = REACHED.lock().unwrap();
    let (file, seen) = &mut *reached;
    let at = first as usize;
    if seen.len() <= at {
        seen.resize(at + 1, false);
    }
    if !std::mem::replace(&mut seen[at], true) {
        file.as_mut().unwrap().write_all(format!("{first}\n").as_bytes()).unwrap();
    }
    u32::MAX
}

/// Whether this mutant is on.
#[inline]
pub fn on(id: u32) -> bool {
    offset(id) == 0
}

/// `!a`.
#[inline]
pub fn not<A: Not<Output = A>>(a: A, id: u32) -> A {
    if on(id) { a } else { !a }
}

/// `-a`.
#[inline]
pub fn neg<A: Neg<Output = A>>(a: A, id: u32) -> A {
    if on(id) { a } else { -a }
}

/// `a == b`.
#[inline]
pub fn eq<A: PartialEq<B> + ?Sized, B: ?Sized>(a: &A, b: &B, id: u32) -> bool {
    (a == b) != on(id)
}

/// `a != b`.
#[inline]
pub fn ne<A: PartialEq<B> + ?Sized, B: ?Sized>(a: &A, b: &B, id: u32) -> bool {
    (a != b) != on(id)
}

/// `a < b`.
#[inline]
pub fn lt<A: PartialOrd<B> + ?Sized, B: ?Sized>(a: &A, b: &B, id: u32) -> bool {
    match offset(id) {
        0 => a == b,
        1 => a > b,
        2 => a <= b,
        _ => a < b,
    }
}

/// `a > b`.
#[inline]
pub fn gt<A: PartialOrd<B> + ?Sized, B: ?Sized>(a: &A, b: &B, id: u32) -> bool {
    match offset(id) {
        0 => a == b,
        1 => a < b,
        2 => a >= b,
        _ => a > b,
    }
}

/// `a <= b`.
#[inline]
pub fn le<A: PartialOrd<B> + ?Sized, B: ?Sized>(a: &A, b: &B, id: u32) -> bool {
    if on(id) { a > b } else { a <= b }
}

/// `a >= b`.
#[inline]
pub fn ge<A: PartialOrd<B> + ?Sized, B: ?Sized>(a: &A, b: &B, id: u32) -> bool {
    if on(id) { a < b } else { a >= b }
}

/// `a << b`.
#[inline]
pub fn shl<A: Shl<B, Output = O> + Shr<B, Output = O>, B, O>(a: A, b: B, id: u32) -> O {
    if on(id) { a >> b } else { a << b }
}

/// `a >> b`.
#[inline]
pub fn shr<A: Shl<B, Output = O> + Shr<B, Output = O>, B, O>(a: A, b: B, id: u32) -> O {
    if on(id) { a << b } else { a >> b }
}

/// An operator that takes its sides, and the two that stand for it in mutants.
macro_rules! taken {
    ($($name:ident: $own:ident $op:tt, $first:ident $first_op:tt, $second:ident $second_op:tt;)*) => {$(
        /// The operator.
        #[inline]
        pub fn $name<A: $own<B, Output = O> + $first<B, Output = O> + $second<B, Output = O>, B, O>(a: A, b: B, id: u32) -> O {
            match offset(id) {
                0 => a $first_op b,
                1 => a $second_op b,
                _ => a $op b,
            }
        }
    )*};
}

/// An operator that changes its left side, and the two that stand for it in mutants.
macro_rules! assigned {
    ($($name:ident: $own:ident $op:tt, $first:ident $first_op:tt, $second:ident $second_op:tt;)*) => {$(
        /// The operator.
        #[inline]
        pub fn $name<A: $own<B> + $first<B> + $second<B>, B>(a: &mut A, b: B, id: u32) {
            match offset(id) {
                0 => *a $first_op b,
                1 => *a $second_op b,
                _ => *a $op b,
            }
        }
    )*};
}

taken! {
    add: Add +, Sub -, Mul *;
    sub: Sub -, Add +, Div /;
    mul: Mul *, Add +, Div /;
    div: Div /, Rem %, Mul *;
    rem: Rem %, Div /, Add +;
    bitand: BitAnd &, BitOr |, BitXor ^;
    bitor: BitOr |, BitAnd &, BitXor ^;
    bitxor: BitXor ^, BitOr |, BitAnd &;
}

assigned! {
    add_assign: AddAssign +=, SubAssign -=, MulAssign *=;
    sub_assign: SubAssign -=, AddAssign +=, DivAssign /=;
    mul_assign: MulAssign *=, AddAssign +=, DivAssign /=;
    div_assign: DivAssign /=, RemAssign %=, MulAssign *=;
    bitand_assign: BitAndAssign &=, BitOrAssign |=, BitXorAssign ^=;
    bitor_assign: BitOrAssign |=, BitAndAssign &=, BitXorAssign ^=;
}
