// Exports with one record damaged, dropped on the sealed page one after the other: each has a report, the command's to the byte, no other
// record is lost, and nothing complains.
// node tests/e2e/damage.mjs --cases N --seed N; gives a line of figures, and exit status 1 where that does not hold. Needs dist/fivewhys.html
// and the command (FIVEWHYS_COMMAND). The exports are those of tests/oracle/mutate.py.
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { launch } from "./support/browser.mjs";
import { report } from "./support/command.mjs";
import { FivewhysPage } from "./support/fivewhys_page.mjs";
import { startSite } from "./support/site.mjs";
import { ask, watchWorkers } from "./support/workers.mjs";

const AT = "2026-01-01T00:00:00Z";
/** So many are dropped on one page before a fresh one is opened: what is taken out must leave nothing behind. */
const TO_A_PAGE = 25;
const MAKER = fileURLToPath(new URL("../oracle/mutate.py", import.meta.url));

const { values } = parseArgs({ options: { cases: { type: "string", default: "20" }, seed: { type: "string", default: "1" } } });
const [cases, first] = [Number(values.cases), Number(values.seed)];

/** Writes the exports; gives for each its seed and how many entries it had before. */
function make(folder) {
  const args = [MAKER, "--write", folder, "--cases", String(cases), "--seed", String(first)];
  const told = execFileSync("python3", args, { encoding: "utf8", maxBuffer: 1 << 26 });
  return told.trim().split("\n").map((line) => line.split(" ").map(Number));
}

/** A page that notes what it complains of. */
async function fresh(browser, site) {
  const page = await (await browser.newContext()).newPage();
  const app = new FivewhysPage(page, site);
  page.faults = [];
  page.on("pageerror", (error) => page.faults.push(String(error)));
  page.on("console", (message) => message.type() === "error" && page.faults.push(message.text()));
  await watchWorkers(page);
  await app.open("file");
  return app;
}

/** Drops one export and takes it out again; throws what does not hold. */
async function tried(app, path, entries) {
  await app.drop(path);
  await app.reported();
  const message = { Export: { what: { Report: null }, format: "Json", level: "secrets", generated_at: BigInt(`${Date.parse(AT)}000000`) } };
  const { answers } = await ask(app.page, message, "Export");
  const text = answers.at(-1).text;
  const { raw } = JSON.parse(text);
  const kept = raw.entries + raw.duplicates;
  if (kept < entries - 1) throw new Error(`${kept} of ${entries} entries are left`);
  if (text !== report([path], "json", AT)) throw new Error("another report than the command's");
  if (app.page.faults.length > 0) throw new Error(app.page.faults.join("; "));
  await app.report.getByRole("button", { name: /^Remove / }).first().click();
  await app.dropZone.waitFor();
}

const site = await startSite();
const browser = await launch();
const failed = [];
try {
  let app;
  let left = 0;
  for (const [seed, entries] of make(site.folder)) {
    if (left === 0) {
      await app?.page.context().close();
      app = await fresh(browser, site);
      left = TO_A_PAGE;
    }
    left -= 1;
    const path = join(site.folder, `${seed}.json`);
    try {
      await tried(app, path, entries);
    } catch (fault) {
      failed.push(seed);
      console.log(`seed ${seed}: ${String(fault).slice(0, 600)}`);
      if (failed.length >= 30) break;
      left = 0;
    }
    rmSync(path, { force: true });
  }
} finally {
  await browser.close();
  await site.close();
}
console.log(`proved: damage through the page: ${cases} cases from seed ${first}, ${failed.length} failed`);
process.exitCode = failed.length > 0 ? 1 : 0;
