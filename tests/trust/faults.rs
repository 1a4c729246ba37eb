//! Damaged digests, and what an operating system does to a command: coded errors and exit statuses, and nothing else lost.

use crate::dice::Dice;
use crate::exports::export;
use crate::invariant::{digest, report};
use fivewhys::digest::Digest;
use fivewhys::error::Code;

fn bytes() -> Vec<u8> {
    let export = export(&mut Dice(11));
    digest(&export.bytes, &mut || usize::MAX).to_bytes()
}

#[test]
fn every_flipped_bit_of_a_digest_is_noticed() {
    let whole = bytes();
    assert!(report(Digest::from_bytes(&whole).unwrap()).raw.entries > 3);
    let mut damaged = whole.clone();
    for at in 0..whole.len() * 8 {
        damaged[at / 8] ^= 1 << (at % 8);
        let code = Digest::from_bytes(&damaged).expect_err("a flipped bit").code;
        // The fifth byte is the version.
        let want = if at / 8 == 4 { Code::EVersion } else { Code::EDigest };
        assert_eq!(code, want, "bit {at}");
        damaged[at / 8] ^= 1 << (at % 8);
    }
    println!("proved: {} flipped bits noticed", whole.len() * 8);
}

#[test]
fn a_digest_that_ends_early_or_late_is_noticed() {
    let whole = bytes();
    for end in 0..whole.len() {
        assert_eq!(Digest::from_bytes(&whole[..end]).expect_err("cut").code, Code::EDigest, "cut at {end}");
    }
    let longer = [whole.as_slice(), b"x"].concat();
    assert_eq!(Digest::from_bytes(&longer).expect_err("longer").code, Code::EDigest);
}

/// Bodies whose checksum fits and whose content does not: what an attacker writes.
#[test]
fn a_forged_digest_is_refused_or_harmless() {
    let whole = bytes();
    crate::prove::cases("forged digests", 400, |seed| {
        let mut dice = Dice(seed);
        let mut forged = whole.clone();
        for _ in 0..1 + dice.below(4) {
            let at = 13 + dice.below((forged.len() - 13) as u64) as usize;
            forged[at] = dice.below(256) as u8;
        }
        if dice.below(4) == 0 {
            forged.truncate(13 + dice.below((forged.len() - 13) as u64) as usize);
        }
        let sum = fivewhys::hash::bytes(&forged[13..]);
        forged[5..13].copy_from_slice(&sum.to_le_bytes());
        match Digest::from_bytes(&forged) {
            Err(problem) if problem.code == Code::EDigest => Ok(()),
            Err(problem) => Err(format!("{problem}")),
            Ok(digest) => {
                let mut all = Digest::from_bytes(&whole).unwrap();
                all.merge(digest.clone());
                let _ = (report(digest), report(all));
                Ok(())
            }
        }
    });
}

#[cfg(all(unix, feature = "cli"))]
mod command {
    use crate::dice::Dice;
    use crate::exports::export;
    use std::fs::File;
    use std::path::{Path, PathBuf};
    use std::process::{Command, Output, Stdio};

    fn run(args: &[&str], out: Stdio) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fivewhys"));
        command.args(args).env("NO_COLOR", "1").stdin(Stdio::null()).stdout(out).stderr(Stdio::piped());
        command.output().unwrap()
    }

    fn folder(name: &str) -> PathBuf {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("faults-{name}"));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        path
    }

    fn good(folder: &Path) -> String {
        let path = folder.join("good.json");
        std::fs::write(&path, export(&mut Dice(3)).bytes).unwrap();
        path.display().to_string()
    }

    fn said(output: &Output) -> String {
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    #[test]
    fn a_full_disk_is_said() {
        if !Path::new("/dev/full").exists() {
            return println!("skipped: a_full_disk_is_said: no /dev/full");
        }
        let folder = folder("full");
        let good = good(&folder);
        for format in ["markdown", "html", "json"] {
            let full = File::options().write(true).open("/dev/full").unwrap();
            let done = run(&["report", &good, "--format", format], full.into());
            assert_eq!(done.status.code(), Some(2));
            assert!(said(&done).contains("E-IO"), "{}", said(&done));
        }
        for args in [&["report", &good, "--out", "/dev/full"][..], &["digest", &good, "--out", "/dev/full"]] {
            let done = run(args, Stdio::piped());
            assert_eq!(done.status.code(), Some(2), "{args:?}");
            assert!(said(&done).contains("E-IO"), "{}", said(&done));
        }
    }

    #[test]
    fn a_reader_that_goes_away_is_141() {
        let folder = folder("pipe");
        let good = good(&folder);
        for args in [
            &["report", good.as_str(), "--format", "json"][..],
            &["patterns", good.as_str()],
            &["digest", good.as_str(), "--out", "-"],
        ] {
            let (reader, writer) = std::io::pipe().unwrap();
            drop(reader);
            let done = run(args, writer.into());
            assert_eq!((done.status.code(), said(&done).as_str()), (Some(141), ""), "{args:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_costs_nothing_else() {
        let folder = folder("unreadable");
        let good = good(&folder);
        let gone = folder.join("gone.json");
        std::os::unix::fs::symlink(folder.join("nowhere"), &gone).unwrap();
        let gone = gone.display().to_string();
        let cut = folder.join("cut.json.gz").display().to_string();
        let mut packed = Vec::new();
        let mut encoder = flate2::write::GzEncoder::new(&mut packed, flate2::Compression::fast());
        std::io::Write::write_all(&mut encoder, &export(&mut Dice(5)).bytes).unwrap();
        encoder.finish().unwrap();
        packed.truncate(packed.len() / 2);
        std::fs::write(&cut, packed).unwrap();
        let mut bad = vec![(gone.as_str(), "E-IO"), (cut.as_str(), "E-TRUNCATED")];
        // The memory of the process: opens, but can't be read at its beginning.
        if Path::new("/proc/self/mem").exists() {
            bad.push(("/proc/self/mem", "E-IO"));
        }
        let alone =
            run(&["report", &good, "--format", "json", "--generated-at", "2026-01-01"], Stdio::piped());
        let entries = |output: &Output| {
            let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
            report["raw"]["files"]
                .as_array()
                .unwrap()
                .iter()
                .find(|file| file["name"] == "good.json")
                .unwrap()["entries"]
                .as_u64()
                .unwrap()
        };
        for (path, code) in bad {
            let args = ["report", &good, path, "--format", "json", "--generated-at", "2026-01-01"];
            let done = run(&args, Stdio::piped());
            assert_eq!(done.status.code(), Some(0), "{path}: {}", said(&done));
            assert!(
                said(&done).contains(code) && said(&done).contains("W-PARTIAL"),
                "{path}: {}",
                said(&done)
            );
            assert_eq!(entries(&done), entries(&alone), "{path}");
            let done = run(&[&args[..], &["--strict"]].concat(), Stdio::piped());
            assert_eq!(done.status.code(), Some(2), "{path} with --strict");
        }
    }
}
