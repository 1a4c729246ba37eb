// A mill whose log is awkward to show and to pass on: a customer's name, a mail address, marks that reorder text, a formula,
// a word in a script that is read from right to left.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A customer that only the reader knows to be one. */
export const CUSTOMER = "Tamarind Works";
export const MAIL = "ada.holm@mill.example";
/** Turns what follows it around, where it is obeyed. */
export const TURN = "\u202e";
export const FORMULA = '=HYPERLINK("http://evil.example","x")';
const HEBREW = "שלום";

/** Writes the log; gives its path and a way to remove it. */
export function mill() {
  const folder = mkdtempSync(join(tmpdir(), "fivewhys-mill-"));
  const start = Date.UTC(2026, 2, 2, 8);
  const entry = (n, severity, textPayload) => ({
    insertId: `m${n}`,
    timestamp: new Date(start + n * 20_000).toISOString(),
    severity,
    logName: "projects/mill-demo/logs/run.googleapis.com%2Fstderr",
    resource: {
      type: "cloud_run_revision",
      labels: { service_name: "mill", revision_name: "mill-00002-abc", location: "europe-north1", project_id: "mill-demo" },
    },
    labels: { instanceId: `i${n % 2}`, note: `for ${CUSTOMER}` },
    textPayload,
  });
  const entries = [entry(0, "INFO", "Starting new instance. Reason: AUTOSCALING")];
  for (let n = 1; n < 9; n += 1) {
    entries.push(entry(4 * n, "ERROR", `ConnectionError: order of ${CUSTOMER} failed: peer ${TURN}gnp.exe closed the connection`));
    entries.push(entry(4 * n + 1, "ERROR", `ValueError: mail to ${MAIL} bounced`));
    entries.push(entry(4 * n + 2, "WARNING", FORMULA));
    entries.push(entry(4 * n + 3, "WARNING", `${HEBREW} (warning) ${n}`));
  }
  const path = join(folder, "mill.ndjson");
  writeFileSync(path, entries.map((one) => `${JSON.stringify(one)}\n`).join(""));
  return { path, remove: () => rmSync(folder, { recursive: true }) };
}
