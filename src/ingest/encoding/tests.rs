//! Bytes in any encoding in, UTF-8 out, whatever the chunks.

use super::*;
use proptest::prelude::*;

fn utf16(text: &str, big: bool, mark: bool) -> Vec<u8> {
    let units = mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16());
    units.flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
}

fn decode(bytes: &[u8], step: usize) -> String {
    let mut decoder = Decoder::new(sniff(bytes), false);
    let mut text = Vec::new();
    for piece in bytes.chunks(step) {
        decoder.push(piece, false, &mut |part| text.extend_from_slice(part));
    }
    decoder.push(&[], true, &mut |part| text.extend_from_slice(part));
    String::from_utf8_lossy(&text).into_owned()
}

#[test]
fn every_encoding_is_told_from_its_bytes() {
    let text = "{\"message\":\"größer 😀\"}\r\n";
    assert_eq!(sniff(text.as_bytes()), Encoding::Utf8);
    assert_eq!(sniff(format!("\u{FEFF}{text}").as_bytes()), Encoding::Utf8Bom);
    for (big, encoding) in [(false, Encoding::Utf16Le), (true, Encoding::Utf16Be)] {
        for mark in [true, false] {
            let bytes = utf16(text, big, mark);
            assert_eq!(sniff(&bytes), encoding);
            for step in [1, 2, 3, 7, 4096] {
                assert_eq!(decode(&bytes, step), text);
            }
        }
    }
}

#[test]
fn half_a_character_at_the_end_is_replaced() {
    let mut bytes = utf16("ab", false, true);
    bytes.push(b'c');
    assert_eq!(decode(&bytes, 1), "ab\u{FFFD}");
    assert_eq!(decode(&bytes, 100), "ab\u{FFFD}");
}

#[test]
fn a_text_with_some_nuls_is_no_utf16() {
    assert_eq!(sniff(b"a\0b c d e f\0g h i j k l m n o p"), Encoding::Utf8);
    assert_eq!(sniff(b""), Encoding::Utf8);
}

proptest! {
    #[test]
    fn pieces_of_any_size_give_the_same_text(text in "[a-zé😀 \n]{0,200}", step in 1usize..64) {
        let bytes = utf16(&text, false, true);
        prop_assert_eq!(decode(&bytes, step), text);
    }
}
