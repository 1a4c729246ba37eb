//! The redaction gate of a comparison: a comparison → the same without what has to go. As with a report, every field is named.

use super::super::super::model::*;
use super::Gate;

impl Gate<'_> {
    /// The whole comparison, in the order in which it is read.
    pub(in super::super) fn comparison(&mut self, told: &mut Comparison) {
        let Comparison {
            schema: _,
            generator,
            generated_at: _,
            verdict: _,
            headline,
            confidence,
            summary,
            baseline,
            incident,
            services,
            patterns,
            more_patterns: _,
            settings,
            statuses,
            latencies,
            rhythms,
            boundaries,
            method,
            warnings,
            evidence,
        } = told;
        self.text(generator);
        self.rich(headline);
        let Confidence { word, reason } = confidence;
        self.text(word);
        self.rich(reason);
        // Tables go before sentences: their keys give values away that sentences repeat.
        settings.iter_mut().for_each(|row| self.setting(row));
        self.sentences(summary);
        self.compared(baseline);
        self.compared(incident);
        for ServiceChange { name, score: _, claimed: _, changed: _, moved: _, since: _, reason } in services {
            self.text(name);
            self.rich(reason);
        }
        patterns.iter_mut().for_each(|row| self.changed(row));
        for StatusChange { service, path, class, answers: _, total: _, score: _, filters } in statuses {
            [service, path, class].into_iter().for_each(|text| self.text(text));
            filters.iter_mut().for_each(|filter| self.filter(filter));
        }
        for LatencyChange { service, what, n: _, p50: _, p95: _, score: _, filters } in latencies {
            [service, what].into_iter().for_each(|text| self.text(text));
            filters.iter_mut().for_each(|filter| self.filter(filter));
        }
        for RhythmChange { service, template, period_millis: _, filters } in rhythms {
            [service, template].into_iter().for_each(|text| self.text(text));
            filters.iter_mut().for_each(|filter| self.filter(filter));
        }
        for Boundary { service, before, after, at: _, entries: _ } in boundaries {
            [service, before, after].into_iter().for_each(|text| self.text(text));
        }
        self.sentences(method);
        warnings.iter_mut().for_each(|problem| self.problem(problem));
        self.evidence(evidence);
    }

    fn compared(&mut self, side: &mut Compared) {
        let Compared {
            name,
            entries: _,
            requests: _,
            first: _,
            last: _,
            logged_seconds: _,
            errors: _,
            buckets: _,
            filter,
        } = side;
        self.text(name);
        self.filter(filter);
    }

    fn changed(&mut self, row: &mut PatternChange) {
        let PatternChange {
            template,
            service,
            severity: _,
            exception,
            score: _,
            evidence: _,
            direction: _,
            claimed: _,
            chance_ppm: _,
            times: _,
            baseline,
            incident,
            example,
            reason,
        } = row;
        [template, service, exception, example].into_iter().for_each(|text| self.text(text));
        for Side { entries: _, per_1000_minutes: _, per_1000_requests: _, first: _, filter } in
            [baseline, incident]
        {
            self.filter(filter);
        }
        self.rich(reason);
    }

    fn setting(&mut self, row: &mut SettingChange) {
        let SettingChange { service, name, before, during, since: _, filters } = row;
        for value in before.iter_mut().chain(during) {
            *value = self.memory.redact_value(name, value);
        }
        self.text(service);
        self.text(name);
        filters.iter_mut().for_each(|filter| self.filter(filter));
    }
}
