// What is lost is told beside the headline, and what went wrong stands in the report's own column, at every width.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "./support/fixtures.mjs";
import { CRASH_LOOP } from "./support/logs.mjs";

const left = async (locator) => (await locator.boundingBox()).x;

test.afterEach(({ page }) => expect(page.faults).toEqual([]));

test("a file that ends in the middle of an entry says so beside the headline", async ({ app, site }) => {
  const path = join(site.folder, "cut.json");
  const entries = readFileSync(CRASH_LOOP, "utf8").trim().split("\n");
  writeFileSync(path, `[${entries.join(",")}`.slice(0, -40));
  await app.open("file");
  await app.drop(path);
  await app.reported();
  const note = app.report.getByRole("note", { name: "Missing input" });
  await expect(note).toBeVisible();
  await expect(note).toContainText("W-TRUNCATED");
  await expect(note).toContainText("cut.json");
  await expect(app.report.getByText(/warnings? about the input/)).toHaveCount(0);
});

test("a whole file has no such note", async ({ app }) => {
  await app.open("file");
  await app.drop(CRASH_LOOP);
  await app.reported();
  await expect(app.report.getByRole("note", { name: "Missing input" })).toHaveCount(0);
});

for (const [name, width] of Object.entries({ wide: 1280, wider: 1600, middle: 1000, narrow: 390 })) {
  test(`an alert stands in the column of the report, ${name}`, async ({ app, page, site }) => {
    const path = join(site.folder, "minutes.pdf");
    writeFileSync(path, "%PDF-1.7\n1 0 obj\nendobj\n");
    await page.setViewportSize({ width, height: 900 });
    await app.open("file");
    await app.drop(CRASH_LOOP);
    await app.reported();
    await app.drop(path);
    await expect(app.alert).toContainText("minutes.pdf");
    await app.reported();
    const notice = app.alert.locator(".notice");
    expect(Math.round(await left(notice))).toBe(Math.round(await left(app.headline)));
    const [box, report] = [await notice.boundingBox(), await app.report.boundingBox()];
    expect(box.x + box.width).toBeLessThanOrEqual(report.x + report.width + 1);
  });
}
