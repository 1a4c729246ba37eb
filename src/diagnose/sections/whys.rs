//! Five whys: from the failure that a user sees, down the chain of evidence, to where evidence stops; then hypotheses.

use crate::diagnose::causality::{self, Scene};
use crate::diagnose::evidence::{Book, derived, hypothesis, observed};
use crate::diagnose::findings::titles::error_words;
use crate::diagnose::findings::{self, Told, place_of, signature};
use crate::diagnose::knowledge::{self, Knowledge, Phase, Signature};
use crate::diagnose::lifecycle::collapse::What;
use crate::diagnose::troubles::{self, Kind};
use crate::diagnose::words::{self, brief, headline, with_reason};
use crate::diagnose::{anomalies, changes, measures, statements};
use crate::order::Order as _;
use crate::report::model::{Priority, Rich, Sentence, Why};
use crate::trace;

/// At most this many steps, as the method has it.
pub(crate) const STEPS: usize = 5;
/// What is open where a level or a call's time grew before.
const GROWN: &str = "That it led to the failures is concluded from its time; the log does not say it. Stopping what made it grow, and seeing it fall and the failures end, would confirm it.";
/// The question after what the platform or a process manager says of an end.
const ENDS: &str = "Why does the process end?";

/// The whys of the main finding.
pub(crate) fn ask(scene: &Scene<'_>, book: &mut Book<'_>, told: &[Told]) -> Vec<Why> {
    let Some(main) = told.first().filter(|t| t.priority < Priority::P2 || is_cause(scene, t)) else {
        return Vec::new();
    };
    if !main.whys.is_empty() {
        return main.whys.clone();
    }
    let mut whys = Vec::new();
    let root = main.incident.root.and_then(|root| scene.troubles.get(root));
    let subject = subject(scene, main);
    whys.push(Why { question: subject.0, answer: subject.1, alternatives: Vec::new() });
    whys.extend(end_of_process(scene, book, main));
    if let Some(root) = root {
        let evidence = book.rows(&root.rows());
        let known = signature(scene.knowledge, root);
        if let Some(trace) = root.trace(scene.statements) {
            exceptions(&mut whys, trace, &main.words, evidence);
        } else if root.kind == Kind::ServerErrors {
            whys.push(unexplained(scene, main, evidence));
        } else {
            let words = error_words(root.lead(scene.statements), known, None);
            whys.push(Why {
                question: Rich::text("Why does that happen?"),
                answer: observed(Rich::text("The log says ").c(words).t("."), evidence),
                alternatives: Vec::new(),
            });
        }
        if let Some(known) = known {
            explanation(&mut whys, known, main, evidence);
            earlier(scene, book, &mut whys, known, main);
        }
    }
    let said = root
        .and_then(|root| root.lead(scene.statements))
        .map_or(String::new(), |s| s.text.to_ascii_lowercase());
    // What changed just before is where the evidence goes on, and the guesses begin from there.
    let asked = troubles::answered::why(main).or_else(|| anomalies::timed_out::why(main));
    let apart = changes::parted::why(main).or_else(|| anomalies::overlap::why(main));
    whys.extend([asked, apart.or_else(|| findings::few::why(main))].into_iter().flatten());
    let (switched, level) = (changes::switched::why(main), anomalies::levels::why(main));
    // A setting may have made a level rise.
    let both = level.clone().filter(|_| switched.is_some());
    let grown = switched.is_some() || level.is_some();
    let changed = changed(scene, book, main)
        .or_else(|| changes::foretold::why(main).or_else(|| changes::taken_away::why(main)))
        .or_else(|| changes::why(main))
        .or_else(|| changes::scaled::why(main).or_else(|| changes::unmanned::why(main)))
        .or(switched);
    let set = changes::settings::why(main);
    let fallback = match changed {
        None if grown => GROWN,
        _ => unsaid(scene, main, root.map(|root| root.kind), changed.is_some() || set.is_some()),
    };
    let last = changed.or(level).or(set).or_else(|| began(scene, book, main));
    whys.extend(both.into_iter().chain(last));
    guesses(scene, &mut whys, root.and_then(|root| signature(scene.knowledge, root)), main, &said, fallback);
    shorten(&mut whys, grown);
    whys
}

/// Why requests failed that no message explains: at which server, if the balancer says so.
fn unexplained(scene: &Scene<'_>, main: &Told, evidence: Option<u32>) -> Why {
    let server = main.finding.cause.iter().find(|s| s.rule == causality::upstreams::RULE).cloned();
    let unexplained = derived(
        findings::requests::unexplained(scene, &main.incident.requests),
        "no message of a failure near the requests, by time, trace id and revision",
        evidence,
    );
    let (answer, alternatives) = match server {
        Some(server) => (server, vec![unexplained]),
        None => (unexplained, Vec::new()),
    };
    Why { question: Rich::text("Why does that happen?"), answer, alternatives }
}

/// Leaves out what adds least to a long chain.
fn shorten(whys: &mut Vec<Why>, grown: bool) {
    if whys.len() > STEPS {
        // The platform's own words on the end.
        whys.retain(|why| why.question != Rich::text(ENDS));
    }
    if grown && whys.len() > STEPS {
        // What had grown before says more than one of the exceptions between the first and the last.
        whys.remove(2);
    }
    whys.truncate(STEPS);
}

/// What stands between the failure and its cause: the platform's or a server's own words on why it gave up.
fn end_of_process(scene: &Scene<'_>, book: &mut Book<'_>, main: &Told) -> Option<Why> {
    main.incident.collapse.as_ref()?;
    let mut steps: Vec<(u32, Why)> = Vec::new();
    for symptom in main.incident.symptoms.iter().filter_map(|&n| scene.troubles.get(n)) {
        let Some(known) = signature(scene.knowledge, symptom) else { continue };
        if known.lifecycle.is_some()
            || known.what.is_empty()
            || !is_platform(known)
            || !ends_process(scene.knowledge, known)
        {
            continue;
        }
        let mut values = main.values.clone();
        values.extend(symptom.captures.clone());
        let words = error_words(symptom.lead(scene.statements), Some(known), None);
        let answer = observed(
            Rich::default().c(words).t(format!(" — {}", Knowledge::fill(&known.what, &values))),
            book.rows(&symptom.rows()),
        );
        let last = symptom.occurrences.last().map_or(0, statements::Occurrence::first);
        steps.push((last, Why { question: Rich::text(ENDS), answer, alternatives: Vec::new() }));
    }
    steps.order_by_key(|(row, _)| std::cmp::Reverse(*row));
    steps.into_iter().next().map(|(_, why)| why)
}

/// What may be behind it where no signature has an idea.
fn unsaid(scene: &Scene<'_>, main: &Told, kind: Option<Kind>, changed: bool) -> &'static str {
    if changed {
        return "That the change led to it is not said in the log; taking it back, or making it again where nobody is hurt, would confirm or refute it.";
    }
    let limit = measures::latency::Latencies::of(scene.index, &main.incident.requests)
        .and_then(|l| l.limit_seconds());
    match (kind, limit) {
        (Some(Kind::ServerErrors), Some(_)) => {
            "The log does not say. Either the work has grown past the limit, or a call inside it waits without a time limit of its own; the duration of each step, or a trace, would show which."
        }
        _ => {
            "The log does not say. A change of code or configuration before the first failure would fit; the deployment history would confirm or refute it."
        }
    }
}

/// The step that tells of the last change, where the finding is urgent enough to ask for it.
fn changed(scene: &Scene<'_>, book: &mut Book<'_>, main: &Told) -> Option<Why> {
    let answer = if let Some(taken) = changes::reversal::told(&main.finding) {
        Some(taken.clone())
    } else if main.priority < Priority::P2 {
        changes::before(scene, book, main.finding.first, &changes::About::of(scene, &main.incident))
    } else {
        None
    };
    answer.map(|answer| Why {
        question: Rich::text("What changed before it began?"),
        answer,
        alternatives: Vec::new(),
    })
}

/// What else the log shows to have changed when the failures began.
fn began(scene: &Scene<'_>, book: &mut Book<'_>, main: &Told) -> Option<Why> {
    let mut answers = findings::onset::why(scene, book, &main.incident, &main.failures).into_iter();
    let answer = answers.next()?;
    let question = Rich::text("Why did it begin at that time?");
    Some(Why { question, answer, alternatives: answers.collect() })
}

/// Whether a consequence is the reason for an exit in the words of a server or the platform.
fn ends_process(knowledge: &Knowledge, known: &Signature) -> bool {
    known.explains.iter().any(|id| {
        knowledge.signatures().iter().any(|s| {
            s.id == *id
                && matches!(
                    s.lifecycle,
                    Some(
                        Phase::Exit
                            | Phase::ProbeFailed
                            | Phase::DeployFailed
                            | Phase::JobFailed
                            | Phase::BuildFailed
                    )
                )
        })
    })
}

/// Whether the words are those of the platform or of a process manager, not of what they look after.
fn is_platform(known: &Signature) -> bool {
    [
        "nginx-gunicorn-uvicorn",
        "cloud-run",
        "lifecycle",
        "gke-k8s",
        "app-engine",
        "cloud-functions",
        "node",
        "memory-cpu-disk",
    ]
    .contains(&known.area.as_str())
}

/// Whether a finding names something that can be repaired, urgent or not.
fn is_cause(scene: &Scene<'_>, told: &Told) -> bool {
    let root = told.incident.root.and_then(|root| scene.troubles.get(root));
    root.is_some_and(|root| root.role == knowledge::Role::Cause)
}

/// The first question and its answer.
fn subject(scene: &Scene<'_>, main: &Told) -> (Rich, Sentence) {
    let failed = main.finding.impact.clone();
    let name = |fallback: &str| main.values.get("service").cloned().unwrap_or_else(|| fallback.to_owned());
    let question = match main.incident.collapse.as_ref().map(|c| c.what) {
        Some(What::Loop | What::Crash) => Rich::text("Why is ").c(name("the service")).t(" not staying up?"),
        Some(What::Job | What::FalseSuccess) => {
            Rich::text("Why is the work of ").c(name("the job")).t(" not done?")
        }
        Some(What::Build) => {
            let partly = main.incident.collapse.as_ref().is_some_and(|c| findings::extent::applied(scene, c));
            Rich::text(if partly { "Why did the build fail?" } else { "Why was nothing deployed?" })
        }
        Some(What::Deploy) => {
            let pods = main.incident.collapse.as_ref().is_some_and(|c| findings::extent::is_pod(scene, c));
            let what = if pods { "Why do the new pods of " } else { "Why does the new revision of " };
            Rich::text(what).c(name("the service")).t(" not start?")
        }
        None => match findings::requests::most_frequent(scene, &main.incident.requests) {
            Some(path) => Rich::text("Why do requests to ").c(path).t(" fail?"),
            None => match main.values.get("service") {
                Some(service) => Rich::text("What went wrong at ").c(service).t("?"),
                None => Rich::text("What went wrong?"),
            },
        },
    };
    // Where the impact is that none is seen, the first question is what users notice.
    let root = main.incident.root.and_then(|root| scene.troubles.get(root));
    let unseen = main.incident.collapse.is_none()
        && main.incident.requests.is_empty()
        && root.is_some_and(|r| matches!(r.kind, Kind::Message | Kind::Suspect | Kind::Exception));
    (if unseen { Rich::text("What do users notice?") } else { question }, failed)
}

/// Whether an exception only says that a wait was ended.
pub(crate) fn cut_off(kind: &str) -> bool {
    ["CancelledError", "TimeoutError", "TimeoutException", "CancellationError"]
        .iter()
        .any(|name| kind.ends_with(name))
}

/// A step an exception of the chain, outermost first.
fn exceptions(whys: &mut Vec<Why>, trace: &trace::Trace, told: &str, evidence: Option<u32>) {
    let mut chain: Vec<&trace::Exception> =
        trace.chain.iter().filter(|e| !(e.kind.trim().is_empty() && e.message.trim().is_empty())).collect();
    chain.dedup_by(|later, earlier| later.kind == earlier.kind && later.message == earlier.message);
    // A wait that was cut off without a word adds no reason below one that has words.
    while chain.len() > 1
        && chain.last().is_some_and(|last| last.message.trim().is_empty() && cut_off(&last.kind))
    {
        chain.pop();
    }
    let n = chain.len();
    for (at, exception) in chain.iter().enumerate() {
        // A long chain keeps its ends: what was reported, and the root.
        if n > 3 && at > 0 && at + 2 < n {
            continue;
        }
        let mut words = statements::prefix::unprefixed(&exception.kind).to_owned();
        // A printed structure says less than what was read out of it.
        let printed = exception.message.trim_start().starts_with(['[', '{', '"']);
        if at + 1 == n && printed && told.starts_with(&words) {
            words = told.to_owned();
        } else if !exception.message.is_empty() {
            words = if words.is_empty() {
                with_reason(&exception.message, 240)
            } else {
                format!("{words}: {}", with_reason(&exception.message, 240))
            };
        }
        let question = if at == 0 {
            "Why does that happen?".to_owned()
        } else {
            format!(
                "Why {}?",
                chain.get(at - 1).map_or(String::from("that"), |e| if e.kind.is_empty() {
                    "does that fail".to_owned()
                } else {
                    format!("was the {} raised", e.kind.rsplit('.').next().unwrap_or(&e.kind))
                })
            )
        };
        let frame = exception
            .frames
            .iter()
            .find(|f| f.user && !f.file.is_empty())
            .or_else(|| exception.frames.iter().find(|f| !f.file.is_empty()));
        let text = match frame {
            None => Rich::text("The log says ").c(words),
            Some(frame) => {
                let text = Rich::default().c(words).t(" is raised at ").c(place_of(frame));
                if frame.source.is_empty() { text } else { text.t(", by ").c(headline(&frame.source, 160)) }
            }
        };
        whys.push(Why {
            question: Rich::text(question),
            answer: observed(text.t("."), evidence),
            alternatives: Vec::new(),
        });
    }
}

/// What came before the cause in the same cycles and is known to lead to it: the log's own hint at what lies deeper.
fn earlier(scene: &Scene<'_>, book: &mut Book<'_>, whys: &mut Vec<Why>, root: &Signature, main: &Told) {
    let own = main.incident.root.and_then(|root| scene.troubles.get(root));
    let before = main.incident.symptoms.iter().filter_map(|&n| scene.troubles.get(n)).find(|symptom| {
        signature(scene.knowledge, symptom).is_some_and(|known| known.explains.contains(&root.id))
            || own.is_some_and(|own| causality::forerun::same_target(scene, symptom, own))
    });
    let Some(before) = before else { return };
    let known = signature(scene.knowledge, before);
    let words = error_words(before.lead(scene.statements), known, None);
    let mut values = main.values.clone();
    values.extend(before.captures.clone());
    let what = known.map_or(String::new(), |known| format!(" — {}", Knowledge::fill(&known.what, &values)));
    let n = words::count(before.occurrences.len() as u64, "time", "times");
    let first = before.occurrences.first().and_then(|o| statements::time(scene.index, o.first()));
    let since = first.map_or(String::new(), |first| format!(", from {} UTC on", first.date_time()));
    let answer = Rich::default().c(words).t(format!(" ({n}{since}){what}"));
    whys.push(Why {
        question: Rich::text("What came before it?"),
        answer: observed(answer, book.rows(&before.rows())),
        alternatives: Vec::new(),
    });
}

fn explanation(whys: &mut Vec<Why>, known: &Signature, main: &Told, evidence: Option<u32>) {
    let what = Knowledge::fill(&known.what, &main.values);
    if !what.is_empty() {
        whys.push(Why {
            question: Rich::text("What does that mean?"),
            answer: derived(words::prose(&what), "what this kind of message means", evidence),
            alternatives: Vec::new(),
        });
    }
}

/// Where the evidence stops: hypotheses, each with how to test it, or the plain statement that the log does not say.
fn guesses(
    scene: &Scene<'_>,
    whys: &mut Vec<Why>,
    known: Option<&Signature>,
    main: &Told,
    said: &str,
    fallback: &str,
) {
    let fill = |text: &str| brief(&Knowledge::fill(text, &main.values), 240).trim_end_matches('.').to_owned();
    let shows = |text: &str| text.len() >= 8 && said.contains(&text.to_ascii_lowercase());
    // What the message itself refutes is no answer; what it confirms comes first.
    let candidates: Vec<_> = known
        .into_iter()
        .flat_map(|known| known.why_candidates.iter())
        .map(|candidate| (fill(&candidate.hypothesis), fill(&candidate.confirm), fill(&candidate.refute)))
        .filter(|(_, _, refute)| !shows(refute))
        .collect();
    let found: Vec<Option<String>> =
        candidates.iter().map(|(_, confirm, _)| super::proof::of(scene, main, confirm)).collect();
    let mut candidates: Vec<_> = candidates.into_iter().zip(found).collect();
    candidates.order_by_key(|((_, confirm, _), found)| !(shows(confirm) || found.is_some()));
    let mut guesses = candidates.into_iter().map(|((idea, confirm, refute), found)| {
        let mut text = format!("{}.", words::capital(&idea));
        if let Some(found) = found {
            text.push_str(&format!(" For it speaks what the log holds: {found}."));
        } else if shows(&confirm) {
            text.push_str(&format!(" For it speaks that the log says \"{confirm}\"."));
        } else if !confirm.is_empty() {
            text.push_str(&format!(" It would speak for it: {confirm}."));
        }
        if !refute.is_empty() {
            text.push_str(&format!(" It would speak against it: {refute}."));
        }
        hypothesis(words::prose(&text))
    });
    let question = Rich::text("Why did it come to that?");
    match guesses.next() {
        Some(answer) => whys.push(Why { question, answer, alternatives: guesses.take(3).collect() }),
        None => {
            whys.push(Why { question, answer: hypothesis(Rich::text(fallback)), alternatives: Vec::new() });
        }
    }
}
