// What is passed on: own words that go, copies of findings, tables, reports and queries, forms of Markdown, marks that act.
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { report } from "./support/command.mjs";
import { expect, test } from "./support/fixtures.mjs";
import { clipboard, press, tabTo, WAYS } from "./support/hands.mjs";
import { CRASH_LOOP } from "./support/logs.mjs";
import { CUSTOMER, FORMULA, MAIL, mill, TURN } from "./support/mill.mjs";

const GENERATED_AT = "2026-03-10T09:30:00Z";

let log;
test.beforeAll(() => (log = mill()));
test.afterAll(() => log.remove());
test.beforeEach(({ page }) => page.context().grantPermissions(["clipboard-read", "clipboard-write"]));
test.afterEach(({ page }) => expect(page.faults).toEqual([]));

async function load(app, path = log.path) {
  await app.open("file");
  await app.drop(path);
  await app.reported();
}

/** Presses a button that saves; gives the text of the file. */
async function saved(way, page, button) {
  const [download] = await Promise.all([page.waitForEvent("download"), press(way, page, button)]);
  return readFileSync(await download.path(), "utf8");
}

for (const way of WAYS) {
  test(`words of one's own go from all that is shown and exported, by ${way}`, async ({ app, page }) => {
    await load(app);
    await expect(app.report).toContainText(CUSTOMER);
    await page.keyboard.press("e");
    const field = app.dialog.getByLabel(/words of your own/i);
    await press(way, page, field);
    await page.keyboard.type(CUSTOMER);
    await press(way, page, app.dialog.getByRole("button", { name: "Take out" }));
    await expect(field).toBeFocused();
    await expect(app.dialog.getByRole("list", { name: "Replaced, by kind" })).toContainText(/\d+ × word/);
    await expect(app.report).not.toContainText(CUSTOMER);
    for (const form of ["Save Markdown", "Save plain Markdown", "Save HTML", "Save JSON"]) {
      const text = await saved(way, page, app.dialog.getByRole("button", { name: form }));
      expect(text, form).not.toContain(CUSTOMER);
      expect(text, form).toContain("word-1");
    }
    await page.keyboard.press("Escape");
    await page.keyboard.press("/");
    await expect(app.rows.first()).toBeVisible();
    await expect(app.drawer).not.toContainText(CUSTOMER);
    await page.keyboard.press("Escape");
    await page.keyboard.press("q");
    for (const form of ["Save as CSV", "Save as NDJSON"]) {
      const text = await saved(way, page, app.dialog.getByRole("button", { name: form }));
      expect(text, form).not.toContain(CUSTOMER);
      expect(text, form).toContain("word-1");
    }
    await page.keyboard.press("Escape");
    await page.keyboard.press("e");
    await press(way, page, app.dialog.getByRole("button", { name: `Stop taking out ${CUSTOMER}` }));
    await expect(app.report).toContainText(CUSTOMER);
  });

  test(`a word that is written goes before an export, and with the tab, by ${way}`, async ({ app, page }) => {
    await load(app);
    await page.keyboard.press("e");
    await press(way, page, app.dialog.getByLabel(/words of your own/i));
    await page.keyboard.type(CUSTOMER);
    const text = await saved(way, page, app.dialog.getByRole("button", { name: "Save Markdown" }));
    expect(text).not.toContain(CUSTOMER);
    expect(text).toContain("<word-1>");
    await page.keyboard.press("Escape");
    page.on("dialog", (dialog) => dialog.accept());
    await page.reload();
    await app.ready();
    await app.drop(log.path);
    await app.reported();
    await expect(app.report).toContainText(CUSTOMER);
  });

  test(`a level takes out by kind and says how many, by ${way}`, async ({ app, page }) => {
    await load(app);
    await expect(app.report).toContainText(MAIL);
    await page.keyboard.press("e");
    const level = app.dialog.getByLabel("Taken out before anything leaves");
    if (way === "mouse") {
      await level.selectOption("standard");
    } else {
      await tabTo(page, level);
      await page.keyboard.press("ArrowDown");
    }
    await expect(app.dialog.getByRole("list", { name: "Replaced, by kind" })).toContainText(/\d+ × email/);
    await expect(app.report).not.toContainText(MAIL);
  });

  test(`a report is copied in three forms of text, by ${way}`, async ({ app, page }) => {
    await load(app, CRASH_LOOP);
    await page.keyboard.press("e");
    await app.dialog.getByLabel(/time of generation/i).fill(GENERATED_AT);
    for (const [name, format] of [["Copy Markdown", "markdown"], ["Copy plain Markdown", "plain"], ["Copy for chat", "chat"]]) {
      await page.evaluate(() => navigator.clipboard.writeText(""));
      await press(way, page, app.dialog.getByRole("button", { name }));
      await expect(app.dialog.getByRole("status")).toHaveText("Report copied.");
      await expect.poll(() => clipboard(page), name).toBe(report([CRASH_LOOP], format, GENERATED_AT));
    }
    expect(report([CRASH_LOOP], "plain", GENERATED_AT)).not.toMatch(/^\|/m);
  });

  test(`a word of one's own goes from names of files too, and the right file still goes, by ${way}`, async ({ app, page, site }) => {
    const [first, second] = ["Quincelot-a.ndjson", "Quincelot-b.ndjson"].map((name) => join(site.folder, name));
    copyFileSync(CRASH_LOOP, first);
    writeFileSync(second, readFileSync(CRASH_LOOP, "utf8").split("\n").slice(0, 9).join("\n"));
    await app.open("file");
    await app.drop(first, second);
    await app.reported();
    const header = page.getByRole("banner");
    await expect(header).toContainText("Quincelot-a.ndjson and 1 more");
    await page.keyboard.press("e");
    await press(way, page, app.dialog.getByLabel(/words of your own/i));
    await page.keyboard.type("Quincelot");
    await press(way, page, app.dialog.getByRole("button", { name: "Take out" }));
    await expect(header).toContainText("2 files");
    await page.keyboard.press("Escape");
    await expect(page.locator("body")).not.toContainText("Quincelot");
    const row = page.getByRole("row", { name: /word-1>-b\.ndjson/ });
    await press(way, page, row.getByRole("button", { name: /^Remove/ }));
    await expect(row).toHaveCount(0);
    await expect(page.getByRole("row", { name: /word-1>-a\.ndjson/ })).toBeVisible();
    await expect(page.getByText("A file was taken out.")).toBeVisible();
    await expect(page.locator("body")).not.toContainText("Quincelot");
  });

  test(`a finding is copied as Markdown, by ${way}`, async ({ app, page }) => {
    await load(app, CRASH_LOOP);
    await page.keyboard.press("]");
    const finding = app.report.locator("article.finding").first();
    await press(way, page, finding.getByRole("button", { name: "Copy as Markdown" }));
    await expect(finding.getByRole("button", { name: "Copied" })).toBeVisible();
    const text = await clipboard(page);
    const whole = report([CRASH_LOOP], "markdown", GENERATED_AT);
    const [body] = text.split("Redaction:");
    expect(text).toMatch(/^### F1: .*\n\n\*\*Severity:\*\* critical/);
    expect(whole).toContain(body.trim());
    expect(text).toContain("Redaction: secrets");
  });

  test(`a table is copied for a spreadsheet and as Markdown, by ${way}`, async ({ app, page }) => {
    await load(app);
    const tools = app.report.getByRole("group", { name: "Copy: Messages by pattern" });
    await press(way, page, tools.getByRole("button", { name: "Copy as TSV" }));
    await expect(tools.getByRole("button", { name: "Copied" })).toBeVisible();
    const rows = (await clipboard(page)).trimEnd().split("\n").map((line) => line.split("\t"));
    expect(rows[0].slice(0, 3)).toEqual(["Entries", "Severity", "Message"]);
    expect(new Set(rows.map((row) => row.length)).size).toBe(1);
    // The button that marks noise is no part of the table, and no character acts.
    expect(rows.flat().join(" ")).not.toMatch(/Noise|\u202e/);
    expect(rows.flat().some((cell) => cell.startsWith("'=HYPERLINK"))).toBe(true);
    await press(way, page, tools.getByRole("button", { name: "Copy as Markdown" }));
    await expect.poll(() => clipboard(page)).toMatch(/^\| Entries \| Severity \| Message .*\n\| --- \| --- \|/);
    const severity = app.report.getByRole("group", { name: "Copy: Severity table" });
    await severity.getByRole("button", { name: "Copy as TSV" }).click();
    await expect.poll(() => clipboard(page)).toMatch(/^Recorded\tEntries\tShare/);
  });

  test(`findings and blind spots are handed to other tools, by ${way}`, async ({ app, page }) => {
    await load(app, CRASH_LOOP);
    const folds = [
      [app.report.locator("article.finding").first().getByText("Fetch the entries of F1 again"), 'resource.labels.service_name="pear-api"'],
      [app.report.getByText(/^Fetch what is missing: Deployments/), 'log_id("cloudaudit.googleapis.com/activity")'],
    ];
    for (const [summary, wanted] of folds) {
      await press(way, page, summary);
      const fold = summary.locator("..");
      const copies = fold.getByRole("button", { name: "Copy" });
      await expect(copies).toHaveCount(3);
      const texts = [];
      for (let nth = 0; nth < 3; nth += 1) {
        await page.evaluate(() => navigator.clipboard.writeText(""));
        // What is pressed becomes "Copied", so the next one is the first that is left.
        await press(way, page, copies.first());
        await expect.poll(() => clipboard(page)).not.toBe("");
        texts.push(await clipboard(page));
      }
      expect(texts[0]).toContain('resource.type="cloud_run_revision"');
      expect(texts[0]).toContain(wanted);
      expect(texts[1]).toMatch(/^gcloud logging read '/);
      expect(texts[1]).toContain("--project=orchard-demo");
      expect(texts[2]).toMatch(/^SELECT .*\nFROM `orchard-demo\.global/);
    }
  });
}

test("a formula is text in the CSV, and a mark that reorders stays in NDJSON alone", async ({ app, page }) => {
  await load(app);
  await page.keyboard.press("/");
  await expect(app.rows.first()).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("q");
  const csv = await saved("mouse", page, app.dialog.getByRole("button", { name: "Save as CSV" }));
  expect(csv).toContain(`"'${FORMULA.replaceAll('"', '""')}"`);
  expect(csv).not.toMatch(/(^|,)=/m);
  const ndjson = await saved("mouse", page, app.dialog.getByRole("button", { name: "Save as NDJSON" }));
  const texts = ndjson.trimEnd().split("\n").map((line) => JSON.parse(line).textPayload);
  expect(texts.filter((text) => text.includes(TURN)).length).toBe(8);
});

test("marks that reorder text are shown as escapes, and turn nothing around", async ({ app, page }) => {
  await load(app);
  await page.keyboard.press("e");
  await app.dialog.getByLabel("Taken out before anything leaves").selectOption("off");
  const html = await saved("mouse", page, app.dialog.getByRole("button", { name: "Save HTML" }));
  expect(html).not.toContain(TURN);
  expect(html).toContain("\\u{202e}");
  await page.keyboard.press("Escape");
  await expect(app.report).toContainText("\\u{202e}gnp.exe");
  const marks = /[\u202a-\u202e\u2066-\u2069\u200b-\u200f]/;
  expect(await app.report.innerText()).not.toMatch(marks);
  await app.tool("Show all").click();
  const row = app.rows.nth(1);
  await expect(row).toContainText("\\u{202e}gnp.exe");
  await page.keyboard.press("w");
  await expect(app.facets).toBeVisible();
  await row.getByRole("button").click();
  await expect(app.entry).toContainText("\\u202e");
  expect(await app.drawer.innerText()).not.toMatch(marks);
  await app.entry.getByRole("button", { name: "Copy as JSON" }).click();
  await expect(app.entry.getByRole("button", { name: "Copied" })).toBeVisible();
  expect(JSON.parse(await clipboard(page)).textPayload).toContain(TURN);
  // Words from right to left stand in a box of their own.
  const isolated = (locator) => locator.evaluate((element) => getComputedStyle(element).unicodeBidi);
  expect(await isolated(app.report.locator(".template").first())).toBe("plaintext");
  expect(await isolated(app.report.locator(".quote-text").first())).toBe("plaintext");
  expect(await isolated(app.facets.locator(".facet-words").first())).toBe("isolate");
  await app.facets.locator(".facet").first().click();
  expect(await isolated(app.chips.first())).toBe("isolate");
});
