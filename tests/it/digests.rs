//! `fivewhys digest` and `fivewhys merge`: however logs are cut and digests joined, the report is that of one run.

#![cfg(feature = "cli")]

use crate::generated::{Form, log};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A folder of its own for each test, with commands run in it.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Place {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("digests-{name}"));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Place(path)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.0.join(name), bytes).unwrap();
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.0.join(name)).unwrap()
    }

    fn run_on(&self, args: &str, input: &[u8]) -> Output {
        let mut child = Command::new(env!("CARGO_BIN_EXE_fivewhys"))
            .args(args.split(' '))
            .current_dir(&self.0)
            .env("SOURCE_DATE_EPOCH", "1740873600")
            .env("NO_COLOR", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        let feeder = std::thread::spawn(move || {
            // A command that ends early closes its input; that is its right.
            let _ = stdin.write_all(&input);
        });
        let done = child.wait_with_output().unwrap();
        feeder.join().unwrap();
        done
    }

    fn run(&self, args: &str) -> Vec<u8> {
        let done = self.run_on(args, b"");
        assert!(done.status.success(), "{args}: {}", String::from_utf8_lossy(&done.stderr));
        done.stdout
    }

    fn failing(&self, args: &str) -> (Option<i32>, String) {
        let done = self.run_on(args, b"");
        (done.status.code(), String::from_utf8_lossy(&done.stderr).into_owned())
    }
}

fn gzip(text: &str) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(text.as_bytes()).unwrap();
    packer.finish().unwrap()
}

const LOGS: &str = "a.ndjson b.json c.csv d.ndjson.gz empty.json cut.ndjson.gz notes.md";

/// Logs of several forms, one that overlaps another, and three that can't be read in full.
fn logs(place: &Place) {
    place.write("a.ndjson", log(Form::Ndjson, 1, 1_500));
    place.write("b.json", log(Form::Pretty, 2, 400));
    place.write("c.csv", log(Form::Csv, 1, 300));
    place.write("d.ndjson.gz", gzip(&log(Form::Ndjson, 3, 300)));
    place.write("empty.json", "");
    let packed = gzip(&log(Form::Ndjson, 4, 300));
    place.write("cut.ndjson.gz", &packed[..packed.len() / 2]);
    place.write("notes.md", "nothing of a log stands here\n");
}

#[test]
fn merged_digests_give_the_report_of_one_run() {
    let place = Place::new("merge");
    logs(&place);
    for (nth, file) in LOGS.split(' ').enumerate() {
        place.run(&format!("digest {file} -o {nth}.fwd"));
    }
    for format in ["markdown", "json", "html"] {
        let whole = place.run(&format!("report {LOGS} --format {format}"));
        for order in ["0.fwd 1.fwd 2.fwd 3.fwd 4.fwd 5.fwd 6.fwd", "*.fwd"] {
            let merged = place.run(&format!("merge {order} --format {format}"));
            assert_eq!(
                String::from_utf8_lossy(&merged),
                String::from_utf8_lossy(&whole),
                "{format}, {order}"
            );
        }
    }
    // A tree of merges, in another order; logs and digests mixed; one digest of all.
    let whole = place.run(&format!("report {LOGS}"));
    place.run("merge 6.fwd 2.fwd 4.fwd -o left.fwd");
    let right = place.run("merge 5.fwd 0.fwd 3.fwd 1.fwd --digest");
    place.write("right.fwd", right);
    assert!(place.run("merge right.fwd left.fwd") == whole);
    assert!(place.run("report left.fwd a.ndjson b.json d.ndjson.gz cut.ndjson.gz") == whole);
    place.run(&format!("digest {LOGS} -o all.fwd --jobs 3"));
    assert!(place.run("merge all.fwd") == whole);
}

#[test]
fn parts_of_a_file_give_the_report_of_the_file() {
    let place = Place::new("parts");
    logs(&place);
    for of in [2, 7] {
        for nth in 1..=of {
            place.run(&format!("digest {LOGS} --shard {nth}/{of} -o part-{nth}.fwd"));
        }
        assert!(place.run("merge part-*.fwd") == place.run(&format!("report {LOGS}")), "{of}");
    }
    for wrong in ["0/2", "3/2", "x", "1"] {
        assert_eq!(place.failing(&format!("digest a.ndjson --shard {wrong} -o x.fwd")).0, Some(2));
    }
}

#[test]
fn pipes_take_and_give_digests() {
    let place = Place::new("pipes");
    let text = log(Form::Ndjson, 5, 300);
    place.write("a.ndjson", &text);
    let whole = place.run("report a.ndjson");
    let digest = place.run_on("digest - --name a.ndjson -o -", text.as_bytes());
    assert!(digest.status.success() && digest.stdout.starts_with(b"FWYD"));
    for args in ["merge -", "report -"] {
        assert!(place.run_on(args, &digest.stdout).stdout == whole, "{args}");
    }
    // A log is no digest.
    let refused = place.run_on("merge -", text.as_bytes());
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("E-DIGEST"));
}

#[test]
fn a_damaged_digest_costs_only_itself() {
    let place = Place::new("damaged");
    place.write("a.ndjson", log(Form::Ndjson, 6, 200));
    place.run("digest a.ndjson -o good.fwd");
    let good = place.read("good.fwd");
    let flipped = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 0x10;
        bytes
    };
    let damaged = [
        ("E-DIGEST", good[..good.len() / 2].to_vec()),
        ("E-DIGEST", good[..3].to_vec()),
        ("E-DIGEST", Vec::new()),
        ("E-DIGEST", flipped(0)),
        ("E-VERSION", flipped(4)),
        ("E-DIGEST", flipped(good.len() / 3)),
        ("E-DIGEST", flipped(good.len() - 1)),
    ];
    for (nth, (code, bytes)) in damaged.iter().enumerate() {
        place.write("bad.fwd", bytes);
        let (status, said) = place.failing("merge bad.fwd");
        assert_eq!(status, Some(2), "{nth}");
        assert!(said.contains(&format!("{code} bad.fwd")), "{nth}: {said}");
        for command in ["merge", "report"] {
            let done = place.run_on(&format!("{command} good.fwd bad.fwd"), b"");
            assert!(done.status.success());
            let report = String::from_utf8(done.stdout).unwrap();
            assert!(report.contains("200 entries in 1 file"), "{nth}");
            assert!(String::from_utf8_lossy(&done.stderr).contains(code), "{nth}");
        }
        assert_eq!(place.failing("merge good.fwd bad.fwd --strict").0, Some(2), "{nth}");
    }
}

#[test]
fn nothing_to_digest_is_said() {
    let place = Place::new("nothing");
    let (status, said) = place.failing("digest missing.json -o x.fwd");
    assert!(status == Some(2) && said.contains("E-IO missing.json"), "{said}");
    assert!(!place.0.join("x.fwd").exists());
    assert_eq!(place.failing("digest missing.json").0, Some(2), "--out is required");
    place.write("empty.json", "");
    place.run("digest empty.json -o x.fwd");
    let (status, said) = place.failing("merge x.fwd");
    assert!(status == Some(2) && said.contains("E-EMPTY empty.json"), "{said}");
    for words in ["digest --help", "merge --help", "man"] {
        let text = String::from_utf8(place.run(words)).unwrap().replace(['\n', '\\'], " ");
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains("as sensitive as its log"), "{words}");
    }
}
