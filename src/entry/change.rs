//! The words of an audit entry → whether it tells of a change: a call that alters something, or a revision that became ready.

/// Verbs of methods that alter something; the others read.
const ALTERS: [&str; 21] = [
    "Replace",
    "Create",
    "Update",
    "SetIam",
    "setIam",
    "Set",
    "Patch",
    "Delete",
    "Deploy",
    "Insert",
    "Failover",
    "Restart",
    "Reset",
    "Stop",
    "Disable",
    "Destroy",
    "AddSecret",
    "Enable",
    "Pause",
    "Resume",
    "Suspend",
];

/// Kinds of objects of a cluster whose change alters what runs.
const WORKLOADS: [&str; 7] = [
    ".deployments.",
    ".statefulsets.",
    ".daemonsets.",
    ".configmaps.",
    ".secrets.",
    ".ingresses.",
    ".cronjobs.",
];

/// Whether the words of an audit entry tell of a change that went through: the method, the resource, and who called it.
pub(crate) fn alters(text: &str) -> bool {
    let method = text.split_whitespace().next().unwrap_or("");
    let method = method.strip_suffix(".scale.patch").map_or(method, |_| "io.k8s.apps.v1.deployments.patch");
    let verb = method.rsplit('.').next().unwrap_or("");
    // Projects and folders write the bare name.
    let called = (method.contains('.') || verb == "SetIamPolicy")
        && ALTERS.iter().any(|alter| verb.starts_with(alter));
    // `io.k8s.apps.v1.deployments.patch`: what decides which pods run and with what; leases and states change all the time.
    let workload = method.starts_with("io.k8s.")
        && ["patch", "update", "create", "delete"].contains(&verb)
        && WORKLOADS.iter().any(|kind| method.contains(kind));
    // `v1.compute.instanceGroupManagers.resize`: all that does not read.
    let compute = method.contains("compute.")
        && !["get", "list", "aggregatedList", "search", "test"].iter().any(|read| verb.starts_with(read))
        && !verb.is_empty();
    (called || workload || compute) && !text.contains("(status code")
        || text.contains("Deploying revision succeeded")
}
