//! What is tried with a seed; gives what was wrong.

use crate::damage::{of_bytes, of_text, of_value, put};
use crate::dice::Dice;
use crate::exports::{Export, export};
use crate::invariant::{holds, read};

/// Words of the records beside the damaged one that are not said exactly once.
fn lost(export: &Export, at: usize, record: &[u8]) -> Vec<String> {
    let kept = read(&put(export, at, record));
    let record = String::from_utf8_lossy(record);
    let others = export.words.iter().enumerate().filter(|(n, _)| *n != at).map(|(_, word)| word);
    others
        .filter_map(|word| {
            let n = kept.said.iter().filter(|said| said.contains(word)).count();
            // What the damaged record quotes of another one may be said by it too.
            let most = 1 + usize::from(record.contains(word));
            (n == 0 || n > most).then(|| format!("{word} {n} times"))
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
