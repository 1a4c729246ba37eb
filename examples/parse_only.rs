//! A log in NDJSON → nothing but its parse, to compare the whole report with: `parse_only typed|ignored|read|inflate FILE`.
//!
//! `typed` parses each line with serde_json into borrowed structs of just the fields that a report uses; `ignored` passes
//! over each line with `IgnoredAny`; `read` only reads the file; `inflate` unpacks a gzip file and forgets what was in it.
//! Prints the number of lines (or bytes).
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example may print")]
#![allow(clippy::disallowed_methods, reason = "an example may read files")]

use serde::Deserialize;
use std::borrow::Cow;
use std::fs::File;
use std::io::{BufRead, BufReader, Error, Read};

const CHUNK: usize = 1 << 20;

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Line<'t> {
    #[serde(borrow)]
    insert_id: Cow<'t, str>,
    #[serde(borrow)]
    timestamp: Cow<'t, str>,
    #[serde(borrow)]
    severity: Cow<'t, str>,
    #[serde(borrow)]
    log_name: Cow<'t, str>,
    #[serde(borrow)]
    text_payload: Cow<'t, str>,
    #[serde(borrow)]
    trace: Cow<'t, str>,
    #[serde(borrow)]
    resource: Resource<'t>,
    #[serde(borrow)]
    labels: Labels<'t>,
    #[serde(borrow)]
    http_request: Option<Request<'t>>,
    #[serde(borrow)]
    json_payload: Option<Payload<'t>>,
    #[serde(borrow)]
    proto_payload: Option<Audit<'t>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Resource<'t> {
    #[serde(borrow, rename = "type")]
    kind: Cow<'t, str>,
    #[serde(borrow)]
    labels: ResourceLabels<'t>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ResourceLabels<'t> {
    #[serde(borrow)]
    project_id: Cow<'t, str>,
    #[serde(borrow)]
    service_name: Cow<'t, str>,
    #[serde(borrow)]
    revision_name: Cow<'t, str>,
    #[serde(borrow)]
    location: Cow<'t, str>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Labels<'t> {
    #[serde(borrow, rename = "instanceId")]
    instance: Cow<'t, str>,
    #[serde(borrow, rename = "commit-sha")]
    commit: Cow<'t, str>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Request<'t> {
    #[serde(borrow)]
    request_method: Cow<'t, str>,
    #[serde(borrow)]
    request_url: Cow<'t, str>,
    status: u16,
    #[serde(borrow)]
    latency: Cow<'t, str>,
    #[serde(borrow)]
    user_agent: Cow<'t, str>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Payload<'t> {
    #[serde(borrow)]
    message: Cow<'t, str>,
    #[serde(borrow)]
    level: Cow<'t, str>,
    #[serde(borrow)]
    logger: Cow<'t, str>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Audit<'t> {
    #[serde(borrow)]
    method_name: Cow<'t, str>,
    #[serde(borrow)]
    resource_name: Cow<'t, str>,
    #[serde(borrow)]
    status: Status<'t>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Status<'t> {
    code: i32,
    #[serde(borrow)]
    message: Cow<'t, str>,
}

impl Line<'_> {
    /// Something of every field, so that none is left out by the compiler.
    fn weight(&self) -> usize {
        let texts = [
            &self.insert_id,
            &self.timestamp,
            &self.severity,
            &self.log_name,
            &self.text_payload,
            &self.trace,
        ];
        let resource = &self.resource.labels;
        let origin =
            [&self.resource.kind, &resource.project_id, &resource.service_name, &resource.revision_name];
        let more = [&resource.location, &self.labels.instance, &self.labels.commit];
        let sum = |all: &[&Cow<'_, str>]| all.iter().map(|text| text.len()).sum::<usize>();
        let http = self.http_request.as_ref().map_or(0, |http| {
            let texts = [&http.request_method, &http.request_url, &http.latency, &http.user_agent];
            sum(&texts) + usize::from(http.status)
        });
        let json =
            self.json_payload.as_ref().map_or(0, |json| sum(&[&json.message, &json.level, &json.logger]));
        let audit = self.proto_payload.as_ref().map_or(0, |audit| {
            sum(&[&audit.method_name, &audit.resource_name, &audit.status.message])
                + usize::try_from(audit.status.code).unwrap_or(0)
        });
        sum(&texts) + sum(&origin) + sum(&more) + http + json + audit
    }
}

fn lines(file: File, take: &mut dyn FnMut(&[u8]) -> serde_json::Result<()>) -> std::io::Result<u64> {
    let (mut reader, mut line, mut n) = (BufReader::with_capacity(CHUNK, file), Vec::new(), 0);
    loop {
        // A line that stands in the buffer as a whole is not copied.
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok(n);
        }
        if let Some(end) = memchr::memchr(b'\n', buffer) {
            take(buffer.get(..end).unwrap_or_default())?;
            reader.consume(end + 1);
        } else {
            line.clear();
            reader.read_until(b'\n', &mut line)?;
            take(&line)?;
        }
        n += 1;
    }
}

fn drain(mut from: impl Read) -> std::io::Result<u64> {
    let (mut buffer, mut sum) = (vec![0; CHUNK], 0);
    loop {
        match from.read(&mut buffer)? {
            0 => return Ok(sum),
            n => sum += n as u64,
        }
    }
}

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [way, path] = arguments.as_slice() else {
        return Err(Error::other("parse_only typed|ignored|read|inflate FILE"));
    };
    let file = File::open(path)?;
    let mut weight = 0;
    let n = match way.as_str() {
        "typed" => lines(file, &mut |line| {
            weight += serde_json::from_slice::<Line<'_>>(line)?.weight();
            Ok(())
        })?,
        "ignored" => {
            lines(file, &mut |line| serde_json::from_slice::<serde::de::IgnoredAny>(line).map(|_| ()))?
        }
        "read" => drain(file)?,
        "inflate" => drain(flate2::read::MultiGzDecoder::new(file))?,
        _ => return Err(Error::other("typed, ignored, read or inflate?")),
    };
    println!("{n} {weight}");
    Ok(())
}
