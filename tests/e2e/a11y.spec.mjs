// axe-core finds nothing in any state of the page, in both themes, at both widths.
import { WIDTHS, violations } from "./support/axe.mjs";
import { expect, test } from "./support/fixtures.mjs";
import { CRASH_LOOP } from "./support/logs.mjs";
import { TEAM, shop } from "./support/shop.mjs";

for (const theme of ["light", "dark"]) {
  for (const [width, viewport] of Object.entries(WIDTHS)) {
    test(`no violations, ${theme}, ${width}`, async ({ app, page }) => {
      await page.setViewportSize(viewport);
      await app.open("file");
      await app.theme(theme);
      expect(await violations(page), "landing").toEqual([]);
      await app.drop(CRASH_LOOP);
      await app.reported();
      expect(await violations(page), "report").toEqual([]);
      await app.report.getByRole("button", { name: /^Noise: / }).first().click();
      await expect(app.report.getByRole("button", { name: "Save as rule file" })).toBeVisible();
      expect(await violations(page), "marks").toEqual([]);
      await app.openDrawer();
      expect(await violations(page), "drawer").toEqual([]);
      await app.rows.first().getByRole("button").click();
      await expect(app.entry).toContainText("insertId");
      expect(await violations(page), "entry").toEqual([]);
      await page.keyboard.press("w");
      await expect(app.facets).toBeVisible();
      await app.search.fill("import");
      await expect(app.drawer.locator("mark").first()).toBeVisible();
      expect(await violations(page), "full width").toEqual([]);
      for (const name of ["Query", "View", "Commands", "Export", "Help"]) {
        await page.getByRole("button", { name, exact: true }).click();
        await expect(app.dialog).toBeVisible();
        expect(await violations(page), name).toEqual([]);
        await page.keyboard.press("Escape");
      }
    });
  }
}

for (const theme of ["light", "dark"]) {
  for (const [width, viewport] of Object.entries(WIDTHS)) {
    test(`no violations in traces, matches, columns and classes, ${theme}, ${width}`, async ({ app, page }) => {
      const log = shop();
      await page.setViewportSize(viewport);
      await app.open("file");
      await app.theme(theme);
      await app.drop(log.path);
      await app.reported();
      await app.report.getByText("Latencies by class").click();
      expect(await violations(page), "latencies").toEqual([]);
      await page.keyboard.press("/");
      await app.search.fill(TEAM);
      await expect(app.rows.first()).toContainText("found in labels.team");
      expect(await violations(page), "matches").toEqual([]);
      await app.tool("View").click();
      for (const name of ["Service", "Instance", "Wrap long lines", "Close rows", "Three lines an entry"]) {
        await app.dialog.getByRole("checkbox", { name }).click();
      }
      await page.keyboard.press("Escape");
      expect(await violations(page), "columns").toEqual([]);
      await app.rows.first().getByRole("button").click();
      await app.entry.getByRole("button", { name: "Same trace" }).click();
      await app.tool("Waterfall").click();
      await expect(app.drawer.locator(".step-bar").first()).toBeVisible();
      expect(await violations(page), "waterfall").toEqual([]);
      log.remove();
    });
  }
}

test("forced colours and reduced motion leave nothing out", async ({ app, page }) => {
  await page.emulateMedia({ forcedColors: "active", reducedMotion: "reduce" });
  await app.open("file");
  await app.drop(CRASH_LOOP);
  await app.reported();
  await app.brush(0, 0.4);
  await expect(page.locator(".timeline-band")).toBeVisible();
  expect(await violations(page)).toEqual([]);
  const slow = () => document.getAnimations().filter((one) => one.effect.getTiming().duration > 1).length;
  expect(await page.evaluate(slow)).toBe(0);
});

test("on paper there is the report alone", async ({ app, page }) => {
  await app.open("file");
  await app.drop(CRASH_LOOP);
  await app.reported();
  await app.openDrawer();
  await page.emulateMedia({ media: "print" });
  await expect(app.headline).toBeVisible();
  await expect(app.drawer).toBeHidden();
  await expect(page.getByRole("banner")).toBeHidden();
});
