// Whole flows with nothing but keys that are really pressed, from the top of the page: no pointer, no focus set by the test.
import { expect, test } from "./support/fixtures.mjs";
import { press as pressed, tabTo } from "./support/hands.mjs";
import { CRASH_LOOP } from "./support/logs.mjs";
import { ORDERS, shop } from "./support/shop.mjs";

const press = (page, locator) => pressed("keyboard", page, locator);

test.afterEach(({ page }) => expect(page.faults).toEqual([]));

test("a file is removed and put back", async ({ app, page }) => {
  await app.open("file");
  await app.drop(CRASH_LOOP);
  await app.reported();
  await press(page, app.report.getByRole("button", { name: /^Remove / }));
  await expect(app.dropZone).toBeVisible();
  await expect(app.report).toHaveCount(0);
  await press(page, page.getByRole("button", { name: "Put it back" }));
  await app.reported();
  expect((await app.severities()).ERROR).toBe(8);
});

test("filters are gone back through, and chips taken off", async ({ app, page }) => {
  await app.open("file");
  await app.drop(CRASH_LOOP);
  await app.reported();
  await press(page, app.severityTable.getByRole("button").nth(0));
  await expect(app.count).toHaveText("8 entries");
  await expect(app.chips).toHaveText([/recorded ERROR/]);
  await press(page, app.chips.first());
  await expect(app.count).toHaveText("26 entries");
  await expect(page.locator("#drawer-title")).toBeFocused();
  // Back and Forward are keys of the browser's own window, which a browser without one does not have.
  await page.goBack();
  await expect(app.count).toHaveText("8 entries");
  await page.goBack();
  await expect(app.count).toHaveCount(0);
  await page.goForward();
  await expect(app.count).toHaveText("8 entries");
});

test("half a minute around an entry, a time zone, and a class of latencies", async ({ app, page }) => {
  const log = shop();
  await app.open("file");
  await app.drop(log.path);
  await app.reported();
  await press(page, app.tool("Show all"));
  await expect(app.count).toHaveText(`${log.entries} entries`);
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await expect(app.entry).toContainText('"e1"');
  await press(page, app.entry.getByRole("button", { name: "± 30 s" }));
  await expect(app.chips.first()).toContainText("2026-07-10 08:59:30 to 09:00:30");
  expect(await app.entries()).toBeLessThan(log.entries);

  await page.keyboard.press("v");
  await tabTo(page, app.dialog.getByRole("combobox", { name: "Times in" }), 20);
  await page.keyboard.type("UTC+05:30");
  await page.keyboard.press("Escape");
  await expect(app.rows.first()).toContainText("14:30:00.000");
  await page.keyboard.press("Escape");
  await expect(app.count).toHaveCount(0);

  await press(page, app.report.getByText("Latencies by class"));
  const classes = app.report.locator(".histogram").getByRole("button");
  const numbers = (await classes.allInnerTexts()).map(Number);
  expect(numbers.reduce((sum, n) => sum + n, 0)).toBe(ORDERS);
  await press(page, classes.nth(1));
  await expect(app.count).toHaveText(`${numbers[1]} entries`);
  await expect(app.chips).toHaveText([/took 20\d ms to 500 ms/]);
  log.remove();
});
