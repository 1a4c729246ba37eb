//! Blocks give back what was packed, and refuse what is damaged.

use super::{BLOCK, EACH, Figure, Names, Numbers, Request, Taken, len, pack, unpack};
use proptest::prelude::*;

/// Packs and unpacks under names that are the numbers themselves.
fn round(entries: &[Taken]) -> (Vec<u8>, Option<Vec<Taken>>) {
    let key = |number: u32| Some((3, u64::from(number) * 7));
    let names = Names {
        file: &|n| u64::from(n) << 40,
        shape: &key,
        source: &key,
        path: &key,
        aside: &key,
        figure: &key,
    };
    let block = pack(entries, &names);
    let number = |(_, hash): (u8, u64)| (hash / 7) as u32;
    let numbers = Numbers {
        file: &|key| (key >> 40) as u16,
        shape: &number,
        source: &number,
        path: &number,
        aside: &number,
        figure: &number,
    };
    let mut back = Vec::new();
    let whole = unpack(&block, &numbers, |entry| back.push(entry));
    (block, whole.map(|()| back))
}

prop_compose! {
    fn taken()(
        (time, offset, len, nth, file) in (any::<i64>(), any::<u64>(), any::<u32>(), 0u16..3, 0u16..5),
        (shape, source, severities, origin) in (0u32..400, 0u32..9, any::<u8>(), 0u8..5),
        (identity, request, trace) in (
            0u64..1 << 40,
            proptest::option::of((0u32..40, any::<u16>(), any::<u32>())),
            0u64..1 << 48,
        ),
        (duration, aside, said) in (
            proptest::option::of(any::<u64>()),
            proptest::option::of(0u32..9),
            proptest::collection::vec((0u32..30, any::<i64>()), 0..=EACH),
        ),
    ) -> Taken {
        let request = request.map(|(path, status, latency_micros)| Request { path, status, latency_micros });
        let mut figures = [None; EACH];
        for (slot, (name, value)) in figures.iter_mut().zip(said) {
            *slot = Some(Figure { name, value });
        }
        Taken {
            time, offset, len, nth, file, shape, source, severities, origin, identity, request, trace, duration, aside, figures,
        }
    }
}

proptest! {
    #[test]
    fn a_block_gives_back_what_was_packed(entries in proptest::collection::vec(taken(), 0..200)) {
        let (block, back) = round(&entries);
        prop_assert_eq!(len(&block), entries.len() as u64);
        prop_assert_eq!(back, Some(entries));
    }

    #[test]
    fn a_damaged_block_is_refused_or_read_and_never_more(
        entries in proptest::collection::vec(taken(), 1..30),
        cut in any::<proptest::sample::Index>(),
    ) {
        let (block, _) = round(&entries);
        let end = cut.index(block.len());
        let number = |_| 0;
        let numbers = Numbers { file: &|_| 0, shape: &number, source: &number, path: &number, aside: &number, figure: &number };
        prop_assert_eq!(unpack(block.get(..end).unwrap_or(&[]), &numbers, |_| {}), None);
    }
}

#[test]
fn a_request_log_takes_few_bytes_an_entry() {
    let entry = |n: u64| Taken {
        time: 1_700_000_000_000_000_000 + (n * 48_123_457).cast_signed(),
        offset: n * 801,
        len: 800,
        shape: (n % 90) as u32,
        source: (n % 5) as u32,
        identity: super::identity(crate::hash::bytes(&n.to_le_bytes())),
        request: n.is_multiple_of(2).then_some(Request {
            path: (n % 20) as u32,
            status: 200,
            latency_micros: 12_345,
        }),
        trace: super::trace(crate::hash::bytes(&(n / 2).to_le_bytes())),
        ..Taken::default()
    };
    let entries: Vec<Taken> = (0..BLOCK as u64).map(entry).collect();
    let (block, back) = round(&entries);
    assert_eq!(back.as_deref(), Some(entries.as_slice()));
    assert!(block.len() <= BLOCK * 24, "{} bytes", block.len());
}
