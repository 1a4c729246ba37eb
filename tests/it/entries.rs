//! Entries on their way out: CSV that no spreadsheet runs, NDJSON that stays JSON whatever is taken out, rows in their own words.

use fivewhys::digest::{Again, Builder, Index, Places};
use fivewhys::entry::Entry;
use fivewhys::ingest::{FileId, Ingest, Sink};
use fivewhys::redact::{Level, Memory};
use fivewhys::report::model::Told;
use fivewhys::report::render::{EntryFormat, entries};

fn written(told: &[Told], format: EntryFormat) -> String {
    let mut text = String::new();
    // A word of the reader's own can be a number, which stands in JSON without quotes.
    let words = ["123456789012".to_owned()];
    entries(told, format, &mut Memory::new(Level::Secrets, &words), &mut |piece| text.push_str(piece));
    text
}

#[test]
fn no_cell_begins_as_a_formula_does() {
    for start in ["=", "+", "-", "@", "\t", "\r"] {
        let message = format!("{start}cmd|' /C calc'!A0");
        let told = Told { message: message.clone(), service: format!("{start}svc"), ..Told::default() };
        let csv = written(&[told], EntryFormat::Csv);
        let row = csv.split_once('\n').unwrap().1;
        assert!(row.contains(&format!("\"'{start}svc\"")), "{row:?}");
        assert!(row.contains(&format!("\"'{message}\"")), "{row:?}");
    }
    let told = Told { message: "a \"quoted\", long\ntext".into(), ..Told::default() };
    assert!(written(&[told], EntryFormat::Csv).contains("\"a \"\"quoted\"\", long\ntext\""));
}

#[test]
fn ndjson_stays_json_when_values_are_taken_out() {
    let records = [
        "{\n  \"textPayload\": \"password=hunter22 and \\\"more\\\"\",\n  \"n\": 1\n}",
        "{\"jsonPayload\": {\"order\": 123456789012, \"token\": \"a1b2c3d4e5f6a7b8\"}}",
        "not json: password=hunter22",
        "",
    ];
    let told: Vec<Told> = records
        .iter()
        .map(|record| Told {
            record: (*record).into(),
            message: "password=hunter22".into(),
            ..Told::default()
        })
        .collect();
    let text = written(&told, EntryFormat::Ndjson);
    assert_eq!(text.lines().count(), records.len(), "{text}");
    for line in text.lines() {
        let value: serde_json::Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        assert!(value.is_object());
    }
    for secret in ["hunter22", "123456789012", "a1b2c3d4e5f6a7b8"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    assert!(text.starts_with("{\"textPayload\":\"password=<"), "{text}");
}

/// What one entry names as a secret is taken out where another one holds it bare.
#[test]
fn a_value_goes_wherever_it_stands() {
    let of = |message: &str| Told { message: message.into(), ..Told::default() };
    let text = written(
        &[of("cannot use 9f8e7d6c5b4a39281706"), of("token=9f8e7d6c5b4a39281706")],
        EntryFormat::Text,
    );
    assert!(!text.contains("9f8e7d6c5b4a39281706"), "{text}");
}

fn read(text: &str, sink: &mut dyn Sink) {
    let mut ingest = Ingest::new(FileId { name: "log".into(), size: text.len() as u64, token: 1 });
    text.as_bytes().chunks(1_000).for_each(|chunk| ingest.push(chunk, sink));
    ingest.finish(sink);
}

/// Several entries in one record, records of one time, newest first: each row gets its own words.
#[test]
fn rows_are_found_again() {
    let newest_first: String = (0..300)
        .rev()
        .map(|n| format!("{{\"timestamp\":\"2025-03-02T00:00:{:02}Z\",\"severity\":\"INFO\",\"textPayload\":\"order {n} served\"}}\n", n / 10))
        .collect();
    let nested = format!(
        "{{\"logGroup\":\"g\",\"logStream\":\"s\",\"messageType\":\"DATA_MESSAGE\",\"logEvents\":[{}]}}\n",
        (0..20)
            .map(|n| format!(
                "{{\"id\":\"{n}\",\"timestamp\":{},\"message\":\"event {n} seen\"}}",
                1_740_873_600_000u64 + n / 3
            ))
            .collect::<Vec<_>>()
            .join(",")
    );
    for (text, word) in [(newest_first, "order"), (nested, "event")] {
        let mut builder = Builder::default();
        read(&text, &mut builder);
        let index: Index = builder.finish().finish();
        let places = Places::of(&index);
        let mut words = std::collections::BTreeMap::new();
        let mut take = |row: u32, entry: &Entry<'_>, record: &str| {
            assert!(record.contains(entry.message.as_ref()));
            assert!(words.insert(row, entry.full_message()).is_none());
        };
        read(&text, &mut Again::new(&index, &places, &|_| true, &mut take));
        assert_eq!(words.len(), index.rows().len(), "{word}");
        for (row, message) in &words {
            let number: u64 = message.split(' ').nth(1).unwrap().parse().unwrap();
            let seconds = index.row(*row).unwrap().time().unwrap();
            let expected = if word == "order" {
                format!("2025-03-02T00:00:{:02}Z", number / 10)
            } else {
                fivewhys::entry::Nanos((1_740_873_600_000 + (number / 3) as i64) * 1_000_000).rfc3339()
            };
            assert_eq!(seconds.rfc3339(), expected, "{message}");
        }
    }
}
