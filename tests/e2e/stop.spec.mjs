// What takes long can be stopped: reading and searching, by mouse and by keyboard, and nothing half done is left.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "./support/fixtures.mjs";
import { generate } from "./support/generate.mjs";
import { WAYS, press, tabTo } from "./support/hands.mjs";
import { CRASH_LOOP } from "./support/logs.mjs";

const MEGABYTES = 240;

let path, entries;
test.beforeAll(({ site }) => {
  path = join(site.folder, "long.ndjson");
  entries = generate(path, MEGABYTES);
});
test.afterAll(() => rmSync(path, { force: true }));
test.afterEach(({ page }) => expect(page.faults).toEqual([]));

for (const way of WAYS) {
  test(`reading is cancelled, by ${way}`, async ({ app, page }) => {
    await app.open("file");
    await app.drop(path);
    await expect(app.cancel).toBeVisible();
    await press(way, page, app.cancel);
    await expect(app.cancel).toHaveCount(0);
    await expect(app.dropZone).toBeVisible();
    await expect(app.report).toHaveCount(0);
    // Nothing of it is in what is read next.
    await app.drop(CRASH_LOOP);
    await app.reported();
    expect((await app.severities()).ERROR).toBe(8);
    await expect(app.report.getByRole("region", { name: "Files" }).getByRole("row")).toHaveCount(2);
  });

  test(`a search is stopped, by ${way}`, async ({ app, page }) => {
    await app.open("file");
    await app.drop(path);
    await app.reported();
    await page.keyboard.press("/");
    await expect(app.search).toBeFocused();
    await page.keyboard.type("no such word");
    const stop = app.drawer.getByRole("button", { name: "Stop", exact: true });
    await expect(stop).toBeVisible();
    if (way === "mouse") await stop.click();
    else {
      await tabTo(page, stop, 5);
      await page.keyboard.press("Enter");
    }
    await expect(stop).toHaveCount(0);
    await expect(app.search).toBeFocused();
    await expect(app.liveRegion).toHaveText("Search stopped.");
    await expect(app.drawer).toContainText("Looked for in one message of each kind only.");
    // Enter begins it anew, and this time it goes to its end.
    await page.keyboard.press("Enter");
    await expect(stop).toBeVisible();
    await expect(app.liveRegion).toHaveText("Searched: 0 entries", { timeout: 60_000 });
    await expect(app.drawer).not.toContainText("one message of each kind");
    expect(entries).toBeGreaterThan(100_000);
  });
}
