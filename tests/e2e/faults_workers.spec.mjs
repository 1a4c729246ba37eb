// What workers die of, and pages that sleep: the report is that of a run in which nothing happened, or says what it lacks.
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { violations } from "./support/axe.mjs";
import { barePage } from "./support/bare_page.mjs";
import { entries, report } from "./support/command.mjs";
import { died, doom, spare } from "./support/deaths.mjs";
import { expect, test as base } from "./support/fixtures.mjs";
import { generate } from "./support/generate.mjs";
import { CRASH_LOOP } from "./support/logs.mjs";
import { ask, watchWorkers } from "./support/workers.mjs";

const AT = "2026-03-10T09:30:00Z";
const MEGABYTES = 40;

const test = base.extend({
  /** A log of several ranges, for all tests of a process. */
  large: [
    async ({ site }, use) => {
      const path = join(site.folder, "large.ndjson");
      const lines = generate(path, MEGABYTES);
      await use({ path, lines, report: report([path], "json", AT) });
      rmSync(path);
    },
    { scope: "worker" },
  ],
});

/** How many workers were ever started. */
function countWorkers(page) {
  const started = [];
  page.on("worker", (worker) => started.push(worker));
  return started;
}

/** A minute of silence passes in six seconds: only the question whether workers are there waits for so long. */
const hurry = (page) =>
  page.addInitScript(() => {
    const plain = globalThis.setTimeout;
    globalThis.setTimeout = (run, millis, ...more) => plain(run, millis >= 5000 ? millis / 10 : millis, ...more);
  });

for (const how of ["throws", "has no memory left", "is ended", "hands over and dies"]) {
  test(`a reader that ${how} mid-way costs nothing: the report is the command's to the byte`, async ({ app, page, large }) => {
    const started = countWorkers(page);
    await doom(page, [{ how, from: 1 }]);
    if (how === "is ended") await hurry(page);
    await app.open("file");
    await expect.poll(() => started.length).toBe(4);
    await app.drop(large.path);
    await app.reported();
    expect(await died(page)).toHaveLength(1);
    await expect.poll(() => started.length, { message: "a fresh one takes its place" }).toBeGreaterThan(4);
    expect(await app.export("JSON", AT)).toBe(large.report);
  });
}

test("what two readers died of is missing, named with its range, and the rest is told in full", async ({ app, page, large }) => {
  await doom(page, [{ how: "throws", from: 1, clings: true, times: 2 }]);
  await app.open("file");
  await app.drop(large.path);
  await app.reported();
  const [first, second] = await died(page);
  expect(second).toEqual(first);
  const lost = `bytes ${first.from} to ${first.to - 1} of ${readFileSync(large.path).length}`;
  await expect(app.report).toContainText("W-PARTIAL");
  await expect(app.report).toContainText(lost);
  // Every line belongs to the range that it begins in.
  let [at, left] = [0, 0];
  for (const line of readFileSync(large.path, "utf8").trimEnd().split("\n")) {
    if (at < first.from || at >= first.to) left += 1;
    at += Buffer.byteLength(line) + 1;
  }
  const told = Object.values(await app.severities()).reduce((sum, n) => sum + n, 0);
  expect(told).toBe(left);
  expect(told).toBeLessThan(large.lines);
  const warnings = JSON.parse(await app.export("JSON", AT)).warnings;
  expect(warnings.filter(({ code }) => code === "WPartial")).toHaveLength(1);
});

test("a file that nobody could read is named beside the others, and alone it is said to be too much", async ({ app, page, site }) => {
  const poison = join(site.folder, "poison.ndjson");
  copyFileSync(CRASH_LOOP, poison);
  await doom(page, [{ how: "throws", name: "poison.ndjson", slices: 0, times: 4 }]);
  await app.open("file");
  await app.drop(poison);
  await expect(app.alert).toContainText("E-MEMORY");
  await expect(app.alert).toContainText("poison.ndjson");
  await expect(app.dropZone).toBeVisible();
  await app.drop(poison, CRASH_LOOP);
  await app.reported();
  await expect(app.report).toContainText("W-PARTIAL");
  await expect(app.report).toContainText("poison.ndjson");
  const told = Object.values(await app.severities()).reduce((sum, n) => sum + n, 0);
  expect(told).toBe(readFileSync(CRASH_LOOP, "utf8").trim().split("\n").length);
  expect(await died(page)).toHaveLength(4);
});

test("where every reader dies there is an end, and the next drop is read", async ({ app, page, large }) => {
  await doom(page, [{ how: "throws", slices: 0, times: 1000 }]);
  await app.open("file");
  await app.drop(large.path);
  await expect(app.alert).toContainText("E-MEMORY", { timeout: 30_000 });
  await spare(page);
  await app.drop(large.path);
  await app.reported();
  expect(await app.export("JSON", AT)).toBe(large.report);
});

test("a reader that dies while it searches costs nothing of what is found", async ({ app, page, large }) => {
  await watchWorkers(page);
  await doom(page);
  const started = countWorkers(page);
  await app.open("file");
  await app.drop(large.path);
  await app.reported();
  await started[1].evaluate(() => globalThis.doom({ how: "throws", slices: 1 }));
  const term = { any: ["customer 70"], regex: false };
  const { answers } = await ask(page, { Search: { search: 7, term } }, "Found", (answer) => answer.done);
  await expect.poll(() => started.length, { message: "it died and was replaced" }).toBe(5);
  expect(answers.at(-1).entries).toBe(entries([large.path], '"customer 70"', "text").split("\n").length - 1);
  expect(answers.at(-1).read).toBe(answers.at(-1).total);
});

test("when the worker that holds the report dies, what is shown stays and its files can be read again", async ({ app, page, site, large }) => {
  await doom(page);
  await app.open("file");
  await app.drop(CRASH_LOOP);
  await app.reported();
  const before = await app.export("JSON", AT);
  const shown = await app.headline.innerText();
  await page.evaluate(() => (globalThis.dooms = [{ kind: "Diagnose", at: "once", times: 1 }]));
  await app.drop(large.path);
  await expect(app.alert.filter({ hasText: "E-MEMORY" })).toContainText("What is shown stays", { timeout: 30_000 });
  await expect(app.headline).toHaveText(shown);
  for (const theme of ["light", "dark"]) {
    await app.theme(theme);
    expect(await violations(page), theme).toEqual([]);
  }
  // What needs the files says so, and nothing waits for an answer that can't come.
  await app.severityTable.getByRole("button").first().click();
  await expect(app.drawer).toContainText("need the log");
  // Nor does a drop that comes to nothing take away what is shown.
  const empty = join(site.folder, "empty.ndjson");
  writeFileSync(empty, "");
  await app.drop(empty);
  await expect(app.alert).toContainText("E-EMPTY");
  await expect(app.headline).toHaveText(shown);
  await app.readAgain.click();
  await expect(app.report).toContainText("large.ndjson", { timeout: 60_000 });
  await app.reported();
  expect(await app.export("JSON", AT)).toBe(report([CRASH_LOOP, large.path], "json", AT));
  expect(before).toBe(report([CRASH_LOOP], "json", AT));
});

test("a page that is frozen in the background mid-way goes on where it stood", async ({ chromium, site, large }) => {
  const page = await barePage(chromium);
  await doom(page, [{ how: "is slow", slices: 0, times: 100 }]);
  await watchWorkers(page);
  await hurry(page);
  await page.addInitScript(() => {
    globalThis.lived = {};
    for (const name of ["freeze", "resume"]) {
      document.addEventListener(name, () => (globalThis.lived[name] = [document.visibilityState, performance.now()]));
    }
  });
  await page.goto(site.url("file"));
  const said = (name) => page.evaluate((name) => globalThis.told.filter(({ message }) => message[name]).length, name);
  await expect.poll(() => page.evaluate(() => globalThis.made?.length)).toBe(4);
  await page.drop(large.path);
  // The first of the slow reads has been told of; the others take seconds.
  await expect.poll(() => said("Progress"), { intervals: [50] }).toBeGreaterThan(0);
  await page.live("frozen");
  // Longer than the silence after which a worker is taken for dead.
  await new Promise((later) => setTimeout(later, 9_000));
  await page.live("active");
  await expect.poll(() => said("Report"), { timeout: 60_000 }).toBe(1);
  const { lived, told, made } = await page.evaluate(() => ({
    lived: globalThis.lived,
    told: globalThis.told.map(({ message, at }) => [Object.keys(message)[0], at]),
    made: globalThis.made.length,
  }));
  const [state, from] = lived.freeze;
  const [, to] = lived.resume;
  expect(state).toBe("hidden");
  expect(to - from).toBeGreaterThan(8_000);
  expect(told.filter(([, at]) => at > from + 200 && at < to), "nobody works while the page is frozen").toEqual([]);
  expect(told.filter(([name, at]) => name === "Done" && at > to).length, "and somebody does afterwards").toBeGreaterThan(0);
  expect(made, "nobody was taken for dead").toBe(4);
  const text = await page.evaluate(async (at) => {
    const what = { what: { Report: null }, format: "Json", level: "secrets", generated_at: BigInt(at) };
    globalThis.made[0].postMessage({ message: { Export: what } });
    for (;;) {
      const told = globalThis.told.find(({ message }) => message.Export);
      if (told) return told.message.Export.text;
      await new Promise((soon) => setTimeout(soon, 20));
    }
  }, `${Date.parse(AT)}000000`);
  expect(text).toBe(large.report);
  await page.close();
});
