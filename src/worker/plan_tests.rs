//! Ranges cover a file without gap or overlap, and what can't be split stays whole.

use super::{SHARD_MIN_BYTES, chunk_bytes, shards};
use crate::ingest::Plan;

#[test]
fn ranges_cover_the_file_in_order() {
    let plan = Plan { splittable: true, ..Plan::default() };
    for size in [2 * SHARD_MIN_BYTES, 300_000_001, 5_000_000_000] {
        for readers in [2, 3, 16] {
            let ranges = shards(&plan, size, readers);
            assert!(ranges.len() >= 2);
            assert_eq!(ranges.first().map(|r| r.0), Some(0));
            assert_eq!(ranges.last().map(|r| r.1), Some(size));
            assert!(ranges.windows(2).all(|pair| pair[0].1 == pair[1].0));
        }
    }
}

#[test]
fn small_or_unsplittable_files_stay_whole() {
    let plan = Plan { splittable: true, ..Plan::default() };
    assert!(shards(&plan, 1000, 8).is_empty());
    assert!(shards(&Plan::default(), 1 << 30, 8).is_empty());
    assert!(shards(&plan, 1 << 30, 1).is_empty());
}

#[test]
fn packed_files_are_read_in_smaller_steps() {
    let packed = Plan { packing: "gzip".into(), ..Plan::default() };
    assert!(chunk_bytes(&packed) < chunk_bytes(&Plan::default()));
}
