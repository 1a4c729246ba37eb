//! Comparisons of the parts of one log, and of logs that are hardly comparable.

use super::compare::{claims, compared, index};
use super::days::{Day, Dice, Fault, day};
use fivewhys::compare::{Options, boundaries, by_revision, compare};
use fivewhys::report::model::{Comparison, Verdict};

#[test]
fn which_revision_is_compared_can_be_said_and_the_others_are_named() {
    let text: String = [("00007-abc", 0), ("00008-xyz", 90)]
        .map(|(revision, at)| day(53, 150, at, revision, Fault::None))
        .concat();
    let both = index(&text);
    let services: Vec<String> = boundaries(&both).into_iter().map(|row| row.service).collect();
    assert!(services.len() >= 2, "{services:?}");
    for service in &services {
        let [before, during] = by_revision(&both, Some(service), None).unwrap();
        let told = compare(&before, &during, &Options::default());
        assert_eq!(told.baseline.name, format!("{service}-00007-abc"));
        let named: Vec<String> = told.boundaries.iter().map(|row| row.service.clone()).collect();
        let others: Vec<&String> = services.iter().filter(|other| *other != service).collect();
        assert_eq!(named.iter().collect::<Vec<_>>(), others);
        assert_ne!(told.verdict, Verdict::Changed, "{}", claims(&told));
        let by_name = by_revision(&both, None, Some(&format!("{service}-00008-xyz"))).unwrap();
        assert_eq!(compare(&by_name[0], &by_name[1], &Options::default()), told);
    }
    let lacks = by_revision(&both, Some("stock"), Some("stock-00009-new")).unwrap_err().to_string();
    assert!(lacks.contains(" of stock that ends with stock-00009-new"), "{lacks}");
    assert!(lacks.contains("stock-00008-xyz of stock ("), "{lacks}");
}

#[test]
fn settings_of_two_revisions_in_one_log_are_told_and_the_names_of_the_revisions_are_no_change() {
    let log = |pools: [u32; 2]| {
        let revisions = ["00007-abc", "00008-xyz"].into_iter().zip(pools).zip([0, 4_000_000]);
        let entries = revisions.map(|((revision, pool), at)| {
            let mut day = Day { dice: Dice(1), lines: Vec::new(), revision, fault: Fault::None };
            day.say(at + 5, "shop", "INFO", &format!("DB_POOL_SIZE={pool} WORKERS=3"));
            (0..60).for_each(|n| day.say(at + 1000 + n * 10_000, "shop", "INFO", "heartbeat ok"));
            day.lines.iter().map(|(_, entry)| format!("{entry}\n")).collect::<String>()
        });
        entries.collect::<String>()
    };
    let told = |pools| {
        let index = index(&log(pools));
        let [before, during] = by_revision(&index, None, None).unwrap();
        compare(&before, &during, &Options::default())
    };
    let other = told([20, 5]);
    let pool = other.settings.iter().find(|row| row.name == "DB_POOL_SIZE").unwrap();
    assert_eq!(
        (pool.before.as_slice(), pool.during.as_slice()),
        (&["20".to_owned()][..], &["5".to_owned()][..])
    );
    assert!(other.settings.iter().all(|row| row.name != "WORKERS"), "{:?}", other.settings);
    assert_eq!(other.verdict, Verdict::Unclear);
    let same = told([20, 20]);
    assert_eq!(same.verdict, Verdict::Unchanged, "{}", claims(&same));
    assert_eq!(same.settings.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["revision"]);
}

#[test]
fn other_conventions_on_the_two_sides_are_said() {
    let cloud = day(54, 60, 0, "00007-abc", Fault::None);
    let other: String = (0..200)
        .map(|n| {
            let at = format!("2026-03-04T10:{:02}:{:02}Z", n / 60, n % 60);
            format!("{{\"level\":30,\"time\":\"{at}\",\"pid\":1,\"hostname\":\"h\",\"msg\":\"order taken\",\"v\":1}}\n")
        })
        .collect();
    let told = compared(&cloud, &other);
    let says = |told: &Comparison| {
        told.summary.iter().any(|said| said.text.plain().contains("different conventions"))
    };
    assert!(says(&told), "{:?}", told.summary);
    assert!(!says(&compared(&cloud, &day(55, 60, 0, "00008-xyz", Fault::Reserve))));
}

#[test]
fn an_error_too_few_to_claim_is_told_and_so_is_one_that_is_new_by_its_level_and_sides_the_wrong_way_round() {
    let log = |from: u64, level: &str, errors: u64| {
        let mut day = Day { dice: Dice(1), lines: Vec::new(), revision: "00007-abc", fault: Fault::None };
        for n in 0..120 {
            let at = from + n * 10_000;
            day.say(at, "shop", "INFO", &format!("order {n} placed"));
            day.say(at + 5, "shop", level, &format!("payment of order {n} is tried again"));
            if n < errors {
                day.say(at + 9, "shop", "ERROR", &format!("mail of order {n} is lost"));
            }
        }
        day.lines.iter().map(|(_, entry)| format!("{entry}\n")).collect::<String>()
    };
    let said = |before: &str, during: &str| {
        let told = compared(before, during);
        let lines: Vec<String> = told.summary.iter().map(|sentence| sentence.text.plain()).collect();
        (told.verdict, lines.join("\n"))
    };
    let (calm, later) = (log(0, "WARNING", 0), 9_000_000);
    let (verdict, few) = said(&calm, &log(later, "WARNING", 4));
    assert_eq!(verdict, Verdict::Unchanged, "{few}");
    assert!(
        few.contains(
            "Only during, too few to be told from chance: mail of order <*> is lost of shop (4 times)"
        ),
        "{few}"
    );
    let (_, two) = said(&calm, &log(later, "WARNING", 2));
    assert!(!two.contains("too few"), "{two}");
    let (_, level) = said(&calm, &log(later, "ERROR", 0));
    assert!(level.contains("The same words are said as WARNING too (120 before, 0 during)"), "{level}");
    assert!(!level.contains("wrong way round"), "{level}");
    let (_, back) = said(&log(later, "ERROR", 0), &calm);
    assert!(back.contains("are the sides the wrong way round?"), "{back}");
}
