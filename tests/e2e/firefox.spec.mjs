// The whole flow from a file to its export in Debian's Firefox, and that the page's policy holds there too.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PAGE_CHANNELS } from "./support/channels.mjs";
import { report } from "./support/command.mjs";
import { firefox, launchFirefox } from "./support/firefox.mjs";
import { expect, SCHEMES, test as base } from "./support/fixtures.mjs";
import { CRASH_LOOP } from "./support/logs.mjs";

const GENERATED_AT = "2026-03-10T09:30:00Z";
/** Milliseconds given to whatever was started. */
const PATIENCE = 2_000;
/**
 * Channels that Firefox does not use without the policy either, so that nothing can be said about the policy: it lacks paint worklets,
 * `fetchLater` and speculation rules, has pings switched off, asks for manifests and prefetches neither headless nor at once, and workers
 * from URLs need the page's own origin, which `file://` has not.
 */
const UNTESTABLE = [
  "fetchLater",
  "link ping",
  "manifest",
  "paint worklet",
  "prefetch",
  "service worker",
  "shared worker from URL",
  "speculation rules",
  "worker from URL",
];

const test = base.extend({
  saved: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), "fivewhys-firefox-"));
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },
  /** A tab of a fresh Firefox; uncaught errors of the page fail the test. */
  tab: async ({ saved }, use) => {
    const browser = await launchFirefox(saved);
    const tab = await browser.newPage();
    tab.setDefaultTimeout(60_000);
    tab.faults = [];
    // That the policy keeps Firefox itself from asking for an icon is as it should be.
    tab.on("pageerror", (error) => /favicon\.ico/.test(error) || tab.faults.push(String(error)));
    await use(tab);
    await browser.close();
  },
});

test.beforeEach(() => {
  test.setTimeout(240_000);
  if (firefox() === undefined) {
    console.log("skipped: firefox: no Firefox (Debian: firefox-esr)");
    test.skip();
  }
});

/** The text of an element, once it is there. */
async function text(tab, selector) {
  const element = await tab.waitForSelector(selector, { visible: true });
  return element.evaluate((found) => found.innerText);
}

/** Presses what has this role's name, once it is there. */
async function press(tab, selector) {
  const element = await tab.waitForSelector(selector, { visible: true });
  await element.click();
}

/** Opens the page and chooses a log through its input; waits for the report. */
async function read(tab, site, scheme, path) {
  await tab.goto(site.url(scheme));
  const picker = await tab.waitForSelector('input[type="file"][aria-label="Log files"]');
  await picker.uploadFile(path);
  await tab.waitForSelector('article[aria-label="Incident report"][aria-busy="false"] h1', { visible: true });
}

/** Saves Markdown at a level of redaction; gives what was saved. */
async function markdown(tab, folder, level) {
  await press(tab, 'button::-p-text("Export")');
  await tab.waitForSelector("dialog[open]");
  await tab.select("#redaction-level", level);
  await tab.waitForSelector('article[aria-label="Incident report"][aria-busy="false"]');
  const time = await tab.waitForSelector("#generated-at");
  await time.evaluate((input, value) => {
    input.value = value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }, GENERATED_AT);
  const before = new Set(readdirSync(folder));
  await press(tab, 'dialog button::-p-text("Save Markdown")');
  const fresh = () => readdirSync(folder).filter((name) => !before.has(name) && name.endsWith(".md"));
  await expect.poll(() => fresh().map((name) => readFileSync(join(folder, name)).length > 0), { timeout: 30_000 }).toEqual([true]);
  const [name] = fresh();
  await press(tab, 'dialog button::-p-text("Close")');
  await tab.waitForSelector("dialog[open]", { hidden: true });
  return readFileSync(join(folder, name), "utf8");
}

for (const scheme of SCHEMES) {
  test(`from a file to its export in Firefox, from ${scheme}`, async ({ tab, site, saved }) => {
    await read(tab, site, scheme, CRASH_LOOP);
    expect(await text(tab, 'article[aria-label="Incident report"] h1')).toContain("pear-api-00007-kiw is in a crash loop");
    expect(await text(tab, "article.finding h3")).toContain("ModuleNotFoundError: No module named 'pomelo'");
    // The list of what a figure counts, and one entry of it in full.
    await press(tab, '[aria-label="Severity table"] button');
    await press(tab, 'aside[aria-label="Evidence"] li button');
    expect(await text(tab, 'aside [aria-label="Entry"]')).toContain("insertId");
    for (const level of ["secrets", "strict"]) {
      const told = await markdown(tab, saved, level);
      expect(told, level).toBe(report([CRASH_LOOP], "markdown", GENERATED_AT, ["--redact", level]));
    }
    expect(tab.faults).toEqual([]);
  });
}

test("nothing gets out of the page in Firefox", async ({ tab, site }) => {
  const [arrived, quic] = [{}, new Set()];
  // Those without a policy last: QUIC goes on knocking after the page has gone.
  for (const kind of ["sealed", "bare", "open", "bare-open"]) {
    await tab.goto(site.url("file", kind));
    const base = `${site.origin}/firefox-${kind}`;
    const slug = (name) => name.replace(/[^a-zA-Z]+/g, "-");
    for (const [name, run] of Object.entries(PAGE_CHANNELS)) {
      const script = `(() => {
        const url = (ending) => ${JSON.stringify(`${base}/${slug(name)}.`)} + ending;
        try {
          const result = (${run})(url);
          if (result instanceof Promise) result.then(() => {}, () => {});
        } catch {}
      })()`;
      const before = site.datagrams();
      await tab.evaluate(script).catch(() => {});
      if (name === "WebTransport") {
        await new Promise((soon) => setTimeout(soon, PATIENCE));
        if (site.datagrams() > before) quic.add(kind);
      }
    }
    await new Promise((soon) => setTimeout(soon, PATIENCE));
    const hits = new Set(site.hits(`/firefox-${kind}/`).map((path) => path.split("/")[2].split(".")[0]));
    arrived[kind] = Object.keys(PAGE_CHANNELS).filter((name) => hits.has(slug(name)) || (name === "WebTransport" && quic.has(kind)));
  }
  const untestable = Object.keys(PAGE_CHANNELS).filter((name) => !arrived.open.includes(name) && !arrived["bare-open"].includes(name));
  console.log(`silence in Firefox: ${arrived["bare-open"].length} channels open without the policy; not testable: ${untestable.join(", ")}`);
  expect(arrived.open, "the control").toContain("fetch");
  expect(arrived.sealed, "channels that reached the recorder from the sealed page").toEqual([]);
  expect(arrived.bare, "channels that the policy alone leaves open").toEqual([]);
  expect(untestable.toSorted(), "channels whose control is closed").toEqual(UNTESTABLE.toSorted());
});
