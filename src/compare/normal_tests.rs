//! What counts as the words of a message.

use super::*;

#[test]
fn objects_are_values_and_sentences_stay() {
    for (text, expected) in [
        (
            "[getOrder][found][order: Order(id=17, seats=[Seat(no=3, car=1), Seat(no=4, car=1)])]",
            "[getOrder][found][order: Order(<*>)]",
        ),
        ("[getOrder][not found]", "[getOrder][not found]"),
        ("sent {\"id\": 7, \"to\": {\"city\": \"Bonn\"}} to queue", "sent {<*>} to queue"),
        ("names: [Anna, Bert] loaded", "names: [<*>] loaded"),
        ("names: [Anna] loaded", "names: [<*>] loaded"),
        ("cannot connect (timed out)", "cannot connect (timed out)"),
        ("result Reply(status=1, data=[Row(a=1", "result Reply(<*>"),
        ("16:49:14.530 INFO  a.b.Orders#45 loaded 12 orders", "<*> INFO a.b.Orders#45 loaded <*> orders"),
        ("first line 7\nsecond", "first line <*>"),
        ("hello\nworld", "hello <*>"),
    ] {
        assert_eq!(normal(text), expected, "{text}");
    }
    let long = "word ".repeat(40);
    assert_eq!(normal(&long), format!("{}<*>", "word ".repeat(20)));
}
