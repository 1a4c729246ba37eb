//! A span is told with its times and its entries.

use super::{Scale, describe};
use crate::entry::time::SECOND;
use crate::page::zone::Zone;
use crate::report::model::Timeline;

#[test]
fn a_span_is_told_with_its_entries() {
    let line = Timeline { buckets: vec![[1, 2, 0, 3, 0], [0, 0, 1, 0, 0]], ..Timeline::default() };
    let scale = Scale { from: 0, bucket: SECOND, n: 2 };
    assert_eq!(
        describe(&line, scale, Zone::Utc, (1, 0)),
        "00:00:00 to 00:00:02: 7 entries, 1 warning, 3 error"
    );
    assert!(describe(&line, scale, Zone::Fixed(90), (0, 0)).starts_with("01:30:00 to 01:30:01:"));
}
