//! The redaction gate: a report → the same report without what has to go.
//!
//! Walks every text of the model in one fixed order, which numbers the placeholders. Every struct is taken apart with all
//! of its fields named, so that a new field does not compile until somebody decides what it holds.

mod comparison;

use super::super::model::*;
use crate::error::{Place, Problem};
use crate::pattern::VARIABLE;
use crate::query::{Filter, Term};
use crate::redact::Memory;

/// A text pass over a report.
pub(super) struct Gate<'m> {
    pub(super) memory: &'m mut Memory,
}

impl Gate<'_> {
    /// The whole report, in the order in which it is read.
    pub(super) fn report(&mut self, report: &mut Report) {
        let Report {
            schema: _,
            generator,
            generated_at: _,
            headline,
            overview,
            summary,
            timeline,
            findings,
            no_findings,
            whys,
            actions,
            changes,
            severity,
            severity_notes,
            requests,
            patterns,
            more_patterns: _,
            details,
            deployments,
            works,
            not_found,
            coverage,
            raw,
            warnings,
            evidence,
        } = report;
        self.text(generator);
        let Headline { sentence, grade: _, state: _, evidence: _ } = headline;
        self.rich(sentence);
        overview.iter_mut().for_each(|fact| self.fact(fact));
        self.sentences(summary);
        if let Some(timeline) = timeline {
            self.timeline(timeline);
        }
        findings.iter_mut().for_each(|finding| self.finding(finding));
        self.sentences(no_findings);
        whys.iter_mut().for_each(|why| self.why(why));
        actions.iter_mut().for_each(|action| self.action(action));
        self.sentences(changes);
        for SeverityRow { name, entries: _, per_mille: _, effective: _, evidence: _ } in severity {
            self.text(name);
        }
        self.sentences(severity_notes);
        if let Some(requests) = requests {
            self.requests(requests);
        }
        patterns.iter_mut().for_each(|row| self.pattern(row));
        details.iter_mut().for_each(|fact| self.fact(fact));
        deployments.iter_mut().for_each(|row| self.deployment(row));
        self.sentences(works);
        self.sentences(not_found);
        let Coverage { troubled: _, explained: _, sentences, unexplained } = coverage;
        self.sentences(sentences);
        self.quotes(unexplained);
        self.raw(raw);
        warnings.iter_mut().for_each(|problem| self.problem(problem));
        self.evidence(evidence);
    }

    fn evidence(&mut self, evidence: &mut [Evidence]) {
        for Evidence { filter, entries: _, quotes } in evidence {
            self.filter(filter);
            self.quotes(quotes);
        }
    }

    /// One text.
    fn text(&mut self, text: &mut String) {
        if let std::borrow::Cow::Owned(clean) = self.memory.redact(text) {
            *text = clean;
        }
    }

    fn texts(&mut self, texts: &mut [String]) {
        texts.iter_mut().for_each(|text| self.text(text));
    }

    /// Pieces are looked at together: a key in our words can stand before its value in code.
    fn rich(&mut self, Rich(pieces): &mut Rich) {
        let mut texts: Vec<&mut String> = pieces
            .iter_mut()
            .map(|piece| match piece {
                Inline::Text(text) | Inline::Code(text) => text,
            })
            .collect();
        self.memory.redact_pieces(&mut texts);
    }

    fn sentence(&mut self, sentence: &mut Sentence) {
        let Sentence { grade: _, text, rule, evidence: _ } = sentence;
        self.rich(text);
        self.text(rule);
    }

    fn sentences(&mut self, sentences: &mut [Sentence]) {
        sentences.iter_mut().for_each(|sentence| self.sentence(sentence));
    }

    fn fact(&mut self, fact: &mut Fact) {
        let Fact { key, values, more: _, note, evidence: _ } = fact;
        for value in values {
            *value = self.memory.redact_value(key, value);
        }
        self.text(key);
        self.rich(note);
    }

    fn counts(&mut self, counts: &mut [Count]) {
        for Count { what, n: _, evidence: _ } in counts {
            self.text(what);
        }
    }

    pub(super) fn quotes(&mut self, quotes: &mut [Quote]) {
        for quote in quotes {
            let Quote { row: _, file: _, offset: _, len: _, time: _, severity: _, source, text } = quote;
            self.text(source);
            self.text(text);
        }
    }

    fn timeline(&mut self, timeline: &mut Timeline) {
        let Timeline { from: _, bucket_nanos: _, buckets: _, marks, notes } = timeline;
        for Mark { time: _, kind, label, finding } in marks {
            self.text(kind);
            self.text(label);
            self.text(finding);
        }
        self.sentences(notes);
    }

    fn finding(&mut self, finding: &mut Finding) {
        let Finding {
            id,
            title,
            class: _,
            impact,
            state: _,
            state_text,
            counts,
            first: _,
            last: _,
            cause,
            chain,
            components,
            quotes,
            symptoms,
            variants,
            confidence,
            signatures,
            evidence: _,
        } = finding;
        self.text(id);
        self.rich(title);
        self.sentence(impact);
        self.sentence(state_text);
        self.counts(counts);
        self.sentences(cause);
        for ChainLink { kind, message, relation, place } in chain {
            [kind, message, relation, place].into_iter().for_each(|text| self.text(text));
        }
        for Component { file, line: _, function, statement } in components {
            [file, function, statement].into_iter().for_each(|text| self.text(text));
        }
        self.quotes(quotes);
        self.sentences(symptoms);
        self.sentences(variants);
        let Confidence { word, reason } = confidence;
        self.text(word);
        self.rich(reason);
        self.texts(signatures);
    }

    fn why(&mut self, why: &mut Why) {
        let Why { question, answer, alternatives } = why;
        self.rich(question);
        self.sentence(answer);
        self.sentences(alternatives);
    }

    fn action(&mut self, action: &mut Action) {
        let Action { priority: _, finding, what, steps, command, verify } = action;
        self.text(finding);
        self.rich(what);
        steps.iter_mut().for_each(|step| self.rich(step));
        self.text(command);
        self.rich(verify);
    }

    fn requests(&mut self, requests: &mut Requests) {
        let Requests { total: _, statuses, latency_micros: _, paths, more_paths: _, notes } = requests;
        self.counts(statuses);
        for PathRow { path, requests: _, statuses, latency_micros: _, evidence: _ } in paths {
            self.text(path);
            self.counts(statuses);
        }
        self.sentences(notes);
    }

    fn pattern(&mut self, row: &mut PatternRow) {
        let PatternRow {
            template,
            severity: _,
            entries: _,
            first: _,
            last: _,
            note,
            finding,
            variables,
            evidence: _,
        } = row;
        // A value is judged where it stands: `password=<*>` gives it away, `hunter2` alone does not.
        for (at, PatternVariable { kind: _, distinct: _, complete: _, top, range }) in
            variables.iter_mut().enumerate()
        {
            let [before, after] = around(template, at);
            for Count { what, n: _, evidence: _ } in top.iter_mut() {
                *what = self.memory.redact_between(&before, what, &after);
            }
            // What is empty now went together with its key.
            top.retain(|count| !count.what.is_empty());
            for end in range.iter_mut().flatten() {
                *end = self.memory.redact_between(&before, end, &after);
            }
        }
        [template, note, finding].into_iter().for_each(|text| self.text(text));
    }

    fn deployment(&mut self, row: &mut Deployment) {
        let Deployment {
            name,
            service,
            first: _,
            last: _,
            entries: _,
            starts: _,
            exits: _,
            instances: _,
            outcome,
        } = row;
        [name, service, outcome].into_iter().for_each(|text| self.text(text));
    }

    fn raw(&mut self, raw: &mut RawData) {
        let RawData { files, bytes: _, entries: _, duplicates: _, queries } = raw;
        for file in files {
            let FileRow {
                name,
                bytes: _,
                entries: _,
                encoding,
                container,
                dialect,
                order,
                first: _,
                last: _,
                skipped: _,
                notes,
                seekable: _,
            } = file;
            [name, encoding, container, dialect, order].into_iter().for_each(|text| self.text(text));
            self.texts(notes);
        }
        for Query { title, language, text } in queries {
            [title, language, text].into_iter().for_each(|part| self.text(part));
        }
    }

    fn problem(&mut self, problem: &mut Problem) {
        let Problem { code: _, place, detail } = problem;
        let Place { file, line: _, column: _ } = place;
        if let Some(file) = file {
            self.text(file);
        }
        self.text(detail);
    }

    fn filter(&mut self, filter: &mut Filter) {
        let Filter {
            severities: _,
            recorded: _,
            from: _,
            until: _,
            projects,
            resources,
            services,
            revisions,
            instances,
            executions,
            locations,
            logs,
            containers,
            traces,
            findings: _,
            shapes: _,
            files: _,
            statuses: _,
            latency_micros: _,
            request: _,
            rows: _,
            texts,
            not,
        } = filter;
        for texts in [
            projects, resources, services, revisions, instances, executions, locations, logs, containers,
            traces,
        ] {
            self.texts(texts);
        }
        for Term { any, regex: _ } in texts {
            self.texts(any);
        }
        not.iter_mut().for_each(|not| self.filter(not));
    }
}

/// What stands before and behind the variable with this number.
fn around(template: &str, at: usize) -> [String; 2] {
    let parts: Vec<&str> = template.split(VARIABLE).collect();
    let (before, after) = parts.split_at_checked(at + 1).unwrap_or((&parts, &[]));
    [before, after].map(|parts| parts.join(VARIABLE))
}
