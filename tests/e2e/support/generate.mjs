// Writes a large NDJSON log of a Cloud Run service, the same bytes for the same size: node generate.mjs PATH MEGABYTES.
import { closeSync, openSync, writeSync } from "node:fs";
import { pathToFileURL } from "node:url";

/** Numbers that look like chance and are the same each time (mulberry32). */
function seeded(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const TEXTS = [
  (n) => ["INFO", `order ${n} accepted for customer ${n * 7}`],
  (n) => ["INFO", `cache hit for key basket:${n % 5000} in ${n % 9} ms`],
  (n) => ["DEBUG", `pool has ${n % 20} of 20 connections in use`],
  (n) => ["WARNING", `slow query: ${1000 + (n % 700)} ms for SELECT * FROM baskets WHERE id = ${n}`],
  (n) => ["ERROR", `Traceback (most recent call last):\n  File "/srv/shop/main.py", line ${40 + (n % 3)}, in checkout\n    charge(order)\n  File "/srv/shop/pay.py", line 12, in charge\n    raise TimeoutError("payment gateway")\nTimeoutError: payment gateway`],
];

/** Entry number `n` of a day of March as one line. */
function line(n, day, random) {
  const [severity, text] = TEXTS[Math.min(4, Math.floor(random() * 4.02))](n);
  return `${JSON.stringify({
    insertId: n.toString(36).padStart(12, "0"),
    timestamp: new Date(Date.UTC(2026, 2, day) + n * 137).toISOString(),
    severity,
    logName: "projects/shop-demo/logs/run.googleapis.com%2Fstdout",
    resource: {
      type: "cloud_run_revision",
      labels: { project_id: "shop-demo", service_name: "basket", revision_name: `basket-0000${1 + (n % 3)}-abc`, location: "europe-north1" },
    },
    labels: { instanceId: `00${(n % 40).toString(16).padStart(30, "f")}` },
    textPayload: text,
  })}\n`;
}

/** Writes at least `megabytes` (of 10⁶ bytes) to `path`, from a day of March on; gives the number of entries. */
export function generate(path, megabytes, day = 1) {
  const random = seeded(20260300 + day);
  const file = openSync(path, "w");
  let [entries, bytes] = [0, 0];
  while (bytes < megabytes * 1e6) {
    let block = "";
    for (let count = 0; count < 5000; count += 1) {
      block += line(entries, day, random);
      entries += 1;
    }
    bytes += writeSync(file, block);
  }
  closeSync(file);
  return entries;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [path, megabytes] = process.argv.slice(2);
  console.log(`${generate(path, Number(megabytes ?? 300))} entries`);
}
