//! The central invariant on digests: any split, any order, any repetition of merges gives the same index.

use super::dictionary::{Dictionary, OTHER, Place};
use super::*;
use crate::entry::{Entry, Http, Nanos, Severity, Span};
use crate::ingest::{FileFacts, Sink};
use proptest::prelude::*;
use std::borrow::Cow;

/// One generated entry: file, place in it, time, message, instance, severity, insert id.
type Seed = (u8, i64, u16, u8, u8, Option<u8>);

fn file(n: u8) -> FileId {
    FileId { name: format!("{}.json", (b'a' + n) as char), size: 1000 + u64::from(n), token: 7 }
}

fn entry(seed: &Seed, position: u64) -> Entry<'static> {
    let (_, time, message, instance, severity, insert_id) = seed;
    let text = match message % 7 {
        0 => format!("Container called exit({}).", message % 3),
        1 => format!("  File \"/app/main.py\", line {}, in load", message % 5),
        2 => format!("GET /users/{message} took {} ms", message % 90),
        3 => "ValueError: invalid literal".to_owned(),
        _ => format!("message number {} of kind {}", message, message % 11),
    };
    let mut source = Source { service: Cow::Borrowed("orders-api"), ..Source::default() };
    source.instance = Cow::Owned(format!("instance-{instance}"));
    source.log = Cow::Borrowed("stdout");
    Entry {
        span: Span { offset: position * 100, len: 90 },
        time: (time % 50 != 0).then_some(Nanos(*time)),
        written_severity: (*severity < 9).then(|| Severity::from_rank(*severity)),
        source,
        message: Cow::Owned(text),
        http: (message % 5 == 0).then(|| Http {
            method: Cow::Borrowed("GET"),
            url: Cow::Owned(format!("/users/{message}/orders")),
            status: 200 + message % 400,
            latency_micros: Some(u64::from(*message) * 1000),
            ..Http::default()
        }),
        trace_id: (message % 3 == 0).then(|| Cow::Owned(format!("trace-{}", message % 9))),
        insert_id: insert_id.map(|id| Cow::Owned(id.to_string())),
        labels: vec![(Cow::Borrowed("commit"), Cow::Owned(format!("c{}", message % 20)))],
        ..Entry::default()
    }
}

/// Digests of the entries, each shard a run of one file; `cuts` says after which entries to cut.
fn shards(entries: &[(Seed, u64)], cuts: &[bool]) -> Vec<Digest> {
    capped_shards(entries, cuts, Limits::default())
}

fn capped_shards(entries: &[(Seed, u64)], cuts: &[bool], limits: Limits) -> Vec<Digest> {
    let mut digests = Vec::new();
    let mut builder: Option<(Builder, u8, u64)> = None;
    for (n, (seed, position)) in entries.iter().enumerate() {
        let cut = cuts.get(n).copied().unwrap_or(false);
        let other_file = builder.as_ref().is_some_and(|(_, file, _)| *file != seed.0);
        if (cut || other_file)
            && let Some((mut done, id, taken)) = builder.take()
        {
            done.end(FileFacts { id: file(id), entries: taken, ..FileFacts::default() });
            digests.push(done.finish());
        }
        let (current, _, taken) = builder.get_or_insert_with(|| {
            let mut fresh = Builder::with_limits(limits);
            fresh.begin(&file(seed.0));
            (fresh, seed.0, 0)
        });
        current.entry(&entry(seed, *position));
        *taken += 1;
    }
    if let Some((mut done, id, taken)) = builder {
        done.end(FileFacts { id: file(id), entries: taken, ..FileFacts::default() });
        digests.push(done.finish());
    }
    digests
}

fn fold(digests: impl IntoIterator<Item = Digest>) -> Index {
    let mut all = Digest::default();
    for digest in digests {
        all.merge(digest);
    }
    all.finish()
}

/// Everything that can be seen of an index.
fn seen(index: &Index) -> String {
    format!("{index:#?}")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_split_and_order_gives_the_same_index(
        seeds in prop::collection::vec((0u8..3, 0i64..400, 0u16..300, 0u8..4, 0u8..12, prop::option::of(0u8..20)), 1..120),
        cuts in prop::collection::vec(any::<bool>(), 120),
        turn in 0usize..50,
    ) {
        let mut entries: Vec<(Seed, u64)> = seeds.into_iter().zip(0u64..).collect();
        entries.sort_by_key(|(seed, position)| (seed.0, *position));
        let whole = seen(&fold(shards(&entries, &[])));
        let mut parts = shards(&entries, &cuts);
        let turn = turn % parts.len();
        parts.rotate_left(turn);
        prop_assert_eq!(&whole, &seen(&fold(parts.clone())));
        parts.reverse();
        let over_the_wire = parts.iter().map(|digest| Digest::from_bytes(&digest.to_bytes()).unwrap());
        prop_assert_eq!(&whole, &seen(&fold(over_the_wire)));
    }

    #[test]
    fn caps_leave_the_same_out_in_any_split_and_order(
        seeds in prop::collection::vec((0u8..3, 0i64..400, 0u16..300, 0u8..4, 0u8..12, prop::option::of(0u8..20)), 40..120),
        cuts in prop::collection::vec(any::<bool>(), 120),
        turn in 0usize..50,
    ) {
        let limits = Limits { shapes: 5, sources: 2, paths: 2, asides: 1, figures: 2 };
        let mut entries: Vec<(Seed, u64)> = seeds.into_iter().zip(0u64..).collect();
        entries.sort_by_key(|(seed, position)| (seed.0, *position));
        let whole = fold(capped_shards(&entries, &[], limits));
        let mut parts = capped_shards(&entries, &cuts, limits);
        let turn = turn % parts.len();
        parts.rotate_left(turn);
        let parts = parts.iter().map(|digest| Digest::from_bytes(&digest.to_bytes()).unwrap());
        prop_assert!(whole.capped().contains(&"distinct messages"));
        prop_assert_eq!(seen(&whole), seen(&fold(parts)));
    }

    #[test]
    fn a_full_dictionary_keeps_the_same_things_in_any_order(keys in prop::collection::vec((0u8..3, 0u64..200), 1..300), at in 0usize..300) {
        let build = |keys: &[(u8, u64)]| {
            let mut dictionary: Dictionary<u64> = Dictionary::new(10);
            for key in keys {
                if matches!(dictionary.place(*key), Place::New) {
                    dictionary.add(*key, key.1);
                }
                if dictionary.is_overfull() {
                    dictionary.prune();
                }
            }
            dictionary.prune();
            dictionary
        };
        let sorted = |dictionary: Dictionary<u64>| { let mut things = dictionary.into_parts().0; things.sort(); things };
        let at = at.min(keys.len());
        let (mut left, right) = (build(&keys[at..]), build(&keys[..at]));
        left.merge(right, |_, _| {});
        left.prune();
        prop_assert_eq!(sorted(build(&keys)), sorted(left));
    }
}

#[test]
fn duplicates_of_overlapping_files_count_once() {
    let seed = |file| ((file, 1, 4, 0, 2, Some(1)), 0);
    let index = fold(shards(&[seed(0), seed(1)], &[]));
    assert_eq!((index.rows().len(), index.n_duplicates()), (1, 1));
}

#[test]
fn a_file_given_twice_counts_once() {
    let entries = [((0, 1, 4, 0, 2, None), 0), ((0, 2, 4, 0, 2, None), 1)];
    let index = fold([shards(&entries, &[]), shards(&entries, &[])].concat());
    assert_eq!((index.rows().len(), index.n_duplicates()), (2, 2));
}

#[test]
fn a_file_cut_differently_the_second_time_keeps_its_lines() {
    let skipped = |offset, line| crate::ingest::Skipped { offset, line, ..Default::default() };
    let part = |start, lines, skipped| {
        let mut digest = FileDigest::new(&file(0));
        digest.take(FileFacts { id: file(0), start, lines, skipped: vec![skipped], ..FileFacts::default() });
        digest
    };
    let parts = [part(0, 90, skipped(700, 71)), part(0, 50, skipped(30, 4)), part(500, 40, skipped(700, 21))];
    let lines_of = |order: [usize; 3]| {
        let mut all = FileDigest::new(&file(0));
        order.into_iter().for_each(|n| all.join(parts[n].clone()));
        all.whole().skipped.iter().map(|s| s.line).collect::<Vec<_>>()
    };
    for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2], [2, 0, 1]] {
        assert_eq!(lines_of(order), [4, 71], "{order:?}");
    }
}

#[test]
fn files_of_equal_name_and_size_are_told_apart_by_their_token() {
    let one = |token, message| {
        let mut builder = Builder::default();
        let id = FileId { token, ..file(0) };
        builder.begin(&id);
        builder.entry(&entry(&(0, 1, message, 0, 2, None), 0));
        builder.end(FileFacts { id, entries: 1, ..FileFacts::default() });
        builder.finish()
    };
    let index = fold([one(8, 4), one(7, 5)]);
    assert_eq!(seen(&index), seen(&fold([one(7, 5), one(8, 4)])));
    assert_eq!((index.files().len(), index.rows().len(), index.n_duplicates()), (2, 2, 0));
    // Not even equal tokens lose an entry.
    let index = fold([one(7, 4), one(7, 5)]);
    assert_eq!(seen(&index), seen(&fold([one(7, 5), one(7, 4)])));
    assert_eq!((index.files().len(), index.rows().len(), index.n_duplicates()), (1, 2, 0));
}

#[test]
fn a_damaged_digest_is_refused_with_its_code() {
    let mut bytes = shards(&[((0, 1, 4, 0, 2, None), 0)], &[]).remove(0).to_bytes();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    assert_eq!(Digest::from_bytes(&bytes).unwrap_err().code, crate::error::Code::EDigest);
    bytes[4] = 99;
    assert_eq!(Digest::from_bytes(&bytes).unwrap_err().code, crate::error::Code::EVersion);
    assert_eq!(Digest::from_bytes(b"no").unwrap_err().code, crate::error::Code::EDigest);
    let _ = OTHER;
}
