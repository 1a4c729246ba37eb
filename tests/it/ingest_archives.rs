//! Archives made here and unpacked there: gzip, zstd, zip, tar, each inside another, cut short, encrypted, bombs.

use crate::ingest_chunks::{Kept, fixture, read};
use fivewhys::error::{Code, Problem};
use flate2::Compression;
use std::io::Write;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

/// How a member of a zip is written.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    Stored,
    Deflated,
    Descriptor,
    Zip64,
    Encrypted,
}

fn zip(members: &[(&str, &[u8], Way)]) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, bytes, way) in members {
        let body = if *way == Way::Stored { bytes.to_vec() } else { deflate(bytes) };
        let (packed, unpacked) = (body.len() as u32, bytes.len() as u32);
        let flags: u16 = match way {
            Way::Descriptor => 8,
            Way::Encrypted => 1,
            _ => 0,
        };
        let method: u16 = if *way == Way::Stored { 0 } else { 8 };
        let sizes = match way {
            Way::Descriptor => [0, 0],
            Way::Zip64 => [u32::MAX, u32::MAX],
            _ => [packed, unpacked],
        };
        let mut extra = Vec::new();
        if *way == Way::Zip64 {
            extra.extend([1, 0, 16, 0]);
            extra.extend(u64::from(unpacked).to_le_bytes());
            extra.extend(u64::from(packed).to_le_bytes());
        }
        out.extend(b"PK\x03\x04\x14\x00");
        out.extend(flags.to_le_bytes());
        out.extend(method.to_le_bytes());
        out.extend([0; 8]);
        out.extend(sizes[0].to_le_bytes());
        out.extend(sizes[1].to_le_bytes());
        out.extend((name.len() as u16).to_le_bytes());
        out.extend((extra.len() as u16).to_le_bytes());
        out.extend(name.as_bytes());
        out.extend(&extra);
        out.extend(&body);
        if *way == Way::Descriptor {
            out.extend(b"PK\x07\x08\0\0\0\0");
            out.extend(packed.to_le_bytes());
            out.extend(unpacked.to_le_bytes());
        }
    }
    out.extend(b"PK\x01\x02");
    out.extend([0; 60]);
    out
}

fn tar_member(out: &mut Vec<u8>, name: &str, kind: u8, body: &[u8]) {
    let mut block = [0u8; 512];
    block[..name.len().min(100)].copy_from_slice(&name.as_bytes()[..name.len().min(100)]);
    block[124..135].copy_from_slice(format!("{:011o}", body.len()).as_bytes());
    block[156] = kind;
    block[257..265].copy_from_slice(b"ustar\x0000");
    block[148..156].fill(b' ');
    let sum: u32 = block.iter().map(|b| u32::from(*b)).sum();
    block[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    out.extend(block);
    out.extend(body);
    out.resize(out.len().div_ceil(512) * 512, 0);
}

fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    tar_member(&mut out, "folder/", b'5', b"");
    for (n, (name, body)) in members.iter().enumerate() {
        if name.len() > 100 && n % 2 == 0 {
            tar_member(&mut out, "././@LongLink", b'L', format!("{name}\0").as_bytes());
        } else if name.len() > 100 {
            let record = format!(" path={name}\n");
            let len = (record.len()..).find(|n| n.to_string().len() + record.len() == *n).unwrap();
            tar_member(&mut out, "pax", b'x', format!("{len}{record}").as_bytes());
        }
        tar_member(&mut out, name, b'0', body);
    }
    out.resize(out.len() + 1024, 0);
    out
}

/// Reads in three step sizes, which must agree.
#[track_caller]
fn unpack(bytes: &[u8]) -> (Kept, Vec<Problem>) {
    let whole = read("log.bin", bytes, usize::MAX);
    for step in [1, 1000] {
        assert_eq!(read("log.bin", bytes, step), whole, "in chunks of {step}");
    }
    whole
}

fn names(kept: &Kept) -> Vec<&str> {
    kept.files.iter().map(|facts| facts.id.name.as_str()).collect()
}

#[test]
fn streams_of_one_file_read_like_the_file() {
    let plain = fixture("array-pretty.json");
    let want = read("log.bin", &plain, usize::MAX).0.entries;
    let (front, back) = plain.split_at(3000);
    let skippable = [&[0x50, 0x2A, 0x4D, 0x18, 5, 0, 0, 0, 1, 2, 3, 4, 5][..], &zstd(&plain)].concat();
    for (packing, bytes) in [
        ("gzip", gzip(&plain)),
        ("gzip", [gzip(front), gzip(back)].concat()),
        ("gzip", [gzip(&plain), vec![0; 700]].concat()),
        ("zstd", zstd(&plain)),
        ("zstd", [zstd(front), skippable_only(), zstd(back)].concat()),
        ("zstd", skippable),
        ("zstd in gzip", gzip(&zstd(&plain))),
    ] {
        let (kept, problems) = unpack(&bytes);
        assert_eq!(kept.entries, want, "{packing}");
        assert_eq!(problems, []);
        assert_eq!(kept.files[0].packing, packing);
        assert_eq!(names(&kept), ["log.bin"]);
        assert!(!kept.files[0].seekable && !kept.files[0].truncated);
        assert_eq!(fivewhys::ingest::detect("", &bytes).packing, packing);
    }
}

fn skippable_only() -> Vec<u8> {
    vec![0x5F, 0x2A, 0x4D, 0x18, 2, 0, 0, 0, 9, 9]
}

#[test]
fn each_member_of_an_archive_is_a_file() {
    let (a, b) = (fixture("array-pretty.json"), fixture("lines-crlf.ndjson"));
    let bytes = zip(&[
        ("a.json", &a, Way::Stored),
        ("__MACOSX/._a.json", &a, Way::Deflated),
        ("b/b.ndjson", &b, Way::Deflated),
        ("c.json", &a, Way::Descriptor),
        ("d.json.gz", &gzip(&b), Way::Zip64),
    ]);
    let (kept, problems) = unpack(&bytes);
    assert_eq!(names(&kept), ["log.bin/a.json", "log.bin/b/b.ndjson", "log.bin/c.json", "log.bin/d.json.gz"]);
    assert!(kept.files.iter().all(|facts| facts.entries == 23));
    assert_eq!(problems, []);
    let packings: Vec<_> = kept.files.iter().map(|facts| facts.packing.as_str()).collect();
    assert_eq!(packings, ["zip", "zip", "zip", "gzip in zip"]);

    let long = format!("{}/a.json", "deep".repeat(40));
    let long2 = format!("{}/b.json", "deep".repeat(40));
    let bytes = tar(&[(&long, &a), (&long2, &b), ("c.json", &a)]);
    for bytes in [bytes.clone(), gzip(&bytes), zstd(&bytes)] {
        let (kept, problems) = unpack(&bytes);
        assert_eq!(names(&kept), [&format!("log.bin/{long}"), &format!("log.bin/{long2}"), "log.bin/c.json"]);
        assert!(kept.files.iter().all(|facts| facts.entries == 23));
        assert_eq!(problems, []);
    }
}

#[test]
fn what_an_archive_cut_short_holds_is_read() {
    let plain = fixture("lines-crlf.ndjson");
    let tarred = tar(&[("a.ndjson", &plain), ("b.ndjson", &plain)]);
    let zipped = zip(&[("a.ndjson", &plain, Way::Stored), ("b.ndjson", &plain, Way::Stored)]);
    let stored = {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), Compression::none());
        encoder.write_all(&plain).unwrap();
        encoder.finish().unwrap()
    };
    for (bytes, least) in [(stored, 10), (tarred, 23), (zipped, 23)] {
        let (kept, problems) = unpack(&bytes[..bytes.len() * 3 / 4]);
        assert!(kept.entries.len() >= least, "{}", kept.entries.len());
        assert_eq!(problems.iter().map(|p| p.code).collect::<Vec<_>>(), [Code::ETruncated]);
        assert!(kept.files.last().unwrap().truncated);
    }
    let cut = zstd(&plain);
    let (_, problems) = unpack(&cut[..cut.len() - 3]);
    assert_eq!(problems[0].code, Code::ETruncated);
}

#[test]
fn encrypted_members_are_said_and_the_others_read() {
    let plain = fixture("lines-crlf.ndjson");
    let bytes = zip(&[("secret.json", &plain, Way::Encrypted), ("b.ndjson", &plain, Way::Deflated)]);
    let (kept, problems) = unpack(&bytes);
    assert_eq!(kept.entries.len(), 23);
    assert_eq!(problems[0].code, Code::EPassword);
    assert_eq!(problems[0].place.file.as_deref(), Some("log.bin/secret.json"));
}

#[test]
fn a_bomb_is_not_read_on() {
    // A zstd frame of 800 blocks, each 4 bytes for 128 KiB of blanks (RFC 8878, 3.1.1.2).
    let mut bytes = vec![0x28, 0xB5, 0x2F, 0xFD, 0, 0x38];
    for n in 0..800u32 {
        let header = u32::from(n == 799) | 1 << 1 | (128 << 10) << 3;
        bytes.extend(&header.to_le_bytes()[..3]);
        bytes.push(b' ');
    }
    let (kept, problems) = read("log.bin", &bytes, usize::MAX);
    assert_eq!(kept.entries.len(), 0);
    assert!(problems.iter().any(|problem| problem.code == Code::WLimit), "{problems:?}");
}

#[test]
fn what_is_no_log_is_named() {
    for (bytes, code, part) in [
        (b"".to_vec(), Code::EEmpty, "empty"),
        (b"  \n\n".to_vec(), Code::EEmpty, ""),
        (b"\x89PNG\r\n\x1a\n....".to_vec(), Code::EFormat, "PNG"),
        (b"%PDF-1.7\n".to_vec(), Code::EFormat, "PDF"),
        (b"<!DOCTYPE html><html>".to_vec(), Code::EFormat, "HTML"),
        (b"\xFF\xFE\0\0{\0\0\0}\0\0\0".to_vec(), Code::EEncoding, "UTF-32"),
        (b"SQLite format 3\0\x10\0".to_vec(), Code::EFormat, "SQLite"),
        ((0..=255).cycle().take(4000).collect(), Code::EFormat, "binary"),
        (b"[]".to_vec(), Code::EEmpty, "array"),
        (b"[\n{\"a\": tru".to_vec(), Code::EJsonAt, "ends inside"),
        (b"{\"entries\": []}".to_vec(), Code::EEmpty, ""),
        ([&b"PK\x05\x06"[..], &[0; 18]].concat(), Code::EEmpty, "No file"),
        (vec![b'{'; 50_000], Code::EFormat, ""),
        (b"[\n{\"a\" 1},\n{\"a\" 2}]".to_vec(), Code::EJsonAt, "colon"),
    ] {
        let (kept, problems) = unpack(&bytes);
        assert_eq!(kept.entries.len(), 0);
        assert_eq!(kept.files.len(), 1);
        let problem = problems.first().unwrap();
        assert!(problem.code == code && problem.detail.contains(part), "{problem} for {:?}", bytes.get(..20));
    }
}
