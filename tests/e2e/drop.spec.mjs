// The main job: a file is dropped on the sealed page, and the report stands; from http and from file://.
import { expect, SCHEMES, test } from "./support/fixtures.mjs";
import { CRASH_LOOP } from "./support/logs.mjs";

for (const scheme of SCHEMES) {
  test(`a dropped log becomes a report, from ${scheme}`, async ({ app, page }) => {
    await app.open(scheme);
    await app.drop(CRASH_LOOP);
    await app.reported();
    await expect(app.headline).toContainText(/\w/);
    // As the lines of the file say; five have no severity.
    expect(await app.severities()).toEqual({ ERROR: 8, WARNING: 4, INFO: 8, DEBUG: 1, none: 5 });
    expect(page.faults).toEqual([]);
  });

  test(`a figure opens the entries behind it, and focus comes back, from ${scheme}`, async ({ app, page }) => {
    await app.open(scheme);
    await app.drop(CRASH_LOOP);
    await app.reported();
    const entries = await app.openDrawer();
    await expect(app.drawer.getByRole("listitem")).toHaveCount(entries);
    await app.drawer.getByRole("listitem").first().getByRole("button").first().click();
    await expect(app.drawer.getByText("insertId").first()).toBeVisible();
    // The entry closes first, then the drawer.
    await page.keyboard.press("Escape");
    await expect(app.entry).toHaveCount(0);
    await page.keyboard.press("Escape");
    await expect(app.severityTable.getByRole("button").first()).toBeFocused();
    expect(page.faults).toEqual([]);
  });
}

test("a file chosen through the picker is read like a dropped one", async ({ app }) => {
  await app.open();
  await app.picker.setInputFiles(CRASH_LOOP);
  await app.reported();
});

test("the sample incident needs no file", async ({ app, page }) => {
  await app.open("file");
  await page.getByRole("button", { name: /sample incident/i }).click();
  await app.reported();
  expect(page.faults).toEqual([]);
});

test("what is asked for before the workers stand is done when they do", async ({ page, site }) => {
  // As soon as the button is there, from within the page, so that no step of this test gives the workers time.
  await page.addInitScript(() => {
    new MutationObserver((_, watch) => {
      const button = [...document.querySelectorAll("button")].find((one) => /sample incident/i.test(one.textContent));
      if (!button) return;
      watch.disconnect();
      button.click();
    }).observe(document, { childList: true, subtree: true });
  });
  await page.goto(site.url("file"));
  await expect(page.getByRole("heading", { level: 1, name: /crash loop/ })).toBeVisible({ timeout: 60_000 });
});

test("what is no log is refused with its code, and the page stays usable", async ({ app, page, site }) => {
  const { writeFileSync } = await import("node:fs");
  const path = `${site.folder}/picture.bin`;
  writeFileSync(path, Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 197) % 256)));
  await app.open();
  await app.drop(path);
  await expect(page.getByRole("alert").getByText(/E-(FORMAT|ENCODING)/)).toBeVisible();
  await app.drop(CRASH_LOOP);
  await app.reported();
});

test("several files make one report", async ({ app, site }) => {
  const { copyFileSync } = await import("node:fs");
  const copy = `${site.folder}/again.ndjson`;
  copyFileSync(CRASH_LOOP, copy);
  await app.open();
  await app.drop(CRASH_LOOP, copy);
  await app.reported();
  // The copy's entries have the same ids, so each counts once.
  expect((await app.severities()).ERROR).toBe(8);
});
