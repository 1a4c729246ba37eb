// Two days of a shop: on the second one a new revision no longer reserves what was ordered.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ORDERS = 150;
const MAILS = 120;

/** A log in the making: `say` adds an entry so many milliseconds after its beginning. */
function diary(from, revision) {
  const lines = [];
  const say = (millis, severity, textPayload) =>
    lines.push(
      JSON.stringify({
        timestamp: new Date(from + millis).toISOString(),
        insertId: `${from}-${lines.length}`,
        severity,
        textPayload,
        logName: "projects/acme/logs/run.googleapis.com%2Fstdout",
        resource: { type: "cloud_run_revision", labels: { service_name: "shop", revision_name: `shop-${revision}` } },
      }),
    );
  return { lines, say };
}

/** The entries of one day: an order every four seconds, a quarter of which nobody pays for. */
function day(from, revision, isBroken) {
  const { lines, say } = diary(from, revision);
  for (let n = 0; n < ORDERS; n += 1) {
    const [at, order] = [n * 4000, 1000 + n];
    say(at, "INFO", `order ${order} received`);
    say(at + 40, "INFO", `basket of order ${order} priced`);
    if (isBroken) {
      say(at + 90, "ERROR", `reservation of order ${order} failed: stock table is locked`);
    } else {
      say(at + 90, "INFO", `stock reserved for order ${order}`);
    }
    if (n % 4 !== 3) say(at + 200, "INFO", `payment for order ${order} taken`);
  }
  return lines;
}

/** A day on which mails take so many milliseconds, a heart beats so often, and a setting has this value. */
function tuned(from, took, period, pool) {
  const { lines, say } = diary(from, "00007-abc");
  say(0, "INFO", `DB_POOL_SIZE=${pool}`);
  for (let n = 0; n < MAILS; n += 1) {
    say(1000 + n * period, "INFO", "heartbeat ok");
    say(1200 + n * period + ((n * 37) % 100), "INFO", `mail for order ${n} sent, took ${took + ((n * 13) % 40)} ms`);
  }
  return lines;
}

/** Writes the days into a folder of their own; gives their paths and a way to remove them. */
export function days() {
  const folder = mkdtempSync(join(tmpdir(), "fivewhys-days-"));
  const start = Date.UTC(2026, 2, 10, 9);
  const [before, during] = [day(start, "00007-abc", false), day(start + ORDERS * 4000, "00008-xyz", true)];
  const quiet = day(start + ORDERS * 8000, "00007-abc", false);
  const write = (name, lines) => {
    const path = join(folder, name);
    writeFileSync(path, lines.map((line) => `${line}\n`).join(""));
    return path;
  };
  return {
    orders: ORDERS,
    mails: MAILS,
    calm: write("calm.ndjson", tuned(start, 40, 5000, 5)),
    slow: write("slow.ndjson", tuned(start + 86_400_000, 400, 15_000, 20)),
    before: write("before.ndjson", before),
    during: write("during.ndjson", during),
    both: write("both.ndjson", [...before, ...during]),
    quiet: write("quiet.ndjson", quiet),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
