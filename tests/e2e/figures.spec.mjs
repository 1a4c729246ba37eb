// Every number is a filter away: figures of the timeline, severities, requests, patterns, revisions and files open the entries
// that they count; marks lead to their instant or their finding; a finding tells where it came from.
import { join } from "node:path";
import { expect, test } from "./support/fixtures.mjs";
import { WAYS, press } from "./support/hands.mjs";
import { CRASH_LOOP } from "./support/logs.mjs";
import { UNRECORDED, services } from "./support/services.mjs";
import { ORDERS, shop } from "./support/shop.mjs";

let log;
test.beforeAll(() => (log = shop()));
test.afterAll(() => log.remove());
test.afterEach(({ page }) => expect(page.faults).toEqual([]));

const number = (text) => Number(text.replace(/\D/g, ""));
const section = (app, name) => app.report.getByRole("region", { name, exact: true });

async function open(app, path) {
  await app.open("file");
  await app.drop(path);
  await app.reported();
}

/** Presses a figure and expects so many entries; goes back to the report by Escape. */
async function opens(way, app, page, figure, entries) {
  await press(way, page, figure);
  await expect(app.count).toHaveText(new RegExp(`^${entries} entr`));
  await page.keyboard.press("Escape");
  await expect(app.count).toHaveCount(0);
  if (way === "keyboard") await expect(figure).toBeFocused();
}

/** Does that with every figure of a list; each opens as many entries as it says. */
async function opensWhatItSays(way, app, page, figures) {
  const all = await figures.all();
  expect(all.length).toBeGreaterThan(0);
  for (const figure of all) await opens(way, app, page, figure, number(await figure.innerText()));
}

for (const way of WAYS) {
  test(`figures of requests open them, by ${way}`, async ({ app, page }) => {
    await open(app, log.path);
    const requests = section(app, "Requests");
    const facts = requests.locator("dl").getByRole("button");
    await opens(way, app, page, facts.first(), ORDERS);
    // Latencies rise from 200 to 590 ms: those at or above the median are 21, above p95 three.
    const latencies = facts.filter({ hasText: /ms$/ });
    await expect(latencies).toHaveText(["390 ms", "570 ms", "590 ms", "590 ms"]);
    for (const [nth, n] of [21, 3, 1, 1].entries()) await opens(way, app, page, latencies.nth(nth), n);
    const paths = requests.getByRole("region", { name: "Paths" });
    await opens(way, app, page, paths.getByRole("button", { name: / ms$/ }).nth(1), 3);
    await opens(way, app, page, paths.getByRole("button", { name: "500 × 5" }), 5);
    await press(way, page, requests.getByText("Latencies by class"));
    await opensWhatItSays(way, app, page, requests.locator(".histogram").getByRole("button"));
    await press(way, page, latencies.nth(1));
    await expect(app.chips).toHaveText([/took 570 ms or longer/]);
    await page.keyboard.press("q");
    await expect(app.dialog.getByRole("textbox")).toHaveValue('httpRequest.latency>="0.57s"');
  });

  test(`figures of revisions, files and the legend open their entries, by ${way}`, async ({ app, page }) => {
    await open(app, log.path);
    await opensWhatItSays(way, app, page, page.locator(".timeline-legend .key:not(.key-mark)").getByRole("button"));
    const revisions = app.report.getByRole("region", { name: "Revisions, jobs and builds" });
    await opensWhatItSays(way, app, page, revisions.getByRole("button"));
    const raw = section(app, "Raw data");
    await opens(way, app, page, raw.getByRole("button", { name: /entries$/ }), log.entries);
    const files = raw.getByRole("region", { name: "Files" });
    await opens(way, app, page, files.getByRole("button", { name: String(log.entries), exact: true }), log.entries);
  });

  test(`values of a pattern open the entries that hold them, by ${way}`, async ({ app, page }) => {
    await open(app, log.path);
    const row = section(app, "Patterns").getByRole("row").filter({ hasText: "payment for order" });
    await expect(row).toContainText("number 1000 to 1039");
    await opens(way, app, page, row.getByRole("button", { name: "1000", exact: true }), 1);
    await press(way, page, row.getByRole("button", { name: "1039", exact: true }));
    await expect(app.rows.first()).toContainText("payment for order 1039 taken");
    await expect(app.search).toHaveValue("order 1039 taken");
  });

  test(`what a severity is taken for opens its entries, by ${way}`, async ({ app, page, site }) => {
    const path = join(site.folder, "severities.ndjson");
    services(path, 4);
    await open(app, path);
    const row = app.severityTable.getByRole("row").filter({ hasText: "ERROR" });
    await opens(way, app, page, row.getByRole("button").nth(0), 4);
    await opens(way, app, page, row.getByRole("button").nth(1), 4 + UNRECORDED);
  });

  test(`marks lead to their instant and their finding, by ${way}`, async ({ app, page }) => {
    await open(app, CRASH_LOOP);
    const starts = page.locator(".timeline-legend .key-start").getByRole("button");
    const n = number(await starts.innerText());
    const marks = page.getByRole("table", { name: "Marks of the timeline" });
    await expect(marks).toBeHidden();
    await press(way, page, starts);
    await expect(marks).toBeFocused();
    const rows = marks.getByRole("row");
    await expect(rows.filter({ hasText: ": start" })).toHaveCount(n);
    const first = rows.filter({ hasText: ": start" }).first().getByRole("button");
    const instant = await first.innerText();
    await press(way, page, first);
    await expect(app.chips.first()).toContainText(instant);
    expect(await app.entries()).toBeGreaterThan(0);
    await page.keyboard.press("Escape");
    await press(way, page, marks.getByRole("link", { name: /F1/ }).first());
    await expect(page.locator("#F1-article")).toBeFocused();
    await expect(page.locator("#F1-article")).toBeInViewport();
  });

  test(`a finding shows the rule that it came from, by ${way}`, async ({ app, page }) => {
    await open(app, CRASH_LOOP);
    const finding = page.locator("#F1-article");
    const origin = finding.locator("details.origin");
    await press(way, page, origin.locator("summary"));
    const rule = await origin.locator("dd code.plain").first().innerText();
    expect(rule).toMatch(/^[a-z0-9-]+$/);
    for (const key of ["Kind", "Says", "Looks for", "Then matches"]) await expect(origin).toContainText(key);
    await expect(origin.locator(".rule-text")).not.toBeEmpty();
    const matched = origin.getByRole("button", { name: /that it matched$/ });
    const n = number(await matched.innerText());
    await opens(way, app, page, matched, n);
    const all = origin.getByRole("button", { name: /^All \d+ entr/ });
    const behind = number((await all.innerText()).split(" of ")[0]);
    expect(behind).toBeGreaterThanOrEqual(n);
    await opens(way, app, page, all, behind);
  });
}
