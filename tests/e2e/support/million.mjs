// A page with a generated log of so many megabytes in it and the list of all its entries open in full width, for what is measured there.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { launch } from "./browser.mjs";
import { FivewhysPage } from "./fivewhys_page.mjs";
import { generate } from "./generate.mjs";
import { startSite } from "./site.mjs";

/** Takes megabytes and what to do with page and app; says how many entries there are, and leaves nothing behind. */
export async function withMillion(megabytes, measure) {
  const site = await startSite();
  const path = join(site.folder, "million.ndjson");
  const browser = await launch();
  try {
    const entries = generate(path, megabytes);
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
    const app = new FivewhysPage(page, site);
    await app.open("file");
    await app.drop(path);
    await app.headline.waitFor({ timeout: 600_000 });
    await page.keyboard.press("w");
    await app.rows.first().waitFor();
    console.log(`${entries} entries`);
    await measure(page, app);
  } finally {
    await browser.close();
    rmSync(path, { force: true });
    await site.close();
  }
}

/** The value that this share of all does not exceed. */
export const quantile = (values, q) => values.toSorted((a, b) => a - b)[Math.ceil((values.length - 1) * q)] ?? 0;
