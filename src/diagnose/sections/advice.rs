//! What to do where no signature says it: takes a trouble, gives the sentence, fit for who said it.

use crate::diagnose::causality::{self, Scene};
use crate::diagnose::findings::{self, Told, place_of};
use crate::diagnose::knowledge::Role;
use crate::diagnose::troubles::{self, Kind, Trouble};
use crate::diagnose::{lifecycle, measures, words};
use crate::entry::{head, reason};
use crate::report::model::{Action, Rich};
use crate::trace;

/// Components that a cluster brings or that are installed into it; each may have more behind a dash (`kube-proxy-x1`).
const COMPONENTS: [&str; 24] = [
    "kube-proxy",
    "kube-dns",
    "coredns",
    "node-local-dns",
    "node-cache",
    "konnectivity-agent",
    "metrics-server",
    "cluster-autoscaler",
    "event-exporter",
    "fluentbit",
    "gke-metrics-agent",
    "pdcsi-node",
    "calico-node",
    "cilium",
    "cert-manager",
    "external-dns",
    "ingress-nginx",
    "istio-proxy",
    "istiod",
    "argocd",
    "prometheus",
    "kubelet",
    "containerd",
    "anetd",
];

/// What to do where no signature says it.
pub(crate) fn unknown(
    scene: &Scene<'_>,
    told: &Told,
    root: Option<&Trouble>,
    frame: Option<&trace::Frame>,
    urgent: bool,
    action: &mut Action,
) {
    let words = Rich::default().c(&told.words);
    let limit = measures::latency::Latencies::of(scene.index, &told.incident.requests)
        .and_then(|l| l.limit_seconds());
    let quoted = |text: &str| Rich([Rich::text(text).0, words.0.clone()].concat()).t(".");
    action.what = match (root.map(|r| r.kind), frame) {
        (Some(Kind::Exception | Kind::Message | Kind::Suspect), _) if advice_of(scene, root).is_some() => {
            let advice = advice_of(scene, root).unwrap_or_default();
            Rich::text("Try what the message itself advises: ").c(advice).t(".")
        }
        (_, Some(frame)) => {
            let mut text = Rich::text("Fix the error raised at ").c(place_of(frame));
            if !frame.function.is_empty() {
                text = text.t(" in ").c(&frame.function);
            }
            Rich([text.t(": ").0, words.0].concat()).t(".")
        }
        (Some(Kind::ServerErrors), None) if limit.is_some() => Rich::text(
            "Move the work behind this request into a job or a queue that answers at once, or split it into smaller pieces; as first aid raise the request timeout of the service above what it really takes.",
        ),
        (Some(Kind::ServerErrors), None) => {
            action.command = findings::requests::command(&told.values, told.finding.first, told.finding.last);
            findings::requests::advice(scene, &told.incident.requests)
        }
        (Some(Kind::ClientErrors), None) if causality::bounded::of(scene, &told.incident).is_some() => {
            causality::bounded::of(scene, &told.incident).map_or(Rich::default(), causality::bounded::advice)
        }
        (Some(Kind::ClientErrors), None) => Rich::text(
            "Check whether these callers should have been served; if they are scanners or tests, nothing is to be done.",
        ),
        (Some(Kind::Suspect), None) => quoted("Check whether this is a failure, and give it a severity: "),
        (Some(Kind::Message), None) if root.is_some_and(|r| r.role == Role::Warning) => {
            quoted(warned(urgent))
        }
        (Some(Kind::Exception | Kind::Message), None) => {
            action.command =
                findings::requests::command(&told.values, told.finding.first, told.finding.first);
            match platform_part(scene, root) {
                Some(part) => Rich([
                    Rich::text("It is said by ").c(part).t(", not by code of your own: look up what it says in the documentation of that component, and check what it reports on: ").0,
                    words.0,
                ].concat()).t("."),
                None => match root.and_then(|root| troubles::answered::Answer::of(scene, root)) {
                    Some(answer) => answer.advice(),
                    None => look_at(scene, root, words),
                },
            }
        }
        _ => look_before(words),
    };
}

/// Where to begin with an error that is only a message: the step before it, where it is the same each time, or the code.
fn look_at(scene: &Scene<'_>, root: Option<&Trouble>, words: Rich) -> Rich {
    let text = root.and_then(|root| root.lead(scene.statements)).map_or("", |lead| lead.text.as_str());
    if let Some((file, line)) = setting_at(text) {
        let rich = Rich::text(format!("Correct line {line} of ")).c(file).t(": ");
        return Rich([rich.0, words.0].concat())
            .t(". Let the program check its file before it is started again, if it can.");
    }
    let step = root.and_then(|root| lifecycle::last_words::before_failure(scene, root, &root.rows()));
    match step {
        Some((step, _)) => Rich(
            [
                Rich::text("Look at what is done after ").c(step).t(", the last thing said before it each time, and let it log which input and which call failed: ").0,
                words.0,
            ]
            .concat(),
        )
        .t("."),
        None => Rich([Rich::text("Find the line of code that logs it, and read what the same instance said in the seconds before: ").0, words.0].concat()).t("."),
    }
}

/// Endings of files that hold settings.
const SETTINGS: [&str; 11] =
    [".cfg", ".conf", ".cnf", ".ini", ".yaml", ".yml", ".toml", ".properties", ".hcl", ".tf", ".xml"];

/// The file of settings and the line that a message names: `/etc/haproxy/haproxy.cfg:41`.
fn setting_at(text: &str) -> Option<(&str, u32)> {
    let head = crate::digest::cut(text, 400);
    head.split(|c: char| c.is_whitespace() || matches!(c, '[' | ']' | '(' | ')' | '"' | '\'' | ',')).find_map(
        |word| {
            let mut parts = word.trim_end_matches(':').splitn(2, ':');
            let (file, line) = (parts.next()?, parts.next()?);
            let is_setting = SETTINGS.iter().any(|ending| file.ends_with(ending)) && !file.contains("://");
            Some((file, line.split(':').next()?.parse().ok()?)).filter(|_| is_setting)
        },
    )
}

/// What the words of the trouble advise in a field of their own.
fn advice_of(scene: &Scene<'_>, root: Option<&Trouble>) -> Option<String> {
    let lead = root?.lead(scene.statements)?;
    reason::advice(&lead.text).map(|advice| words::brief(&advice, 300))
}

/// The part of a platform that says it, where it is not the program of the reader: a component of the cluster, a node, a database.
fn platform_part(scene: &Scene<'_>, root: Option<&Trouble>) -> Option<String> {
    let row = root?.occurrences.first()?.first();
    let source = scene.index.row(row).and_then(|row| scene.index.source_of(row))?;
    let text = scene.index.text_of(row);
    let is_klog = head::is_klog(&text);
    let of_cluster = [&source.container, &source.service].iter().any(|name| is_component(name));
    let of_node = source.resource == "k8s_node" || source.resource == "k8s_cluster";
    let of_database = source.resource == "cloudsql_database" || source.resource.starts_with("redis");
    let name =
        [&source.container, &source.service, &source.resource].into_iter().find(|name| !name.is_empty());
    name.filter(|_| is_klog || of_cluster || of_node || of_database).map(ToString::to_string)
}

/// Whether a container or service is such a component.
fn is_component(name: &str) -> bool {
    COMPONENTS
        .iter()
        .any(|known| name.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with('-')))
}

/// What to do about a warning that nothing else is known of: where something failed, it may have to do with that.
fn warned(urgent: bool) -> &'static str {
    if urgent {
        "Find out whether this warning has to do with what failed, and whether it asks for a repair: "
    } else {
        "Decide whether this warning asks for a repair; if it is expected, log it below WARNING, so that real warnings stand out: "
    }
}

/// What to do where the log names no cause; `words` are the last ones before the failure, or empty.
fn look_before(words: Rich) -> Rich {
    let text = "Get the log from before the first failure, with every severity and both stdout and stderr";
    if words.plain().trim().is_empty() {
        return Rich::text(format!("{text}: nothing in this one says why."));
    }
    Rich([Rich::text(format!("{text}, and look for the cause: ")).0, words.0].concat()).t(".")
}
