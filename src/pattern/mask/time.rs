//! Bytes of a line → where a date or a clock time that starts here ends.

/// The end of a date or time that starts at `i`, and whether it is a bare or wordy time of day, whose colons stay visible.
pub(super) fn date(b: &[u8], i: usize) -> Option<(usize, bool)> {
    let first = at(b, i);
    if first.is_ascii_digit() {
        let end = iso(b, i).or_else(|| common_log(b, i));
        if let Some(end) = end {
            return bounded(b, end).then_some((end, false));
        }
        let end = clock(b, i)?;
        return bounded(b, end).then_some((end, true));
    }
    if !first.is_ascii_uppercase() {
        return None;
    }
    let end = wordy(b, i)?;
    bounded(b, end).then_some((end, true))
}

fn at(b: &[u8], i: usize) -> u8 {
    b.get(i).copied().unwrap_or(0)
}

/// Whether no letter, digit or further `:1` follows.
fn bounded(b: &[u8], end: usize) -> bool {
    let next = at(b, end);
    let goes_on = next.is_ascii_alphanumeric() || next == b'_' || next == b'-';
    let joined = matches!(next, b':' | b'.' | b'/') && at(b, end + 1).is_ascii_alphanumeric();
    !goes_on && !joined
}

/// The end of `least..=most` digits at `i`.
fn digits(b: &[u8], i: usize, least: usize, most: usize) -> Option<usize> {
    let n = b.iter().skip(i).take(most + 1).take_while(|b| b.is_ascii_digit()).count();
    (n >= least && n <= most).then_some(i + n)
}

fn byte(b: &[u8], i: usize, any: &[u8]) -> Option<usize> {
    any.contains(&at(b, i)).then_some(i + 1)
}

/// `7:07:00`, `07:07:00.123`, `07:07:00,123`.
fn clock(b: &[u8], i: usize) -> Option<usize> {
    let i = byte(b, digits(b, i, 1, 2)?, b":")?;
    let i = byte(b, digits(b, i, 2, 2)?, b":")?;
    let i = digits(b, i, 2, 2)?;
    Some(byte(b, i, b".,").and_then(|j| digits(b, j, 1, 9)).unwrap_or(i))
}

/// `2025-09-15T13:03:25.123Z`, `2025-09-15 13:03:25 +0000`, `2025/9/15:13:03:25`, `2025-09-15`.
fn iso(b: &[u8], i: usize) -> Option<usize> {
    let separator = *b.get(i + 4)?;
    if separator != b'-' && separator != b'/' {
        return None;
    }
    let i = byte(b, digits(b, i, 4, 4)?, &[separator])?;
    let i = byte(b, digits(b, i, 1, 2)?, &[separator])?;
    let day = digits(b, i, 1, 2)?;
    match byte(b, day, b"T :").and_then(|j| clock(b, j)) {
        Some(end) => Some(zone(b, end)),
        None => Some(day),
    }
}

/// `15/Sep/2025:13:03:25 +0000`, `15-Sep-2025 13:03:25 UTC`.
fn common_log(b: &[u8], i: usize) -> Option<usize> {
    let i = byte(b, digits(b, i, 2, 2)?, b"/-")?;
    let i = byte(b, month(b, i)?, b"/-")?;
    let i = byte(b, digits(b, i, 4, 4)?, b": ")?;
    Some(zone(b, clock(b, i)?))
}

/// `Fri Jun 17 07:07:00 2005`, `Jun 17 07:07:00`, `Fri, 17 Jun 2005 07:07:00 GMT`.
fn wordy(b: &[u8], i: usize) -> Option<usize> {
    let mut j = i;
    if is_one_of(b, j, b"MonTueWedThuFriSatSun") {
        j = spaces(b, j + 3 + usize::from(at(b, j + 3) == b','))?;
    }
    let time = match month(b, j) {
        Some(end) => spaces(b, digits(b, spaces(b, end)?, 1, 2)?)?,
        None => {
            let end = month(b, spaces(b, digits(b, j, 1, 2)?)?)?;
            spaces(b, digits(b, spaces(b, end)?, 4, 4)?)?
        }
    };
    let end = zone(b, clock(b, time)?);
    Some(spaces(b, end).and_then(|j| digits(b, j, 4, 4)).filter(|end| bounded(b, *end)).unwrap_or(end))
}

/// One or two spaces.
fn spaces(b: &[u8], i: usize) -> Option<usize> {
    let n = b.iter().skip(i).take(3).take_while(|b| **b == b' ').count();
    (n == 1 || n == 2).then_some(i + n)
}

fn month(b: &[u8], i: usize) -> Option<usize> {
    is_one_of(b, i, b"JanFebMarAprMayJunJulAugSepOctNovDec").then_some(i + 3)
}

fn is_one_of(b: &[u8], i: usize, names: &[u8]) -> bool {
    let Some(here) = b.get(i..i + 3) else { return false };
    names.as_chunks::<3>().0.iter().any(|name| name == here)
}

/// The end of `Z`, `+00:00`, ` +0000` or ` UTC` at `i`, else `i`.
fn zone(b: &[u8], i: usize) -> usize {
    if at(b, i) == b'Z' {
        return i + 1;
    }
    let sign = i + usize::from(at(b, i) == b' ');
    if let Some(offset) = byte(b, sign, b"+-").and_then(|j| digits(b, j, 2, 4)) {
        return byte(b, offset, b":").and_then(|j| digits(b, j, 2, 2)).unwrap_or(offset);
    }
    let letters = b.iter().skip(i + 1).take(5).take_while(|b| b.is_ascii_uppercase()).count();
    let known = at(b, i) == b' ' && (3..=4).contains(&letters) && matches!(at(b, i + letters), b'T' | b'C');
    if known { i + 1 + letters } else { i }
}
