//! A plain text line → an entry: what the text dialects share.

use super::fields::chomp;
use super::{Record, text_time};
use crate::entry::Entry;
use crate::entry::effective::text_level;
use std::borrow::Cow;

/// The entry of a record that is text; without its leading time, if it has one.
pub(super) fn entry<'r>(record: &Record<'r>) -> Entry<'r> {
    entry_of(record.text, record)
}

/// [`entry`] of a part of the record's text.
pub(super) fn entry_of<'r>(text: &'r str, record: &Record<'_>) -> Entry<'r> {
    let mut entry = Entry { span: record.span, written_severity: record.group_severity, ..Entry::default() };
    let mut rest = chomp(text);
    if let Some(timed) = text_time::leading(rest) {
        entry.time = Some(timed.time);
        entry.time_text = Cow::Borrowed(timed.time_text);
        // A time that stands alone is all the line says.
        let said = timed.rest.trim_start_matches([' ', '-', '|']);
        if !said.is_empty() {
            // Without its time `- shop.cart - ERROR - text` no longer looks like a line with a level.
            entry.payload_level = if text_level(said).is_none() { text_level(rest) } else { None };
            rest = said;
        }
    }
    entry.message = Cow::Borrowed(rest);
    entry.http = super::access::said(rest);
    entry
}
