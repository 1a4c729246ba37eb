//! Bytes that are no text: what they look like, so that the message can say it.

/// Beginnings of files (gary kessler's list and the formats' own papers), and what people call them.
const MAGIC: &[(&[u8], &str)] = &[
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"%PDF-", "a PDF document"),
    (b"\xFF\xD8\xFF", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a RIFF file (WebP, WAV or AVI)"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\x7fELF", "an ELF program"),
    (b"MZ\x90", "a Windows program"),
    (b"\0asm", "a WebAssembly module"),
    (b"PAR1", "a Parquet file"),
    (b"Obj\x01", "an Avro file"),
    (b"ORC", "an ORC file"),
    (b"ARROW1", "an Arrow file"),
    (b"BZh", "a bzip2 archive; unpack it first"),
    (b"\xFD7zXZ\0", "an xz archive; unpack it first"),
    (b"7z\xBC\xAF\x27\x1C", "a 7-Zip archive; unpack it first"),
    (b"Rar!\x1a\x07", "a RAR archive; unpack it first"),
    (b"\x04\x22\x4D\x18", "an LZ4 archive; unpack it first"),
    (b"\xD0\xCF\x11\xE0", "an old Office document"),
    (b"ElfFile\0", "a Windows event log (.evtx)"),
    (b"LPKSHHRH", "a binary systemd journal; use journalctl -o json"),
    (b"\xFF\xFE\0\0", "UTF-32 text; save it as UTF-8"),
    (b"{\\rtf", "a rich text document"),
];

/// What a file that is no text, or is a page of markup, looks like.
pub(crate) fn looks_like(head: &[u8]) -> Option<&'static str> {
    if let Some((_, what)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Some(what);
    }
    let text = head.trim_ascii_start();
    let begins = |tag: &[u8]| text.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag));
    if begins(b"<!doctype html") || begins(b"<html") {
        return Some("an HTML page");
    }
    if begins(b"<?xml") || begins(b"<svg") {
        return Some("an XML document");
    }
    // One damaged place, such as a block of zeros that a crash left, says nothing about the rest: most blocks have to be odd.
    let sample = head.get(..4096).unwrap_or(head);
    let n_odd = sample.chunks(BLOCK_BYTES).filter(|block| is_odd(block)).count();
    (n_odd * 2 > sample.chunks(BLOCK_BYTES).len()).then_some("binary data")
}

/// Bytes that are judged together.
const BLOCK_BYTES: usize = 64;

/// Whether so much of a block is no text that it is none.
fn is_odd(block: &[u8]) -> bool {
    let odd = block.iter().filter(|b| **b < 9 || (14..27).contains(*b) || **b == 127).count();
    let nul = memchr::memchr_iter(0, block).count();
    let invalid: usize = block.utf8_chunks().map(|chunk| chunk.invalid().len()).sum();
    nul * 20 > block.len() || (odd + invalid) * 5 > block.len()
}
