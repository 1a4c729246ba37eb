// The page at 200 % and under logs that no page was drawn for: nothing is cut, nothing scrolls sideways, and it answers.
import { launch } from "./support/browser.mjs";
import { EXTREMES, extreme } from "./support/extremes.mjs";
import { faulty } from "./support/faulty.mjs";
import { FivewhysPage } from "./support/fivewhys_page.mjs";
import { expect, test } from "./support/fixtures.mjs";
import { days } from "./support/days.mjs";

const LARGE = ["--blink-settings=defaultFontSize=32,defaultFixedFontSize=26"];

/** What a letter twice as large does to the page: the two ways in which people ask for it, and the second one on a phone. */
const ZOOMS = {
  "page zoom of 200 %": { flags: [], context: { viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 } },
  "text of 200 %": { flags: LARGE, context: { viewport: { width: 1280, height: 900 } } },
  "text of 200 % at 390 px": { flags: LARGE, context: { viewport: { width: 390, height: 844 } } },
};

/** In the page: what sticks out of the window or of a box that hides it, but for texts that end in dots on purpose. */
function cut() {
  const scrolls = (one) => ["auto", "scroll"].includes(getComputedStyle(one).overflowX);
  const isHidden = (one) => {
    if (!one.checkVisibility({ visibilityProperty: true }) || one.closest("[aria-hidden=true], .skip") !== null) return true;
    // For those that hear and don't see.
    for (let up = one; up; up = up.parentElement) if (getComputedStyle(up).clipPath !== "none") return true;
    return false;
  };
  const bad = [];
  for (const one of document.body.querySelectorAll("*")) {
    if (isHidden(one) || one.closest("svg") !== null) continue;
    const style = getComputedStyle(one);
    const box = one.getBoundingClientRect();
    const inScroller = (() => {
      for (let up = one.parentElement; up; up = up.parentElement) if (scrolls(up)) return true;
      return false;
    })();
    const name = `${one.tagName.toLowerCase()}.${one.className}: ${one.textContent.trim().slice(0, 40)}`;
    if (!inScroller && box.width > 0 && (box.right > innerWidth + 1 || box.left < -1)) bad.push(`out of the window: ${name}`);
    const dots = style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none";
    // A field lets its text be scrolled, whatever its style says.
    const hides = ["hidden", "clip"].includes(style.overflowX) && !dots && one.closest(".entries, input") === null;
    if (hides && one.scrollWidth > one.clientWidth + 1) bad.push(`hidden: ${name}`);
  }
  return bad;
}

async function isWhole(page, state) {
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), `${state}: sideways`).toBeLessThanOrEqual(0);
  expect(await page.evaluate(cut), state).toEqual([]);
}

for (const [name, { flags, context }] of Object.entries(ZOOMS)) {
  test(`nothing is cut at ${name}`, async ({ site }) => {
    test.setTimeout(180_000);
    const browser = await launch(flags);
    const logs = days();
    try {
      const page = await (await browser.newContext(context)).newPage();
      const app = new FivewhysPage(page, site);
      await app.open("file");
      if (flags.length > 0) expect(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize)).toBe("32px");
      await isWhole(page, "landing");
      await app.picker.setInputFiles([faulty(site.folder), logs.both]);
      await app.reported();
      await expect(app.exceptions.first()).toBeVisible();
      await isWhole(page, "report");
      await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
      await isWhole(page, "unfolded");
      await app.severityTable.getByRole("button").first().click();
      await expect(app.rows.first()).toContainText(/\w/);
      await isWhole(page, "drawer");
      await app.rows.first().getByRole("button").click();
      await expect(app.entry).toContainText("insertId");
      await isWhole(page, "entry");
      await page.keyboard.press("Escape");
      await page.keyboard.press("w");
      await isWhole(page, "full width");
      for (const key of ["q", "v", "e", "?", "Control+k"]) {
        await page.keyboard.press(key);
        await expect(app.dialog).toBeVisible();
        await isWhole(page, `dialog of ${key}`);
        expect(await app.dialog.evaluate((one) => one.scrollWidth - one.clientWidth), `dialog of ${key}: sideways`).toBeLessThanOrEqual(0);
        await page.keyboard.press("Escape");
      }
    } finally {
      logs.remove();
      await browser.close();
    }
  });
}

for (const name of Object.keys(EXTREMES)) {
  test(`nothing is cut, and filter, entry and search answer, with ${name}`, async ({ app, page, site }) => {
    await app.open("file");
    await app.drop(extreme(site.folder, name));
    await app.reported();
    await app.severityTable.locator("tbody tr").filter({ hasText: "ERROR" }).getByRole("button").first().click();
    await expect(app.rows.first()).toContainText(/\w/);
    await app.rows.first().getByRole("button").click();
    await expect(app.entry).toContainText(/order|line/);
    await page.keyboard.press("w");
    await expect(app.facets).toBeVisible();
    await app.search.fill("order 1");
    await expect(app.liveRegion).toHaveText(/^Searched/);
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 844 });
      await isWhole(page, `at ${width}`);
    }
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await isWhole(page, "the report");
    expect(page.faults).toEqual([]);
  });
}
