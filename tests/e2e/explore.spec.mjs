// Taking hold of the report: one filter behind timeline, figures, facets, search and query text, with a way back.
import { readFileSync } from "node:fs";
import { expect, test } from "./support/fixtures.mjs";
import { tabTo } from "./support/hands.mjs";
import { CRASH_LOOP } from "./support/logs.mjs";

test.beforeEach(async ({ app }) => {
  await app.open("file");
  await app.drop(CRASH_LOOP);
  await app.reported();
});

test.afterEach(({ page }) => expect(page.faults).toEqual([]));

test("the timeline is brushed with the mouse, and a chip takes the span off", async ({ app }) => {
  await app.brush(0, 0.5);
  const half = await app.entries();
  expect(half).toBeGreaterThan(0);
  expect(half).toBeLessThan(26);
  await expect(app.chips).toHaveCount(1);
  await expect(app.plot).toHaveAttribute("aria-valuetext", new RegExp(`: ${half} entr`));
  await app.chips.first().click();
  await expect(app.count).toHaveText("26 entries");
});

test("a span is chosen with the keyboard alone", async ({ app, page }) => {
  await page.keyboard.press("t");
  await expect(app.plot).toBeFocused();
  await page.keyboard.press("Home");
  await expect(app.chips).toHaveCount(1);
  const first = await app.entries();
  await page.keyboard.press("Shift+End");
  await expect(app.count).toHaveText("26 entries");
  expect(first).toBeLessThan(26);
  await page.keyboard.press("ArrowLeft");
  await expect(app.plot).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(app.chips).toHaveCount(0);
  await expect(app.plot).toBeFocused();
});

test("a finger chooses a span", async ({ chromium, site }) => {
  const context = await chromium.newContext({ hasTouch: true, viewport: { width: 390, height: 844 } });
  const { FivewhysPage } = await import("./support/fivewhys_page.mjs");
  const page = await context.newPage();
  const app = new FivewhysPage(page, site);
  await app.open("file");
  await app.picker.setInputFiles(CRASH_LOOP);
  await app.reported();
  await app.plot.scrollIntoViewIfNeeded();
  const { x, y, width } = await app.plot.boundingBox();
  const session = await context.newCDPSession(page);
  const touch = (type, share) =>
    session.send("Input.dispatchTouchEvent", {
      type,
      touchPoints: type === "touchEnd" ? [] : [{ x: x + width * share, y: y + 20 }],
    });
  await touch("touchStart", 0.02);
  for (const share of [0.1, 0.2, 0.3, 0.4]) await touch("touchMove", share);
  await touch("touchEnd");
  await expect(app.chips).toHaveCount(1);
  expect(await app.entries()).toBeGreaterThan(0);
  await context.close();
});

for (const way of ["mouse", "keyboard"]) {
  test(`a span is zoomed into, and the whole range comes back, by ${way}`, async ({ app, page }) => {
    const bars = page.locator(".timeline-chart");
    const before = await bars.getAttribute("viewBox");
    if (way === "mouse") {
      await app.brush(0, 0.2);
      await page.getByRole("button", { name: "Zoom in" }).click();
    } else {
      await tabTo(page, app.plot);
      for (const key of ["Home", "Shift+ArrowRight", "+"]) await page.keyboard.press(key);
    }
    await expect(bars).not.toHaveAttribute("viewBox", before);
    await expect(page.locator(".timeline-chart .bars").first()).toBeAttached();
    if (way === "mouse") await page.getByRole("button", { name: "Whole range" }).click();
    else await page.keyboard.press("-");
    await expect(bars).toHaveAttribute("viewBox", before);
  });
}

test("Back and Forward move through filters, and the history holds numbers alone", async ({ app, page }) => {
  const address = page.url();
  const length = await page.evaluate(() => history.length);
  await app.severityTable.getByRole("button").nth(0).click();
  await expect(app.count).toHaveText("8 entries");
  await app.severityTable.getByRole("row").nth(2).getByRole("button").first().click();
  await expect(app.count).toHaveText("4 entries");
  await page.goBack();
  await expect(app.count).toHaveText("8 entries");
  await page.goBack();
  await expect(app.count).toHaveCount(0);
  await page.goForward();
  await expect(app.count).toHaveText("8 entries");
  expect(page.url()).toBe(address);
  expect(await page.evaluate(() => typeof history.state)).toBe("number");
  expect(await page.evaluate(() => history.length)).toBe(length + 2);
});

for (const way of ["mouse", "keyboard"]) {
  test(`facets narrow the entries and keep focus, by ${way}`, async ({ app, page }) => {
    const choose = async (words) => {
      if (way === "mouse") return app.facet(words).click();
      await app.facet(words).focus();
      await page.keyboard.press("Enter");
    };
    await page.keyboard.press("w");
    await page.keyboard.press("w");
    if (way === "mouse") await app.tool("Facets").click();
    else await page.keyboard.press("f");
    const words = await app.facets.getByRole("group", { name: "Severity" }).getByRole("button").first().innerText();
    const [, name, n] = words.match(/(\w+)\s+(\d+)/);
    await choose(new RegExp(`^${name}`));
    await expect(app.count).toHaveText(new RegExp(`^${n} entr`));
    await expect(app.facet(new RegExp(`^${name}`))).toHaveAttribute("aria-pressed", "true");
    if (way === "keyboard") await expect(app.facet(new RegExp(`^${name}`))).toBeFocused();
    await choose(new RegExp(`^${name}`));
    await expect(app.count).toHaveText("26 entries");
  });
}

test("a search goes through all bytes and marks what it finds", async ({ app, page }) => {
  await page.keyboard.press("/");
  await expect(app.search).toBeFocused();
  const wanted = "import";
  await page.keyboard.type(wanted);
  const lines = readFileSync(CRASH_LOOP, "utf8").trim().split("\n");
  const n = lines.filter((line) => line.toLowerCase().includes(wanted)).length;
  await expect(app.count).toHaveText(new RegExp(`^${n} entr`));
  await expect(app.drawer.locator("mark").first()).toHaveText(/import/i);
  await page.keyboard.press("Escape");
  await expect(app.count).toHaveCount(0);
});

test("a query is written as text, and what can't be read is told with its column", async ({ app, page }) => {
  await page.keyboard.press("q");
  const box = app.dialog.getByRole("textbox");
  await box.fill("severity>=ERROR colour=red");
  await page.keyboard.press("Control+Enter");
  const fault = app.dialog.getByRole("alert");
  await expect(fault).toContainText("E-QUERY");
  await expect(fault).toContainText("olumn 17");
  await expect(box).toHaveAttribute("aria-invalid", "true");
  await box.fill("severity>=ERROR");
  await page.keyboard.press("Control+Enter");
  await expect(app.chips.first()).toContainText("ERROR");
  await page.keyboard.press("q");
  await expect(app.dialog.getByRole("textbox")).toHaveValue("severity>=ERROR");
  await expect(app.dialog.getByText(/gcloud logging read/)).toContainText("severity>=ERROR");
});

test("the entries of a filter are saved as CSV and as NDJSON", async ({ app, page }) => {
  await app.severityTable.getByRole("button").first().click();
  await app.tool("Query").click();
  for (const [format, lines] of [["CSV", 9], ["NDJSON", 8]]) {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      app.dialog.getByRole("button", { name: `Save as ${format}` }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(`entries.${format.toLowerCase()}`);
    const text = readFileSync(await download.path(), "utf8");
    if (format === "NDJSON") {
      for (const line of text.trim().split("\n")) expect(JSON.parse(line).severity).toBe("ERROR");
      expect(text.trim().split("\n")).toHaveLength(lines);
    } else expect(text.split("\n")[0]).toContain("timestamp,severity");
    await expect(app.dialog.getByRole("status").last()).toContainText("8 entries saved");
  }
});
