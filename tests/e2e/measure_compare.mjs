// Measures the comparison of two logs in the sealed page in Chromium beside reading both into a report; asserts nothing.
// node tests/e2e/measure_compare.mjs [MEGABYTES of each], default 300. The logs are written to a temporary folder and removed.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { launch } from "./support/browser.mjs";
import { FivewhysPage } from "./support/fivewhys_page.mjs";
import { generate } from "./support/generate.mjs";
import { startSite } from "./support/site.mjs";

const MEGABYTES = Number(process.argv[2] ?? 300);
const RUNS = 5;
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const show = (what, value, bar) => console.log(`${what.padEnd(58)}${value.padStart(14)}   ${bar}`);

/** Notes when both files were dropped, when the report stands whole, when the comparison was asked for and when it stands. */
function watch() {
  globalThis.marks = {};
  const mark = (name) => (globalThis.marks[name] ??= performance.now());
  new MutationObserver(() => {
    if (document.querySelector("#report h1") && document.querySelector("#report")?.getAttribute("aria-busy") === "false") mark("report");
    if (document.querySelector("#what-changed table")) requestAnimationFrame(() => mark("compared"));
  }).observe(document, { childList: true, subtree: true, attributes: true });
  addEventListener("drop", () => mark("dropped"), true);
  addEventListener("click", () => mark("asked"), true);
}

const site = await startSite();
const paths = [join(site.folder, "before.ndjson"), join(site.folder, "during.ndjson")];
try {
  const entries = paths.map((path, at) => generate(path, MEGABYTES, 1 + 4 * at));
  const [reading, comparing, ratios] = [[], [], []];
  for (let run = 0; run < RUNS; run += 1) {
    const browser = await launch();
    const page = await (await browser.newContext()).newPage();
    await page.addInitScript(watch);
    const app = new FivewhysPage(page, site);
    await app.open();
    await app.drop(...paths);
    await page.waitForFunction(() => globalThis.marks.report, undefined, { timeout: 600_000 });
    await app.changes.getByRole("button", { name: "Compare the files" }).click();
    await page.waitForFunction(() => globalThis.marks.compared, undefined, { timeout: 600_000 });
    const marks = await page.evaluate(() => globalThis.marks);
    await browser.close();
    reading.push(marks.report - marks.dropped);
    comparing.push(marks.compared - marks.asked);
    ratios.push(1 + comparing.at(-1) / reading.at(-1));
  }
  show(`2 × ${MEGABYTES} MB, ${entries[0] + entries[1]} entries, read into reports`, `${median(reading).toFixed(0)} ms`, `median of ${RUNS}`);
  show("compared, from the click to what changed", `${median(comparing).toFixed(0)} ms`, "");
  show("reading and comparing ÷ reading", median(ratios).toFixed(2), "≤ 1.15");
} finally {
  for (const path of paths) rmSync(path, { force: true });
  await site.close();
}
