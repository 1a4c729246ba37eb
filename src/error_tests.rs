//! What could not be read is named by its bytes, the last one included.

use super::{Code, Problem};

#[test]
fn a_range_that_nobody_could_read_is_named_with_its_file() {
    let problem = Problem::unread("a.ndjson", (8, 16), Some(40));
    assert_eq!((problem.code, problem.place.file.as_deref()), (Code::WPartial, Some("a.ndjson")));
    assert!(problem.detail.contains("bytes 8 to 15 of 40"), "{}", problem.detail);
    assert!(Problem::unread("a.ndjson", (0, 1), None).detail.contains("bytes 0 to 0 to their end"));
}
