// The whole way with the keyboard alone: choose, read, evidence, export, help.
import { expect, test } from "./support/fixtures.mjs";
import { CRASH_LOOP } from "./support/logs.mjs";

/** Presses Tab until `locator` has focus; fails after `most` steps. */
async function tabTo(page, locator, most = 60) {
  for (let steps = 0; steps < most; steps += 1) {
    if (await locator.evaluate((element) => element === document.activeElement).catch(() => false)) {
      return;
    }
    await page.keyboard.press("Tab");
  }
  throw new Error(`not reached by Tab: ${locator}`);
}

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
  await expect(app.dialog).toHaveCount(0);
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

test("progress and results are said in the live region", async ({ app }) => {
  await app.open();
  await app.drop(CRASH_LOOP);
  await app.reported();
  await expect(app.liveRegion).toContainText(/\d|report/i);
});
