//! Packed blocks → rows in the order they were read, with what only sorting needs.

use super::block::{self, Numbers};
use super::dictionary::OTHER;
use super::order::Loose;
use super::rows::{FigureRow, Parts, RequestRow, Row, Rows, Side};
use crate::hands::Hands;
use std::borrow::Cow;

/// The rows of blocks; where there are hands for both, each half of the blocks is read by itself.
pub(super) fn unpacked(blocks: Vec<Vec<u8>>, numbers: &Numbers<'_>, hands: Hands) -> (Rows, Loose) {
    let count = |blocks: &[Vec<u8>]| blocks.iter().map(|block| block::len(block)).sum::<u64>();
    let all = count(&blocks);
    if !hands.are_two() {
        // Each block is let go once it was read.
        return read(&mut blocks.into_iter().map(Cow::Owned), numbers, all);
    }
    let (front, back) = blocks.split_at(blocks.len() / 2);
    let part = |blocks: &[Vec<u8>], room| {
        read(&mut blocks.iter().map(|block| Cow::Borrowed(block.as_slice())), numbers, room)
    };
    let ((mut rows, mut loose), (more, more_loose)) =
        hands.both(|| part(front, all), || part(back, count(back)));
    loose.append(rows.rows.len(), more_loose);
    rows.append(more);
    (rows, loose)
}

/// The rows of these blocks, with room for so many.
fn read(blocks: &mut dyn Iterator<Item = Cow<'_, [u8]>>, numbers: &Numbers<'_>, room: u64) -> (Rows, Loose) {
    let mut rows = Rows::default();
    rows.rows.reserve_exact(usize::try_from(room).unwrap_or(0));
    let mut loose = Loose::default();
    for block in blocks {
        // Blocks come from a builder, or were looked through when they were read.
        let _ = block::unpack(&block, numbers, |taken| {
            let row = u32::try_from(rows.rows.len()).unwrap_or(u32::MAX);
            rows.rows.push(Row::of(Parts {
                time: taken.time,
                offset: taken.offset,
                len: taken.len,
                shape: taken.shape,
                source: taken.source,
                file: taken.file,
                severities: taken.severities,
                origin: taken.origin,
            }));
            loose.push(row, taken.nth, taken.identity);
            if let Some(request) = taken.request {
                let (path, status, latency_micros) = (request.path, request.status, request.latency_micros);
                rows.requests.push(RequestRow { row, path, status, latency_micros });
            }
            if taken.trace != 0 {
                rows.traces.push(Side { row, value: taken.trace });
            }
            if let Some(value) = taken.duration {
                rows.durations.push(Side { row, value });
            }
            if let Some(value) = taken.aside {
                rows.asides.push(Side { row, value });
            }
            let figures = taken.figures.into_iter().flatten().filter(|figure| figure.name != OTHER);
            rows.figures.extend(figures.map(|f| FigureRow { row, name: f.name, value: f.value }));
        });
    }
    (rows, loose)
}
