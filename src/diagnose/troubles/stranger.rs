//! Logins that a database refuses to somebody outside: takes a refusal that the server tells of, gives what shows that it is no client of the
//! services in the log. Whoever listens on a public address is asked for `postgres` and `root` all day.

use super::Trouble;
use crate::diagnose::causality::Scene;
use crate::diagnose::causality::relations::signature_id;
use crate::diagnose::evidence::{Book, derived};
use crate::diagnose::lifecycle;
use crate::diagnose::statements::time;
use crate::digest::{Row, Shape};
use crate::entry::time::SECOND;
use crate::entry::{Severity, Source};
use crate::order::Gather as _;
use crate::report::model::{Rich, Sentence};
use std::collections::BTreeSet;
use std::net::Ipv4Addr;

/// Signatures of such refusals.
const REFUSED: [&str; 3] = ["pg-password-failed", "mysql-access-denied", "mssql-login-failed"];
/// Accounts that a server has, or may have, from the beginning; these are tried.
const TRIED: [&str; 12] = [
    "postgres",
    "root",
    "admin",
    "administrator",
    "sa",
    "user",
    "test",
    "guest",
    "mysql",
    "oracle",
    "dbadmin",
    "backup",
];

/// What stands before the address of a caller (log_line_prefix of PostgreSQL, MySQL's `'user'@'host'`, SQL Server).
const CALLER: [&str; 4] = ["client=", "host=", "'@'", "[CLIENT: "];
/// How near a refusal another service's error has to be to be of it.
const NEAR: i64 = 5 * SECOND;

/// Whether every refusal is of such an account for a caller at a public address that was never let in, while services work in the log and
/// none of them tells of it.
pub(crate) fn is_one(scene: &Scene<'_>, root: &Trouble) -> bool {
    let Some(user) = root.captures.get("user").filter(|user| TRIED.contains(&user.as_str())) else {
        return false;
    };
    let (index, rows) = (scene.index, root.occurrences.firsts());
    // Of a message only samples are known in their own words.
    let shapes: BTreeSet<u32> = rows.iter().filter_map(|row| index.row(*row)).map(Row::shape).gathered();
    let is_outside = |shape: &Shape| samples(shape).all(has_public_caller);
    let was_let_in = format!("connection authorized: user={user} ");
    let is_let_in = |shape: &Shape| samples(shape).any(|text| text.contains(&was_let_in));
    shapes.iter().filter_map(|shape| index.shape(*shape)).all(is_outside)
        && !index.shapes().iter().any(is_let_in)
        && is_unmissed(scene, root)
}

/// Whether logins are refused that nobody in the log misses: only the server tells of them, while others speak and have no errors beside.
pub(crate) fn is_unmissed(scene: &Scene<'_>, root: &Trouble) -> bool {
    let is_login = signature_id(scene, root).is_some_and(|s| REFUSED.contains(&s.id.as_str()));
    let service = |row: u32| scene.service(row);
    let rows = root.occurrences.firsts();
    let (Some(&first), Some(&last)) = (rows.first(), rows.last()) else { return false };
    let Some(mine) = service(first).filter(|_| is_login) else { return false };
    rows.iter().all(|row| service(*row) == Some(mine))
        && works_meanwhile(scene, mine, [first, last])
        && !is_missed(scene, mine, rows)
}

fn samples(shape: &Shape) -> impl Iterator<Item = &str> {
    std::iter::once(shape.text()).chain(shape.others())
}

/// Whether another service than the server speaks while the refusals last: an API that writes down who called it would miss nothing.
fn works_meanwhile(scene: &Scene<'_>, mine: &str, [first, last]: [u32; 2]) -> bool {
    let index = scene.index;
    let is_other = |source: &Source<'_>| {
        !source.service.is_empty() && source.service != mine && !source.service.ends_with(lifecycle::API)
    };
    let speaks: Vec<bool> = index.sources().iter().map(is_other).collect();
    let meanwhile = index.rows().get(first as usize..=last as usize).unwrap_or_default();
    meanwhile.iter().any(|row| speaks.get(row.source() as usize) == Some(&true))
}

/// Whether errors of other services stand beside half of the refusals.
fn is_missed(scene: &Scene<'_>, mine: &str, rows: &[u32]) -> bool {
    let index = scene.index;
    let is_others = |row: u32| {
        index.row(row).is_some_and(|row| row.severity() >= Severity::Error)
            && index.row(row).and_then(|row| index.source_of(row)).is_some_and(|s| s.service != mine)
    };
    let is_beside = |row: &&u32| {
        let Some(at) = time(index, **row) else { return false };
        let near =
            |other: &u32| time(index, *other).is_some_and(|t| at.0.abs_diff(t.0) <= NEAR.unsigned_abs());
        let n_rows = u32::try_from(index.rows().len()).unwrap_or(u32::MAX);
        (0..**row).rev().take_while(near).any(is_others)
            || (**row + 1..n_rows).take_while(near).any(is_others)
    };
    rows.iter().filter(is_beside).count() * 2 >= rows.len()
}

/// Whether a text names its caller by an address that no own network has.
fn has_public_caller(text: &str) -> bool {
    let address = |mark: &&str| -> Option<Ipv4Addr> {
        let (_, after) = text.split_once(*mark)?;
        let end = after.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(after.len());
        after.get(..end)?.parse().ok()
    };
    CALLER.iter().find_map(address).is_some_and(|ip| {
        let [a, b, ..] = ip.octets();
        let is_shared = a == 100 && (64..128).contains(&b);
        !(ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_unspecified() || is_shared)
    })
}

/// The same as a sentence.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, root: &Trouble) -> Option<Sentence> {
    let text = "The account is one that is tried everywhere, the caller has a public address, and no other service of this log tells of a refused login: nobody here misses it. Mostly that is somebody who tries passwords from outside.";
    is_one(scene, root).then(|| {
        derived(Rich::text(text), "account and address of the refused login", book.rows(&root.rows()))
    })
}
