//! Kinds, top values and ranges.
use super::*;

#[test]
fn values_have_kinds() {
    let sample = "req 6f1b3f0e-1c2d-4e5f-8a9b-0c1d2e3f4a5b from 10.0.0.7:412 to https://a.b/c took  35 ms, 2KB of /tmp/x at 07:08:09 by \"bo bo\" pod a1b2";
    let template =
        "req <*> from <*>:<*> to https://<*> took <*> ms, <*> of <*> at <*>:<*>:<*> by \"<*>\" pod <*>";
    let found: Vec<(Kind, String)> =
        variables(template, sample).into_iter().map(|v| (v.kind, v.value)).collect();
    let kinds: Vec<Kind> = found.iter().map(|(k, _)| *k).collect();
    use Kind::*;
    assert_eq!(kinds, [Uuid, Ip, Number, Url, Duration, Size, Path, Time, Quoted, Id], "{found:?}");
}

#[test]
fn another_form_has_no_values() {
    assert_eq!(variables("a <*> b", "c 1 d"), []);
    assert_eq!(variables("a", "a"), []);
}

#[test]
fn ranges_compare_by_magnitude() {
    let samples = [("took 900ms", 3), ("took 2s", 1), ("took 1.5s", 2)];
    let [summary] = describe("took <*>", &samples).try_into().unwrap();
    assert_eq!(summary.kind, Kind::Duration);
    assert_eq!(summary.range, Some(("900ms".to_owned(), "2s".to_owned())));
    assert_eq!(summary.top.first(), Some(&("900ms".to_owned(), 3)));
    assert_eq!(summary.distinct, 3);
}
