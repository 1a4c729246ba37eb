// Two days of a shop: on the second one a new revision no longer reserves what was ordered.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ORDERS = 150;

/** The entries of one day: an order every four seconds, a quarter of which nobody pays for. */
function day(from, revision, isBroken) {
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
    before: write("before.ndjson", before),
    during: write("during.ndjson", during),
    both: write("both.ndjson", [...before, ...during]),
    quiet: write("quiet.ndjson", quiet),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
