// The whole way with the keyboard alone: choose, read, evidence, export, help.
import { expect, test } from "./support/fixtures.mjs";
import { tabTo } from "./support/hands.mjs";
import { CRASH_LOOP } from "./support/logs.mjs";

test("from the drop zone to an export without a pointer", async ({ app, page }) => {
  await app.open();
  // The browser is told to hand the dialog over before a key is pressed, or the key may win.
  const choosing = page.waitForEvent("filechooser");
  await tabTo(page, app.dropZone);
  await page.keyboard.press("Enter");
  await (await choosing).setFiles(CRASH_LOOP);
  await app.reported();

  await tabTo(page, app.severityTable.getByRole("button").first(), 200);
  await page.keyboard.press("Enter");
  await expect(app.drawer.getByRole("listitem").first()).toBeVisible();
  await expect(page.locator("#drawer-title")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(app.severityTable.getByRole("button").first()).toBeFocused();

  await page.keyboard.press("e");
  await expect(app.dialog).toBeVisible();
  const save = app.dialog.getByRole("button", { name: "Save Markdown" });
  await tabTo(page, save, 20);
  const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
  expect(download.suggestedFilename()).toMatch(/\.md$/);
  await page.keyboard.press("Escape");
  expect(page.faults).toEqual([]);
});

test("single keys move, and the help switches them off", async ({ app, page }) => {
  await app.open();
  await app.drop(CRASH_LOOP);
  await app.reported();
  await page.keyboard.press("]");
  await expect(page.locator("#findings > article").first()).toBeFocused();
  await page.keyboard.press("t");
  await expect(app.plot).toBeFocused();
  await page.keyboard.press("?");
  await app.dialog.getByRole("checkbox").uncheck();
  await page.keyboard.press("Escape");
  await page.keyboard.press("e");
  await expect(app.dialog).toHaveCount(0);
});

/** Presses keys while the page is kept busy: all of them wait and then come at once, without a frame between them. Not for
 * keys with a modifier, whose parts would get mixed with the others. */
async function atOnce(page, ...keys) {
  const busy = page.evaluate(() => {
    const until = performance.now() + 250;
    while (performance.now() < until);
  });
  await Promise.all([busy, ...keys.map((key) => page.keyboard.press(key))]);
}

test("keys that come at once are all heeded", async ({ app, page }) => {
  await app.open();
  await app.drop(CRASH_LOOP);
  await app.reported();
  await app.openDrawer();
  await atOnce(page, "j", "j", "Enter");
  await expect(app.rows.nth(2).getByRole("button")).toHaveAttribute("aria-expanded", "true");
  await atOnce(page, "Escape", "k", "Enter");
  await expect(app.rows.nth(1).getByRole("button")).toHaveAttribute("aria-expanded", "true");
  await atOnce(page, "Escape", "Escape", "e", "Escape", "?", "Escape", "v");
  await expect(app.dialog.getByRole("heading", { level: 2 })).toHaveText("View");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await atOnce(page, "h", "e", "l", "p", "Enter");
  await expect(app.dialog.getByRole("heading", { level: 2 })).toHaveText("Keys");
  await atOnce(page, "Escape", "/", "i", "m", "p", "o", "r", "t");
  await expect(app.search).toHaveValue("import");
  await atOnce(page, "Escape", "t");
  await expect(app.plot).toBeFocused();
  expect(page.faults).toEqual([]);
});

test("progress and results are said in the live region", async ({ app }) => {
  await app.open();
  await app.drop(CRASH_LOOP);
  await app.reported();
  await expect(app.liveRegion).toContainText(/\d|report/i);
});
