// What goes wrong while a file is read: it is changed or taken away. The rest of the report comes, and says what
// is missing. And what a browser lacks is named.
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { days } from "./support/days.mjs";
import { expect, test as base } from "./support/fixtures.mjs";
import { holdBack } from "./support/held.mjs";
import { CRASH_LOOP } from "./support/logs.mjs";

/** Readers that were asked to read a file, by the order in which workers were made. */
const holders = (page, name) =>
  page.evaluate((name) => globalThis.held.filter((held) => held.name === name).map((held) => held.worker), name);

/** Waits until so many readers were asked to read a file; gives them. */
async function asked(page, name, n) {
  await expect.poll(async () => (await holders(page, name)).length, { message: `${name} is read` }).toBe(n);
  return holders(page, name);
}

const test = base.extend({
  /** The page with readers held back, and its workers in the order in which they were made. */
  held: async ({ page, app }, use) => {
    const workers = [];
    page.on("worker", (worker) => workers.push(worker));
    await page.addInitScript(holdBack);
    await app.open("file");
    await use({ workers });
  },
});

for (const [how, spoil] of [
  ["changed", (path) => writeFileSync(path, `${readFileSync(path, "utf8")}{"timestamp":"2026-03-02T10:00:00Z"}\n`)],
  ["cut short", (path) => writeFileSync(path, readFileSync(path, "utf8").slice(0, 2_000))],
  ["removed", (path) => rmSync(path)],
]) {
  test(`a file that is ${how} while it is read costs nothing else`, async ({ app, page, site, held }) => {
    expect(held.workers.length).toBeGreaterThan(1);
    const path = `${site.folder}/fleeting.ndjson`;
    copyFileSync(CRASH_LOOP, path);
    const other = days();
    try {
      await app.drop(path, other.calm);
      await asked(page, "fleeting.ndjson", 1);
      spoil(path);
      await page.evaluate(() => globalThis.release());
      await app.reported();
      await expect(app.report).toContainText("E-FILE-GONE");
      await expect(app.report).toContainText("fleeting.ndjson");
      // All of the other file, and nothing of this one.
      const entries = readFileSync(other.calm, "utf8").trim().split("\n").length;
      expect((await app.severities()).INFO).toBe(entries);
    } finally {
      rmSync(path, { force: true });
      other.remove();
    }
  });
}

test("a file that is gone after its report leaves the report, and its entries say why they are missing", async ({ app, site }) => {
  const path = `${site.folder}/left.ndjson`;
  copyFileSync(CRASH_LOOP, path);
  await app.open("file");
  await app.drop(path);
  await app.reported();
  rmSync(path);
  await app.openDrawer();
  await app.rows.first().getByRole("button").click();
  await expect(app.entry).toContainText("The file can't be read any more");
  await expect(app.headline).toContainText("crash loop");
});

for (const [what, lack] of [
  ["dialogs", () => delete globalThis.HTMLDialogElement],
  ["SIMD in WebAssembly", () => (WebAssembly.validate = () => false)],
  ["light-dark() in style sheets", () => (CSS.supports = () => false)],
]) {
  test(`a browser without ${what} is told so in plain words`, async ({ page, site }) => {
    await page.addInitScript(lack);
    await page.goto(site.url("file"));
    await expect(page.getByText("E-TOO-OLD")).toBeVisible();
    await expect(page.getByText("E-TOO-OLD")).toContainText(`Missing: ${what}.`);
  });
}
