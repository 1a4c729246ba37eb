// Takes screenshots of the sealed page: node tests/e2e/shots.mjs [OUT_DIR] [FILE…]. Without files the sample incident is
// read. Needs Chromium and a built dist/fivewhys.html; writes one PNG for each state, width and theme.
import { mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const [out = "test-results/shots", ...files] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
const page_url = pathToFileURL(process.env.FIVEWHYS_PAGE ?? join(root, "dist/fivewhys.html")).href;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
});
const sizes = { wide: { width: 1280, height: 900 }, narrow: { width: 390, height: 844 } };
for (const scheme of ["light", "dark"]) {
  for (const [name, viewport] of Object.entries(sizes)) {
    const context = await browser.newContext({ viewport, colorScheme: scheme });
    const page = await context.newPage();
    page.on("console", (message) => console.log(name, scheme, message.type(), message.text()));
    page.on("pageerror", (error) => console.log(name, scheme, "error", error.message));
    const shot = (state, options = {}) => page.screenshot({ path: join(out, `${state}-${name}-${scheme}.png`), ...options });
    await page.goto(page_url);
    await page.waitForSelector("#drop-zone", { timeout: 20000 });
    await shot("landing");
    if (files.length) await page.setInputFiles("#picker", files.map((file) => resolve(file)));
    else await page.getByRole("button", { name: "Try the sample incident" }).click();
    await page.waitForTimeout(60);
    await shot("reading");
    await page.waitForSelector("#report", { timeout: 60000 });
    await shot("report");
    await shot("report-full", { fullPage: true });
    const proved = page.locator(".figure, .sentence-proved").first();
    if (await proved.count()) {
      await proved.click();
      await page.waitForTimeout(400);
      const entry = page.locator("#drawer .entry-head").first();
      if (await entry.count()) await entry.click();
      await page.waitForTimeout(400);
      await shot("drawer");
      await page.keyboard.press("Escape");
    }
    if (name === "wide") {
      await page.keyboard.press("e");
      await page.waitForTimeout(150);
      await shot("export");
      await page.keyboard.press("Escape");
      await page.keyboard.press("?");
      await page.waitForTimeout(150);
      await shot("help");
    }
    await context.close();
  }
}
await browser.close();
