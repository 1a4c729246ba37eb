// What changed: two files, two revisions, a span; each row opens its entries on either side, and exports equal the command's.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { compare } from "./support/command.mjs";
import { days } from "./support/days.mjs";
import { expect, test } from "./support/fixtures.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const GENERATED_AT = "2026-03-10T09:30:00Z";

let logs;
test.beforeAll(() => (logs = days()));
test.afterAll(() => logs.remove());
test.afterEach(({ page }) => expect(page.faults).toEqual([]));

async function load(app, ...paths) {
  await app.open("file");
  await app.drop(...paths);
  await app.reported();
}

/** The rows of messages: what changed with the figures of both sides. */
async function messages(app) {
  const rows = await app.changedMessages.locator("tbody tr").all();
  return Promise.all(
    rows.map(async (row) => {
      const [message, , change, before, during] = await row.getByRole("cell").allInnerTexts();
      return { message: message.trim(), change: change.trim(), before: before.trim(), during: during.trim() };
    }),
  );
}

/** Exports the comparison in each format and compares it with what the command writes. */
async function sameAsCommand(app, files, args) {
  for (const format of ["Markdown", "HTML", "JSON"]) {
    const saved = await app.export(format, GENERATED_AT, "Export what changed");
    expect(saved.length).toBeGreaterThan(200);
    expect(saved, format).toBe(compare(files, args, format.toLowerCase(), GENERATED_AT));
  }
}

test("two files are compared, and swapped sides give the mirrored result", async ({ app }) => {
  await load(app, logs.during, logs.before);
  // The one that begins first is the baseline, in whatever order they were dropped.
  await expect(app.changes.getByLabel("Before").locator("option:checked")).toHaveText("before.ndjson");
  await app.changes.getByRole("button", { name: "Compare the files" }).click();
  await expect(app.changes).toContainText("Something changed, most of all in shop.");
  const found = await messages(app);
  const failed = found.find(({ message }) => message.startsWith("reservation of order"));
  expect(failed).toMatchObject({ change: "new", before: "0", during: String(logs.orders) });
  const gone = found.find(({ message }) => message.startsWith("stock reserved"));
  expect(gone).toMatchObject({ change: "gone", before: String(logs.orders), during: "0" });

  await app.changes.getByRole("button", { name: "Swap the sides" }).click();
  await expect(app.changes).toContainText("Before: during.ndjson");
  const back = await messages(app);
  const mirrored = { new: "gone", gone: "new", moved: "moved" };
  const key = ({ message, change, before, during }) => `${message} ${change} ${before} ${during}`;
  const turned = found.map((row) => ({ ...row, change: mirrored[row.change], before: row.during, during: row.before }));
  expect(back.map(key).sort()).toEqual(turned.map(key).sort());
});

test("two revisions in one log are offered unasked, and a row opens its entries on either side", async ({ app }) => {
  await load(app, logs.both);
  await expect(app.changes).toContainText("shop-00008-xyz of shop follows shop-00007-abc at 2026-03-10 09:10:00 UTC.");
  await app.changes.getByRole("button", { name: "Compare the two revisions" }).click();
  await expect(app.liveRegion).toHaveText("Something changed, most of all in shop.");
  const row = app.changedMessages.getByRole("row", { name: /reservation of order/ });
  await row.getByRole("button").click();
  await expect(app.count).toHaveText(`${logs.orders} entries`);
  await expect(app.rows.first()).toContainText("stock table is locked");
  const gone = app.changedMessages.getByRole("row", { name: /stock reserved/ });
  await gone.getByRole("button").click();
  await expect(app.rows.first()).toContainText("stock reserved");
  await expect(app.count).toHaveText(`${logs.orders} entries`);
  const sides = app.changes.getByRole("region", { name: "Comparison: Overview" }).getByRole("row");
  await sides.nth(2).getByRole("button").last().click();
  await expect(app.count).toHaveText(`${logs.orders} entries`);
});

test("a chosen span is compared with what lies before it and with the rest", async ({ app }) => {
  await load(app, logs.both);
  await app.brush(0.52, 1);
  await app.changes.getByRole("button", { name: "Compare this span with all before it" }).click();
  await expect(app.changedMessages).toContainText("reservation of order");
  await expect(app.changes.getByRole("region", { name: "Comparison: Overview" })).toContainText("Before: before 2026-03-10");
  await app.changes.getByRole("button", { name: "Compare it with the rest" }).click();
  await expect(app.changes.getByRole("region", { name: "Comparison: Overview" })).toContainText("all but 2026-03-10");
  await expect(app.changedMessages).toContainText("reservation of order");
});

test("exports of two files equal the command's, also swapped", async ({ app }) => {
  await load(app, logs.before, logs.during);
  await app.changes.getByRole("button", { name: "Compare the files" }).click();
  await expect(app.changedMessages).toBeVisible();
  await sameAsCommand(app, [logs.before, logs.during], []);
  await app.changes.getByRole("button", { name: "Swap the sides" }).click();
  await expect(app.changes).toContainText("Before: during.ndjson");
  await sameAsCommand(app, [logs.during, logs.before], []);
});

test("exports of two revisions equal the command's", async ({ app }) => {
  await load(app, logs.both);
  await app.changes.getByRole("button", { name: "Compare the two revisions" }).click();
  await expect(app.changedMessages).toBeVisible();
  await sameAsCommand(app, [logs.both], ["--by", "revision"]);
});

test("two normal days: no change beyond chance", async ({ app }) => {
  await load(app, logs.before, logs.quiet);
  await app.changes.getByRole("button", { name: "Compare the files" }).click();
  await expect(app.changes).toContainText("No change beyond chance.");
  await expect(app.changedMessages).toHaveCount(0);
});

test("with the keyboard alone, from the report to the entries and back", async ({ app, page }) => {
  await load(app, logs.both);
  await page.keyboard.press("c");
  await expect(page.locator("#what-changed")).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(app.changes.getByRole("button", { name: "Compare the two revisions" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(app.changedMessages).toBeVisible();
  const figure = app.changedMessages.getByRole("button").first();
  for (let steps = 0; steps < 40; steps += 1) {
    if (await figure.evaluate((element) => element === document.activeElement)) break;
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Enter");
  await expect(page.locator("#drawer-title")).toBeFocused();
  await expect(app.count).toHaveText(`${logs.orders} entries`);
  await page.keyboard.press("Escape");
  await expect(figure).toBeFocused();
});

test("another level of redaction keeps the comparison, another file ends it", async ({ app, page }) => {
  await load(app, logs.both);
  await app.changes.getByRole("button", { name: "Compare the two revisions" }).click();
  await expect(app.changedMessages).toBeVisible();
  await app.changes.getByRole("button", { name: "Export what changed" }).click();
  await app.dialog.getByLabel(/taken out/i).selectOption("strict");
  await page.keyboard.press("Escape");
  await app.changedMessages.getByRole("button").first().click();
  await expect(app.count).toHaveText(`${logs.orders} entries`);
  await app.drop(logs.quiet);
  await expect(app.changes.getByRole("button", { name: "Compare the files" })).toBeVisible();
  await expect(app.changedMessages).toHaveCount(0);
});

for (const theme of ["light", "dark"]) {
  for (const width of [1280, 390]) {
    test(`no violations and nothing wider than the page, ${theme}, ${width} px`, async ({ app, page }) => {
      await page.setViewportSize({ width, height: 900 });
      await app.open("file");
      await app.theme(theme);
      await app.drop(logs.before, logs.during);
      await app.reported();
      await app.changes.getByRole("button", { name: "Compare the files" }).click();
      await expect(app.changedMessages).toBeVisible();
      await app.changes.getByText("How this was decided").click();
      await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished)));
      await page.evaluate(AXE);
      const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      if (process.env.FIVEWHYS_SHOTS) {
        await app.changes.screenshot({ path: `${process.env.FIVEWHYS_SHOTS}/changes-${theme}-${width}.png` });
      }
    });
  }
}
