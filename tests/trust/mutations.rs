//! Valid exports, made wrong from a seed: nothing panics or hangs, any split gives the same report, and damage to one record
//! costs that record and no other.

use crate::bodies::{any_text, one_record};
use crate::prove::cases;

#[test]
fn damage_to_one_record_costs_no_other() {
    cases("one record damaged", 60, one_record);
}

#[test]
fn any_damage_is_survived_and_no_split_changes_the_report() {
    cases("text damaged", 60, any_text);
}
