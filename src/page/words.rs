//! Words of the page that are longer than a label, in one place.

/// What the page is for, in one sentence.
pub const PROMISE: &str = "Drop a log export. Get the incident report a good SRE would have written by hand.";

/// The line on privacy.
pub const PRIVACY: &str = "Your log stays in this tab: the page is sealed so that it cannot make a request.";

/// Commands that fetch a log which this page reads: what for, command.
pub const COMMANDS: [(&str, &str); 4] = [
    (
        "Cloud Run service",
        "gcloud logging read 'resource.type=\"cloud_run_revision\" AND resource.labels.service_name=\"SERVICE\"' --freshness=1d --format=json > logs.json",
    ),
    (
        "GKE workload",
        "gcloud logging read 'resource.type=\"k8s_container\" AND resource.labels.namespace_name=\"NAMESPACE\"' --freshness=1d --format=json > logs.json",
    ),
    ("Function", "gcloud functions logs read FUNCTION --limit=1000 --format=json > logs.json"),
    ("Kubernetes pod", "kubectl logs --all-containers --prefix --timestamps deploy/NAME > logs.txt"),
];

/// Why nothing leaves the tab: what and how.
pub const PROOF: [(&str, &str); 6] = [
    (
        "No request can be made.",
        "A content security policy stands first in this file: connect-src 'none', and nothing but 'none' for everything that loads. The browser enforces it before any code runs, in the page and in its workers.",
    ),
    (
        "No other code can run.",
        "The policy names this page's script and style by their hashes. Changed or added script does not start. Trusted Types forbid turning text into script or markup; there is no exception.",
    ),
    (
        "No way around.",
        "What a policy can't close is closed by absence: peer connections are removed before the program starts, and the program holds no code that navigates, opens windows or submits forms. Text of a log never becomes a link.",
    ),
    (
        "Nothing is kept.",
        "No storage, no cookies. Back and Forward keep a number, never a word of a log. Close the tab and everything is gone.",
    ),
    (
        "Secrets are taken out.",
        "Tokens, keys and passwords are replaced before anything is shown, copied or saved.",
    ),
    (
        "See for yourself.",
        "Open the developer tools, choose Network, drop a file: the list stays empty. Or pull the plug first: save this page, go offline, open it from your disk.",
    ),
];

/// Keys that are not single: key, what it does.
pub const KEYS: [(&str, &str); 9] = [
    ("Ctrl  K", "Everything that can be done, by name"),
    ("Enter", "Open what has focus"),
    ("Enter  Shift Enter", "In the search: next and previous match"),
    ("Esc", "Close the entry, the drawer or the dialog"),
    ("↑  ↓  PgUp  PgDn", "Move in the entries"),
    ("←  →", "Move on the timeline, with Shift choose a span"),
    ("+  -", "Zoom on the timeline, and back"),
    ("PgUp  PgDn", "Earlier and later on a timeline that is zoomed"),
    ("Tab", "Everything is reachable with it"),
];
