//! Zones move what is shown and are told by their offset.

use super::{OFFSETS, Zone};
use crate::entry::Nanos;

#[test]
fn a_fixed_zone_moves_the_clock() {
    let time = Nanos::parse("2026-03-10T23:16:12Z").unwrap_or_default();
    assert_eq!(Zone::Fixed(330).at(time).date_time(), "2026-03-11 04:46:12");
    assert_eq!(Zone::Fixed(-210).at(time).date_time(), "2026-03-10 19:46:12");
    assert_eq!(Zone::Utc.at(time), time);
}

#[test]
fn every_zone_is_found_by_its_key_and_has_its_name() {
    for minutes in OFFSETS {
        let zone = Zone::Fixed(minutes);
        assert_eq!(Zone::of_key(&zone.key()), zone);
    }
    assert_eq!(Zone::of_key(&Zone::Local.key()), Zone::Local);
    assert_eq!(Zone::of_key("elsewhere"), Zone::Utc);
    assert_eq!(Zone::Fixed(-210).name(), "UTC−03:30");
    assert_eq!(Zone::Fixed(60).said(), " UTC+01:00");
    assert_eq!(Zone::Utc.said(), "");
}
