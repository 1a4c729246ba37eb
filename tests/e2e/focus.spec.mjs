// Where Tab leads, what controls are called, and what is said aloud: nothing is lost, hidden or nameless on the way through the page.
import { days } from "./support/days.mjs";
import { faulty } from "./support/faulty.mjs";
import { expect, test } from "./support/fixtures.mjs";
import { CRASH_LOOP } from "./support/logs.mjs";

test.afterEach(({ page }) => expect(page.faults).toEqual([]));

/** In the page: everything that Tab has to reach, in the order of the document, each with its place before anything scrolls. */
function stops() {
  const all = document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]");
  const isStop = (one) =>
    one.tabIndex >= 0 && !one.disabled && one.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }) &&
    one.closest("details:not([open]) > :not(summary)") === null;
  const landmark = (one) => one.closest("header, nav, aside, article.report, .landing, dialog") ?? document.body;
  globalThis.stops = [...all].filter(isStop);
  return globalThis.stops.map((one) => {
    const { top, bottom, left } = one.getBoundingClientRect();
    return { name: (one.ariaLabel ?? one.textContent ?? "").trim().slice(0, 60), top, bottom, left, within: landmark(one).className };
  });
}

/** In the page: which of them has focus (−1: none), whether that is shown, and whether any of it is in view. */
function focused() {
  const active = document.activeElement;
  const at = globalThis.stops.indexOf(active);
  if (at < 0) return { at, tag: active?.tagName };
  const { outlineStyle, outlineWidth } = getComputedStyle(active);
  const box = active.getBoundingClientRect();
  const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
  const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
  const seen = [0.1, 0.5, 0.9].some((x) =>
    [0.1, 0.5, 0.9].some((y) => {
      const hit = document.elementFromPoint(left + (right - left) * x, top + (bottom - top) * y);
      return hit !== null && (active.contains(hit) || hit.contains(active));
    }),
  );
  return { at, isShown: outlineStyle !== "none" && parseFloat(outlineWidth) > 0, seen };
}

/** Tabs from the beginning of the page until focus leaves it; gives what it met, by number. */
async function walk(page, most) {
  await page.evaluate(() => {
    document.activeElement?.blur();
    scrollTo(0, 0);
  });
  const met = [];
  for (let steps = 0; steps < most; steps += 1) {
    await page.keyboard.press("Tab");
    const now = await page.evaluate(focused);
    if (now.at < 0 || met.some(({ at }) => at === now.at)) break;
    met.push(now);
  }
  return met;
}

/** Tab meets every stop once, in the order of the page, and what it meets is marked and not covered. */
async function follows(page) {
  const places = await page.evaluate(stops);
  const met = await walk(page, places.length + 5);
  expect(met.map(({ at }) => places[at].name)).toEqual(places.map(({ name }) => name));
  expect(met.filter(({ isShown }) => !isShown).map(({ at }) => places[at].name), "focus is marked").toEqual([]);
  expect(met.filter(({ seen }) => !seen).map(({ at }) => places[at].name), "focus is in view").toEqual([]);
  const upwards = places.filter((next, at) => at > 0 && places[at - 1].within === next.within && next.bottom <= places[at - 1].top);
  expect(upwards.map(({ name }) => name), "focus goes down the page").toEqual([]);
  expect(places.length).toBeGreaterThan(5);
}

for (const width of [1280, 390]) {
  test(`Tab goes through landing and report in the order of the page, ${width}`, async ({ app, page, site }) => {
    test.setTimeout(180_000);
    await page.setViewportSize({ width, height: 900 });
    await app.open("file");
    await follows(page);
    await app.drop(faulty(site.folder));
    await app.reported();
    await expect(app.exceptions.first()).toBeVisible();
    await follows(page);
  });
}

test("Tab goes through the drawer and back to the report, and stays inside a dialog", async ({ app, page }) => {
  await app.open("file");
  await app.drop(CRASH_LOOP);
  await app.reported();
  await app.openDrawer();
  await app.rows.first().getByRole("button").click();
  await expect(app.entry).toContainText("insertId");
  await app.drawer.locator("#drawer-title").focus();
  const met = new Set();
  for (let steps = 0; steps < 40; steps += 1) {
    await page.keyboard.press("Tab");
    const name = await page.evaluate(() => (document.activeElement.closest("#drawer") ? document.activeElement.textContent.trim() || document.activeElement.id : ""));
    if (name === "") break;
    met.add(name);
  }
  for (const name of ["Full width", "Close", "search", "Newest first", "Query", "Same instance"]) expect([...met].join("|")).toContain(name);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Export", exact: true }).click();
  for (let steps = 0; steps < 40; steps += 1) {
    await page.keyboard.press("Tab");
    const inside = await page.evaluate(() => document.activeElement === document.body || document.activeElement.closest("dialog") !== null);
    expect(inside).toBe(true);
  }
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Export", exact: true })).toBeFocused();
});

const CONTROLS = ["button", "link", "checkbox", "textbox", "searchbox", "slider", "combobox", "radio", "DisclosureTriangle"];
const REGIONS = ["banner", "navigation", "main", "region", "article", "complementary", "dialog", "alert", "group", "row", "listitem"];

/** Controls without a name, and those that share one with another control of their region, as assistive technology has them. */
async function nameless(page) {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  await session.detach();
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const regionOf = (node) => {
    for (let one = byId.get(node.parentId); one; one = byId.get(one.parentId)) if (REGIONS.includes(one.role?.value) && !one.ignored) return one.nodeId;
    return "page";
  };
  const controls = nodes.filter((node) => !node.ignored && CONTROLS.includes(node.role?.value));
  const seen = new Map();
  const bad = [];
  for (const node of controls) {
    const name = node.name?.value?.trim() ?? "";
    const key = `${regionOf(node)} ${node.role.value} ${name}`;
    if (name === "" || seen.has(key)) bad.push(`${node.role.value} "${name}" in ${byId.get(regionOf(node))?.name?.value || byId.get(regionOf(node))?.role?.value}`);
    seen.set(key, node);
  }
  expect(controls.length).toBeGreaterThan(1);
  return bad;
}

test("every control has a name, and one that is its own in its region", async ({ app, page, site }) => {
  const logs = days();
  await app.open("file");
  expect(await nameless(page), "landing").toEqual([]);
  await app.drop(logs.both, faulty(site.folder));
  await app.reported();
  await expect(app.exceptions.first()).toBeVisible();
  await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
  expect(await nameless(page), "report").toEqual([]);
  await app.openDrawer();
  await app.rows.first().getByRole("button").click();
  await expect(app.entry).toContainText("insertId");
  expect(await nameless(page), "drawer").toEqual([]);
  for (const name of ["Query", "View", "Commands", "Export", "Help"]) {
    await page.getByRole("button", { name, exact: true }).click();
    await expect(app.dialog).toBeVisible();
    expect(await nameless(page), name).toEqual([]);
    await page.keyboard.press("Escape");
  }
  logs.remove();
});

test("what has happened is said: reading, the report, another filter, a search", async ({ app, page }) => {
  await app.open("file");
  await page.evaluate(() => {
    globalThis.said = [];
    const live = document.querySelector("#live");
    new MutationObserver(() => globalThis.said.push(live.textContent)).observe(live, { childList: true, characterData: true, subtree: true });
  });
  const said = () => page.evaluate(() => globalThis.said.splice(0));
  await expect(app.liveRegion).toHaveAttribute("aria-live", "polite");
  await app.drop(CRASH_LOOP);
  await app.reported();
  expect(await said()).toEqual([expect.stringMatching(/^Reading/), expect.stringMatching(/^Report ready: \d+ findings?\. \S/)]);
  await app.severityTable.getByRole("button").first().click();
  await expect(app.liveRegion).toHaveText("8 entries");
  await app.severityTable.getByRole("row").nth(2).getByRole("button").first().click();
  await expect(app.liveRegion).toHaveText("4 entries");
  await page.keyboard.press("Escape");
  await page.keyboard.press("/");
  await app.search.fill("import");
  await expect(app.liveRegion).toHaveText(/^Searched: \d+ entries$/);
});
