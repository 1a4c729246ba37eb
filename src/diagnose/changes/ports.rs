//! A program that listens where the platform does not ask: takes a start that failed and what the program said of its
//! address, gives the finding its reason.

use crate::diagnose::causality::Scene;
use crate::diagnose::evidence::{self, Book, derived, hypothesis, observed};
use crate::diagnose::findings::{Told, signature};
use crate::diagnose::knowledge::{Expression, Phase, Role, named};
use crate::diagnose::lifecycle::collapse::What;
use crate::report::model::{Action, Confidence, Rich, Why};
use std::sync::LazyLock;

/// `listening on 127.0.0.1:3000`, `Server running at http://localhost:5000`, `started on port 3000`.
static ADDRESS: LazyLock<Option<Expression>> = LazyLock::new(|| {
    Expression::new(
        r"(?i)\b(?:listening|serving|running|started|bound|local)\b[^\n]{0,40}?(?:(?P<host>127\.0\.0\.1|localhost|0\.0\.0\.0|\[::1?\])?:|\bport[ :=]+)(?P<port>\d{2,5})\b",
    )
    .ok()
});

/// What a program said of its address, and the port that is asked.
struct Elsewhere {
    row: u32,
    address: String,
    loopback: bool,
    asked: String,
}

/// Gives findings of starts that failed on their port the address at which the program listens instead.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, told: &mut [Told]) {
    for t in told {
        let known = t.incident.root.and_then(|n| scene.troubles.get(n));
        let open = known.is_none_or(|root| {
            root.role != Role::Cause
                || signature(scene.knowledge, root).is_some_and(|s| is_platform_word(s.lifecycle))
        });
        if let Some(found) = open.then(|| find(scene, t)).flatten() {
            give(scene, book, t, &found);
        }
    }
}

fn is_platform_word(phase: Option<Phase>) -> bool {
    matches!(phase, Some(Phase::ProbeFailed | Phase::DeployFailed))
}

fn find(scene: &Scene<'_>, told: &Told) -> Option<Elsewhere> {
    let collapse = told.incident.collapse.as_ref().filter(|c| matches!(c.what, What::Deploy | What::Loop))?;
    let troubles = told.incident.root.iter().chain(&told.incident.symptoms);
    let asked = troubles.filter_map(|&n| scene.troubles.get(n)).find_map(|trouble| {
        let phase = signature(scene.knowledge, trouble)?.lifecycle;
        trouble.captures.get("port").filter(|_| is_platform_word(phase)).cloned()
    })?;
    let regex = ADDRESS.as_ref()?;
    scene.statements.iter().find_map(|statement| {
        let found = regex.captures(crate::digest::cut(&statement.text, 300));
        let port = named(&found, "port")?;
        let row = statement.occurrences.iter().find_map(|o| {
            let source = scene.index.row(o.first()).and_then(|row| scene.index.source_of(row))?;
            (source.service == collapse.service.as_str() && source.revision == collapse.name.as_str())
                .then_some(o.first())
        })?;
        let host = named(&found, "host").unwrap_or_default();
        let loopback = ["127.0.0.1", "localhost", "[::1]"].contains(&host.to_ascii_lowercase().as_str());
        let address = if host.is_empty() { format!("port {port}") } else { format!("{host}:{port}") };
        (port != asked || loopback).then_some(Elsewhere { row, address, loopback, asked: asked.clone() })
    })
}

fn give(scene: &Scene<'_>, book: &mut Book<'_>, told: &mut Told, found: &Elsewhere) {
    let evidence = book.rows(&[found.row]);
    let name =
        told.incident.collapse.as_ref().map_or("", |c| if c.name.is_empty() { &c.service } else { &c.name });
    let reach = if found.loopback { ", which nothing outside the container can reach" } else { "" };
    told.finding.title = Rich::default()
        .c(name)
        .t(" failed to start: it listens on ")
        .c(&found.address)
        .t(format!(", and the platform asks port {}", found.asked));
    let listens = Rich::text("The program says that it listens on ")
        .c(&found.address)
        .t(format!("{reach}; the platform asks port {} and gets no answer.", found.asked));
    let rule = "the address that the program names against the port of the probe";
    told.finding.cause.retain(|sentence| !sentence.text.plain().starts_with("No entry before the failures"));
    told.finding.cause.insert(0, derived(listens.clone(), rule, evidence));
    told.finding.quotes.extend(evidence::quotes(scene.index, &[found.row], 1));
    told.finding.confidence = Confidence {
        word: "likely".to_owned(),
        reason: Rich::text(
            "both addresses are in the log; that nothing else keeps the program from answering is concluded",
        ),
    };
    told.advice = Some(Action {
        priority: told.priority,
        finding: told.finding.id.clone(),
        what: Rich::text(format!(
            "Let the program listen on 0.0.0.0 and the port in the variable PORT ({} here), or set the container port of the service to the one it uses.",
            found.asked
        )),
        command: String::new(),
        steps: Vec::new(),
        verify: Rich::text("The start-up probe of the next revision succeeds."),
    });
    let why =
        |question: &str, answer| Why { question: Rich::text(question), answer, alternatives: Vec::new() };
    let said =
        observed(Rich::text("The program says that it listens on ").c(&found.address).t("."), evidence);
    told.whys = vec![
        why("Why does the new revision not start?", told.finding.impact.clone()),
        why("Why is it not ready?", derived(listens, rule, evidence)),
        why("Where does it listen?", said),
        why(
            "Why there?",
            hypothesis(Rich::text(
                "The port or host is a default of the program or stands in its configuration, and PORT is not read. The line that opens the port would confirm or refute it.",
            )),
        ),
    ];
}
