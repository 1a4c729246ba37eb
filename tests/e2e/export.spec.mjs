// What the page exports is what the command writes, to the byte, at the same time of generation.
import { basename } from "node:path";
import { report } from "./support/command.mjs";
import { expect, SCHEMES, test } from "./support/fixtures.mjs";
import { CRASH_LOOP, SHARED, corpus, seed } from "./support/logs.mjs";

const GENERATED_AT = "2026-03-10T09:30:00Z";

for (const scheme of SCHEMES) {
  test(`Markdown, HTML and JSON equal the command's, from ${scheme}`, async ({ app }) => {
    await app.open(scheme);
    await app.drop(CRASH_LOOP);
    await app.reported();
    for (const format of ["Markdown", "HTML", "JSON"]) {
      const saved = await app.export(format, GENERATED_AT);
      expect(saved.length).toBeGreaterThan(200);
      expect(saved, format).toBe(report([CRASH_LOOP], format.toLowerCase(), GENERATED_AT));
    }
  });
}

test("Markdown equals the command's on real exports", async ({ chromium, site }) => {
  test.setTimeout(300_000);
  if (SHARED === undefined) {
    console.log("skipped: export: no shared test data");
    test.skip();
  }
  const { FivewhysPage } = await import("./support/fivewhys_page.mjs");
  for (const path of [seed(), ...corpus(10)]) {
    const context = await chromium.newContext({ acceptDownloads: true });
    const app = new FivewhysPage(await context.newPage(), site);
    await app.open();
    await app.drop(path);
    await app.reported();
    const saved = await app.export("Markdown", GENERATED_AT);
    expect.soft(saved === report([path], "markdown", GENERATED_AT), `${basename(path)}: page equals command`).toBe(true);
    await context.close();
  }
});
