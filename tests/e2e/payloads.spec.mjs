// Payloads in a log, exported as HTML and opened in Chromium: no script runs, nothing is asked for, nothing becomes an element
// that acts. Each export is opened as it is and without its policy, so that escaping alone has to hold.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { COMMAND } from "./support/command.mjs";
import { expect, test } from "./support/fixtures.mjs";

/** Payloads of one log: as many as the table of patterns shows, and some of its other tables. */
const AT_ONCE = 14;
/** Milliseconds given to whatever was started. */
const PATIENCE = 300;
/** Elements that act or ask for something. */
const ACTIVE = "script, iframe, object, embed, img, svg, video, audio, form, input, button, base, link, [src], [onload], [onerror]";

/** As `tests/trust/payloads.rs` puts them together: each by itself, behind a word, two of different kinds. */
function payloads() {
  const kinds = JSON.parse(readFileSync(fileURLToPath(new URL("../trust/payloads.json", import.meta.url)), "utf8"));
  const each = Object.values(kinds).flat();
  const pairs = each.map((text, at) => text + each[(at * 37 + 50) % each.length]);
  return [...each, ...each.map((text) => `pier ${text} quay`), ...pairs];
}

/** Entries that hold a text in every place that a report shows. */
function entries(text, n) {
  const base = (milli, more) => ({
    timestamp: `2025-03-02T10:${String(n).padStart(2, "0")}:00.${String(milli).padStart(3, "0")}Z`,
    severity: "ERROR",
    insertId: `${n}-${milli}`,
    logName: `projects/demo/logs/${text}`,
    labels: { instanceId: text, [text]: text },
    resource: { type: "cloud_run_revision", labels: { service_name: text, revision_name: `${text}1`, location: text, project_id: text } },
    ...more,
  });
  const request = { requestMethod: text, requestUrl: `https://x.example/${text}?${text}`, status: 503, userAgent: text, latency: "1.5s" };
  return [
    base(1, { textPayload: text }),
    base(2, { textPayload: `TypeError: ${text}\n    at ${text} (/srv/${text}.js:41:17)\n    at run (/srv/b.js:9:3)` }),
    base(3, { httpRequest: request }),
    base(4, { textPayload: "Container called exit(1).", severity: "WARNING" }),
  ];
}

/** The HTML export of a log that holds these texts, nothing redacted. */
function exported(folder, texts) {
  const log = join(folder, "log.json");
  writeFileSync(log, texts.flatMap(entries).map((entry) => `${JSON.stringify(entry)}\n`).join(""));
  const args = ["report", log, "--format", "html", "--redact", "off", "--generated-at", "2026-01-01"];
  return execFileSync(COMMAND, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1 << 28 });
}

/** Opens a file and touches all that is in it; gives what acted. */
async function acted(page, file, html) {
  const seen = [];
  const note = (what) => seen.push(what);
  const own = pathToFileURL(file).href;
  const onRequest = (request) => request.url().split("#")[0] !== own && note(`request ${request.url()}`);
  const onDialog = (dialog) => {
    note(`dialog ${dialog.message()}`);
    dialog.dismiss();
  };
  const onError = (error) => note(`script error ${error}`);
  const onPopup = () => note("a window");
  page.on("request", onRequest).on("dialog", onDialog).on("pageerror", onError).on("popup", onPopup);
  writeFileSync(file, html);
  await page.goto(own);
  await page.evaluate(() => {
    for (const details of document.querySelectorAll("details")) details.open = true;
    for (const element of document.querySelectorAll("*")) {
      for (const kind of ["mouseover", "focus", "error", "load", "toggle", "click"]) {
        if (kind !== "click" || element.tagName !== "A") element.dispatchEvent(new Event(kind));
      }
    }
  });
  await page.waitForTimeout(PATIENCE);
  for (const found of await page.evaluate((active) => [...document.querySelectorAll(active)].map((e) => e.outerHTML), ACTIVE)) {
    note(`element ${found.slice(0, 120)}`);
  }
  const links = await page.evaluate(() => [...document.querySelectorAll("[href]")].map((e) => e.getAttribute("href")));
  links.filter((link) => !/^#[\w-]*$/.test(link)).forEach((link) => note(`link ${link}`));
  page.off("request", onRequest).off("dialog", onDialog).off("pageerror", onError).off("popup", onPopup);
  return seen;
}

/** The same file without its policy. */
function unguarded(html) {
  const open = html.replace(/<meta[^>]*http-equiv=["']?Content-Security-Policy["']?[^>]*>/gi, "");
  expect(open).not.toBe(html);
  return open;
}

test("payloads in an exported report stay text in a browser", async ({ chromium }) => {
  test.setTimeout(600_000);
  const folder = mkdtempSync(join(tmpdir(), "fivewhys-payloads-"));
  const context = await chromium.newContext();
  const page = await context.newPage();
  const file = join(folder, "report.html");
  const all = payloads();
  expect(all.length).toBeGreaterThanOrEqual(500);
  try {
    // Control: the same listeners hear a payload that was not made text, unless the policy stops it.
    const html = exported(folder, ["quay"]);
    const raw = (text) => text.replace("quay", "<script>alert(1)</script><img src=x onerror=alert(2)>");
    const heard = (await acted(page, file, raw(unguarded(html)))).join("\n");
    for (const what of ["dialog 1", "dialog 2", "request ", "element <script"]) {
      expect(heard).toContain(what);
    }
    // A request that the policy stops is heard all the same.
    const ran = (await acted(page, file, raw(html))).filter((what) => /^(dialog|script)/.test(what));
    expect(ran).toEqual([]);

    const faults = [];
    let shown = 0;
    for (let at = 0; at < all.length; at += AT_ONCE) {
      const texts = all.slice(at, at + AT_ONCE);
      const html = exported(folder, texts);
      for (const text of [html, unguarded(html)]) {
        faults.push(...(await acted(page, file, text)).map((what) => `${at}: ${what}`));
      }
      const said = await page.evaluate(() => document.body.textContent);
      shown += texts.filter((text) => said.includes(text.replace(/[^\x20-\x7e]+/g, "\n").split("\n")[0].trim().slice(0, 12))).length;
    }
    expect(faults).toEqual([]);
    // What is in no export proves nothing about it.
    expect(shown).toBeGreaterThanOrEqual(all.length * 0.95);
    console.log(`proved: ${all.length} payloads, ${shown} shown in exports, 0 active`);
  } finally {
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
