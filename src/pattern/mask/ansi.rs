//! Text with the colours and cursor moves of a terminal → the text alone.

/// `text` without ANSI escape sequences (colours, cursor movements, titles).
#[must_use]
pub fn strip_ansi(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\u{1b}') {
        out.push_str(rest.get(..at).unwrap_or_default());
        let tail = rest.get(at + 1..).unwrap_or_default();
        let length = match tail.as_bytes().first() {
            Some(b'[') => {
                1 + tail.bytes().skip(1).take_while(|b| !(0x40..=0x7e).contains(b) && b.is_ascii()).count()
                    + 1
            }
            Some(b']') => tail.find('\u{7}').map_or(1, |end| end + 1),
            Some(b) if b.is_ascii_graphic() => 1,
            _ => 0,
        };
        rest = tail.get(tail.floor_char_boundary(length)..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}
