// Revisions or instances below the timeline: a row each, which narrows the entries to it; none where they would tell nothing.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "./support/fixtures.mjs";
import { shop } from "./support/shop.mjs";

const entry = (n, seconds, revision, instance, severity, text) =>
  JSON.stringify({
    timestamp: new Date(Date.UTC(2026, 2, 2, 10) + seconds * 1000).toISOString(),
    severity,
    insertId: `api${n}`,
    textPayload: text,
    logName: "projects/p/logs/run.googleapis.com%2Fstdout",
    labels: { instanceId: instance },
    resource: { type: "cloud_run_revision", labels: { service_name: "api", revision_name: revision } },
  });

/** A revision that works, and after it `more` that fall over again and again. */
function loop(site, name, more) {
  const lines = Array.from({ length: 30 }, (_, n) => entry(n, n * 2, "api-00001", "one", "INFO", "order taken"));
  for (let revision = 0; revision < more; revision += 1) {
    const [id, from] = [`api-${String(revision + 2).padStart(5, "0")}`, 60 + revision * 60];
    for (let turn = 0; turn < 4; turn += 1) {
      const say = (after, severity, text) => lines.push(entry(lines.length, from + turn * 15 + after, id, "two", severity, text));
      say(0, "INFO", "Starting new instance. Reason: AUTOSCALING");
      say(5, "ERROR", "ModuleNotFoundError: No module named 'flask'");
      say(6, "ERROR", "Container called exit(1).");
    }
  }
  const path = join(site.folder, name);
  writeFileSync(path, lines.join("\n"));
  return path;
}

const lanes = (app) => app.report.getByRole("list", { name: /over time$/ });
const rows = (app) => lanes(app).getByRole("button");

test.afterEach(({ page }) => expect(page.faults).toEqual([]));

test("each revision has a lane with its starts and exits, and is a filter away", async ({ app, page, site }) => {
  await app.open("file");
  await app.drop(loop(site, "loop.ndjson", 1));
  await app.reported();
  await expect(lanes(app)).toHaveAccessibleName("Revisions over time");
  await expect(rows(app)).toHaveCount(2);
  await expect(rows(app).first()).toHaveAccessibleName(/^api-00001 30 entries from 2026-03-02 10:00:00 to /);
  await expect(rows(app).nth(1)).toHaveAccessibleName(/^api-00002 4 starts · 4 exits · 8 errors · 12 entries/);
  // A loop is a saw: one slope from each start to each exit.
  const saw = await rows(app).nth(1).locator(".lane-saw").getAttribute("d");
  expect(saw.match(/z/g)).toHaveLength(4);
  await rows(app).nth(1).focus();
  await page.keyboard.press("Enter");
  await expect(app.count).toHaveText("12 entries");
  await expect(app.chips).toHaveText([/api-00002/]);
  await expect(rows(app).nth(1)).toHaveAttribute("aria-pressed", "true");
  await expect(rows(app).nth(1)).toBeFocused();
  await rows(app).nth(1).click();
  await expect(app.count).toHaveText("42 entries");
  await expect(rows(app).nth(1)).toHaveAttribute("aria-pressed", "false");
});

test("lanes show the stretch that the timeline shows, on the same axis", async ({ app, page, site }) => {
  await app.open("file");
  await app.drop(loop(site, "loop.ndjson", 1));
  await app.reported();
  const drawing = rows(app).first().locator("svg");
  const whole = await drawing.getAttribute("viewBox");
  const [plot, lane] = [await app.plot.boundingBox(), await drawing.boundingBox()];
  expect([lane.x, lane.width]).toEqual([plot.x, plot.width]);
  await app.brush(0.5, 0.9);
  await page.getByRole("button", { name: "Zoom in" }).click();
  await expect(drawing).not.toHaveAttribute("viewBox", whole);
  await page.getByRole("button", { name: "Whole range" }).click();
  await expect(drawing).toHaveAttribute("viewBox", whole);
});

test("of many revisions twelve are drawn and the others counted", async ({ app, site }) => {
  await app.open("file");
  await app.drop(loop(site, "many.ndjson", 15));
  await app.reported();
  await expect(rows(app)).toHaveCount(12);
  await expect(app.report.getByText("And 4 more revisions")).toBeVisible();
});

test("one revision that goes on has no lanes", async ({ app, site }) => {
  const log = shop();
  await app.open("file");
  await app.drop(log.path);
  await app.reported();
  await expect(app.report.getByRole("region", { name: "Patterns", exact: true })).toBeVisible();
  await expect(lanes(app)).toHaveCount(0);
  log.remove();
});
