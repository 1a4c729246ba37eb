// Measures filter and search in the sealed page in Chromium and prints figures; asserts nothing.
// node tests/e2e/measure_select.mjs [MEGABYTES], default 1000. The log is written to a temporary folder and removed.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { launch } from "./support/browser.mjs";
import { FivewhysPage } from "./support/fivewhys_page.mjs";
import { generate } from "./support/generate.mjs";
import { startSite } from "./support/site.mjs";
import { ask, watchWorkers } from "./support/workers.mjs";

const MEGABYTES = Number(process.argv[2] ?? 1000);
const show = (what, value, bar) => console.log(`${what.padEnd(70)}${value.padStart(14)}   ${bar}`);
const millis = (value) => `${value.toFixed(0)} ms`;
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Only reads the file, two halves beside each other, in chunks as the readers read them. */
async function onlyRead(page, path) {
  await page.evaluate(() => {
    const input = document.body.appendChild(document.createElement("input"));
    Object.assign(input, { type: "file", id: "measured" });
  });
  await page.setInputFiles("#measured", path);
  return page.evaluate(async () => {
    const file = document.querySelector("#measured").files[0];
    const started = performance.now();
    const half = file.size / 2;
    const read = async (from, to) => {
      for (let at = from, next = file.slice(at, at + 4194304).arrayBuffer(); at < to; at += 4194304) {
        await next;
        next = file.slice(at + 4194304, at + 8388608).arrayBuffer();
      }
    };
    await Promise.all([read(0, half), read(half, file.size)]);
    return performance.now() - started;
  });
}

const site = await startSite();
const path = join(site.folder, "large.ndjson");
try {
  const entries = generate(path, MEGABYTES);
  const browser = await launch();
  const page = await (await browser.newContext()).newPage();
  await watchWorkers(page);
  const app = new FivewhysPage(page, site);
  await app.open();
  const dropped = Date.now();
  await app.drop(path);
  await app.headline.waitFor({ timeout: 600_000 });
  show(`${MEGABYTES} MB, ${entries} entries, dropped to report`, millis(Date.now() - dropped), "");
  const axis = { from: 1772323200000000000n, bucket_nanos: 3600000000000, buckets: 100 };
  for (const [what, filter] of [
    ["nothing", {}],
    ["severity and revision", { severities: ["ERROR"], revisions: ["basket-00001-abc"] }],
    ["a text in samples", { texts: [{ any: ["payment"], regex: false }] }],
    ["an excluded pattern", { not: [{ shapes: [1] }] }],
  ]) {
    const times = [];
    for (let run = 0; run < 9; run += 1) {
      const { answers } = await ask(page, { Select: { ask: run, filter, axis, level: "secrets" } }, "Selected");
      times.push(answers[0].millis);
    }
    show(`filter to counts: ${what}, median of 9 / most`, `${millis(median(times))} / ${millis(Math.max(...times))}`, "≤ 100 ms");
  }
  const reading = [];
  for (let run = 0; run < 3; run += 1) reading.push(await onlyRead(page, path));
  show("only reading the file, two at a time, median of 3", millis(median(reading)), "");
  let search = 0;
  for (const term of [
    { any: ["customer 700007"], regex: false },
    { any: ["nowhere in this log"], regex: false },
    { any: ["payment gateway"], regex: false },
    { any: ["timestamp"], regex: false },
    { any: ["basket:4\\d\\d\\d"], regex: true },
  ]) {
    const runs = [];
    for (let run = 0; run < 3; run += 1) {
      search += 1;
      const { answers } = await ask(page, { Search: { search, term } }, "Found", (answer) => answer.done);
      runs.push([answers.find((answer) => answer.entries > 0)?.millis ?? 0, answers.at(-1).millis, answers.at(-1).entries]);
    }
    const [first, whole] = [median(runs.map(([first]) => first)), median(runs.map(([, whole]) => whole))];
    const ratio = (whole / median(reading)).toFixed(2);
    show(`search ${JSON.stringify(term.any[0])}: ${runs[0][2]} entries, first / all`, `${millis(first)} / ${millis(whole)}`, `≤ 300 ms; ${ratio} × reading`);
  }
  await browser.close();
} finally {
  rmSync(path, { force: true });
  await site.close();
}
