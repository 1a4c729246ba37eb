// From one entry to those like it, from match to match, and how entries and times are shown: by mouse and by keyboard.
import { expect, test } from "./support/fixtures.mjs";
import { ORDERS, TEAM, shop } from "./support/shop.mjs";

let log;
test.beforeAll(() => (log = shop()));
test.afterAll(() => log.remove());
test.afterEach(({ page }) => expect(page.faults).toEqual([]));

/** Opens the log with all its entries in the drawer. */
async function load(app, page) {
  await app.open("file");
  await app.drop(log.path);
  await app.reported();
  await app.tool("Show all").click();
  await expect(app.count).toHaveText(`${log.entries} entries`);
  await expect(app.rows.first()).toContainText("POST");
}

/** Presses a button by mouse, or focuses it and presses Enter. */
async function press(way, page, button) {
  if (way === "mouse") return button.click();
  await button.focus();
  return page.keyboard.press("Enter");
}

const WAYS = ["mouse", "keyboard"];

for (const way of WAYS) {
  test(`an entry leads to those like it, by ${way}`, async ({ app, page }) => {
    await load(app, page);
    const link = async (row, name, entries) => {
      await press(way, page, app.rows.nth(row).getByRole("button"));
      await expect(app.entry).toContainText(`"e${row}"`);
      await press(way, page, app.entry.getByRole("button", { name, exact: true }));
      await expect(app.count).toHaveText(`${entries} entries`);
      await page.goBack();
      await expect(app.count).toHaveText(`${log.entries} entries`);
    };
    await link(1, "Like this", ORDERS);
    await link(1, "Same trace", 3);
    await link(1, "Same request", 2);
    await link(0, "Same path", ORDERS);
    await link(1, "Same instance", log.entries / 2);
  });

  test(`an entry is copied as JSON, and its insertId as a filter, by ${way}`, async ({ app, page }) => {
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await load(app, page);
    await press(way, page, app.rows.nth(1).getByRole("button"));
    await press(way, page, app.entry.getByRole("button", { name: "Copy as JSON" }));
    await expect(app.entry.getByRole("button", { name: "Copied" })).toBeVisible();
    const copied = () => page.evaluate(() => navigator.clipboard.readText());
    expect(JSON.parse(await copied()).jsonPayload.request_id).toBe("req-0");
    await press(way, page, app.entry.getByRole("button", { name: "Copy insertId filter" }));
    await expect.poll(copied).toBe('insertId="e1"');
  });

  test(`a search goes from match to match and says where it stands, by ${way}`, async ({ app, page }) => {
    await load(app, page);
    await app.search.fill("payment for");
    await expect(app.count).toHaveText(`${ORDERS} entries`);
    // What is said of the search itself comes first.
    await expect(app.liveRegion).toHaveText(/^Searched/);
    const at = app.drawer.locator(".match-at");
    await expect(at).toContainText(`Match 1 of ${ORDERS}`);
    const go = async (name, key) => {
      if (way === "mouse") return at.getByRole("button", { name }).click();
      return page.keyboard.press(key);
    };
    await go("Next match", "Enter");
    await expect(at).toContainText(`Match 2 of ${ORDERS}`);
    await go("Previous match", "Shift+Enter");
    await go("Previous match", "Shift+Enter");
    await expect(at).toContainText(`Match ${ORDERS} of ${ORDERS}`);
    await expect(app.liveRegion).toHaveText(`Match ${ORDERS} of ${ORDERS}`);
    if (way === "keyboard") {
      await expect(app.search).toBeFocused();
      await app.rows.first().getByRole("button").focus();
      await page.keyboard.press("n");
      await expect(at).toContainText(`Match 1 of ${ORDERS}`);
      await page.keyboard.press("n");
      await expect(app.rows.nth(1).getByRole("button")).toBeFocused();
      await page.keyboard.press("N");
      await expect(app.rows.nth(0).getByRole("button")).toBeFocused();
    }
  });

  test(`a match that the message does not show is marked with its field, by ${way}`, async ({ app, page }) => {
    await load(app, page);
    await app.search.fill(TEAM);
    await expect(app.count).toHaveText(`${(ORDERS / 4) * 3} entries`);
    await expect(app.rows.first()).toContainText("found in labels.team");
    await expect(app.rows.first().locator("mark")).toHaveText(TEAM);
    await press(way, page, app.rows.first().getByRole("button"));
    await expect(app.entry.locator("mark")).toHaveText(TEAM);
  });

  test(`columns, lines and density are chosen, by ${way}`, async ({ app, page }) => {
    await load(app, page);
    const set = async (name) => {
      const box = app.dialog.getByRole("checkbox", { name, exact: true });
      if (way === "mouse") return box.click();
      await box.focus();
      return page.keyboard.press("Space");
    };
    const row = app.rows.first();
    const height = async () => (await row.boundingBox()).height;
    const before = await height();
    if (way === "mouse") await app.tool("View").click();
    else await page.keyboard.press("v");
    await set("Instance");
    await set("Log");
    await set("Severity");
    await expect(row).toContainText("instance-0");
    await expect(row).toContainText("run.googleapis.com/requests");
    await expect(row).not.toContainText("INFO");
    await set("Message");
    await expect(row).not.toContainText("POST");
    await set("Message");
    await set("Close rows");
    expect(await height()).toBeLessThan(before);
    const list = app.drawer.locator(".list");
    const isWide = () => list.evaluate((element) => element.scrollWidth > element.clientWidth);
    expect(await isWide()).toBe(false);
    await set("Wrap long lines");
    expect(await isWide()).toBe(true);
    await set("Newest first");
    await expect(row).toContainText("payment");
    await page.keyboard.press("Escape");
  });

  test(`times are shown in a chosen zone, and the query stays in UTC, by ${way}`, async ({ app, page }) => {
    await load(app, page);
    await expect(app.rows.first()).toContainText("09:00:00.000");
    const choose = async (label) => {
      const zones = app.dialog.getByRole("combobox", { name: "Times in" });
      if (way === "mouse") return zones.selectOption({ label });
      await zones.focus();
      return page.keyboard.type(label);
    };
    if (way === "mouse") await app.tool("View").click();
    else await page.keyboard.press("v");
    await choose("UTC+05:30");
    await page.keyboard.press("Escape");
    await expect(app.rows.first()).toContainText("14:30:00.000");
    await expect(page.locator(".timeline-axis")).toContainText("UTC+05:30");
    await app.rows.first().getByRole("button").click();
    await expect(app.entry).toContainText("2026-07-10 14:30:00 UTC+05:30");
    await app.entry.getByRole("button", { name: "± 30 s" }).click();
    await expect(app.chips.first()).toContainText("2026-07-10 14:29:30 to 14:30:30 UTC+05:30");
    await app.tool("Query").click();
    await expect(app.dialog.getByRole("textbox")).toHaveValue(/timestamp>="2026-07-10T08:59:30Z"/);
  });

  test(`a trace is drawn as bars that open its entries, by ${way}`, async ({ app, page }) => {
    await load(app, page);
    await press(way, page, app.rows.nth(1).getByRole("button"));
    await press(way, page, app.entry.getByRole("button", { name: "Same trace" }));
    await expect(app.count).toHaveText("3 entries");
    if (way === "mouse") await app.tool("Waterfall").click();
    else await page.keyboard.press("g");
    const steps = app.drawer.getByRole("region", { name: "Waterfall" }).getByRole("button");
    await expect(steps).toHaveCount(3);
    // The request, the query inside it, and a message that says nothing of a duration.
    await expect(steps.nth(0)).toContainText("+0, 200 ms");
    await expect(steps.nth(1)).toContainText("+20 ms, 100 ms");
    await expect(steps.nth(2)).toContainText("+150 ms");
    const bars = await app.drawer.locator(".step-bar").evaluateAll((all) => all.map((bar) => bar.getAttribute("width")));
    expect(bars).toEqual(["1000", "500", "4"]);
    await press(way, page, steps.nth(1));
    await expect(app.entry).toContainText('"e1"');
    await expect(steps.nth(1)).toHaveAttribute("aria-expanded", "true");
    await page.keyboard.press("Escape");
    await expect(app.entry).toHaveCount(0);
    await expect(steps.nth(1)).toBeFocused();
  });
}

test("patterns are drawn over time, and latencies stand in classes", async ({ app, page }) => {
  await app.open("file");
  await app.drop(log.path);
  await app.reported();
  const patterns = app.report.getByRole("region", { name: "Messages by pattern" });
  const rows = await patterns.locator("tbody tr").count();
  await expect(patterns.locator(".spark")).toHaveCount(rows);
  const classes = app.report.locator("details", { hasText: "Latencies by class" });
  await classes.locator("summary").focus();
  await page.keyboard.press("Enter");
  const requests = await classes.locator("tbody td:nth-child(2)").allInnerTexts();
  expect(requests.reduce((sum, n) => sum + Number(n), 0)).toBe(ORDERS);
});

test("local time is that of the browser, with its summer time", async ({ chromium, site }) => {
  const { FivewhysPage } = await import("./support/fivewhys_page.mjs");
  const context = await chromium.newContext({ timezoneId: "Europe/Berlin" });
  const page = await context.newPage();
  const app = new FivewhysPage(page, site);
  page.faults = [];
  await load(app, page);
  await page.keyboard.press("v");
  await app.dialog.getByRole("combobox", { name: "Times in" }).selectOption("local");
  await page.keyboard.press("Escape");
  await expect(app.rows.first()).toContainText("11:00:00.000");
  await context.close();
});

test("nothing that was chosen is remembered", async ({ app, page }) => {
  await load(app, page);
  await page.keyboard.press("v");
  await app.dialog.getByRole("checkbox", { name: "Instance" }).check();
  await page.keyboard.press("Escape");
  page.once("dialog", (dialog) => dialog.accept());
  await load(app, page);
  await expect(app.rows.first()).not.toContainText("instance-0");
});
