// Pasting: on the page a log is opened, in a field or a dialog it is text and nothing else.
import { readFileSync } from "node:fs";
import { expect, test } from "./support/fixtures.mjs";
import { tabTo } from "./support/hands.mjs";
import { CRASH_LOOP } from "./support/logs.mjs";

/** Puts a text on the clipboard. */
async function copy(page, text) {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.evaluate((words) => navigator.clipboard.writeText(words), text);
}

test.afterEach(({ page }) => expect(page.faults).toEqual([]));

test("the text of a log that is pasted on the page is opened", async ({ app, page }) => {
  await app.open("file");
  await copy(page, readFileSync(CRASH_LOOP, "utf8"));
  await page.keyboard.press("Control+v");
  await app.reported();
  expect((await app.severities()).ERROR).toBe(8);
  await expect(app.report.getByRole("region", { name: "Files" })).toContainText("pasted.txt");
});

test("a query that is pasted into its box fills the box only", async ({ app, page }) => {
  await app.open("file");
  await app.drop(CRASH_LOOP);
  await app.reported();
  await copy(page, "severity>=ERROR");
  await page.keyboard.press("q");
  const box = app.dialog.getByRole("textbox");
  await tabTo(page, box, 10);
  await page.keyboard.press("Control+v");
  await expect(box).toHaveValue("severity>=ERROR");
  await page.keyboard.press("Control+Enter");
  await expect(app.count).toHaveText("12 entries");
  await tabTo(page, app.search, 60);
  await page.keyboard.press("Control+v");
  await expect(app.search).toHaveValue("severity>=ERROR");
  await expect(app.report.getByRole("region", { name: "Files" }).getByRole("row")).toHaveCount(2);
  await expect(app.report).not.toContainText("pasted.txt");
});

test("what is pasted while a dialog is open is not opened", async ({ app, page }) => {
  await app.open("file");
  await copy(page, readFileSync(CRASH_LOOP, "utf8"));
  await page.keyboard.press("?");
  await expect(app.dialog).toBeVisible();
  await page.keyboard.press("Control+v");
  await page.keyboard.press("Escape");
  await expect(app.dialog).toHaveCount(0);
  await expect(app.dropZone).toBeVisible();
  // The same keys a moment later show that the text was there to be taken.
  await page.keyboard.press("Control+v");
  await app.reported();
});
