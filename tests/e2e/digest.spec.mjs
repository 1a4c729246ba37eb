// Digests of the command on the page: the report is that of the log, and a damaged one says so and costs nothing else.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { digest } from "./support/command.mjs";
import { expect, test } from "./support/fixtures.mjs";
import { CRASH_LOOP } from "./support/logs.mjs";

const AT = "2026-01-01T00:00:00Z";

test("a dropped digest gives the report of its log, and its entries as the digest kept them", async ({ app, page, site }) => {
  const path = join(site.folder, "loop.fwd");
  digest([CRASH_LOOP], path);
  await app.open();
  await app.drop(CRASH_LOOP);
  await app.reported();
  const ofLog = await app.export("Markdown", AT);
  await page.reload();
  await app.ready();
  await app.drop(path);
  await app.reported();
  expect(await app.export("Markdown", AT)).toBe(ofLog);
  const entries = await app.openDrawer();
  await expect(app.drawer.getByRole("listitem")).toHaveCount(entries);
  await app.drawer.getByRole("listitem").first().getByRole("button").first().click();
  await expect(app.drawer.getByText(/only a digest of this log is here/i).first()).toBeVisible();
  expect(page.faults).toEqual([]);
});

test("a damaged digest and one of another version are refused with their codes", async ({ app, page, site }) => {
  const path = join(site.folder, "whole.fwd");
  digest([CRASH_LOOP], path);
  const bytes = readFileSync(path);
  for (const [code, at] of [["E-DIGEST", bytes.length - 1], ["E-VERSION", 4]]) {
    const damaged = Buffer.from(bytes);
    damaged[at] ^= 1;
    const bad = join(site.folder, `${code}.fwd`);
    writeFileSync(bad, damaged);
    await app.open();
    await app.drop(bad);
    await expect(page.getByRole("alert").getByText(code, { exact: true })).toBeVisible();
    await app.drop(path);
    await app.reported();
  }
});
