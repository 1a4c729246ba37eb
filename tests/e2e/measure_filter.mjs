// Measures a change of the filter over a million entries: from the click, key or letter to the frame in which counts, facets,
// timeline and list are those of the new filter; and the tasks that typing takes. Prints figures beside their bars; asserts
// nothing. node tests/e2e/measure_filter.mjs [MEGABYTES], default 530.
import { rmSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { launch } from "./support/browser.mjs";
import { FivewhysPage } from "./support/fivewhys_page.mjs";
import { generate } from "./support/generate.mjs";
import { startSite } from "./support/site.mjs";
import { during } from "./support/tasks.mjs";

const MEGABYTES = Number(process.argv[2] ?? 530);
const TYPED = "payment gateway timeout";
const show = (what, value, bar) => console.log(`${what.padEnd(58)}${value.padStart(14)}   ${bar}`);
const quantile = (values, q) => values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * q)] ?? 0;

/** Runs before the page's script: knows which questions about a filter are open, and when the last answer is drawn. */
function watch() {
  const flow = { sent: {}, heard: {}, total: 0, look: () => {} };
  const Plain = globalThis.Worker;
  globalThis.Worker = class extends Plain {
    constructor(...from) {
      super(...from);
      this.addEventListener("message", ({ data }) => {
        const { Entries, Selected } = data?.message ?? {};
        if (Entries) flow.heard.entries = Entries.ask;
        if (Selected) {
          flow.heard.counts = Selected.ask;
          flow.total = Number(Selected.total);
        }
        flow.look();
      });
    }
    postMessage(data, ...more) {
      const { Entries, Select } = data?.message ?? {};
      if (Entries) flow.sent.entries = Entries.ask;
      if (Select) flow.sent.counts = Select.ask;
      return super.postMessage(data, ...more);
    }
  };
  const isAnswered = () => flow.sent.entries === flow.heard.entries && flow.sent.counts === flow.heard.counts;
  /** Does something; gives the time until both answers are drawn, and whether the counts on the page are those of the answer. */
  globalThis.change = (act) =>
    new Promise((done) => {
      const [from, before] = [performance.now(), flow.sent.counts];
      flow.look = () => {
        // The page takes the message in this very task, and asks on where it has to.
        setTimeout(() => {
          if (flow.sent.counts === before || !isAnswered()) return;
          flow.look = () => {};
          requestAnimationFrame(() => {
            const drawn = new MessageChannel();
            drawn.port1.onmessage = () => {
              const words = document.querySelector(".drawer-tools > p").textContent;
              done({ millis: performance.now() - from, isNew: flow.total === 0 || Number(words.replace(/\D/g, "")) === flow.total });
            };
            drawn.port2.postMessage(0);
          });
        });
      };
      act();
    });
}

/** In the page: each value of a facet is taken and left again, then spans are chosen, then letters typed; gives their times. */
async function changes(letters) {
  const facets = document.querySelector("[role=group][aria-label=Facets]");
  const plot = document.querySelector("#timeline-plot");
  const search = document.querySelector("#search");
  const taken = { facets: [], spans: [], letters: [] };
  const values = [...facets.querySelectorAll("button")].map((one) => one.textContent.replace(/[\d\s]+$/, ""));
  const find = (words) => [...facets.querySelectorAll("button")].find((one) => one.textContent.startsWith(words));
  for (const words of values) {
    for (let turn = 0; turn < 2; turn += 1) {
      const button = find(words);
      if (button) taken.facets.push(await globalThis.change(() => button.click()));
    }
  }
  const press = (key, shiftKey = false) => plot.dispatchEvent(new KeyboardEvent("keydown", { key, shiftKey, bubbles: true, cancelable: true }));
  taken.spans.push(await globalThis.change(() => press("Home")));
  for (let step = 0; step < 24; step += 1) taken.spans.push(await globalThis.change(() => press("ArrowRight", step % 2 === 1)));
  taken.spans.push(await globalThis.change(() => press("Escape")));
  for (let n = 1; n <= letters.length; n += 1) {
    taken.letters.push(
      await globalThis.change(() => {
        search.value = letters.slice(0, n);
        search.dispatchEvent(new Event("input", { bubbles: true }));
      }),
    );
  }
  return taken;
}

const site = await startSite();
const path = join(site.folder, "million.ndjson");
const browser = await launch();
try {
  const entries = generate(path, MEGABYTES);
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  await page.addInitScript(watch);
  const app = new FivewhysPage(page, site);
  await app.open("file");
  await app.drop(path);
  await app.headline.waitFor({ timeout: 600_000 });
  await page.keyboard.press("w");
  await app.rows.first().waitFor();
  await app.facets.waitFor();
  const taken = await page.evaluate(changes, TYPED);
  const all = Object.values(taken).flat();
  show(`filter of ${entries} entries to all drawn, ${all.length} changes, p50`, `${quantile(all.map(({ millis }) => millis), 0.5).toFixed(0)} ms`, "");
  show("the same, p95", `${quantile(all.map(({ millis }) => millis), 0.95).toFixed(0)} ms`, "≤ 100 ms");
  for (const [what, some] of Object.entries(taken)) {
    const times = some.map(({ millis }) => millis);
    show(`  of ${what}, ${times.length}: p50, p95, most`, [0.5, 0.95, 1].map((q) => quantile(times, q).toFixed(0)).join(", "), "ms");
  }
  show("drawn with older counts", String(all.filter(({ isNew }) => !isNew).length), "0");
  await app.search.fill("");
  await app.search.focus();
  const tasks = await during(browser, page, () => page.keyboard.type(TYPED, { delay: 60 }));
  show("typing: longest main-thread task, CPU time", `${(tasks[0] ?? 0).toFixed(1)} ms`, "≤ 50 ms");
  show("typing: tasks over 50 ms", String(tasks.filter((task) => task > 50).length), `of ${tasks.length}`);
  show("load of the machine", loadavg()[0].toFixed(2), "");
} finally {
  await browser.close();
  rmSync(path, { force: true });
  await site.close();
}
