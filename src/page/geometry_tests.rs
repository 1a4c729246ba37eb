//! Rows in view of short and of very long lists.

use super::Geometry;

fn list(total: u64, top: f64) -> Geometry {
    Geometry { total, row: 28.0, top, height: 560.0 }
}

#[test]
fn a_short_list_is_drawn_whole() {
    assert_eq!(list(8, 0.0).drawn(), (0, 8));
    assert_eq!(list(0, 0.0).drawn(), (0, 0));
    assert_eq!(list(8, 0.0).reveal(7), None);
}

#[test]
fn what_is_seen_is_drawn_with_a_margin() {
    let seen = list(1000, 2800.0);
    assert_eq!(seen.drawn(), (94, 126));
    assert_eq!(seen.origin(), 0.0);
    assert_eq!(seen.reveal(99), Some(99.0 * 28.0));
    assert_eq!(seen.reveal(120), Some(101.0 * 28.0));
    assert_eq!(seen.reveal(110), None);
}

#[test]
fn a_list_beyond_what_a_browser_draws_reaches_both_ends() {
    let top = list(5_000_000, 0.0);
    assert!(top.tall() <= 15_000_000.0);
    assert_eq!(top.drawn().0, 0);
    let end = Geometry { top: top.tall() - top.height, ..top };
    assert_eq!(end.drawn().1, 5_000_000);
    // The last row ends where the list ends.
    let foot = end.origin() + 5_000_000.0 * 28.0;
    assert!((foot - end.tall()).abs() < 1.0, "{foot}");
    let middle = Geometry { top: top.reveal(2_500_000).unwrap(), ..top };
    let (first, last) = middle.drawn();
    assert!(first < 2_500_000 && 2_500_000 < last, "{first}..{last}");
}
