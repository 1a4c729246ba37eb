// On paper stands the whole report, whatever the screen shows of it: nothing folded, cut, or wider than the page.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "./support/fixtures.mjs";
import { CRASH_LOOP, SHARED, corpus, seed } from "./support/logs.mjs";
import { shop } from "./support/shop.mjs";

/** What is left of A4 between the margins, in pixels. */
const PAPER = { width: 680, height: 990 };

/** A section that only says how to ask for something on the page: on paper nobody can. */
const ASKS_ONLY = "section:has(> .changes > .note:only-child), section:has(> h2 + .note:last-child)";

/** The words of a PDF, or undefined where nothing reads one. */
function words(pdf) {
  try {
    return execFileSync("pdftotext", ["-layout", pdf, "-"], { encoding: "utf8" }).replace(/\s+/g, " ");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** What is wrong with the page as it would be printed. */
function faults(asksOnly) {
  const found = [];
  const report = document.getElementById("report");
  const isShown = (element) => element.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true });
  for (const section of report.querySelectorAll(":scope > section")) {
    if (isShown(section) === section.matches(asksOnly)) found.push(`hidden section, or one that only asks: ${section.id}`);
  }
  for (const fold of report.querySelectorAll("details")) {
    const body = fold.querySelector("summary ~ *");
    if (isShown(fold) && body && !isShown(body)) found.push(`folded: ${fold.querySelector("summary").innerText}`);
  }
  for (const heading of report.querySelectorAll(":is(h1, h2, h3, h4)")) {
    const { breakInside, breakAfter } = getComputedStyle(heading);
    if (isShown(heading) && (breakInside !== "avoid" || breakAfter !== "avoid")) found.push(`may be left behind: ${heading.innerText}`);
    // What lies in a grid or a flexible box does not keep with what follows.
    if (isShown(heading) && heading.localName !== "h1" && getComputedStyle(heading.parentElement).display !== "block") found.push(`does not keep: ${heading.innerText}`);
  }
  const right = document.documentElement.clientWidth + 1;
  for (const element of report.querySelectorAll("*")) {
    const box = element.getBoundingClientRect();
    if (!isShown(element) || box.width === 0) continue;
    const { overflowX, overflowY, display } = getComputedStyle(element);
    // A blank at the end of a line hangs out of its piece of text, and prints nothing.
    if (display !== "inline" && box.right > right) found.push(`wider than the page: ${element.localName}.${element.getAttribute("class")}`);
    const scrolls = /auto|scroll/.test(overflowX) || /auto|scroll/.test(overflowY);
    if (scrolls && (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1)) {
      found.push(`cut: ${element.localName}.${element.getAttribute("class")}`);
    }
  }
  return [...new Set(found)];
}

async function printed(app, page, path, state) {
  await app.open("file");
  await app.drop(path);
  await app.reported();
  const headings = await app.report.locator(`section:not(:is(${ASKS_ONLY})) > h2`).allInnerTexts();
  const findings = await app.report.locator("article.finding > h3").allInnerTexts();
  if (state === "full width") {
    await app.openDrawer();
    await page.keyboard.press("w");
    await expect(page.locator(".sheet-wide")).toBeVisible();
  }
  await page.setViewportSize(PAPER);
  await page.emulateMedia({ media: "print" });
  expect(await page.evaluate(faults, ASKS_ONLY), path).toEqual([]);
  await expect(page.locator(".print-head")).toBeVisible();
  await expect(page.locator(".print-head")).toHaveText(/ · made .* UTC by fivewhys .* · Redaction: secrets; /);
  const folder = mkdtempSync(join(tmpdir(), "fivewhys-print-"));
  const pdf = join(folder, "report.pdf");
  await page.pdf({ path: pdf, preferCSSPageSize: true, format: "A4" });
  const text = words(pdf);
  rmSync(folder, { recursive: true });
  if (text === undefined) {
    console.log("skipped: words of the PDF: no pdftotext");
    return;
  }
  const flat = (words) => words.replace(/\s+/g, " ").trim();
  for (const heading of headings) expect(text, heading).toContain(flat(heading));
  for (const finding of findings) expect(text, finding).toContain(flat(finding).slice(0, 24));
  expect(text).toMatch(/Page 1 of \d+/);
}

for (const state of ["normal", "full width"]) {
  test(`a report is printed whole, ${state}`, async ({ app, page }) => {
    await printed(app, page, CRASH_LOOP, state);
  });

  test(`requests, latencies and wide tables are printed whole, ${state}`, async ({ app, page }) => {
    const log = shop();
    await printed(app, page, log.path, state);
    await expect(app.report.getByRole("columnheader", { name: "Up to" })).toBeVisible();
    log.remove();
  });
}

test("a comparison is printed whole, without what asks for another one", async ({ app, page }) => {
  const log = shop();
  await app.open("file");
  await app.drop(log.path, CRASH_LOOP);
  await app.reported();
  await app.changes.getByRole("button", { name: "Compare the files" }).click();
  await expect(app.changes.getByRole("heading", { level: 3 }).first()).toBeVisible();
  await page.setViewportSize(PAPER);
  await page.emulateMedia({ media: "print" });
  expect(await page.evaluate(faults, ASKS_ONLY)).toEqual([]);
  await expect(app.changes.getByRole("button", { name: /^(Compare|Swap|Take|Close)/ })).toHaveCount(0);
  log.remove();
});

test("real exports are printed whole", async ({ chromium, site }) => {
  test.setTimeout(300_000);
  if (SHARED === undefined) {
    console.log("skipped: print: no shared test data");
    test.skip();
  }
  const { FivewhysPage } = await import("./support/fivewhys_page.mjs");
  for (const path of [seed(), ...corpus(6)]) {
    const context = await chromium.newContext();
    const page = await context.newPage();
    await printed(new FivewhysPage(page, site), page, path, "normal");
    await context.close();
  }
});
