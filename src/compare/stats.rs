//! Counts of two sides → how surprising their difference is. Every result is the same to the bit on every platform: only
//! the four operations and square roots are used, since logarithms of systems differ in the last digit.

use crate::order::Order as _;
use std::sync::OnceLock;

/// Least expected count of a cell below which the G-test gives way to Fisher's exact test (Cochran 1954).
pub(super) const SMALL: f64 = 5.0;

/// A table of two rows: this and all else, before and after.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table {
    /// This, on both sides.
    pub(super) this: [u64; 2],
    /// What it is measured against, on both sides.
    pub(super) rest: [u64; 2],
}

impl Table {
    fn expected(&self) -> [[f64; 2]; 2] {
        let [this, rest] = [self.this, self.rest].map(|row| row.map(|n| n as f64));
        let columns = [0, 1].map(|side: usize| at(&this, side) + at(&rest, side));
        let total = columns.iter().sum::<f64>().max(1.0);
        [this, rest].map(|row| columns.map(|column| column * row.iter().sum::<f64>() / total))
    }

    /// G = 2 Σ O ln(O / E): twice the log-likelihood ratio (Sokal & Rohlf, Biometry, 1981; Dunning 1993).
    pub(super) fn g(&self) -> f64 {
        let term = |n: &u64, expected: &f64| if *n > 0 { *n as f64 * ln(*n as f64 / expected) } else { 0.0 };
        let [this, rest] = self.expected();
        // Each row by itself, so that swapped sides give the same bits.
        let row = |row: &[u64; 2], expected: &[f64; 2]| {
            row.iter().zip(expected).map(|(n, e)| term(n, e)).sum::<f64>()
        };
        (2.0 * (row(&self.this, &this) + row(&self.rest, &rest))).max(0.0)
    }

    /// Whether a cell is too small for the G-test.
    pub(super) fn is_small(&self) -> bool {
        self.expected().iter().flatten().any(|e| *e < SMALL)
    }

    /// Fisher's exact test, two-sided: the sum of all tables of the same margins that are no more likely than this one.
    pub(super) fn fisher(&self) -> f64 {
        let [[a, b], [c, d]] = [self.this, self.rest];
        let (row, column, total) = (a + b, a + c, a + b + c + d);
        let (low, high) = (column.saturating_sub(c + d), row.min(column));
        let fixed = [row, c + d, column, b + d].map(ln_factorial).iter().sum::<f64>() - ln_factorial(total);
        let ln_p = |x: u64| {
            let cells = [x, row - x, column - x, (c + d) + x - column];
            fixed - cells.map(ln_factorial).iter().sum::<f64>()
        };
        // Only margins of few entries come here, and the tables beyond these have no weight.
        let most = high.min(low + 20_000);
        let own = ln_p(a) + 1e-7;
        let sum: f64 = (low..=most).map(ln_p).filter(|p| *p <= own).map(exp).sum();
        sum.min(1.0)
    }

    /// p of the table: Fisher's where it is small and as even as independent counts are, else that of G divided by
    /// `dispersion` (quasi-likelihood: McCullagh & Nelder, Generalized Linear Models, 1989, §9.2), an F of 1 and `df` degrees.
    pub(super) fn p(&self, dispersion: f64, df: f64) -> f64 {
        let p = f_tail(self.g() / dispersion, df);
        if self.is_small() { p.max(self.fisher()) } else { p }
    }
}

fn at(row: &[f64; 2], side: usize) -> f64 {
    row.get(side).copied().unwrap_or(0.0)
}

/// Probability that an F of 1 and `df` degrees of freedom is at least `f`: both tails of Student's t.
pub(super) fn f_tail(f: f64, df: f64) -> f64 {
    beta(df / (df + f.max(0.0)), df / 2.0, 0.5)
}

/// The regularised incomplete beta function, by its continued fraction with Lentz's method (Press et al., Numerical Recipes,
/// 3rd ed., §6.4).
fn beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return x.clamp(0.0, 1.0);
    }
    let front = exp(ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * ln(x) + b * ln(1.0 - x));
    if x < (a + 1.0) / (a + b + 2.0) {
        front * fraction(x, a, b) / a
    } else {
        1.0 - front * fraction(1.0 - x, b, a) / b
    }
}

fn fraction(x: f64, a: f64, b: f64) -> f64 {
    let solid = |value: f64| if value.abs() < 1e-30 { 1e-30 } else { value };
    let (mut c, mut d) = (1.0, 1.0 / solid(1.0 - (a + b) * x / (a + 1.0)));
    let mut h = d;
    for m in 1..200 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let before = h;
        for term in [even, odd] {
            d = 1.0 / solid(1.0 + term * d);
            c = solid(1.0 + term / c);
            h *= d * c;
        }
        if (h - before).abs() < h.abs() * 1e-12 {
            break;
        }
    }
    h
}

/// Which of the hypotheses with these p values are rejected so that at most a share of `q` is wrong: Benjamini & Hochberg 1995.
/// Gives the adjusted value of each; rejected is what has at most `q`.
pub(super) fn adjusted(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    let value = |n: &usize| p.get(*n).copied().unwrap_or(1.0);
    order.order_by(|a, b| value(a).total_cmp(&value(b)).then(a.cmp(b)));
    let mut adjusted = vec![1.0; p.len()];
    let mut least: f64 = 1.0;
    for (rank, n) in order.iter().enumerate().rev() {
        least = least.min(value(n) * p.len() as f64 / (rank + 1) as f64);
        if let Some(slot) = adjusted.get_mut(*n) {
            *slot = least;
        }
    }
    adjusted
}

/// ln(n!), exact sums up to 32 and Stirling's series beyond.
fn ln_factorial(n: u64) -> f64 {
    static SUMS: OnceLock<Vec<f64>> = OnceLock::new();
    let sum = |n: u64| (2..=n).map(|n| ln(n as f64)).sum();
    let sums = SUMS.get_or_init(|| (0..32).map(sum).collect());
    let known = usize::try_from(n).ok().and_then(|n| sums.get(n));
    known.copied().unwrap_or_else(|| ln_gamma(n as f64 + 1.0))
}

/// ln Γ(x) for x > 0: recurrence up to 16, then Stirling's series (Abramowitz & Stegun 6.1.41), good to 1e-13.
fn ln_gamma(x: f64) -> f64 {
    const HALF_LN_TAU: f64 = 0.918_938_533_204_672_8;
    let (mut x, mut shift) = (x, 0.0);
    while x < 16.0 {
        shift += ln(x);
        x += 1.0;
    }
    let r = 1.0 / (x * x);
    let series = (1.0 / 12.0 - r * (1.0 / 360.0 - r * (1.0 / 1260.0 - r / 1680.0))) / x;
    (x - 0.5) * ln(x) - x + HALF_LN_TAU + series - shift
}

/// The natural logarithm of a positive, normal number: exponent apart, then the series of artanh.
pub(super) fn ln(x: f64) -> f64 {
    if x <= 0.0 {
        return -745.0;
    }
    let bits = x.to_bits();
    let mut exponent = (bits >> 52 & 0x7ff) as f64 - 1023.0;
    let mut mantissa = f64::from_bits(bits & 0x000f_ffff_ffff_ffff | 0x3ff0_0000_0000_0000);
    if mantissa > std::f64::consts::SQRT_2 {
        mantissa /= 2.0;
        exponent += 1.0;
    }
    let t = (mantissa - 1.0) / (mantissa + 1.0);
    let (square, mut power, mut sum) = (t * t, t, 0.0);
    for n in 0..16u32 {
        sum += power / f64::from(2 * n + 1);
        power *= square;
    }
    exponent * std::f64::consts::LN_2 + 2.0 * sum
}

/// e to the x; 0 far below.
fn exp(x: f64) -> f64 {
    if x < -700.0 {
        return 0.0;
    }
    let halves = (x / std::f64::consts::LN_2).round();
    let r = x - halves * std::f64::consts::LN_2;
    let (mut sum, mut term) = (1.0, 1.0);
    for n in 1..20u32 {
        term *= r / f64::from(n);
        sum += term;
    }
    let two = if halves < 0.0 { 0.5 } else { 2.0 };
    (0..halves.abs() as u32).fold(sum, |value, _| value * two)
}

#[cfg(test)]
#[path = "stats_tests.rs"]
mod tests;
