//! Logs of the generator in `examples/generate`, for tests: takes form, seed and number of entries, gives the text.
#![allow(dead_code, reason = "the generator's own program uses the rest")]

#[path = "../../examples/generate/csv.rs"]
mod csv;
#[path = "../../examples/generate/dice.rs"]
mod dice;
#[path = "../../examples/generate/entry.rs"]
mod entry;
#[path = "../../examples/generate/fields.rs"]
mod fields;
#[path = "../../examples/generate/json.rs"]
mod json;
#[path = "../../examples/generate/story.rs"]
mod story;
#[path = "../../examples/generate/words.rs"]
mod words;
#[path = "../../examples/generate/write.rs"]
mod write;

pub(crate) use write::Form;

/// The log of a seed.
pub(crate) fn log(form: Form, seed: u64, entries: usize) -> String {
    let (mut story, mut entry, mut text) = (story::Story::new(seed), entry::Entry::default(), String::new());
    write::begin(form, &mut text);
    for n in 0..entries {
        story.tell(&mut entry);
        write::entry(form, &entry, n == 0, &mut text);
    }
    write::end(form, &mut text);
    text
}

#[test]
fn the_same_seed_gives_the_same_log() {
    assert_eq!(log(Form::Ndjson, 7, 300), log(Form::Ndjson, 7, 300));
    assert_ne!(log(Form::Ndjson, 7, 300), log(Form::Ndjson, 8, 300));
}

#[test]
fn shares_are_those_of_real_exports() {
    let text = log(Form::Ndjson, 3, 4_000);
    let entries: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let share = |is: &dyn Fn(&serde_json::Value) -> bool| {
        entries.iter().filter(|entry| is(entry)).count() * 100 / entries.len()
    };
    assert!((60..=70).contains(&share(&|entry| entry["severity"].is_null())));
    assert!((8..=14).contains(&share(&|entry| entry["httpRequest"].is_object())));
    assert!((10..=20).contains(&share(&|entry| entry["jsonPayload"].is_object())));
    assert!((800..=1_000).contains(&(text.len() / entries.len())), "bytes an entry");
    let exits = entries.iter().filter(|entry| entry["textPayload"] == "Container called exit(3).").count();
    assert_eq!(exits, 15);
    assert!(
        entries.is_sorted_by_key(|entry| entry["timestamp"].as_str().unwrap().to_owned()),
        "in time order"
    );
}
