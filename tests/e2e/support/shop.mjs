// A shop whose orders are traces: a request with its latency, what it says while it runs, labels and instances.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Orders, and the label that only some entries carry. */
export const ORDERS = 40;
export const TEAM = "checkout-team";

/** Writes the log; gives its path, the trace of the first order, and a way to remove it. */
export function shop() {
  const folder = mkdtempSync(join(tmpdir(), "fivewhys-shop-"));
  const start = Date.UTC(2026, 6, 10, 9);
  const lines = [];
  const say = (order, millis, severity, more) =>
    lines.push(
      JSON.stringify({
        timestamp: new Date(start + order * 5000 + millis).toISOString(),
        insertId: `e${lines.length}`,
        severity,
        logName: `projects/acme/logs/run.googleapis.com%2F${more.httpRequest ? "requests" : "stdout"}`,
        resource: { type: "cloud_run_revision", labels: { service_name: "shop", revision_name: "shop-00007-abc" } },
        labels: { instanceId: `instance-${order % 2}`, ...(order % 4 === 0 ? { team: TEAM } : {}) },
        trace: `projects/acme/traces/trace${order}`,
        ...more,
      }),
    );
  for (let order = 0; order < ORDERS; order += 1) {
    say(order, 0, order % 8 === 7 ? "ERROR" : "INFO", {
      httpRequest: {
        requestMethod: "POST",
        requestUrl: `https://shop.example/orders?n=${order}`,
        status: order % 8 === 7 ? 500 : 200,
        latency: `${(0.2 + order / 100).toFixed(3)}s`,
      },
    });
    say(order, 120, "INFO", { jsonPayload: { message: `stock query took 100 ms`, request_id: `req-${order}` } });
    say(order, 150, "INFO", { jsonPayload: { message: `payment for order ${1000 + order} taken`, request_id: `req-${order}` } });
  }
  const path = join(folder, "shop.ndjson");
  writeFileSync(path, lines.map((line) => `${line}\n`).join(""));
  return { path, entries: lines.length, remove: () => rmSync(folder, { recursive: true }) };
}
