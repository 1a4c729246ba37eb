// Measures what a person waits for after a change of the filter over a million entries: from the click until counts, facets, timeline and
// rows show what they show a second and a half later; and gaps between frames while a text is typed. Prints figures beside their bars;
// asserts nothing. node tests/e2e/measure_filter.mjs [MEGABYTES], default 530.
import { quantile, withMillion } from "./support/million.mjs";

const MEGABYTES = Number(process.argv[2] ?? 530);
const ROUNDS = 8;
const show = (what, value, bar) => console.log(`${what.padEnd(64)}${value.padStart(16)}   ${bar}`);

/** Clicks what bears a label inside the facets; gives the time until each part shows what it shows a second and a half later, in milliseconds. */
function change(label) {
  // Text that needs no layout, so that looking costs little.
  const text = (selector) => () => document.querySelector(selector)?.textContent;
  const parts = {
    counts: text(".drawer-tools > p"),
    facets: text('[aria-label="Facets"]'),
    timeline: () => document.querySelector("#timeline svg")?.innerHTML,
    rows: text(".list"),
  };
  const states = [];
  const started = performance.now();
  let going = true;
  const frame = () => {
    const now = {};
    for (const [name, read] of Object.entries(parts)) now[name] = read();
    states.push([performance.now() - started, now]);
    if (going) requestAnimationFrame(frame);
  };
  const buttons = [...document.querySelectorAll('[aria-label="Facets"] button')];
  const button = buttons.find((one) => one.innerText.startsWith(label));
  button.click();
  requestAnimationFrame(frame);
  return new Promise((done) =>
    setTimeout(() => {
      going = false;
      const [, end] = states.at(-1);
      const settled = (name) => states[states.findLastIndex(([, now]) => now[name] !== end[name]) + 1][0];
      done(Object.fromEntries(Object.keys(parts).map((name) => [name, settled(name)])));
    }, 1500),
  );
}

/** Gaps between frames until told to stop. */
function watchFrames() {
  const gaps = (window.gaps = []);
  let last;
  const frame = (now) => {
    if (last !== undefined) gaps.push(now - last);
    last = now;
    if (window.gaps === gaps) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

await withMillion(MEGABYTES, async (page, app) => {
  if (!(await app.facets.isVisible())) await app.tool("Facets").click();
  await app.facets.waitFor();
  const labels = await app.facets.evaluate((facets) =>
    [...facets.querySelectorAll('[role="group"]')].map((group) => group.querySelector("button[aria-pressed]")?.innerText.split("\n")[0]),
  );
  const [all, by] = [{}, {}];
  for (const label of labels.filter(Boolean)) {
    for (let round = 0; round < ROUNDS; round += 1) {
      const took = await page.evaluate(change, label);
      for (const [part, millis] of Object.entries(took)) (all[part] ??= []).push(millis);
      const whole = Math.max(...Object.values(took));
      (all.whole ??= []).push(whole);
      (by[label] ??= []).push(whole);
    }
  }
  for (const [label, times] of Object.entries(by)) {
    show(`${label}, on and off ${ROUNDS} times, whole: median / most`, `${quantile(times, 0.5).toFixed(0)} / ${Math.max(...times).toFixed(0)} ms`, "");
  }
  for (const [part, times] of Object.entries(all)) {
    show(`filter changed → ${part}, median / p95 of ${times.length}`, `${quantile(times, 0.5).toFixed(0)} / ${quantile(times, 0.95).toFixed(0)} ms`, "≤ 100 ms");
  }
  await app.search.click();
  await page.evaluate(watchFrames);
  await page.keyboard.type("payment gateway refused", { delay: 60 });
  await page.waitForTimeout(1000);
  const gaps = await page.evaluate(() => {
    const seen = window.gaps;
    window.gaps = undefined;
    return seen;
  });
  show("typing into the search: gap between frames, p95 / most", `${quantile(gaps, 0.95).toFixed(0)} / ${Math.max(...gaps).toFixed(0)} ms`, "≤ 40 ms");
});
