//! Blocks of a text, read apart in any order, give what one reader of the whole gives.

use fivewhys::digest::{Builder, Digest, Shape};
use fivewhys::error::Problem;
use fivewhys::ingest::{Blocks, FileId, Ingest};
use proptest::prelude::*;
use std::io::Write as _;

fn id() -> FileId {
    FileId { name: "a".to_owned(), size: 1, token: 1 }
}

/// Rows, facts and messages.
fn seen(digest: Digest) -> String {
    let index = digest.finish();
    let texts: Vec<&str> = index.shapes().iter().map(Shape::text).collect();
    format!("{:?}\n{:?}\n{texts:?}", index.files(), index.rows())
}

fn whole(bytes: &[u8]) -> (String, Vec<Problem>) {
    let mut builder = Builder::default();
    let mut ingest = Ingest::new(id());
    ingest.push(bytes, &mut builder);
    let problems = ingest.finish(&mut builder);
    (seen(builder.finish()), problems)
}

/// The same of blocks that are read one by one, last first, and how many there were.
fn apart(bytes: &[u8], chunk: usize, size: usize) -> ((String, Vec<Problem>), usize) {
    let mut blocks = Blocks::new(id(), size);
    let mut all = Vec::new();
    for chunk in bytes.chunks(chunk) {
        blocks.push(chunk);
        all.extend(std::iter::from_fn(|| blocks.take()));
    }
    blocks.finish();
    all.extend(std::iter::from_fn(|| blocks.take()));
    let plan = blocks.plan().flatten().expect("a text that can be cut").clone();
    let mut digest = Digest::default();
    let n = all.len();
    for block in all.into_iter().rev() {
        let mut builder = Builder::default();
        Ingest::block(&id(), &plan, &block, &mut builder);
        digest.merge(builder.finish());
    }
    ((seen(digest), blocks.problems()), n)
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(text).unwrap();
    packed.finish().unwrap()
}

/// Cells that a table may hold: quotes where they mean something, and where they do not.
const CELLS: [&str; 10] = [
    "started",
    "\"two\nlines\"",
    "\"says \"\"no\"\"\"",
    "5\" disk",
    "\"\"",
    "",
    "\"a\"b\"c",
    "\"ends with quote\"\"\"",
    "\"comma, inside\"",
    "\"\r\n\"",
];

/// Longer than the head by which a text is known.
const ROWS: usize = 12_000;

fn table(seeds: &[(usize, usize)], end: &str) -> String {
    let mut text = format!("timestamp,severity,textPayload,insertId{end}");
    for (n, (cell, other)) in seeds.iter().cycle().take(ROWS).enumerate() {
        let (cell, other) = (CELLS[cell % CELLS.len()], CELLS[other % CELLS.len()]);
        let time = format!("2025-03-02T10:{:02}:{:02}Z", n / 60 % 60, n % 60);
        text.push_str(&format!("{time},INFO,{cell},{other}{n}{end}"));
    }
    text
}

fn lines(seeds: &[(usize, usize)], end: &str) -> String {
    let line = |(n, (kind, _)): (usize, &(usize, usize))| match kind % 7 {
        0 => format!("not json {n}{end}"),
        1 => end.to_owned(),
        2 => format!("{{\"timestamp\":\"2025-03-02T10:00:00Z\",\"severity\":\"ERROR\",\"textPayload\":{end}"),
        _ => format!(
            "{{\"timestamp\":\"2025-03-02T10:{:02}:{:02}Z\",\"severity\":\"INFO\",\"logName\":\"projects/p/logs/l\",\"resource\":{{\"type\":\"global\"}},\"insertId\":\"i{n}\",\"textPayload\":\"went {n}\"}}{end}",
            n / 60 % 60,
            n % 60
        ),
    };
    let good = (0, (3, 3));
    std::iter::once((good.0, &good.1)).chain(seeds.iter().cycle().take(ROWS).enumerate()).map(line).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn blocks_of_a_table_give_what_the_whole_gives(
        seeds in prop::collection::vec((0usize..10, 0usize..10), 1..60),
        end in prop_oneof![Just("\n"), Just("\r\n")],
        chunk in 500usize..40_000, size in 1usize..90_000,
        packed in any::<bool>(), cut in 0usize..60,
    ) {
        let text = table(&seeds, end);
        let text = &text.as_bytes()[..text.len() - cut];
        let bytes = if packed { gzip(text) } else { text.to_vec() };
        let (found, n) = apart(&bytes, chunk, size);
        prop_assert!(found == whole(&bytes), "{n} blocks of {size}");
    }

    #[test]
    fn blocks_of_packed_lines_give_what_the_whole_gives(
        seeds in prop::collection::vec((0usize..10, 0usize..10), 1..60),
        end in prop_oneof![Just("\n"), Just("\r\n")],
        chunk in 500usize..40_000, size in 1usize..90_000,
        cut in prop_oneof![1 => Just(0usize), 1 => 0usize..60],
    ) {
        let bytes = gzip(lines(&seeds, end).as_bytes());
        let bytes = &bytes[..bytes.len() - cut];
        let (found, n) = apart(bytes, chunk, size);
        prop_assert!(found == whole(bytes), "{n} blocks of {size}");
    }
}

/// What no block ends with any more is read by one reader, which keeps no more of it than of any record.
#[test]
fn a_record_without_an_end_is_left_to_one_reader() {
    let seeds: Vec<(usize, usize)> = (0..100).map(|n| (n, n / 3)).collect();
    let filler = "x".repeat(1 << 20);
    let endless = [
        format!("{}2025-03-02T10:00:00Z,INFO,\"", table(&seeds, "\n")),
        format!("{}{{\"timestamp\":\"", lines(&seeds, "\n")),
    ];
    for mut text in endless {
        (0..70).for_each(|_| text.push_str(&filler));
        let mut blocks = Blocks::new(id(), 100_000);
        let mut digest = Digest::default();
        let mut rest = None;
        let mut builder = Builder::default();
        for chunk in text.as_bytes().chunks(1 << 20) {
            blocks.push(chunk);
            let plan = blocks.plan().flatten().cloned();
            let Some(plan) = plan else { continue };
            while let Some(block) = blocks.take() {
                Ingest::block(&id(), &plan, &block, &mut builder);
            }
            if blocks.is_stuck() && rest.is_none() {
                rest = Some(Ingest::rest(&plan, &blocks));
            }
            if let Some(rest) = &mut rest {
                rest.push(&blocks.text(), &mut builder);
            }
        }
        let mut rest = rest.expect("a text that can't be cut any more");
        blocks.finish();
        rest.push(&blocks.text(), &mut builder);
        let mut problems = rest.finish(&mut builder);
        problems.extend(blocks.problems());
        digest.merge(builder.finish());
        assert!((seen(digest), problems) == whole(text.as_bytes()));
    }
}

#[test]
fn a_text_is_cut_into_several_blocks() {
    let seeds: Vec<(usize, usize)> = (0..100).map(|n| (n, n / 3)).collect();
    for text in [table(&seeds, "\n"), lines(&seeds, "\n")] {
        let packed = gzip(text.as_bytes());
        let (_, n) = apart(&packed, 2_000, 50_000);
        assert!(n > 3, "{n} blocks of {} bytes", text.len());
    }
}
