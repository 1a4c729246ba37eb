//! The bodies of `harness.rs`, fed from seeds: valid text of what each reads, damaged.

use crate::damage::{of_bytes, of_text};
use crate::dice::Dice;
use crate::exports::export;
use crate::harness::TARGETS;
use crate::invariant::digest;
use crate::prove::cases;

const QUERIES: &[&str] = &[
    "severity>=WARNING service:quay -\"ready\" status>=500",
    "from:2025-03-02T10:00:00Z until:2025-03-02T11:00:00Z text:/took [0-9]+ ms/",
    "(service:a OR service:b) log:\"x y\" -revision:quay-1",
];
const RULES: &str = "[[rule]]\nid = \"quay-closed\"\ntitle = \"The quay is closed\"\nany = ['quay (?P<name>[a-z]{1,20}) is closed']\n";
const TRACES: &str = "Traceback (most recent call last):\n  File \"/app/a.py\", line 3, in <module>\n    import b\nModuleNotFoundError: No module named 'b'\nException in thread \"main\" a.b.CException: x\n\tat a.b.C.run(C.java:4)\nCaused by: a.D: y\n\t... 3 more\npanic: z\n\ngoroutine 1 [running]:\nmain.main()\n\t/app/main.go:7 +0x1d\n";
const SECRETS: &str = "password=hunter2 {\"token\":[\"abc123def\"],\"apiKey\":123456789012} Authorization: Bearer abc.def postgres://a:b@c/d map[Cookie:[sid=1]]";

/// Text that the body of a target understands.
fn valid(target: &str, dice: &mut Dice) -> Vec<u8> {
    let export = export(dice).bytes;
    match target {
        "query_text" => QUERIES[dice.below(QUERIES.len() as u64) as usize].as_bytes().to_vec(),
        "rule_file" => RULES.as_bytes().to_vec(),
        "traces" | "mask" => TRACES.as_bytes().to_vec(),
        "redact" => SECRETS.as_bytes().to_vec(),
        "digest_reader" => digest(&export, &mut || usize::MAX).to_bytes(),
        "framer" | "dialect" => [&[dice.below(256) as u8], export.as_slice()].concat(),
        _ => export,
    }
}

/// One target with the input of a seed.
fn one(at: usize, seed: u64) {
    let (name, body) = TARGETS[at];
    let mut dice = Dice(seed ^ 0xf022);
    let mut bytes = valid(name, &mut dice);
    if name == "pipeline" {
        let (one, other) = (export(&mut dice), export(&mut dice));
        bytes = of_text(&one, &other, &mut dice).0;
    }
    for _ in 0..dice.below(4) {
        let other = valid(name, &mut dice);
        bytes = of_bytes(&bytes, &other, &mut dice).0;
        if dice.below(2) == 0 {
            let at = dice.below(bytes.len() as u64) as usize;
            bytes[at] = b'\n';
        }
    }
    body(&bytes);
}

#[test]
fn bodies_of_the_fuzz_targets_hold_on_seeds() {
    let n = TARGETS.len() as u64;
    cases("fuzz harness", 8 * n, |seed| {
        one((seed % n) as usize, seed);
        Ok(())
    });
}

#[test]
fn every_body_has_a_target() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz");
    let manifest = std::fs::read_to_string(format!("{folder}/Cargo.toml")).unwrap();
    for (name, _) in TARGETS {
        let target = std::fs::read_to_string(format!("{folder}/targets/{name}.rs")).unwrap_or_default();
        assert!(target.contains(&format!("harness::{name}(")), "fuzz/targets/{name}.rs runs the body");
        assert!(manifest.contains(&format!("targets/{name}.rs")), "fuzz/Cargo.toml names {name}");
    }
}
