//! What the services of a generated log say: takes nothing, gives texts with `{n}`-like holes that [`fill`] fills.

use super::dice::Dice;

/// Services with the share of traffic each has, of 100.
pub(crate) const SERVICES: &[(&str, u64)] =
    &[("orders-api", 46), ("catalog", 27), ("checkout", 18), ("mailer", 9)];
/// Nouns that lines speak of.
const THINGS: &[&str] = &[
    "order",
    "customer",
    "basket",
    "invoice",
    "session",
    "price list",
    "parcel",
    "coupon",
    "refund",
    "review",
];
/// What happens to them.
const VERBS: &[&str] = &[
    "loaded",
    "stored",
    "queued",
    "validated",
    "refreshed",
    "skipped",
    "sent",
    "indexed",
    "merged",
    "expired",
];
/// Where.
const PLACES: &[&str] =
    &["cache", "database", "queue", "bucket", "search index", "ledger", "mail gateway", "warehouse"];
/// First parts of paths.
pub(crate) const ROUTES: &[&str] = &[
    "/api/v1/orders/",
    "/api/v1/baskets/",
    "/api/v1/customers/",
    "/api/v2/search/",
    "/static/app/",
    "/health/",
    "/api/v1/coupons/",
    "/api/v1/invoices/",
];
/// Agents.
pub(crate) const AGENTS: &[&str] = &[
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5",
    "python-requests/2.32.3",
    "GoogleStackdriverMonitoring-UptimeChecks(https://cloud.google.com/monitoring)",
];
/// Paths that scanners ask for.
pub(crate) const SCANS: &[&str] = &["/.env", "/wp-login.php", "/robots.txt", "/.git/config", "/favicon.ico"];

/// Lines, the frequent ones first. `{t}` thing, `{v}` verb, `{p}` place, `{n}` number, `{s}` small number, `{h}` hex id,
/// `{i}` an address, `{w}` one of 64 words, rarely another.
pub(crate) const LINES: &[&str] = &[
    "{v} {t} {n}",
    "GET /api/v1/{t}s/{n} 200 {s} ms",
    "INFO:     203.0.113.{s}:{n} - \"GET /health HTTP/1.1\" 200 OK",
    "{",
    "}",
    "  {t}: [Object],",
    "{t} {h}: {v}",
    "{p} answered in {s} ms",
    "worker {s}: {v} {t} {n} from {p}, attempt 1 of 3, {s} rows left, no retry needed",
    "DEBUG shop.{t}: {v} id={n} via={p} hit=true user=user{n}@example.com session={h}",
    "{p}: {n} {t}s {v}, next run in {s} seconds, lag {n} ms, checkpoint {h} written",
    "[2025-03-03 08:00:00 +0000] [{s}] [INFO] Booting worker with pid: {s}",
    "SELECT id, total FROM {t}s WHERE customer = {n} AND state = 'open' ORDER BY created DESC LIMIT {s} -- {s} rows in {s} ms",
    "\u{1b}[32minfo\u{1b}[39m: {t} {n} by {w}",
    "✅ {t} {n} {v}",
    "token refreshed for {w}@example.com, valid for {n} s",
    "connection {h} to {i}:5432 reused ({s} idle)",
    "plan {w}: {s} of {s} {t}s",
    "   at {v} (/srv/app/dist/{t}s.js:88:17)",
    "----------------------------------------",
];

/// Lines of the same services that say that something is not well, without a severity of their own in many logs.
pub(crate) const WARNINGS: &[&str] = &[
    "retrying {p} after {n} ms: connection reset by peer",
    "slow query: {n} ms for SELECT * FROM {t}s WHERE id = {n}",
    "{p} is at {s} % of its quota",
    "deprecated field '{w}' in request {h}",
    "rate limit for customer {n} reached, {s} requests delayed",
];

/// Errors that an application meets day by day: exception, message, function, file.
pub(crate) const ERRORS: &[(&str, &str, &str, &str)] = &[
    ("KeyError", "'SKU-{s}'", "price_of", "prices.py"),
    ("ValueError", "could not convert string to float: '{w}'", "parse_total", "totals.py"),
    (
        "requests.exceptions.ReadTimeout",
        "HTTPSConnectionPool(host='pay.example.com', port=443): Read timed out.",
        "charge",
        "pay.py",
    ),
    (
        "psycopg2.errors.UniqueViolation",
        "duplicate key value violates unique constraint \"orders_pkey\"",
        "insert",
        "store.py",
    ),
    ("AttributeError", "'NoneType' object has no attribute 'email'", "notify", "mail.py"),
];

/// What stops a service while it starts: module that is missing, in each crash loop another one.
pub(crate) const MISSING: &[&str] = &["shop.settings_eu", "stripe_client", "pricing.rules", "mail_templates"];

/// Writes a template with its holes filled.
pub(crate) fn fill(template: &str, dice: &mut Dice, out: &mut String) {
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        let (before, hole) = rest.split_at(at);
        out.push_str(before);
        let mut letters = hole.chars().skip(1);
        let (letter, close) = (letters.next(), letters.next());
        if close != Some('}') {
            out.push('{');
            rest = hole.get(1..).unwrap_or_default();
            continue;
        }
        match letter {
            Some('t') => out.push_str(dice.pick(THINGS)),
            Some('v') => out.push_str(dice.pick(VERBS)),
            Some('p') => out.push_str(dice.pick(PLACES)),
            Some('n') => dice.number(1_000_000, out),
            Some('s') => dice.number(100, out),
            Some('h') => dice.hex(16, out),
            Some('i') => {
                out.push_str("10.8.");
                dice.number(256, out);
                out.push('.');
                dice.number(256, out);
            }
            _ => dice.word(out),
        }
        rest = hole.get(3..).unwrap_or_default();
    }
    out.push_str(rest);
}
