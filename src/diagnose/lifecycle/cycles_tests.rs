//! What is found without a look at each is what a look at each finds.

use super::{Cycle, Cycles};
use crate::entry::Nanos;

/// Numbers that look like chance and are the same each time.
fn dice(state: &mut u64, below: u64) -> i64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    i64::try_from((*state >> 33) % below).unwrap()
}

#[test]
fn the_first_cycle_is_the_one_that_a_look_at_each_finds() {
    let mut state = 7;
    for n in 0..60 {
        let all: Vec<Cycle> = (0..n)
            .map(|exit| {
                let from = dice(&mut state, 100);
                let until = Nanos(from + dice(&mut state, 40));
                let instance = ["", "a", "b"][usize::try_from(dice(&mut state, 3)).unwrap()].to_owned();
                Cycle { from: Nanos(from), until, instance, exit }
            })
            .collect();
        let cycles = Cycles::from(all.clone());
        for _ in 0..200 {
            let (from, low) = (dice(&mut state, 140), dice(&mut state, 140));
            let until = low..=low + dice(&mut state, 60);
            let found = all.iter().position(|c| c.from.0 <= from && until.contains(&c.until.0));
            assert_eq!(cycles.first_around(from, &until), found, "{n} cycles, from {from}, until {until:?}");
            let found = all.iter().position(|c| c.instance == "a" && c.until.0 >= low);
            assert_eq!(cycles.first_of("a", low), found, "{n} cycles of a, until {low}");
        }
        assert_eq!(cycles.first_of("", 0), None);
    }
}

#[test]
fn what_is_changed_is_looked_at_anew() {
    let cycle = |at: i64| Cycle { from: Nanos(at), until: Nanos(at + 1), instance: String::new(), exit: 0 };
    let mut cycles = Cycles::from(vec![cycle(10)]);
    assert_eq!(cycles.first_around(30, &(30..=40)), None);
    cycles.edit().push(cycle(30));
    assert_eq!(cycles.first_around(30, &(30..=40)), Some(1));
    assert_eq!(cycles.into_vec().len(), 2);
}
