//! What is tried with a seed; gives what was wrong.

use crate::damage::{of_bytes, of_text, of_value, put};
use crate::dice::Dice;
use crate::exports::{Export, export};
use crate::invariant::{holds, read};

/// How many entries say the word of a record and of no other. A record that lost its end may be whole again with the records behind
/// it in it, and says all their words: that is no entry of theirs, neither a lost nor a second one.
pub(crate) fn own_entries(said: &[String], words: &[String], n: usize) -> usize {
    let is_own = |said: &&String| words.iter().enumerate().all(|(at, word)| said.contains(word) == (at == n));
    said.iter().filter(is_own).count()
}

/// Words of the records beside the damaged one that have no entry of their own, or several.
fn lost(export: &Export, at: usize, record: &[u8]) -> Vec<String> {
    let kept = read(&put(export, at, record));
    let record = String::from_utf8_lossy(record);
    // The word of the damaged one says nothing: it may have gone, or stand with that of another one.
    let mut words = export.words.clone();
    words[at] = "\0".to_owned();
    let others = export.words.iter().enumerate().filter(|(n, _)| *n != at);
    others
        .filter_map(|(n, word)| {
            let own = own_entries(&kept.said, &words, n);
            // What the damaged record quotes of another one may be said by it too.
            let most = 1 + usize::from(record.contains(word));
            (own == 0 || own > most).then(|| format!("{word} {own} times"))
        })
        .collect()
}

/// Writes what failed into the folder that the environment names.
fn keep(seed: u64, bytes: &[u8]) {
    if let Some(folder) = std::env::var_os("FIVEWHYS_KEEP") {
        std::fs::write(std::path::Path::new(&folder).join(format!("{seed}.json")), bytes).unwrap();
    }
}

/// One record of an export is damaged.
pub(crate) fn one_record(seed: u64) -> Result<(), String> {
    let mut dice = Dice(seed);
    let export = export(&mut dice);
    let n = export.records.len() as u64;
    // The first record tells what the file is; damage to it is the business of the other tests.
    let at = 1 + dice.below(n - 1) as usize;
    let other = dice.below(n) as usize;
    let (record, how) = if dice.below(3) == 0 {
        of_value(&export.values[at], &export.values[other], &mut dice)
    } else {
        of_bytes(&export.bytes[export.records[at].clone()], &[], &mut dice)
    };
    let bytes = put(&export, at, &record);
    let told = |fault: String| format!("{:?}, record {at} of {n}: {how}: {fault}", export.form);
    let lost = lost(&export, at, &record);
    if !lost.is_empty() {
        keep(seed, &bytes);
        return Err(told(format!("lost or doubled: {}", lost.join(", "))));
    }
    holds(&bytes, &mut dice).map(|_| ()).map_err(told)
}

/// The text of an export is damaged anywhere.
pub(crate) fn any_text(seed: u64) -> Result<(), String> {
    let mut dice = Dice(seed ^ 0x7e47);
    let (one, other) = (export(&mut dice), export(&mut dice));
    let (bytes, how) = match dice.below(4) {
        0 => {
            let at = dice.below(one.records.len() as u64) as usize;
            let foreign = other.bytes[other.records[0].clone()].to_vec();
            let (record, how) = of_bytes(&one.bytes[one.records[at].clone()], &foreign, &mut dice);
            (put(&one, at, &record), how)
        }
        _ => of_text(&one, &other, &mut dice),
    };
    holds(&bytes, &mut dice).map(|_| ()).map_err(|fault| format!("{:?}: {how}: {fault}", one.form))
}
