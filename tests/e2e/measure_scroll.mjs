// Measures the list of entries over a million rows: gaps between frames while it scrolls, and how long a row in view
// stays empty. Prints figures beside their bars; asserts nothing. node tests/e2e/measure_scroll.mjs [MEGABYTES], default 530.
import { quantile, withMillion } from "./support/million.mjs";

const MEGABYTES = Number(process.argv[2] ?? 530);
const show = (what, value, bar) => console.log(`${what.padEnd(52)}${value.padStart(12)}   ${bar}`);

/** Scrolls for some seconds in steps of `pixels`, one a frame; gives gaps and the longest time that a row in view was empty. */
function scroll({ pixels, frames }) {
  return new Promise((done) => {
    const list = document.querySelector(".list");
    const since = new Map();
    const [gaps, blanks] = [[], []];
    let last;
    let left = frames;
    const frame = (now) => {
      if (last !== undefined) gaps.push(now - last);
      last = now;
      const seen = list.getBoundingClientRect();
      const empty = new Set();
      for (const row of list.querySelectorAll("li")) {
        const box = row.getBoundingClientRect();
        if (box.bottom > seen.top && box.top < seen.bottom && row.textContent === "") empty.add(row);
      }
      for (const row of empty) if (!since.has(row)) since.set(row, now);
      for (const [row, from] of since) {
        if (!empty.has(row)) {
          blanks.push(now - from);
          since.delete(row);
        }
      }
      left -= 1;
      if (left > 0) {
        list.scrollTop += pixels;
        requestAnimationFrame(frame);
      } else if (since.size > 0 && left > -300) requestAnimationFrame(frame);
      else done({ gaps, blanks });
    };
    requestAnimationFrame(frame);
  });
}

await withMillion(MEGABYTES, async (page, app) => {
  for (const [what, pixels] of [["line by line", 28], ["page by page", 600], ["thrown", 60_000]]) {
    const { gaps, blanks } = await page.evaluate(scroll, { pixels, frames: 240 });
    show(`${what}: gap between frames, p95`, `${quantile(gaps, 0.95).toFixed(0)} ms`, "≤ 40 ms");
    show(`${what}: row in view empty, longest`, `${Math.max(0, ...blanks).toFixed(0)} ms`, "≤ 100 ms");
  }
});
