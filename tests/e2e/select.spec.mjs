// What the workers count, find and write for a filter is what the command prints.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { entries } from "./support/command.mjs";
import { expect, test } from "./support/fixtures.mjs";
import { generate } from "./support/generate.mjs";
import { CRASH_LOOP } from "./support/logs.mjs";
import { ask, watchWorkers } from "./support/workers.mjs";


const AXIS = { from: 0, bucket_nanos: 1e9, buckets: 0 };
const found = (app, term) => ask(app.page, { Search: { search: 7, term } }, "Found", (answer) => answer.done);
const select = async (app, filter) =>
  (await ask(app.page, { Select: { ask: 1, filter, axis: AXIS, level: "secrets" } }, "Selected")).answers[0];

async function opened(app, path) {
  await watchWorkers(app.page);
  await app.open();
  await app.drop(path);
  await app.reported();
}

const FORMS = {
  "lines.ndjson": (text) => Buffer.from(text),
  "packed.ndjson.gz": (text) => gzipSync(text),
  "wide.ndjson": (text) => Buffer.from(`\uFEFF${text}`, "utf16le"),
  "pretty.json": (text) => Buffer.from(JSON.stringify(text.trim().split("\n").map((line) => JSON.parse(line)), null, 2)),
};

for (const [name, form] of Object.entries(FORMS)) {
  test(`a search of all bytes finds what the command finds: ${name}`, async ({ app, site }) => {
    const [plain, path] = [join(site.folder, `plain-${name}`), join(site.folder, name)];
    generate(plain, 3);
    writeFileSync(path, form(readFileSync(plain, "utf8")));
    await opened(app, path);
    for (const [term, query] of [
      [{ any: ["customer 70"], regex: false }, '"customer 70"'],
      [{ any: ["FILE \"/SRV/shop/pay.py\""], regex: false }, '"FILE \\"/SRV/shop/pay.py\\""'],
      [{ any: ["basket:49\\d\\d"], regex: true }, 'textPayload=~"basket:49\\\\d\\\\d"'],
    ]) {
      const wanted = entries([path], query, "text").split("\n").length - 1;
      expect(wanted, query).toBeGreaterThan(0);
      const { answers } = await found(app, term);
      expect(answers.at(-1).entries, query).toBe(wanted);
      expect(answers.at(-1).read, query).toBe(answers.at(-1).total);
      const selected = await select(app, { texts: [term] });
      expect([selected.total, selected.sampled], query).toEqual([wanted, false]);
    }
  });
}

test("counts follow the filter, each facet but for itself", async ({ app, site }) => {
  const path = join(site.folder, "counts.ndjson");
  generate(path, 3);
  await opened(app, path);
  const all = await select(app, {});
  const errors = await select(app, { severities: ["ERROR"], revisions: ["basket-00001-abc"] });
  expect(errors.severities[5]).toBe(errors.total);
  expect(errors.severities[2]).toBeGreaterThan(errors.total);
  expect(errors.origins[1].values.length).toBe(3);
  expect(errors.origins[1].values.reduce((sum, [, n]) => sum + n, 0)).toBe(all.severities[5]);
  expect(all.patterns.reduce((sum, { entries }) => sum + entries, 0)).toBe(all.total);
  const noise = all.patterns[0];
  const rest = await select(app, { not: [{ shapes: [noise.shape] }] });
  expect(rest.total).toBe(all.total - noise.entries);
});

test("entries are exported as the command prints them", async ({ app }) => {
  await opened(app, CRASH_LOOP);
  for (const [format, name] of [["Ndjson", "ndjson"], ["Csv", "csv"], ["Text", "text"]]) {
    const filter = { severities: ["ERROR", "WARNING"] };
    const message = { ExportEntries: { filter, format, level: "secrets" } };
    const { answers, text } = await ask(app.page, message, "EntriesExport");
    expect(answers[0].entries).toBeGreaterThan(3);
    expect(text, name).toBe(entries([CRASH_LOOP], "severity=(ERROR OR WARNING)", name));
  }
});

test("a name that is masked can be asked for as it is shown", async ({ app, site }) => {
  const path = join(site.folder, "masked.ndjson");
  generate(path, 1);
  await opened(app, path);
  const question = (filter) => ({ Select: { ask: 2, filter, axis: AXIS, level: "strict" } });
  const all = (await ask(app.page, question({}), "Selected")).answers[0];
  const [shown, entries] = all.origins[2].values[0];
  expect(shown).toContain("<");
  const one = (await ask(app.page, question({ instances: [shown] }), "Selected")).answers[0];
  expect(one.total).toBe(entries);
});
