//! Any text as a message: masks, traces, redaction at each level, rules and JSON.
#![no_main]

use fivewhys::redact::{Level, Memory};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let mut masked = String::new();
    fivewhys::pattern::mask_lines(text, fivewhys::trace::is_fragment, &mut masked);
    let _ = fivewhys::trace::parse(text);
    let _ = fivewhys::ingest::json::parse(text);
    for level in [Level::Secrets, Level::Standard, Level::Strict] {
        let once = Memory::new(level, &[]).redact(text).into_owned();
        assert!(once.len() <= text.len() * 4 + 64);
    }
});
