//! A file's size and the number of readers in, byte ranges and chunk sizes out.

use crate::ingest::Plan;

/// Files below this size are read whole: a shard costs a digest and a merge.
pub const SHARD_MIN_BYTES: u64 = 8 * 1024 * 1024;
/// No shard is larger, so that progress and the memory of one digest stay even.
pub const SHARD_MAX_BYTES: u64 = 128 * 1024 * 1024;
/// Bytes read ahead and parsed at a time: about 20 ms of work, so that a cancel is heard in time.
pub const CHUNK_BYTES: u64 = 4 * 1024 * 1024;
/// The same for packed input, which grows tenfold and more when unpacked.
pub const PACKED_CHUNK_BYTES: u64 = 256 * 1024;

/// The byte ranges of a file for so many readers; empty if it is to be read whole by one.
pub fn shards(plan: &Plan, size: u64, readers: u32) -> Vec<(u64, u64)> {
    if !plan.splittable || size < 2 * SHARD_MIN_BYTES || readers < 2 {
        return Vec::new();
    }
    // Two ranges a reader even out their different speeds.
    let wanted = size.div_ceil(u64::from(readers) * 2).clamp(SHARD_MIN_BYTES, SHARD_MAX_BYTES);
    let n = size.div_ceil(wanted);
    let step = size.div_ceil(n);
    (0..n).map(|i| (i * step, ((i + 1) * step).min(size))).filter(|(from, to)| from < to).collect()
}

/// How many bytes to read at a time.
pub fn chunk_bytes(plan: &Plan) -> u64 {
    if plan.packing.is_empty() { CHUNK_BYTES } else { PACKED_CHUNK_BYTES }
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
