//! Lanes are there where they tell something: several revisions, a crash loop, instances that come and go.

use super::*;
use crate::diagnose::knowledge::Knowledge;
use crate::diagnose::{Options, alone_with_panels};
use crate::digest::Builder;
use crate::ingest::{FileId, Ingest};

/// An entry: minute, severity, revision, instance, text.
type Said<'a> = (usize, &'a str, &'a str, &'a str, &'a str);

fn lanes_of(said: &[Said<'_>]) -> Lanes {
    let line = |(n, (minute, severity, revision, instance, text)): (usize, &Said<'_>)| {
        format!(
            "{{\"timestamp\":\"2026-03-02T10:{minute:02}:{:02}Z\",\"severity\":\"{severity}\",\"insertId\":\"i{n}\",\"textPayload\":\"{text}\",\
             \"logName\":\"projects/p/logs/run.googleapis.com%2Fstdout\",\"labels\":{{\"instanceId\":\"{instance}\"}},\
             \"resource\":{{\"type\":\"cloud_run_revision\",\"labels\":{{\"service_name\":\"{}\",\"revision_name\":\"{revision}\"}}}}}}\n",
            n % 60,
            revision.split('-').next().unwrap_or_default()
        )
    };
    let mut builder = Builder::default();
    let mut ingest = Ingest::new(FileId { name: "a.json".into(), ..FileId::default() });
    ingest.push(said.iter().enumerate().map(line).collect::<String>().as_bytes(), &mut builder);
    let _ = ingest.finish(&mut builder);
    let index = builder.finish().finish();
    alone_with_panels(&index, &Knowledge::builtin(), &Options::default()).1.lanes
}

fn names(lanes: &Lanes) -> Vec<&str> {
    lanes.lanes.iter().map(|lane| lane.name.as_str()).collect()
}

#[test]
fn one_revision_that_goes_on_has_no_lanes() {
    let said: Vec<Said<'_>> = (0..9).map(|n| (n, "INFO", "api-1", "one", "order taken")).collect();
    assert_eq!(lanes_of(&said), Lanes::default());
}

#[test]
fn revisions_stand_in_the_order_in_which_they_came_up() {
    let lanes = lanes_of(&[
        (1, "INFO", "api-2", "b", "order taken"),
        (2, "ERROR", "api-1", "a", "order lost"),
        (3, "INFO", "api-2", "b", "order taken"),
    ]);
    assert_eq!((lanes.of, names(&lanes), lanes.more), (Of::Revisions, vec!["api-2", "api-1"], 0));
    assert_eq!(
        lanes.lanes.iter().map(|lane| (lane.entries, lane.errors)).collect::<Vec<_>>(),
        [(2, 0), (1, 1)]
    );
}

#[test]
fn the_service_that_failed_stands_first_and_its_revisions_together() {
    let mut said = vec![(0, "INFO", "web-1", "w", "page served"), (1, "INFO", "api-1", "a", "order taken")];
    said.extend([(2, "INFO", "web-2", "w", "page served"), (3, "ERROR", "api-2", "a", "order lost")]);
    assert_eq!(names(&lanes_of(&said)), ["api-1", "api-2", "web-1", "web-2"]);
}

#[test]
fn a_crash_loop_of_one_instance_has_its_starts_and_exits() {
    let turn = |n: usize| {
        [
            (n * 3, "INFO", "api-1", "one", "Starting new instance. Reason: AUTOSCALING"),
            (n * 3 + 1, "ERROR", "api-1", "one", "Container called exit(1)."),
        ]
    };
    let lanes = lanes_of(&(0..4).flat_map(turn).collect::<Vec<_>>());
    assert_eq!((lanes.of, names(&lanes)), (Of::Instances, vec!["one"]));
    assert_eq!((lanes.lanes[0].starts.len(), lanes.lanes[0].exits.len()), (4, 4));
}

#[test]
fn a_loop_of_ever_new_instances_is_the_revisions() {
    let turn = |(n, instance): (usize, &'static str)| {
        [
            (n * 3, "INFO", "api-1", instance, "Starting new instance. Reason: AUTOSCALING"),
            (n * 3 + 1, "ERROR", "api-1", instance, "Container called exit(1)."),
        ]
    };
    let lanes = lanes_of(&["a", "b", "c"].into_iter().enumerate().flat_map(turn).collect::<Vec<_>>());
    assert_eq!((lanes.of, names(&lanes)), (Of::Revisions, vec!["api-1"]));
    assert_eq!((lanes.lanes[0].starts.len(), lanes.lanes[0].exits.len()), (3, 3));
}

#[test]
fn instances_that_come_once_are_drawn_side_by_side() {
    let start = |(n, instance): (usize, &'static str)| {
        (n, "INFO", "api-1", instance, "Starting new instance. Reason: AUTOSCALING")
    };
    let lanes = lanes_of(&["a", "b", "c"].into_iter().enumerate().map(start).collect::<Vec<_>>());
    assert_eq!((lanes.of, names(&lanes)), (Of::Instances, vec!["a", "b", "c"]));
}

#[test]
fn those_beyond_the_cap_are_counted() {
    let revisions: Vec<String> = (10..30).map(|n| format!("api-{n}")).collect();
    let said: Vec<Said<'_>> =
        revisions.iter().enumerate().map(|(n, name)| (n, "INFO", name.as_str(), "", "order taken")).collect();
    let lanes = lanes_of(&said);
    assert_eq!((lanes.lanes.len(), lanes.more), (LANES, 8));
}
