// Logs that no page was drawn for: a line of a megabyte, an entry of 50,000 lines, 500 services, 10,000 revisions.
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const START = Date.UTC(2026, 2, 2, 10);

const entry = (n, service, revision, severity, textPayload) =>
  `${JSON.stringify({
    timestamp: new Date(START + n * 1000).toISOString(),
    severity,
    insertId: `x${n}`,
    textPayload,
    logName: "projects/p/logs/run.googleapis.com%2Fstdout",
    resource: { type: "cloud_run_revision", labels: { service_name: service, revision_name: revision } },
  })}\n`;

const calm = (n) => entry(n, "shop", "shop-1", "INFO", `order ${n} taken`);
const of = (n, make) => Array.from({ length: n }, (_, at) => make(at)).join("");

/** Texts of the logs by name. */
export const EXTREMES = {
  "one line of a megabyte": () => of(20, calm) + entry(20, "shop", "shop-1", "ERROR", `order lost ${"x".repeat(1_000_000)}`),
  "a plain line of a megabyte": () => `2026-03-02T10:00:00Z ERROR order lost ${"y".repeat(1_000_000)}\n2026-03-02T10:00:01Z INFO order taken\n`.repeat(3),
  "an entry of 50,000 lines": () => of(20, calm) + entry(20, "shop", "shop-1", "ERROR", of(50_000, (n) => `line ${n} of a dump that goes on\n`)),
  "500 services": () => of(5_000, (n) => entry(n, `service-with-a-rather-long-name-${n % 500}`, `service-${n % 500}-00001-abc`, n % 10 ? "INFO" : "ERROR", `order ${n} taken`)),
  "10,000 revisions": () => of(20_000, (n) => entry(n, "shop", `shop-${String(n % 10_000).padStart(5, "0")}-abc`, n % 10 ? "INFO" : "ERROR", `order ${n} taken`)),
};

/** Writes one of them into a folder; gives its path. */
export function extreme(folder, name) {
  const path = join(folder, `${name.replaceAll(/\W+/g, "-")}.${name.startsWith("a plain") ? "log" : "ndjson"}`);
  writeFileSync(path, EXTREMES[name]());
  return path;
}
