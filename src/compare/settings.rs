//! What both sides say of themselves → revisions, versions and settings that differ.

use super::side::View;
use super::units;
use crate::digest::Shape;
use crate::entry::Nanos;
use crate::order::Order as _;
use crate::query::{Filter, Term};
use crate::report::model::SettingChange;
use foldhash::fast::FixedState;
use std::collections::{BTreeMap, HashSet};

/// Values of one setting on one side beyond which it is no setting.
const VALUES: usize = 4;
/// Rows of the table.
const ROWS: usize = 40;
/// Longest value.
const LONG: usize = 80;

/// Words before a number with one dot that is a version.
const BEFORE_VERSION: [&str; 8] = ["version", "release", "python", "node", "java", "go", "ruby", "php"];
/// Labels that tell what was deployed.
const LABELS: [&str; 7] = ["commit", "version", "build", "image", "release", "revision", "digest"];

/// What is known under a name: its values with the first time of each, and the entries that tell them.
#[derive(Default)]
struct Setting {
    values: BTreeMap<String, Option<Nanos>>,
    filter: Filter,
}

/// Settings by service and name.
type Known = BTreeMap<(String, String), Setting>;

/// Differences, revisions first.
pub(super) fn differences(sides: [&View<'_>; 2]) -> Vec<SettingChange> {
    let mut rows = Vec::new();
    for read in [revisions, labels, settings] {
        let [before, during] = sides.map(read);
        for (key, was) in &before {
            let Some(is) = during.get(key) else { continue };
            let (old, new) = (&was.values, &is.values);
            let few = |values: &BTreeMap<String, Option<Nanos>>| values.len() <= VALUES;
            let added = new.iter().filter(|(value, _)| !old.contains_key(*value));
            let is_other = old.keys().any(|value| !new.contains_key(value));
            let since = added.clone().filter_map(|(_, time)| *time).min();
            // A setting that only appears beside the old value may be another instance's.
            if few(old) && few(new) && added.count() > 0 && is_other {
                rows.push(SettingChange {
                    service: key.0.clone(),
                    name: key.1.clone(),
                    before: old.keys().cloned().collect(),
                    during: new.keys().cloned().collect(),
                    since,
                    filters: [was, is].map(|setting| setting.filter.clone()),
                });
            }
        }
    }
    rows.truncate(ROWS);
    rows
}

fn revisions(view: &View<'_>) -> Known {
    let (index, mut found) = (view.index(), Known::new());
    // Only the first entry of a source tells anything.
    let mut seen = vec![false; index.sources().len()];
    for row in index.rows() {
        let slot = seen.get_mut(row.source() as usize);
        if slot.is_none_or(|slot| std::mem::replace(slot, true)) {
            continue;
        }
        let Some(source) = index.source_of(row).filter(|source| !source.revision.is_empty()) else {
            continue;
        };
        let key = (units::service(Some(source)), "revision".to_owned());
        let Setting { values, filter } = found.entry(key).or_default();
        if !values.contains_key(source.revision.as_ref()) {
            values.insert(source.revision.to_string(), row.time());
            let revisions = [&filter.revisions[..], &[source.revision.to_string()]].concat();
            let services = Some(source.service.to_string()).filter(|name| !name.is_empty());
            *filter = Filter { revisions, services: services.into_iter().collect(), ..view.filter().clone() };
        }
    }
    found
}

/// Labels of whole files; those of a part are not known apart.
fn labels(view: &View<'_>) -> Known {
    let mut found = Known::new();
    if !view.filter().is_empty() {
        return found;
    }
    for (key, values, more) in view.index().labels().iter() {
        let word = key.to_ascii_lowercase();
        if !more && LABELS.iter().any(|label| word.contains(label)) {
            let values = values.iter().map(|value| ((*value).to_owned(), None)).collect();
            let setting = Setting { values, filter: Filter::default() };
            found.insert((String::new(), key.to_owned()), setting);
        }
    }
    found
}

/// The settings that messages name, by shape, and of a part with the time of each wording.
type Wordings<'s> = (BTreeMap<u32, Vec<(&'s str, &'s str)>>, BTreeMap<u32, Vec<Dated<'s>>>);

fn wordings<'s>(view: &'s View<'_>) -> Wordings<'s> {
    let index = view.index();
    // Few messages name a setting, and each is said many times; those of the other side are not said here at all.
    let numbers = 0u32..u32::try_from(index.shapes().len()).unwrap_or(0);
    let said = numbers
        .filter(|number| !index.rows_of_shape(*number).is_empty())
        .filter_map(|number| Some((number, view.shape(number)?)));
    // Of a part it is known when each wording was said first, and so in which part that was.
    let is_part = !view.has_own() && !view.filter().is_empty();
    let (mut named, mut dated) = (BTreeMap::new(), BTreeMap::new());
    for (number, shape) in said {
        let of: Vec<(&str, &str)> = texts(shape).flat_map(pairs).collect();
        if of.is_empty() {
            continue;
        }
        let timed = if is_part { shape.timed() } else { Vec::new() };
        if timed.len() > 1 {
            // Where not all wordings are kept, what a part does not say is not known.
            if shape.others().count() == crate::limits::SAMPLES_PER_SHAPE {
                continue;
            }
            dated.insert(number, timed.into_iter().map(|(at, text)| (at, pairs(text))).collect());
        }
        named.insert(number, of);
    }
    (named, dated)
}

/// `NAME=value` and versions in what is said.
fn settings(view: &View<'_>) -> Known {
    let (index, mut found) = (view.index(), Known::new());
    let (named, dated) = wordings(view);
    let mut rows: Vec<u32> = named.keys().flat_map(|shape| index.rows_of_shape(*shape)).copied().collect();
    rows.order();
    let mut seen: HashSet<(u32, u32), FixedState> = HashSet::default();
    for row in rows.into_iter().filter_map(|row| index.row(row)) {
        let of_row = dated.get(&row.shape()).map(|timed| said_at(timed, row.time()));
        if of_row.is_some_and(<[_]>::is_empty)
            || of_row.is_none() && !seen.insert((row.shape(), row.source()))
        {
            continue;
        }
        let Some(named) = of_row.or_else(|| named.get(&row.shape()).map(Vec::as_slice)) else { continue };
        let service = units::service(index.source_of(row));
        for &(name, value) in named {
            let Setting { values, filter } = found.entry((service.clone(), name.to_owned())).or_default();
            values.entry(value.to_owned()).or_insert(row.time());
            if view.has_own() {
                // A shape stands for what the other file says as well; the words do not.
                let mut any = std::mem::take(&mut filter.texts).pop().unwrap_or_default().any;
                let words = if is_name(name) { format!("{name}={value}") } else { value.to_owned() };
                if !any.contains(&words) {
                    any.push(words);
                }
                *filter = Filter { texts: vec![Term { any, regex: false }], ..view.filter().clone() };
                continue;
            }
            let mut shapes = std::mem::take(&mut filter.shapes);
            shapes.push(row.shape());
            shapes.order();
            shapes.dedup();
            *filter = Filter { shapes, ..view.filter().clone() };
        }
    }
    found
}

/// The settings that a message names, with the time at which it was said first.
type Dated<'s> = (i64, Vec<(&'s str, &'s str)>);

/// What the message of this time names, if it is one that was said for the first time then.
fn said_at<'t, 's>(timed: &'t [Dated<'s>], time: Option<Nanos>) -> &'t [(&'s str, &'s str)] {
    let at = time.and_then(|time| timed.iter().find(|(at, _)| *at == time.0));
    at.map_or(&[], |(_, pairs)| pairs.as_slice())
}

/// What is known of the words of a shape.
fn texts(shape: &Shape) -> impl Iterator<Item = &str> {
    std::iter::once(shape.message()).chain(shape.others())
}

/// The settings that a message names.
fn pairs(text: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut before = "";
    // What it looks for has one of these in it.
    if memchr::memchr2(b'=', b'.', text.as_bytes()).is_none() {
        return found;
    }
    for word in text.split_whitespace().take(200) {
        let bare = word.trim_matches(|c: char| matches!(c, ',' | ';' | '(' | ')' | '"' | '\'' | ':' | '.'));
        if let Some((name, value)) = bare.split_once('=')
            && is_name(name)
            && !value.is_empty()
            && value.len() <= LONG
        {
            found.push((name, value));
        } else if let Some((name, value)) = bare.split_once(['=', ':'])
            && tells_version(name)
            && is_version(value, "version")
        {
            found.push((name, value));
        } else if is_version(bare, before) {
            found.push((before, bare));
        }
        before = bare;
    }
    found
}

/// `DB_POOL_SIZE`: how environments are written.
fn is_name(name: &str) -> bool {
    name.len() >= 3
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

/// `version`, `app_version`, `appVersion`: what stands before the version of the program itself in a line of pairs.
fn tells_version(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.ends_with("version") || lower == "release"
}

/// `1.27.3` or `v2.1` after a name. Three dots are an address, one alone a number.
fn is_version(word: &str, before: &str) -> bool {
    let named =
        before.len() >= 2 && before.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b'-' | b'_'));
    let number = word.strip_prefix('v').unwrap_or(word);
    let dots = number.bytes().filter(|b| *b == b'.').count();
    let digits = number.split('.').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    let known = BEFORE_VERSION.iter().any(|known| known.eq_ignore_ascii_case(before));
    named && digits && (dots == 2 || dots == 1 && (known || number.len() < word.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_told_from_other_numbers() {
        for (text, expected) in [
            ("Starting gunicorn 21.2.0", vec![("gunicorn", "21.2.0")]),
            ("Python 3.11 found", vec![("Python", "3.11")]),
            ("POOL_SIZE=5 LOG_LEVEL=debug", vec![("POOL_SIZE", "5"), ("LOG_LEVEL", "debug")]),
            ("app version: v2.4", vec![("version", "v2.4")]),
            ("listening on port 8080 version=1.5.0", vec![("version", "1.5.0")]),
            ("up, app_version=v7.1 row version=7", vec![("app_version", "v7.1")]),
            ("took 1.5 s from 10.0.0.7, retry=3", vec![]),
        ] {
            assert_eq!(pairs(text), expected, "{text}");
        }
    }
}
