// What changed: two files, two revisions, a span; each row opens its entries on either side, and exports equal the command's.
import { violations } from "./support/axe.mjs";
import { compare, report } from "./support/command.mjs";
import { days } from "./support/days.mjs";
import { expect, test } from "./support/fixtures.mjs";

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

/** The two ways in which everything is done. */
const WAYS = ["mouse", "keyboard"];

/** Presses a button of the section as a person does: with the mouse, or by the key that leads to the section, Tab, and Enter. */
async function press(app, target, way) {
  if (way === "mouse") return target.click();
  await expect(target).toBeVisible();
  await app.page.keyboard.press("c");
  await expect(app.page.locator("#what-changed")).toBeFocused();
  for (let steps = 0; steps < 80; steps += 1) {
    await app.page.keyboard.press("Tab");
    if (await target.evaluate((element) => element === document.activeElement)) return app.page.keyboard.press("Enter");
  }
  throw new Error(`${target} can't be reached by Tab`);
}

/** Chooses a span of the timeline between two shares of it. */
async function choose(app, from, to, way) {
  if (way === "mouse") return app.brush(from + 0.005, to - 0.005);
  await app.plot.focus();
  const last = Number(await app.plot.getAttribute("aria-valuemax"));
  const [first, until] = [Math.round(from * last), Math.round(to * last)];
  await app.page.keyboard.press("Home");
  for (let at = 0; at < first; at += 1) await app.page.keyboard.press("ArrowRight");
  for (let at = first; at < until; at += 1) await app.page.keyboard.press("Shift+ArrowRight");
}

const sides = (app) => app.changes.getByRole("region", { name: "Comparison: Overview" });
const button = (app, name) => app.changes.getByRole("button", { name });

/** Opens a figure of a row and says how many entries stand there, and how the first one begins. */
async function opened(app, figure, entries, words, way) {
  await press(app, figure, way);
  await expect(app.count).toHaveText(entries === 1 ? "1 entry" : `${entries} entries`);
  await expect(app.rows.first()).toContainText(words);
}

for (const way of WAYS) {
  test(`two files are compared, and swapped sides give the mirrored result, by ${way}`, async ({ app }) => {
    await load(app, logs.during, logs.before);
    // The one that begins first is the baseline, in whatever order they were dropped.
    await expect(app.changes.getByLabel("Before").locator("option:checked")).toHaveText("before.ndjson");
    await press(app, button(app, "Compare the files"), way);
    await expect(app.changes).toContainText("Something changed, most of all in shop.");
    const found = await messages(app);
    const failed = found.find(({ message }) => message.startsWith("reservation of order"));
    expect(failed).toMatchObject({ change: "new", before: "0", during: String(logs.orders) });
    const gone = found.find(({ message }) => message.startsWith("stock reserved"));
    expect(gone).toMatchObject({ change: "gone", before: String(logs.orders), during: "0" });

    await press(app, button(app, "Swap the sides"), way);
    await expect(app.changes).toContainText("Before: during.ndjson");
    const back = await messages(app);
    const mirrored = { new: "gone", gone: "new", moved: "moved" };
    const key = ({ message, change, before, during }) => `${message} ${change} ${before} ${during}`;
    const turned = found.map((row) => ({ ...row, change: mirrored[row.change], before: row.during, during: row.before }));
    expect(back.map(key).sort()).toEqual(turned.map(key).sort());
  });

  test(`two revisions in one log are offered unasked, and a row opens its entries on either side, by ${way}`, async ({ app }) => {
    await load(app, logs.both);
    await expect(app.changes).toContainText("shop-00008-xyz of shop follows shop-00007-abc at 2026-03-10 09:10:00 UTC.");
    await press(app, button(app, "Compare the two revisions"), way);
    await expect(app.liveRegion).toHaveText("Something changed, most of all in shop.");
    const row = app.changedMessages.getByRole("row", { name: /reservation of order/ });
    await opened(app, row.getByRole("button"), logs.orders, "stock table is locked", way);
    const gone = app.changedMessages.getByRole("row", { name: /stock reserved/ });
    await opened(app, gone.getByRole("button"), logs.orders, "stock reserved", way);
    await opened(app, sides(app).getByRole("row").nth(2).getByRole("button").last(), logs.orders, "stock table is locked", way);
  });

  test(`a chosen span is compared with what lies before it and with the rest, by ${way}`, async ({ app }) => {
    await load(app, logs.both);
    await choose(app, 0.5, 1, way);
    await press(app, button(app, "Compare this span with all before it"), way);
    await expect(app.changedMessages).toContainText("reservation of order");
    await expect(sides(app)).toContainText("Before: before 2026-03-10");
    await press(app, button(app, "Compare it with the rest"), way);
    await expect(sides(app)).toContainText("all but 2026-03-10");
    await expect(app.changedMessages).toContainText("reservation of order");
  });

  test(`one chosen span is compared with another one, by ${way}`, async ({ app }) => {
    await load(app, logs.both);
    await choose(app, 0.1, 0.4, way);
    await press(app, button(app, "Take it as the side before"), way);
    await expect(app.changes).toContainText("The side before is 2026-03-10 09:0");
    await expect(button(app, /^Compare it with 2026/)).toHaveCount(0);
    await choose(app, 0.6, 0.9, way);
    await press(app, button(app, /^Compare it with 2026-03-10 09:0/), way);
    const row = app.changedMessages.getByRole("row", { name: /reservation of order/ });
    await expect(row).toContainText("new");
    const [before, during] = [1, 2].map((nth) => sides(app).getByRole("row").nth(nth));
    await expect(before).toContainText("Before: 2026-03-10 09:0");
    await expect(during).toContainText("During: 2026-03-10 09:1");
    const failures = Number((await row.getByRole("button").innerText()).replace(/\D/g, ""));
    expect(failures).toBeGreaterThan(20);
    expect(failures).toBeLessThan(logs.orders);
    await opened(app, row.getByRole("button"), failures, "stock table is locked", way);
    await press(app, button(app, "Forget it"), way);
    await expect(app.changes).not.toContainText("The side before is");
  });

  test(`a report of two revisions tells unasked what changed, and the whys know it, by ${way}`, async ({ app }) => {
    await load(app, logs.both);
    const whys = app.report.getByRole("region", { name: "Five whys" });
    const began = "It began with the revision shop-00008-xyz, within a second of its first entry";
    await expect(whys).toContainText(began);
    await expect(app.changes).toContainText("shop says something new: reservation of order");
    await expect(app.changes).toContainText(/What came with shop-00008-xyz brought it.*hypothesis/s);
    await opened(app, button(app, /shop no longer says/), logs.orders, "basket of order", way);
    const saved = await app.export("Markdown", GENERATED_AT);
    expect(saved).toBe(report([logs.both], "markdown", GENERATED_AT));
    expect(saved).toContain("\n## What changed\n");
  });

  test(`a comparison of two files reaches the whys and the exported report, by ${way}`, async ({ app }) => {
    await load(app, logs.before, logs.during);
    const whys = app.report.getByRole("region", { name: "Five whys" });
    await press(app, button(app, "Compare the files"), way);
    await expect(whys).toContainText(/none of the 563 entries of before\.ndjson says/);
    await opened(app, button(app, /shop says something new/), logs.orders, "stock table is locked", way);
    const saved = await app.export("Markdown", GENERATED_AT);
    expect(saved).toContain("`during.ndjson` (563 entries) beside `before.ndjson` (563 entries)");
    expect(saved).toContain("of the 563 entries of `before.ndjson` says");
    await press(app, button(app, "Close the comparison"), way);
    await expect(whys).not.toContainText("before.ndjson");
    expect(await app.export("Markdown", GENERATED_AT)).toBe(report([logs.before, logs.during], "markdown", GENERATED_AT));
  });

  test(`rows of durations, paces and settings open their entries on either side, by ${way}`, async ({ app }) => {
    await load(app, logs.calm, logs.slow);
    await press(app, button(app, "Compare the files"), way);
    for (const [table, words, counts, said] of [
      ["Durations", /mail for order/, [logs.mails, logs.mails], ["took 40 ms", "took 400 ms"]],
      ["Paces", /heartbeat/, [logs.mails, logs.mails], ["heartbeat ok", "heartbeat ok"]],
      ["Settings and revisions", /DB_POOL_SIZE/, [1, 1], ["DB_POOL_SIZE=5", "DB_POOL_SIZE=20"]],
    ]) {
      const row = app.changes.getByRole("region", { name: `Comparison: ${table}` }).getByRole("row", { name: words });
      for (const side of [0, 1]) {
        await opened(app, row.getByRole("button").nth(side), counts[side], said[side], way);
      }
    }
  });

  test(`two normal days: no change beyond chance, by ${way}`, async ({ app }) => {
    await load(app, logs.before, logs.quiet);
    await press(app, button(app, "Compare the files"), way);
    await expect(app.changes).toContainText("No change beyond chance.");
    await expect(app.changedMessages).toHaveCount(0);
  });
}

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
  await app.dialog.getByLabel("Taken out before anything").selectOption("strict");
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
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      if (process.env.FIVEWHYS_SHOTS) {
        await app.changes.screenshot({ path: `${process.env.FIVEWHYS_SHOTS}/changes-${theme}-${width}.png` });
      }
    });
  }
}
