// A log of many services, each with one entry that is fine and one that failed; a few more entries have no severity.
import { writeFileSync } from "node:fs";

/** Entries without a severity that say that they are errors. */
export const UNRECORDED = 3;

/** Writes a log of `count` services to `path`; gives its entries. */
export function services(path, count) {
  const start = Date.UTC(2026, 4, 4, 8);
  const lines = [];
  const say = (name, more) =>
    lines.push(
      JSON.stringify({
        timestamp: new Date(start + lines.length * 700).toISOString(),
        insertId: `s${lines.length}`,
        logName: "projects/acme/logs/run.googleapis.com%2Fstdout",
        resource: { type: "cloud_run_revision", labels: { service_name: name, revision_name: `${name}-00001-abc` } },
        ...more,
      }),
    );
  for (let n = 0; n < count; n += 1) {
    const name = `svc-${String(n).padStart(3, "0")}`;
    say(name, { severity: "INFO", textPayload: "started worker" });
    say(name, { severity: "ERROR", textPayload: "cannot reach the ledger" });
  }
  for (let n = 0; n < UNRECORDED; n += 1) say("svc-000", { textPayload: `ERROR: batch ${n} was not written` });
  writeFileSync(path, lines.map((line) => `${line}\n`).join(""));
  return lines.length;
}
