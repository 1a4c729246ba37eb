// Each code of what goes wrong, as the page says it: the code, its sentence, the place, what exactly, and what to do.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { digest } from "./support/command.mjs";
import { expect, test } from "./support/fixtures.mjs";
import { tabTo } from "./support/hands.mjs";
import { CRASH_LOOP } from "./support/logs.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));

/** What docs/error-codes.md says of each code: its sentence and what to do. */
const WORDS = Object.fromEntries(
  readFileSync(join(HERE, "../../docs/error-codes.md"), "utf8")
    .split("\n## ")
    .slice(1)
    .map((part) => [part.split("\n")[0], { what: part.split("\n")[2], hint: part.split("**What to do:** ")[1].split("\n")[0] }]),
);

const entry = (n, more = {}) =>
  JSON.stringify({
    timestamp: `2026-03-02T10:00:${String(n).padStart(2, "0")}Z`,
    severity: "INFO",
    insertId: `c${n}`,
    textPayload: `order ${n} taken`,
    logName: "projects/p/logs/run.googleapis.com%2Fstdout",
    resource: { type: "cloud_run_revision", labels: { service_name: "shop", revision_name: "shop-1" } },
    ...more,
  });
const log = (...lines) => `${lines.join("\n")}\n`;
const few = (more) => log(...Array.from({ length: 8 }, (_, n) => entry(n)), ...more);

/** A zip whose one member says that it is encrypted (APPNOTE 4.4.4, bit 0). */
function encrypted() {
  const name = "secret.json";
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  [20, 1, 0].forEach((value, at) => head.writeUInt16LE(value, 4 + at * 2));
  [5, 5].forEach((value, at) => head.writeUInt32LE(value, 18 + at * 4));
  head.writeUInt16LE(name.length, 26);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  return Buffer.concat([head, Buffer.from(`${name}12345`), end]);
}

/** UTF-32 with its mark. */
const utf32 = () => Buffer.from(`\ufeff${few([])}`.split("").flatMap((c) => [c.charCodeAt(0) & 255, c.charCodeAt(0) >> 8, 0, 0]));

/** Files with what the page says of them: code, place, and what exactly. `beside` are those that come with a report. */
const CASES = [
  { code: "E-FORMAT", name: "minutes.pdf", bytes: () => "%PDF-1.7\n1 0 obj\n", place: "minutes.pdf", says: "It looks like a PDF document." },
  { code: "E-EMPTY", name: "empty.json", bytes: () => "", place: "empty.json", says: "The file is empty." },
  { code: "E-EMPTY", name: "nothing.json", bytes: () => "[]", place: "nothing.json", says: "without entries" },
  { code: "E-JSON-AT", name: "damaged.json", bytes: () => '[\n{"a" 1},\n{"a" 2}]', place: "damaged.json:2:6", says: "colon" },
  { code: "E-ENCODING", name: "wide.json", bytes: utf32, place: "wide.json", says: "UTF-32 text; save it as UTF-8" },
  { code: "E-PASSWORD", name: "locked.zip", bytes: encrypted, place: "locked.zip/secret.json", says: "It is encrypted." },
  { code: "E-REPORT", name: "cut-report.json", bytes: () => '{\n  "schema": 1,\n  "generator": "fivewhys 0.1.0",\n', place: "cut-report.json:4", says: "It ends early" },
  { code: "E-RULES", name: "rules.toml", bytes: () => "[[signature]\n", place: "rules.toml:1", says: "" },
  {
    code: "E-TRUNCATED",
    name: "cut.ndjson.gz",
    bytes: () => gzipSync(readFileSync(CRASH_LOOP), { level: 0 }).subarray(0, 9_000),
    place: "cut.ndjson.gz",
    says: "",
    beside: "Missing input",
  },
  { code: "W-TRUNCATED", name: "cut.json", bytes: () => `[${entry(1)},${entry(2)},${entry(3).slice(0, 60)}`, place: "cut.json", says: "", beside: "Missing input" },
  { code: "W-SKIPPED", name: "skipped.ndjson", bytes: () => log(entry(1), '{"broken": ', entry(2)), place: "skipped.ndjson", says: "1 record, at lines 2.", beside: "Warnings" },
  { code: "W-LIMIT", name: "long.ndjson", bytes: () => few([entry(9, { severity: "ERROR", textPayload: "very long ".repeat(4_000) })]), place: "", says: "the length up to which messages are read", beside: "Warnings" },
  { code: "W-CLOCK", name: "clock.ndjson", bytes: () => few([entry(9, { timestamp: "1970-01-01T00:00:05Z" })]), place: "", says: "1 entry is dated before 1990", beside: "Warnings" },
  { code: "W-DUPLICATES", name: "twice.ndjson", bytes: () => few([entry(1), entry(2)]), place: "", says: "2 entries.", beside: "Warnings" },
];

/** Codes that no file alone brings about, and where they are tested. */
const ELSEWHERE = {
  "E-MEMORY": "faults_workers.spec.mjs",
  "E-TOO-OLD": "faults.spec.mjs",
  "E-FILE-GONE": "faults.spec.mjs",
  "E-QUERY": "explore.spec.mjs",
  "W-PARTIAL": "faults_workers.spec.mjs",
};
/** Codes that have a test of their own below. */
const BELOW = ["E-DIGEST", "E-VERSION", "E-IO", "E-BUG"];

/** The page says all of it in one notice. */
async function told(notice, { code, place, says }) {
  await expect(notice).toBeVisible();
  for (const words of [code, WORDS[code].what, WORDS[code].hint, place, says]) await expect(notice).toContainText(words);
}

test("every code of the documents is brought about by a test", () => {
  const tested = new Set([...CASES.map(({ code }) => code), ...BELOW, ...Object.keys(ELSEWHERE)]);
  expect([...tested].sort()).toEqual(Object.keys(WORDS).sort());
  for (const [code, spec] of Object.entries(ELSEWHERE)) expect(readFileSync(join(HERE, spec), "utf8"), spec).toContain(code);
});

for (const one of CASES) {
  test(`${one.code} of ${one.name} is said with its place and what to do`, async ({ app, page, site }) => {
    const path = join(site.folder, one.name);
    writeFileSync(path, one.bytes());
    await app.open("file");
    await app.drop(path);
    if (one.beside === undefined) {
      await told(app.notice(one.code), one);
      await expect(app.alert).toContainText(one.code);
      // Nothing is lost by it: a log is read as ever.
      await app.drop(CRASH_LOOP);
      await app.reported();
      expect(page.faults).toEqual([]);
      return;
    }
    await app.reported();
    if (one.beside === "Warnings") {
      await expect(app.notice(one.code)).toBeHidden();
      await tabTo(page, app.warnings, 80);
      await page.keyboard.press("Enter");
    } else {
      await expect(app.report.getByRole("note", { name: one.beside })).toContainText(one.code);
    }
    await told(app.notice(one.code), one);
    expect(page.faults).toEqual([]);
  });
}

for (const [code, at] of [["E-DIGEST", -1], ["E-VERSION", 4]]) {
  test(`${code} of a digest is said with its place and what to do`, async ({ app, site }) => {
    const path = join(site.folder, "other.fwd");
    digest([CRASH_LOOP], path);
    const bytes = readFileSync(path);
    bytes[at < 0 ? bytes.length + at : at] ^= 1;
    writeFileSync(path, bytes);
    await app.open("file");
    await app.drop(path);
    await told(app.notice(code), { code, place: "other.fwd", says: "" });
  });
}

test("E-IO of a folder whose file the browser refuses is said with its place and what to do", async ({ app, page, site }) => {
  const folder = join(site.folder, "export");
  mkdirSync(folder);
  writeFileSync(join(folder, "locked.ndjson"), few([]));
  await page.addInitScript(() => {
    const refused = (_, refuse) => refuse(new DOMException("It is locked.", "NotReadableError"));
    addEventListener(
      "drop",
      ({ dataTransfer }) => {
        const reader = Object.getPrototypeOf(dataTransfer.items[0].webkitGetAsEntry().createReader());
        const read = reader.readEntries;
        reader.readEntries = function (good, bad) {
          const spoil = (found) => found.forEach((one) => (Object.getPrototypeOf(one).file = refused));
          read.call(this, (found) => good((spoil(found), found)), bad);
        };
      },
      true,
    );
  });
  await app.open();
  await app.drop(folder);
  await told(app.notice("E-IO"), { code: "E-IO", place: "locked.ndjson", says: "It is locked.); drop the files in it" });
});

test("E-BUG is said in words that can be copied and hold nothing of the log, and the report stays", async ({ app, page, site }) => {
  await page.addInitScript(() => {
    globalThis.made = [];
    const Plain = globalThis.Worker;
    globalThis.Worker = class extends Plain {
      constructor(...from) {
        super(...from);
        globalThis.made.push(this);
      }
    };
  });
  const path = join(site.folder, "orders.ndjson");
  writeFileSync(path, few([]));
  await app.open("file");
  await app.drop(path);
  await app.reported();
  await page.evaluate(() => globalThis.made[0].dispatchEvent(new MessageEvent("message", { data: { message: { Merged: { job: "order 7 taken" } } } })));
  const notice = app.notice("E-BUG");
  await told(notice, { code: "E-BUG", place: "", says: "A message could not be read: " });
  await expect(notice).not.toContainText("order 7");
  expect(await notice.evaluate((element) => getComputedStyle(element).userSelect)).toBe("auto");
  await expect(app.headline).toBeVisible();
});
