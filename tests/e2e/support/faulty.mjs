// A service whose orders fail: exceptions of three faults, requests of known latencies, steps back and forth.
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const START = Date.UTC(2026, 2, 2, 10);

/** A traceback that ends in this exception, below a frame of a library. */
const raised = (place, kind, message) =>
  `Traceback (most recent call last):\n  File "/usr/local/lib/python3.12/site-packages/flask/app.py", line 880, in full_dispatch_request\n    rv = self.dispatch_request()\n  File "/srv/shop/${place}\n    charge(order)\n${kind}: ${message}`;

/** Entries of the log: 9 orders lost for one fault with a cause, 3 for another, 1 warning; 20 requests of 10 to 200 ms. */
function entries() {
  const lines = [];
  const say = (seconds, severity, more) =>
    lines.push({
      timestamp: new Date(START + seconds * 1000).toISOString(),
      severity,
      insertId: `f${lines.length}`,
      logName: `projects/p/logs/run.googleapis.com%2F${more.httpRequest ? "requests" : "stderr"}`,
      resource: { type: "cloud_run_revision", labels: { service_name: Math.floor(seconds / 10) % 2 ? "shop" : "basket", revision_name: "shop-1" } },
      ...more,
    });
  for (let n = 0; n < 9; n += 1) {
    const cause = raised('store.py", line 12, in read', "KeyError", `'order-${n}'`);
    const outer = raised('orders.py", line 41, in checkout', "OrderError", `order ${n} is not readable`);
    say(n * 10, "ERROR", {
      textPayload: `${cause}\n\nThe above exception was the direct cause of the following exception:\n\n${outer}`,
    });
  }
  for (let n = 0; n < 3; n += 1) say(n * 20 + 5, "ERROR", { textPayload: raised('refund.py", line 7, in refund', "ValueError", `no amount ${n}`) });
  say(95, "WARNING", { textPayload: raised('mail.py", line 3, in send', "TimeoutError", "mail server, password=hunter2secret") });
  for (let n = 1; n <= 20; n += 1) {
    say(n * 4, "INFO", {
      httpRequest: { requestMethod: "GET", requestUrl: `https://shop.example/orders/${n}`, status: 200, latency: `${(n / 100).toFixed(2)}s` },
    });
  }
  return lines;
}

/** Writes the log into a folder; gives its path. */
export function faulty(folder) {
  const path = join(folder, "faulty.ndjson");
  writeFileSync(path, entries().map((entry) => `${JSON.stringify(entry)}\n`).join(""));
  return path;
}
