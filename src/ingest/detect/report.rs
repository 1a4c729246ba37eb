//! Whether a file is no log but a report that Fivewhys wrote as JSON: takes its head, gives the version of its model.

use crate::error::{Code, Problem};

/// What to do with a report where a log is wanted.
const ADVICE: &str = "It is a report that Fivewhys wrote, without the entries of its log. Open it alone, unpacked: `fivewhys report FILE`, or drop it on the page. Everything else needs its log.";

/// The version of the model, if the text begins as every report and comparison in JSON does.
pub fn report_version(head: &[u8]) -> Option<u64> {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let rest = behind(head, &[b"{", b"\"schema\"", b":"])?.trim_ascii_start();
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (number, rest) = rest.split_at_checked(digits)?;
    behind(rest, &[b",", b"\"generator\"", b":", b"\"fivewhys "])?;
    let digit = |sum: u64, byte: &u8| sum.saturating_mul(10).saturating_add(u64::from(byte & 15));
    (!number.is_empty()).then(|| number.iter().fold(0, digit))
}

/// What stands behind these words, with any blanks between them.
fn behind<'t>(text: &'t [u8], words: &[&[u8]]) -> Option<&'t [u8]> {
    words.iter().try_fold(text, |rest, word| rest.trim_ascii_start().strip_prefix(*word))
}

/// A report where a log is wanted.
pub(in crate::ingest) fn refused(name: &str) -> Problem {
    Problem::of_file(Code::EReport, name, ADVICE)
}

#[cfg(test)]
mod tests {
    use super::report_version;

    #[test]
    fn only_the_beginning_of_a_report_is_one() {
        assert_eq!(report_version(b"{\n  \"schema\": 1,\n  \"generator\": \"fivewhys 0.1.0\",\n"), Some(1));
        assert_eq!(report_version(b"\xEF\xBB\xBF{\"schema\":27,\"generator\":\"fivewhys 9"), Some(27));
        let huge = b"{\"schema\":99999999999999999999999,\"generator\":\"fivewhys 9";
        assert_eq!(report_version(huge), Some(u64::MAX));
        for other in [
            "",
            "{",
            "{\"schema\"",
            "{\"schema\":,\"generator\":\"fivewhys 1",
            "{\"schema\":\"1\",\"generator\":\"fivewhys 1",
            "{\"schema\":1,\"generator\":\"other 1",
            "[{\"schema\":1,\"generator\":\"fivewhys 1",
            "{\"generator\":\"fivewhys 1\",\"schema\":1",
        ] {
            assert_eq!(report_version(other.as_bytes()), None, "{other}");
        }
    }
}
