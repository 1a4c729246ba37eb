//! Entries over time: buckets whose width is a function of the whole range, and marks.

use crate::diagnose::causality::Scene;
use crate::diagnose::evidence::Book;
use crate::diagnose::findings::Told;
use crate::diagnose::knowledge::Phase;
use crate::diagnose::{anomalies, words};
use crate::entry::Nanos;
use crate::entry::time::SECOND;
use crate::limits::REPORT_BUCKETS;
use crate::order::Order as _;
use crate::report::model::{Mark, Timeline};

/// Buckets wanted at least (where the range allows) and marks at most.
const BUCKETS: i64 = 48;
const MARKS: usize = 60;

/// Widths that people read easily, in seconds; below them powers of ten of a second.
const WIDTHS: [i64; 22] = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800,
    604_800, 2_592_000, 31_536_000,
];

/// The timeline, or none where the log has no times.
pub(crate) fn timeline(scene: &Scene<'_>, book: &mut Book<'_>, told: &[Told]) -> Option<Timeline> {
    let index = scene.index;
    let mut times = index.rows().iter().filter_map(crate::digest::Row::time);
    let first = times.next()?;
    let last = times.next_back().unwrap_or(first);
    let width = width(last.0.saturating_sub(first.0));
    let from = first.0.div_euclid(width) * width;
    let n = usize::try_from(last.0.saturating_sub(from) / width + 1).unwrap_or(1).min(REPORT_BUCKETS);
    let mut buckets = vec![[0u64; 5]; n];
    for row in index.rows() {
        let Some(time) = row.time() else { continue };
        let at = usize::try_from(time.0.saturating_sub(from) / width).unwrap_or(0).min(n - 1);
        if let Some(count) = buckets.get_mut(at).and_then(|bucket| bucket.get_mut(row.severity().band())) {
            *count += 1;
        }
    }
    Some(Timeline {
        from: Nanos(from),
        bucket_nanos: width,
        buckets,
        marks: marks(scene, told),
        notes: anomalies::stops::traffic(scene, book),
    })
}

fn width(range: i64) -> i64 {
    let wanted = range / BUCKETS;
    WIDTHS.iter().map(|seconds| seconds * SECOND).find(|width| *width >= wanted).map_or(
        SECOND * 31_536_000 * 10,
        |width| {
            if wanted >= SECOND / 2 {
                width
            } else {
                [SECOND / 1000, SECOND / 100, SECOND / 10, SECOND]
                    .into_iter()
                    .find(|w| *w >= wanted)
                    .unwrap_or(SECOND)
            }
        },
    )
}

fn marks(scene: &Scene<'_>, told: &[Told]) -> Vec<Mark> {
    let mut marks = Vec::new();
    for t in told.iter().take(5) {
        let title = words::brief(&t.finding.title.plain(), 90);
        for (kind, time) in [
            ("first", t.finding.first),
            ("last", t.finding.last.filter(|last| Some(*last) != t.finding.first)),
        ] {
            if let Some(time) = time {
                marks.push(Mark {
                    time,
                    kind: kind.to_owned(),
                    label: title.clone(),
                    finding: t.finding.id.clone(),
                });
            }
        }
    }
    for episode in scene.episodes {
        let name = episode.title();
        let starts = episode.starts();
        let exits = episode.bad_exits();
        let others = episode.events.iter().filter(|event| !matches!(event.phase, Phase::Start | Phase::Exit));
        for event in starts.into_iter().chain(exits).chain(others) {
            let (kind, label) = match (event.phase, event.code) {
                (Phase::Exit, Some(code)) if code < 0 => {
                    ("exit", format!("{name}: signal {}", code.unsigned_abs()))
                }
                (Phase::Exit, Some(code)) => ("exit", format!("{name}: exit({code})")),
                (Phase::Exit, None) => ("exit", format!("{name}: exit")),
                (Phase::Start, _) => ("start", format!("{name}: start")),
                (Phase::Deploy, _) => ("deploy", format!("{name}: deployed")),
                (Phase::DeployFailed, _) => ("deploy", format!("{name}: deploy failed")),
                (Phase::BuildFailed | Phase::JobFailed, _) => ("exit", format!("{name}: failed")),
                _ => continue,
            };
            marks.push(Mark { time: event.time, kind: kind.to_owned(), label, finding: String::new() });
        }
    }
    marks.order_by(|a, b| (a.time, &a.kind, &a.label).cmp(&(b.time, &b.kind, &b.label)));
    marks.dedup_by(|a, b| a.kind == b.kind && a.label == b.label && a.time.0 - b.time.0 < SECOND);
    marks.truncate(MARKS);
    marks
}
