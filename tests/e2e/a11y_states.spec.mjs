// axe-core finds nothing in the states that pass, fail or wait, in both themes, at both widths.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { WIDTHS, violations } from "./support/axe.mjs";
import { days } from "./support/days.mjs";
import { faulty } from "./support/faulty.mjs";
import { expect, test } from "./support/fixtures.mjs";
import { holdBack, searchOn } from "./support/held.mjs";
import { CRASH_LOOP } from "./support/logs.mjs";
import { services } from "./support/services.mjs";

const RULE = `[[signature]]
id = "acme-order-lost"
title = "An order is lost"
area = "http"
role = "cause"
priority = { outage = "P1", otherwise = "P2" }
anchor = ["order is lost"]
regex = 'order is lost'
examples = ["order is lost"]
counterexamples = ["order is found"]
what = "An order is lost."
action = "Find it."
verify = "It is there."
source = "our own service"
`;

let logs;
test.beforeAll(() => (logs = days()));
test.afterAll(() => logs.remove());

/** Runs a test in both themes, at both widths. */
function everywhere(title, body, prepare = async () => {}) {
  for (const theme of ["light", "dark"]) {
    for (const [width, viewport] of Object.entries(WIDTHS)) {
      test(`no violations ${title}, ${theme}, ${width}`, async ({ app, page, site }) => {
        await page.setViewportSize(viewport);
        await prepare(page);
        await app.open("file");
        await app.theme(theme);
        await body({ app, page, site, clean: async (state) => expect(await violations(page), state).toEqual([]) });
      });
    }
  }
}

everywhere(
  "while a file is read",
  async ({ app, page, clean }) => {
    await app.drop(CRASH_LOOP);
    await expect(app.cancel).toBeVisible();
    await expect.poll(() => page.evaluate(() => globalThis.held.length)).toBeGreaterThan(0);
    await clean("reading");
    await page.evaluate(() => globalThis.release());
    await app.reported();
  },
  (page) => page.addInitScript(holdBack),
);

everywhere("around errors, dialogs and what was taken out", async ({ app, page, site, clean }) => {
  await page.getByRole("button", { name: "How that is proved" }).click();
  await expect(app.dialog).toBeVisible();
  await clean("privacy");
  await page.keyboard.press("Escape");
  const [pdf, rules] = [join(site.folder, "minutes.pdf"), join(site.folder, "acme.toml")];
  writeFileSync(pdf, "%PDF-1.7\n1 0 obj\n");
  writeFileSync(rules, RULE);
  await app.drop(pdf);
  await expect(app.notice("E-FORMAT")).toBeVisible();
  await clean("error before a report");
  await app.drop(rules);
  await expect(page.getByRole("list", { name: "Rule files" })).toBeVisible();
  await clean("rules before a report");
  await app.drop(logs.before, logs.during);
  await app.reported();
  await expect(page.getByRole("list", { name: "Rule files" })).toBeVisible();
  await app.drop(pdf);
  await expect(app.notice("E-FORMAT")).toBeVisible();
  await app.reported();
  await clean("error beside a report, and rules");
  await app.report.getByRole("button", { name: "Remove during.ndjson" }).click();
  await expect(page.getByText("during.ndjson was taken out.")).toBeVisible();
  await app.reported();
  await clean("taken out");
  await page.getByRole("button", { name: "Put it back" }).click();
  await app.reported();
  await app.changes.getByRole("button", { name: "Compare the files" }).click();
  await expect(app.changedMessages).toBeVisible();
  await app.changes.getByRole("button", { name: "Export what changed" }).click();
  await expect(app.dialog).toBeVisible();
  await clean("export of what changed");
});

everywhere("in the timeline, the lanes and their table", async ({ app, page, clean }) => {
  await app.drop(logs.both);
  await app.reported();
  await expect(app.report.getByRole("list", { name: "Revisions over time" })).toBeVisible();
  await app.report.getByRole("list", { name: "Revisions over time" }).getByRole("button").first().click();
  await page.keyboard.press("Escape");
  await app.plot.focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("+");
  await expect(page.getByRole("button", { name: "Whole range" })).toBeVisible();
  await app.report.getByText("Timeline as a table").first().click();
  await clean("zoomed, with lanes and table");
});

everywhere("in exceptions and the slowest requests", async ({ app, site, clean }) => {
  await app.drop(faulty(site.folder));
  await app.reported();
  await app.exceptions.first().getByText("Chain and frames").click();
  await app.exceptions.first().getByText("1 frame of a library").first().click();
  await expect(app.slowest.first()).toBeVisible();
  await clean("exceptions");
});

everywhere("in a facet of many values and the origin of a finding", async ({ app, page, site, clean }) => {
  const path = join(site.folder, "services.ndjson");
  services(path, 300);
  await app.drop(path, CRASH_LOOP);
  await app.reported();
  await page.locator("#F1-article details.origin summary").click();
  await expect(page.locator("#F1-article details.origin .rule-text")).toBeVisible();
  await clean("origin");
  // Where there is no room for the drawer beside the report, no button there shows all entries.
  if (!(await app.tool("Show all").isVisible())) return;
  await app.tool("Show all").click();
  await app.tool("Facets").click();
  const group = app.facets.getByRole("group", { name: "Service", exact: true });
  await group.getByRole("button", { name: / more$/ }).click();
  await expect(group.getByRole("searchbox")).toBeFocused();
  await clean("wide facet");
  await page.keyboard.type("no such service");
  await clean("nothing found in it");
});

everywhere("in a query that can't be read and a filter that nothing passes", async ({ app, page, clean }) => {
  await app.drop(CRASH_LOOP);
  await app.reported();
  await app.openDrawer();
  await app.tool("Query").click();
  await app.dialog.getByRole("textbox").fill("severity>>ERROR");
  await app.dialog.getByRole("button", { name: "Show these entries" }).click();
  await expect(app.dialog.getByText("E-QUERY")).toBeVisible();
  await clean("fault of a query");
  await page.keyboard.press("Escape");
  await app.search.fill("nowhere in this log");
  await expect(app.count).toContainText("No entry passes");
  await clean("nothing passes");
});

everywhere(
  "while a search runs",
  async ({ app, page, clean }) => {
    await app.drop(CRASH_LOOP);
    await app.reported();
    await page.keyboard.press("/");
    await app.search.fill("import");
    await page.keyboard.press("Enter");
    await expect(app.tool("Stop")).toBeVisible();
    await clean("searching");
  },
  (page) => page.addInitScript(searchOn),
);
