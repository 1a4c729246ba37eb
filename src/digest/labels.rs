//! Distinct labels: a few values of each key, chosen by hash and not by arrival.

use crate::hash;
use crate::limits;
use crate::order::Order as _;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Values of one key by hash.
type Values = BTreeMap<u64, String>;

/// Label keys and some of their values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Labels {
    keys: BTreeMap<(u64, String), Values>,
    /// Hash of the last pair taken, so that runs of equal labels cost one hash.
    #[serde(skip)]
    recent: [u64; 16],
}

impl Labels {
    pub(crate) fn take(&mut self, key: &str, value: &str) {
        let pair = hash::parts([key, value]);
        let slot = usize::try_from(pair % 16).unwrap_or(0);
        if let Some(recent) = self.recent.get_mut(slot) {
            if *recent == pair {
                return;
            }
            *recent = pair;
        }
        self.put(key, hash::bytes(value.as_bytes()), value);
    }

    fn put(&mut self, key: &str, value_hash: u64, value: &str) {
        let key_hash = hash::bytes(key.as_bytes());
        // One key more than is given is kept, to know that there are more.
        if self.keys.len() > limits::LABEL_KEYS
            && self.keys.last_key_value().is_some_and(|((last, _), _)| key_hash > *last)
        {
            return;
        }
        let values = self.keys.entry((key_hash, key.to_owned())).or_default();
        if values.len() <= limits::LABEL_VALUES
            || values.last_key_value().is_some_and(|(last, _)| value_hash < *last)
        {
            values.entry(value_hash).or_insert_with(|| value.to_owned());
            // One more than is shown is kept, to know that there are more.
            while values.len() > limits::LABEL_VALUES + 1 {
                values.pop_last();
            }
        }
        while self.keys.len() > limits::LABEL_KEYS + 1 {
            self.keys.pop_last();
        }
    }

    pub(crate) fn join(&mut self, other: &Labels) {
        for ((_, key), values) in &other.keys {
            for (value_hash, value) in values {
                self.put(key, *value_hash, value);
            }
        }
    }

    /// Whether there are more keys than are given.
    pub fn is_capped(&self) -> bool {
        self.keys.len() > limits::LABEL_KEYS
    }

    /// Keys with their values, sorted; the flag says that there are more values than given.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Vec<&str>, bool)> {
        let mut keys: Vec<(&str, Vec<&str>, bool)> = self
            .keys
            .iter()
            .take(limits::LABEL_KEYS)
            .map(|((_, key), values)| {
                let more = values.len() > limits::LABEL_VALUES;
                let mut shown: Vec<&str> =
                    values.values().take(limits::LABEL_VALUES).map(String::as_str).collect();
                shown.order();
                (key.as_str(), shown, more)
            })
            .collect();
        keys.order();
        keys.into_iter()
    }
}
