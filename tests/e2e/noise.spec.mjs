// Known noise: patterns are marked, used in this report or saved as a rule file, and that file makes them known noise again.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { report } from "./support/command.mjs";
import { expect, test } from "./support/fixtures.mjs";

const SECRET = "hunter2-s3cret";
/** Text that would end a string, a table or a regex of the file, or turn its words around. */
const HOSTILE = String.raw`cart "7" lost: C:\temp\x (a|b)* [q] {z} ''' #`;

const entry = (n, severity, text) =>
  JSON.stringify({
    timestamp: new Date(Date.UTC(2026, 2, 2, 10) + n * 1000).toISOString(),
    severity,
    insertId: `shop${n}`,
    textPayload: text,
    resource: { type: "cloud_run_revision", labels: { service_name: "shop", revision_name: "shop-1" } },
  });

const LOG = Array.from({ length: 24 }, (_, n) =>
  entry(
    n,
    n % 4 === 3 ? "INFO" : "ERROR",
    [`session store lost, password=${SECRET}, try ${n}`, `${HOSTILE} ${n}`, "first line\nsecond\tline\u202e", "order taken"][n % 4],
  ),
).join("\n");

function written(site, name, text) {
  const path = join(site.folder, name);
  writeFileSync(path, text);
  return path;
}

const patterns = (app) => app.report.getByRole("region", { name: "Patterns", exact: true });
const marks = (app) => patterns(app).getByRole("button", { name: /^Noise: (session|cart|first)/ });
const bar = (app) => patterns(app).getByRole("group", { name: "Known noise" });
const known = (app) => patterns(app).getByText(/^known noise: /);

/** Marks what is an error with the keyboard alone. */
async function markAll(app, page) {
  const n = await marks(app).count();
  for (let at = 0; at < n; at += 1) {
    await marks(app).nth(at).focus();
    await page.keyboard.press("Enter");
    await expect(marks(app).nth(at)).toHaveAttribute("aria-pressed", "true");
  }
  return n;
}

async function save(app, page) {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    bar(app).getByRole("button", { name: "Save as rule file" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("known-noise.toml");
  return readFileSync(await download.path(), "utf8");
}

test.afterEach(({ page }) => expect(page.faults).toEqual([]));

test("what is marked and saved is known noise when log and file are dropped again, and for the command", async ({ app, page, site }) => {
  const log = written(site, "shop.ndjson", LOG);
  await app.open("file");
  await app.drop(log);
  await app.reported();
  await expect(bar(app)).toHaveCount(0);
  const n = await markAll(app, page);
  expect(n).toBe(3);
  await expect(bar(app)).toContainText("3 patterns marked as noise");
  const toml = await save(app, page);
  await expect(bar(app)).toContainText("3 rules saved");
  expect(toml).not.toContain(SECRET);
  expect(toml).not.toContain("\u202e");
  expect(toml.match(/^\[\[signature\]\]$/gm)).toHaveLength(3);

  const rules = written(site, "known-noise.toml", toml);
  page.on("dialog", (dialog) => dialog.accept());
  await page.reload();
  await app.ready();
  await app.drop(log, rules);
  await app.reported();
  await expect(known(app)).toHaveCount(3);
  await expect(marks(app)).toHaveCount(0);
  await expect(app.headline).not.toContainText("session store");
  const at = "2026-03-10T09:30:00Z";
  const markdown = await app.export("Markdown", at);
  expect(markdown).toBe(report([log, "--rules", rules], "markdown", at));
  expect(markdown).toContain("known noise: ");
});

test("marks are used in the report at once, added to, and taken out with their file", async ({ app, page, site }) => {
  await app.open("file");
  await app.drop(written(site, "shop.ndjson", LOG));
  await app.reported();
  await marks(app).first().click();
  await bar(app).getByRole("button", { name: "Use in this report" }).click();
  await expect(known(app)).toHaveCount(1);
  await app.reported();
  await expect(patterns(app)).toBeFocused();
  const files = page.getByRole("list", { name: "Rule files" });
  await expect(files.getByRole("listitem")).toHaveText(/known-noise\.toml\s*1 rule/);
  await markAll(app, page);
  expect((await save(app, page)).match(/^\[\[signature\]\]$/gm)).toHaveLength(3);
  await bar(app).getByRole("button", { name: "Use in this report" }).click();
  await expect(known(app)).toHaveCount(3);
  await app.reported();
  await expect(files.getByRole("listitem")).toHaveText(/known-noise\.toml\s*3 rules/);
  await files.getByRole("button", { name: "Remove known-noise.toml" }).click();
  await expect(known(app)).toHaveCount(0);
  await app.reported();
  await expect(marks(app)).toHaveCount(3);
});

test("marks can be taken off, one by one and all together", async ({ app, site }) => {
  await app.open("file");
  await app.drop(written(site, "shop.ndjson", LOG));
  await app.reported();
  await marks(app).first().click();
  await marks(app).nth(1).click();
  await expect(app.liveRegion).toHaveText("2 patterns marked as noise");
  await marks(app).first().click();
  await expect(bar(app)).toContainText("1 pattern marked as noise");
  await bar(app).getByRole("button", { name: "Take marks off" }).click();
  await expect(bar(app)).toHaveCount(0);
  await expect(marks(app).nth(1)).toHaveAttribute("aria-pressed", "false");
});
