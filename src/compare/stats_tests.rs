//! Statistics against values that others give.

use super::*;

fn near(a: f64, b: f64, relative: f64) {
    assert!((a - b).abs() <= b.abs() * relative, "{a} is not {b}");
}

#[test]
fn logarithms_and_powers() {
    for x in [1e-9, 0.3, 0.999_999, 1.0, 1.5, 2.0, 10.0, 12_345.678, 1e15] {
        assert!((ln(x) - x.ln()).abs() < 1e-14 * x.ln().abs().max(1.0), "{x}");
    }
    for x in [-600.0, -30.5, -1.0, 0.0, 0.5, 3.25, 40.0] {
        near(exp(x), x.exp(), 1e-12);
    }
    near(ln_gamma(0.5), std::f64::consts::PI.sqrt().ln(), 1e-12);
    near(ln_factorial(100), 363.739_375_555_563_5, 1e-13);
}

/// Fisher's tea: 3 of 4 cups told right, p = 17/70 + 17/70 (The Design of Experiments, 1935; R's `fisher.test` gives 0.4857).
#[test]
fn fisher_of_the_tea_tasting_lady() {
    near(Table { this: [3, 1], rest: [1, 3] }.fisher(), 34.0 / 70.0, 1e-6);
    // Agresti, Categorical Data Analysis, 2002, §3.5.1 uses the same; a table that can't be more extreme:
    near(Table { this: [4, 0], rest: [0, 4] }.fisher(), 2.0 / 70.0, 1e-6);
}

/// Convictions of like-sex twins (Fisher 1962, an example of R's `?fisher.test`): two-sided p = 0.0005367.
#[test]
fn fisher_of_the_twins() {
    near(Table { this: [2, 10], rest: [15, 3] }.fisher(), 0.000_536_7, 1e-3);
}

/// Dunning, Accurate Methods for the Statistics of Surprise and Coincidence, 1993, table 1: `the swiss`, 110, 2442, 111, 29114
/// gives 270.72.
#[test]
fn g_of_dunnings_bigram() {
    near(Table { this: [110, 2442], rest: [111, 29114] }.g(), 270.72, 1e-4);
    assert!(Table { this: [10, 20], rest: [100, 200] }.g() < 1e-9);
}

/// Critical values of Student's t (Fisher & Yates, table III): t(10) = 2.228 and t(30) = 2.042 at 5 %, t(10) = 3.169 at 1 %.
#[test]
fn tails() {
    near(f_tail(2.228 * 2.228, 10.0), 0.05, 2e-3);
    near(f_tail(2.042 * 2.042, 30.0), 0.05, 2e-3);
    near(f_tail(3.169 * 3.169, 10.0), 0.01, 2e-3);
    // With many degrees of freedom, the chi-squared of one: 3.841 at 5 %, 10.828 at 0.1 %.
    near(f_tail(3.841, 1e6), 0.05, 1e-3);
    near(f_tail(10.828, 1e6), 0.001, 1e-3);
    near(f_tail(0.0, 12.0), 1.0, 1e-12);
}

/// The worked example of Benjamini & Hochberg, J. R. Statist. Soc. B 57 (1995), §3: fifteen comparisons, four rejected at 5 %.
#[test]
fn false_discoveries() {
    let p = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
        0.6528, 0.7590, 1.0,
    ];
    let adjusted = adjusted(&p);
    assert_eq!(adjusted.iter().filter(|q| **q <= 0.05).count(), 4);
    assert!(adjusted.windows(2).all(|pair| pair[0] <= pair[1]));
}
