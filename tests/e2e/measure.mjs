// Measures the sealed page in Chromium and prints figures; asserts nothing. Each figure stands beside its bar.
// node tests/e2e/measure.mjs [MEGABYTES], default 300. The large log is written to a temporary folder and removed.
import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { launch } from "./support/browser.mjs";
import { FivewhysPage } from "./support/fivewhys_page.mjs";
import { generate } from "./support/generate.mjs";
import { CRASH_LOOP, SHARED, seed } from "./support/logs.mjs";
import { startSite } from "./support/site.mjs";
import { CATEGORIES, tasks } from "./support/tasks.mjs";

const MEGABYTES = Number(process.argv[2] ?? 300);
const STARTS = 5;

/** Notes in the page when the drop zone and the report stand and when a file was dropped, in ms since navigation. */
function watch() {
  globalThis.marks = {};
  const mark = (name) => (globalThis.marks[name] ??= performance.now());
  const look = () => {
    if (document.querySelector("#drop-zone")) mark("live");
    if (document.querySelector("#report h1")) requestAnimationFrame(() => mark("report"));
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
  addEventListener("drop", () => mark("dropped"), true);
}

async function fresh(site, scheme = "file") {
  const browser = await launch();
  const page = await (await browser.newContext()).newPage();
  await page.addInitScript(watch);
  const app = new FivewhysPage(page, site);
  await app.open(scheme);
  return { browser, page, app };
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const show = (what, value, bar) => console.log(`${what.padEnd(58)}${value.padStart(14)}   ${bar}`);
const millis = (value) => `${value.toFixed(0)} ms`;

async function start(site) {
  for (const scheme of ["file", "http"]) {
    const times = [];
    for (let run = 0; run < STARTS; run += 1) {
      const { browser, page } = await fresh(site, scheme);
      times.push(await page.evaluate(() => globalThis.marks.live));
      await browser.close();
    }
    show(`navigation to drop zone, ${scheme}, cold, median of ${STARTS}`, millis(median(times)), "≤ 1500 ms");
  }
}

async function dropToReport(site, path, name, bar) {
  const times = [];
  for (let run = 0; run < 3; run += 1) {
    const { browser, page, app } = await fresh(site);
    await app.drop(path);
    await page.waitForFunction(() => globalThis.marks.report);
    times.push(await page.evaluate(() => globalThis.marks.report - globalThis.marks.dropped));
    await browser.close();
  }
  show(`${name} dropped to report, median of 3`, millis(median(times)), bar);
}

async function large(site, path, entries) {
  const size = statSync(path).size / 1e6;
  const { browser, page, app } = await fresh(site);
  await browser.startTracing(page, { categories: CATEGORIES });
  await page.reload();
  await app.ready();
  await app.drop(path);
  await page.waitForFunction(() => globalThis.marks.report, undefined, { timeout: 600_000 });
  const took = await page.evaluate(() => globalThis.marks.report - globalThis.marks.dropped);
  const all = tasks((await browser.stopTracing()).toString());
  await browser.close();
  show(`${size.toFixed(0)} MB, ${entries} entries, dropped to report`, millis(took), `${(size / (took / 1000)).toFixed(0)} MB/s`);
  show("longest main-thread task, CPU time, after first paint", `${(all[0] ?? 0).toFixed(1)} ms`, "≤ 50 ms");
  show("tasks over 50 ms", String(all.filter((task) => task > 50).length), `of ${all.length}`);
}

async function cancel(site, path) {
  const times = [];
  for (let run = 0; run < 3; run += 1) {
    const { browser, page, app } = await fresh(site);
    await app.drop(path);
    await app.cancel.waitFor();
    await page.waitForTimeout(700);
    times.push(
      await app.cancel.evaluate(
        (button) =>
          new Promise((done) => {
            const from = performance.now();
            new MutationObserver(() => {
              if (!button.isConnected) done(performance.now() - from);
            }).observe(document.body, { childList: true, subtree: true });
            button.click();
          }),
      ),
    );
    await browser.close();
  }
  show("cancel to answer, median of 3", millis(median(times)), "≤ 200 ms");
}

const site = await startSite();
const path = join(site.folder, "large.ndjson");
try {
  await start(site);
  await dropToReport(site, CRASH_LOOP, "26 entries", "");
  if (SHARED) {
    await dropToReport(site, seed(), "seed export", "≤ 1000 ms");
  }
  const entries = generate(path, MEGABYTES);
  await large(site, path, entries);
  await cancel(site, path);
} finally {
  rmSync(path, { force: true });
  await site.close();
}
