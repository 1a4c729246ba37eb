//! Numbers and times of the whole log → series, spans of requests, paces and latencies, which later stages look things up in.

pub(super) mod beats;
pub(super) mod calls;
pub(super) mod density;
pub(super) mod latency;
pub(super) mod paces;
pub(super) mod rhythm;
pub(super) mod series;
pub(super) mod spans;
