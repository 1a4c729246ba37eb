// Rules of the reader's own, and folders: dropped like logs; a fault is shown in place and nothing loaded is lost.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { report } from "./support/command.mjs";
import { expect, SCHEMES, test } from "./support/fixtures.mjs";
import { CRASH_LOOP } from "./support/logs.mjs";

/** A rule about a line that says the same in every entry of `LOG`. */
const RULE = `
[[signature]]
id = "acme-ledger-locked"
title = "The ledger is locked"
area = "http"
role = "cause"
priority = { outage = "P1", otherwise = "P2" }
anchor = ["ledger locked by"]
regex = 'ledger locked by (?P<owner>\\w+)'
examples = ["ledger locked by nightly"]
counterexamples = ["ledger unlocked"]
what = "The ledger is held by {owner}."
action = "Wait for[ {owner}] to finish."
verify = "Bookings go through."
source = "our own service"
`;

const LOG = Array.from({ length: 6 }, (_, index) =>
  JSON.stringify({
    timestamp: `2026-03-02T10:00:0${index}Z`,
    severity: "ERROR",
    insertId: `ledger${index}`,
    textPayload: "ledger locked by nightly",
    resource: { type: "cloud_run_revision", labels: { service_name: "ledger", revision_name: "ledger-1" } },
  }),
).join("\n");

/** Writes a file into the site's folder; gives its path. */
function written(site, name, text) {
  const path = join(site.folder, name);
  writeFileSync(path, text);
  return path;
}

for (const scheme of SCHEMES) {
  test(`a dropped rule file is used, listed and removed, from ${scheme}`, async ({ app, page, site }) => {
    const [log, rules] = [written(site, "ledger.ndjson", LOG), written(site, "ledger.toml", RULE)];
    const list = page.getByRole("list", { name: "Rule files" });
    await app.open(scheme);
    await app.drop(log);
    await app.reported();
    await expect(app.report.getByText("The ledger is locked")).toHaveCount(0);
    await app.drop(rules);
    await expect(app.report.getByText("The ledger is locked").first()).toBeVisible();
    await expect(list.getByRole("listitem")).toHaveText(/ledger\.toml\s*1 rule/);
    const generatedAt = "2026-03-10T09:30:00Z";
    expect(await app.export("Markdown", generatedAt)).toBe(
      report([log, "--rules", rules], "markdown", generatedAt),
    );
    await list.getByRole("button", { name: "Remove ledger.toml" }).click();
    await expect(app.report.getByText("The ledger is locked")).toHaveCount(0);
    await expect(list).toHaveCount(0);
    expect(page.faults).toEqual([]);
  });
}

test("rules and log dropped together make one report", async ({ app, site }) => {
  await app.open();
  await app.drop(written(site, "ledger.ndjson", LOG), written(site, "ledger.toml", RULE));
  await app.reported();
  await expect(app.report.getByText("The ledger is locked").first()).toBeVisible();
});

test("rules without a log wait for one", async ({ app, page, site }) => {
  await app.open();
  await app.drop(written(site, "ledger.toml", RULE));
  await expect(page.getByRole("list", { name: "Rule files" }).getByRole("listitem")).toHaveCount(1);
  await expect(app.dropZone).toBeVisible();
  await app.drop(written(site, "ledger.ndjson", LOG));
  await app.reported();
  await expect(app.report.getByText("The ledger is locked").first()).toBeVisible();
});

test("a fault in a rule file is shown in place and loses nothing", async ({ app, page, site }) => {
  const log = written(site, "ledger.ndjson", LOG);
  await app.open();
  await app.drop(log, written(site, "ledger.toml", RULE));
  await app.reported();
  await app.drop(written(site, "ledger.toml", RULE.replace('role = "cause"', 'role = "reason"')));
  const notice = page.getByRole("alert").filter({ hasText: "E-RULES" });
  await expect(notice).toContainText("ledger.toml");
  await expect(notice).toContainText("acme-ledger-locked");
  await expect(notice).toContainText("role");
  // The version that was loaded before still holds.
  await expect(app.report.getByText("The ledger is locked").first()).toBeVisible();
  await expect(page.getByRole("list", { name: "Rule files" }).getByRole("listitem")).toHaveCount(1);
  // A mended version takes its place.
  await app.drop(written(site, "ledger.toml", RULE.replace("is locked", "is held")));
  await expect(app.report.getByText("The ledger is held").first()).toBeVisible();
  await expect(page.getByRole("list", { name: "Rule files" }).getByRole("listitem")).toHaveCount(1);
});

for (const scheme of SCHEMES) {
  test(`a dropped folder is read with the folders in it, from ${scheme}`, async ({ app, page, site }) => {
    const folder = join(site.folder, `export-${scheme}`);
    mkdirSync(join(folder, "deeper"), { recursive: true });
    written(site, `export-${scheme}/ledger.ndjson`, LOG);
    written(site, `export-${scheme}/.hidden.ndjson`, LOG.replaceAll("ledger", "hidden"));
    written(site, `export-${scheme}/deeper/ledger.toml`, RULE);
    await app.open(scheme);
    await app.drop(folder);
    const refused = page.getByRole("alert").filter({ hasText: "E-IO" });
    await expect(app.headline.or(refused).first()).toBeVisible();
    if (scheme === "http") {
      await app.reported();
      expect(await app.severities()).toEqual({ ERROR: 6 });
      await expect(app.report.getByText("The ledger is locked").first()).toBeVisible();
    }
    // Whatever came of the folder, files are read.
    await app.drop(CRASH_LOOP);
    await app.reported();
  });
}
