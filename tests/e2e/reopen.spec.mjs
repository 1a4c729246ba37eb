// The exported JSON opens again as a report without its log: shown, said, exported to the byte; what needs the log says so.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { violations } from "./support/axe.mjs";
import { report } from "./support/command.mjs";
import { expect, test } from "./support/fixtures.mjs";
import { CRASH_LOOP } from "./support/logs.mjs";

const AT = "2026-01-01T00:00:00Z";

/** Writes the command's JSON report of the crash loop, changed by `change`; gives its path. */
function written(site, name, change = (text) => text) {
  const path = join(site.folder, name);
  writeFileSync(path, change(report([CRASH_LOOP], "json", AT)));
  return path;
}

/** The note that the log is not here. */
const note = (page) => page.getByRole("note", { name: "Report without its log" });

test("what the page exported opens again, with a note, and is exported the same", async ({ app, page, site }) => {
  await app.open();
  await app.drop(CRASH_LOOP);
  await app.reported();
  await expect(note(page)).toHaveCount(0);
  const headline = await app.headline.innerText();
  const path = join(site.folder, "saved.json");
  writeFileSync(path, await app.export("JSON", AT));
  await page.reload();
  await app.ready();
  await app.drop(path);
  await app.reported();
  await expect(note(page)).toContainText("saved.json");
  await expect(note(page)).toContainText("redacted as it was when the report was exported");
  await expect(app.headline).toHaveText(headline);
  for (const title of ["Findings", "Five whys", "Actions"]) {
    await expect(app.report.getByRole("region", { name: title, exact: true })).toBeVisible();
  }
  for (const format of ["JSON", "Markdown", "HTML"]) {
    expect(await app.export(format, AT), format).toBe(report([path], format.toLowerCase(), AT));
  }
  expect(await app.export("JSON", AT)).toBe(readFileSync(path, "utf8"));
  expect(page.faults).toEqual([]);
});

for (const theme of ["light", "dark"]) {
  test(`evidence, search and hand-off say what is missing, by keyboard, without violations, ${theme}`, async ({ app, page, site }) => {
    await app.open("file");
    await app.theme(theme);
    await app.drop(written(site, `${theme}.json`));
    await app.reported();
    expect(await violations(page), "report").toEqual([]);
    const figure = app.report.getByRole("button", { name: /^All \d+ entries$/ }).first();
    await figure.focus();
    await page.keyboard.press("Enter");
    await expect(page.locator("#drawer-title")).toBeFocused();
    await expect(app.drawer).toContainText("without its log");
    await expect(app.drawer.locator("blockquote").first()).toBeVisible();
    expect(await violations(page), "drawer").toEqual([]);
    await page.keyboard.press("Escape");
    await expect(figure).toBeFocused();
    await page.keyboard.press("/");
    await expect(app.drawer).toContainText("The report quotes none of these entries");
    await page.keyboard.press("q");
    await expect(app.dialog).toContainText("without its log");
    await expect(app.dialog).toContainText("The same in other tools");
    expect(await violations(page), "query").toEqual([]);
    await page.keyboard.press("Escape");
    await expect(app.changes).toContainText("without its log");
    expect(page.faults).toEqual([]);
  });
}

test("it closes, gives way to a log, and is refused beside one", async ({ app, page, site }) => {
  const path = written(site, "report.json");
  await app.open();
  await app.drop(path);
  await app.reported();
  await note(page).getByRole("button", { name: "Close this report" }).click();
  await expect(app.dropZone).toBeVisible();
  await page.getByRole("button", { name: "Put it back" }).click();
  await app.reported();
  await expect(note(page)).toBeVisible();
  await app.drop(CRASH_LOOP);
  await expect(note(page)).toHaveCount(0);
  await app.reported();
  await app.openDrawer();
  await app.drop(path);
  await expect(page.getByRole("alert").getByText("E-REPORT", { exact: true })).toBeVisible();
  await expect(note(page)).toHaveCount(0);
  await app.reported();
  await app.openDrawer();
  expect(page.faults).toEqual([]);
});

test("damaged and foreign reports are refused, and nothing shown is lost", async ({ app, page, site }) => {
  await app.open();
  await app.drop(written(site, "good.json"));
  await app.reported();
  const bad = {
    "cut.json": (text) => text.slice(0, text.length / 2),
    "version.json": (text) => text.replace('"schema": 1', '"schema": 2'),
    "edited.json": (text) => text.replace('"state": "', '"state": "un'),
  };
  for (const [name, change] of Object.entries(bad)) {
    await app.drop(written(site, name, change));
    const alert = page.getByRole("alert");
    await expect(alert.getByText("E-REPORT", { exact: true })).toBeVisible();
    await expect(alert.getByText(name).first()).toBeVisible();
    await app.reported();
    await expect(note(page)).toContainText("good.json");
  }
  expect(page.faults).toEqual([]);
});

test("a tampered report stays text", async ({ app, page, site }) => {
  const evil = "</title><img src=x onerror=alert(1)><script>alert(1)</script>[a](javascript:alert(1))";
  const flood = (value) => {
    if (Array.isArray(value)) {
      return value.map(flood);
    }
    if (value !== null && typeof value === "object") {
      const inline = Object.keys(value).length === 1 && (typeof value.text === "string" || typeof value.code === "string");
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inline ? evil : flood(one)]));
    }
    return value;
  };
  await app.open();
  await app.drop(written(site, "evil.json", (text) => JSON.stringify(flood(JSON.parse(text)))));
  await app.reported();
  await expect(app.headline).toContainText("<script>alert(1)</script>");
  await expect(app.report.locator("img, script, a[href^='javascript']")).toHaveCount(0);
  expect(page.faults).toEqual([]);
});
