//! What a framework logs as an exception and answers as the client's fault: takes a trouble of unknown routes or refused callers, says whether
//! the requests of the log show that it is no more than that. Without requests, or where a path was served too, it stays a trouble.

use super::Trouble;
use crate::diagnose::knowledge::Knowledge;
use crate::diagnose::statements::Statement;
use crate::digest::Index;

/// Signatures of paths without a route, and of callers who are turned away.
const ROUTE: &str = "route-unknown";
const CALLER: &str = "request-refused-by-framework";
/// Answers by which a path is one that is served.
const SERVED: usize = 3;

/// Whether as many requests of the service as that were refused, and of unknown routes none for a path that is served at other times.
pub(super) fn is_answered(
    index: &Index,
    knowledge: &Knowledge,
    statements: &[Statement],
    trouble: &Trouble,
) -> bool {
    let said = trouble.statements.first().and_then(|n| statements.get(*n));
    let Some(id) = said.and_then(|s| s.signature(knowledge)).map(|(known, _)| known.id.as_str()) else {
        return false;
    };
    if id != ROUTE && id != CALLER {
        return false;
    }
    let service =
        |row: u32| index.row(row).and_then(|row| index.source_of(row)).map(|source| source.service.as_ref());
    let Some(mine) = trouble.occurrences.firsts().first().map(|row| service(*row)) else { return false };
    let own = || index.requests().iter().filter(|r| service(r.row) == mine);
    let refused = own().filter(|r| (400..500).contains(&r.status)).count();
    if refused * 10 < trouble.occurrences.len() * 8 {
        return false;
    }
    if id == CALLER {
        return true;
    }
    let mut served: Vec<u32> = own().filter(|r| (200..400).contains(&r.status)).map(|r| r.path).collect();
    served.sort_unstable();
    let times = |path: u32| {
        served.partition_point(|known| *known <= path) - served.partition_point(|known| *known < path)
    };
    !own().filter(|r| matches!(r.status, 404 | 405)).any(|r| times(r.path) >= SERVED)
}
