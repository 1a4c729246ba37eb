// Measures the longest tasks of the main thread, by what was done, over logs that no page was drawn for; asserts nothing.
// node tests/e2e/measure_extremes.mjs [NAME…], default: all of support/extremes.mjs. Bar: no task of more than 50 ms of CPU time.
import { launch } from "./support/browser.mjs";
import { EXTREMES, extreme } from "./support/extremes.mjs";
import { FivewhysPage } from "./support/fivewhys_page.mjs";
import { startSite } from "./support/site.mjs";
import { CATEGORIES, tasks } from "./support/tasks.mjs";

/** Waits until an element is there: asked once a frame by its selector, as looking for it by its role lays the page out again and again. */
const there = (page, selector) => page.waitForFunction((one) => document.querySelector(one) !== null, selector, { timeout: 60_000 });

/** What a person does, one after the other: name and how it is done. */
const STEPS = [
  ["dropped to report", async (app, page, path) => {
    await app.drop(path);
    await there(page, '#report[aria-busy="false"]');
  }],
  ["filter by a severity", async (app, page) => {
    await app.severityTable.locator("tbody tr").filter({ hasText: "ERROR" }).getByRole("button").first().click();
    await there(page, "#drawer .entry-head");
  }],
  ["an entry", async (app, page) => {
    await page.locator("#drawer .entry-head").first().click();
    await there(page, "#drawer .record");
  }],
  ["full width with facets", async (app, page) => {
    await page.keyboard.press("w");
    await there(page, "#drawer .facet");
  }],
  ["search", async (app, page) => {
    await page.locator("#search").click();
    await page.keyboard.type("order 1");
    await page.waitForFunction(() => document.querySelector("#live").textContent.startsWith("Searched"));
  }],
];

const site = await startSite();
const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(EXTREMES);
try {
  for (const name of names) {
    const path = extreme(site.folder, name);
    const browser = await launch();
    const page = await (await browser.newContext()).newPage();
    const app = new FivewhysPage(page, site);
    await app.open("file");
    for (const [what, act] of STEPS) {
      await browser.startTracing(page, { categories: CATEGORIES });
      await act(app, page, path);
      await page.waitForTimeout(1_000);
      const all = tasks((await browser.stopTracing()).toString());
      const long = all.filter((task) => task > 50);
      console.log(`${name.padEnd(30)}${what.padEnd(26)}longest ${(all[0] ?? 0).toFixed(0).padStart(4)} ms, over 50 ms: ${long.length}`);
    }
    await browser.close();
  }
} finally {
  await site.close();
}
