//! Text of `kubectl logs --prefix` (also `--all-containers`, `--timestamps`) → entries.
//!
//! kubernetes.io/docs/reference/kubectl/generated/kubectl_logs: each line begins with `[pod/POD/CONTAINER]`, with `--timestamps` followed
//! by an RFC 3339 time.

use super::fields::mean;
use super::{Dialect, Head, Record, Score, lines, payload, text_time};
use crate::entry::Entry;
use std::borrow::Cow;

/// See the module.
#[derive(Debug)]
pub(super) struct Kubectl;

impl Dialect for Kubectl {
    fn id(&self) -> &'static str {
        "kubectl"
    }

    fn title(&self) -> &'static str {
        "kubectl logs --prefix"
    }

    fn score(&self, head: &Head<'_>) -> Score {
        mean(head, "lines that begin with [pod/…/…]", points)
    }

    fn entries(&self, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize {
        let Some((pod, container, rest)) = prefix(record.text).filter(|_| record.value.is_none()) else {
            return 0;
        };
        let mut entry = lines::entry_of(rest, record);
        let inner = payload::within(text_time::leading(rest).map_or(rest, |timed| timed.rest));
        if let Some(inner) = &inner {
            entry = super::json::entry(inner, record).unwrap_or(entry);
        }
        entry.source.service = Cow::Borrowed(container);
        entry.source.container = Cow::Borrowed(container);
        entry.source.instance = Cow::Borrowed(pod);
        emit(&entry);
        1
    }
}

fn points(record: &Record<'_>) -> u32 {
    if record.value.is_none() && prefix(record.text).is_some() { 100 } else { 0 }
}

fn prefix(line: &str) -> Option<(&str, &str, &str)> {
    let (name, rest) = line.strip_prefix("[pod/")?.split_once(']')?;
    let (pod, container) = name.split_once('/')?;
    Some((pod, container, rest.trim_start()))
}
