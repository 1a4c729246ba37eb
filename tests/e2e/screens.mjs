// Takes screenshots of the sealed page: node tests/e2e/screens.mjs OUT_DIR LOG LARGE_LOG. Needs Chromium and a built
// dist/fivewhys.html; writes one PNG for each state, width and theme. `scripts/screens.py` makes the logs and packs the pictures.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { launch } from "./support/browser.mjs";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
const SIZES = { wide: { width: 1280, height: 900 }, narrow: { width: 390, height: 844 } };

/** Chooses files as the button does, and waits for what they become. */
async function read(page, ...paths) {
  await page.setInputFiles("#picker, #picker-more", paths);
}

async function reported(page) {
  await page.waitForSelector('#report[aria-busy="false"]', { timeout: 60_000 });
}

/** Brings a section to the top, below what stays in view. */
async function show(page, id) {
  await page.evaluate((name) => document.getElementById(name)?.scrollIntoView(), id);
}

/** The states in their order: each goes on from the page that the one before left, or begins anew. */
const STATES = [
  ["empty", true, async () => {}],
  [
    "reading",
    true,
    async (page, { large }) => {
      await read(page, large);
      await page.waitForFunction(() => (document.querySelector("progress")?.value ?? 0) > 0, null, { polling: 20, timeout: 30_000 });
    },
  ],
  [
    "report",
    true,
    async (page, { log }) => {
      await read(page, log);
      await reported(page);
    },
  ],
  ["timeline", false, async (page) => show(page, "timeline")],
  ["findings", false, async (page) => show(page, "findings")],
  [
    "noise",
    false,
    async (page) => {
      await page.locator(".noise-mark").first().click();
      await show(page, "patterns");
    },
  ],
  [
    "compare",
    false,
    async (page) => {
      const changes = page.locator("#what-changed");
      await changes.getByRole("button", { name: /^Compare/ }).first().click();
      await changes.getByRole("table").first().waitFor();
      await show(page, "what-changed");
    },
  ],
  [
    "explore",
    false,
    async (page) => {
      await show(page, "overview");
      await page.keyboard.press("/");
      await page.keyboard.type("startup");
      await page.keyboard.press("Enter");
      await page.getByText(/^Match \d+ of/).first().waitFor();
      await page.locator("#drawer .entry-head").first().click();
      await page.locator(".record").waitFor();
    },
  ],
  [
    "full-width",
    false,
    async (page) => {
      await page.keyboard.press("Escape");
      await page.keyboard.press("w");
      await page.locator("#drawer .facet").first().waitFor();
    },
  ],
  [
    "waterfall",
    false,
    async (page) => {
      await page.locator("#search").fill("POST");
      await page.getByText(/^Match \d+ of/).first().waitFor();
      await page.locator("#drawer .entry-head").first().click();
      await page.getByRole("button", { name: "Same trace" }).click();
      await page.getByRole("button", { name: "Waterfall" }).click();
      await page.locator("#drawer .step-bar").first().waitFor();
    },
  ],
  ...["query", "view", "export", "help", "palette"].map((name) => [
    name,
    false,
    async (page) => {
      await page.keyboard.press("Escape");
      await page.keyboard.press({ query: "q", view: "v", export: "e", help: "?", palette: "Control+k" }[name]);
      await page.locator("dialog[open]").waitFor();
    },
  ]),
  [
    "exceptions",
    true,
    async (page, { log }) => {
      await read(page, log);
      await reported(page);
      await page.locator(".exception summary").first().click();
      await show(page, "exceptions");
    },
  ],
  [
    "print",
    false,
    async (page) => {
      await page.evaluate(() => scrollTo(0, 0));
      await page.emulateMedia({ media: "print" });
    },
  ],
  [
    "reopened",
    true,
    async (page, { log, saved }) => {
      await read(page, log);
      await reported(page);
      await page.keyboard.press("e");
      const saving = page.waitForEvent("download");
      await page.getByRole("button", { name: "Save JSON" }).click();
      await (await saving).saveAs(saved);
      await page.reload();
      await page.waitForSelector("#drop-zone");
      await page.waitForTimeout(300);
      await read(page, saved);
      await reported(page);
    },
  ],
  [
    "error",
    true,
    async (page, { log, broken }) => {
      await read(page, log);
      await reported(page);
      await read(page, broken);
      await page.waitForSelector('[role="alert"] .notice');
      await reported(page);
    },
  ],
];

const [out, log, large] = process.argv.slice(2).map((path) => resolve(path));
mkdirSync(out, { recursive: true });
const broken = join(out, "minutes.pdf");
writeFileSync(broken, "%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n");
const saved = join(out, "incident-report.json");
const address = pathToFileURL(process.env.FIVEWHYS_PAGE ?? join(ROOT, "dist/fivewhys.html")).href;
const browser = await launch();
for (const scheme of ["light", "dark"]) {
  for (const [name, viewport] of Object.entries(SIZES)) {
    const context = await browser.newContext({ viewport, colorScheme: scheme, reducedMotion: "reduce" });
    let page = await context.newPage();
    page.on("pageerror", (error) => console.log(name, scheme, error.message));
    for (const [state, isNew, reach] of STATES) {
      if (isNew) {
        await page.close({ runBeforeUnload: false });
        page = await context.newPage();
        await page.goto(address);
        await page.waitForSelector("#drop-zone");
        await page.waitForTimeout(300);
      }
      try {
        await reach(page, { log, large, broken, saved });
        await page.waitForTimeout(state === "reading" ? 0 : 400);
        await page.screenshot({ path: join(out, `${state}-${name}-${scheme}.png`) });
      } catch (error) {
        console.log(`not taken: ${state} ${name} ${scheme}: ${error.message.split("\n")[0]}`);
        process.exitCode = 1;
      }
    }
    await context.close();
  }
}
await browser.close();
