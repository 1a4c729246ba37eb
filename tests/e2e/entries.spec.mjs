// The list of entries and one of them in full, by mouse and by keyboard.
import { join } from "node:path";
import { expect, test } from "./support/fixtures.mjs";
import { generate } from "./support/generate.mjs";
import { CRASH_LOOP } from "./support/logs.mjs";

test.describe("a short log", () => {
  test.beforeEach(async ({ app }) => {
    await app.open("file");
    await app.drop(CRASH_LOOP);
    await app.reported();
  });

  test.afterEach(({ page }) => expect(page.faults).toEqual([]));

  test("an entry opens, the next one follows, and Esc goes back step by step", async ({ app, page }) => {
    await app.openDrawer();
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await expect(app.entry).toContainText("insertId");
    const first = await app.entry.innerText();
    await page.keyboard.press("j");
    await expect(app.rows.nth(2).getByRole("button")).toBeFocused();
    await expect(app.entry).not.toHaveText(first);
    await app.entry.getByRole("button", { name: "Previous" }).click();
    await expect(app.rows.nth(1).getByRole("button")).toHaveAttribute("aria-expanded", "true");
    await page.keyboard.press("Escape");
    await expect(app.entry).toHaveCount(0);
    await expect(app.rows.nth(1).getByRole("button")).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(app.severityTable.getByRole("button").first()).toBeFocused();
  });

  test("the entries around one are shown", async ({ app }) => {
    await app.openDrawer();
    await app.rows.first().getByRole("button").click();
    await app.entry.getByRole("button", { name: "± 30 s" }).click();
    await expect(app.chips).toHaveCount(1);
    expect(await app.entries()).toBeGreaterThan(1);
  });

  for (const way of ["mouse", "keyboard"]) {
    test(`the order is turned and lines are cut, by ${way}`, async ({ app, page }) => {
      const press = (name, key) => (way === "mouse" ? app.tool(name).click() : page.keyboard.press(key));
      await app.openDrawer();
      const oldest = await app.rows.first().innerText();
      await press("Newest first", "o");
      await expect(app.rows.first()).not.toHaveText(oldest);
      await press("Newest first", "o");
      await expect(app.rows.first()).toHaveText(oldest, { useInnerText: true });
      const tall = (await app.rows.first().boundingBox()).height;
      await press("Three lines", "l");
      expect((await app.rows.first().boundingBox()).height).toBeLessThan(tall / 2);
    });
  }

  test("entries take the full width and give it back", async ({ app, page }) => {
    await page.keyboard.press("w");
    await expect(app.facets).toBeVisible();
    await expect(app.plot).toBeVisible();
    await expect(app.headline).toBeHidden();
    await app.tool("Full width").click();
    await expect(app.headline).toBeVisible();
  });

  test("a removed file is put back", async ({ app, page }) => {
    await app.report.getByRole("button", { name: /^Remove / }).click();
    await expect(app.dropZone).toBeVisible();
    await page.getByRole("button", { name: "Put it back" }).click();
    await app.reported();
    expect((await app.severities()).ERROR).toBe(8);
  });

  test("leaving with data loaded asks first", async ({ app, page }) => {
    const asked = page.waitForEvent("dialog");
    // Browsers ask only after a person has done something on the page.
    await app.headline.click();
    await page.close({ runBeforeUnload: true });
    const dialog = await asked;
    expect(dialog.type()).toBe("beforeunload");
    await dialog.dismiss();
    await expect(app.headline).toBeVisible();
  });

  for (const way of ["mouse", "keyboard"]) {
    test(`the palette does what is chosen, by ${way}`, async ({ app, page }) => {
      if (way === "mouse") await page.getByRole("button", { name: "Commands" }).click();
      else await page.keyboard.press("Control+k");
      const box = app.dialog.getByRole("combobox");
      await expect(box).toBeFocused();
      await box.fill("export");
      const option = app.dialog.getByRole("option", { name: /Export the report/ });
      await expect(option).toHaveAttribute("aria-selected", "true");
      if (way === "mouse") await option.click();
      else await page.keyboard.press("Enter");
      await expect(app.dialog.getByRole("heading", { name: "Export" })).toBeVisible();
      await page.keyboard.press("Escape");
      await page.keyboard.press("Control+k");
      await expect(box).toBeFocused();
      await box.fill("go to f1");
      await page.keyboard.press("Enter");
      await expect(page.locator("#findings > article").first()).toBeFocused();
    });
  }
});

test("a list of many thousand entries reaches both ends without gaps", async ({ app, page, site }) => {
  const path = join(site.folder, "long.ndjson");
  const n = generate(path, 4);
  await app.open("file");
  await app.drop(path);
  await app.reported();
  await page.keyboard.press("/");
  await page.keyboard.press("Escape");
  await page.keyboard.press("w");
  await expect(app.count).toHaveText(`${n.toLocaleString("en")} entries`);
  await app.rows.first().getByRole("button").focus();
  await page.keyboard.press("End");
  const last = app.drawer.locator(`[aria-posinset="${n}"]`);
  await expect(last.getByRole("button")).toBeFocused();
  await expect(last).toContainText(/INFO|DEBUG|WARNING|ERROR/);
  await page.keyboard.press("PageUp");
  await expect(last.getByRole("button")).not.toBeFocused();
  await page.keyboard.press("Home");
  await expect(app.drawer.locator('[aria-posinset="1"]').getByRole("button")).toBeFocused();
  // Thrown to the middle, every row in view is filled.
  await app.drawer.locator(".list").evaluate((list) => list.scrollTo(0, list.scrollHeight / 2));
  const empty = (rows) => {
    const seen = document.querySelector(".list").getBoundingClientRect();
    const inView = rows.map((row) => [row, row.getBoundingClientRect()]);
    const rowsInView = inView.filter(([, box]) => box.bottom > seen.top && box.top < seen.bottom);
    return rowsInView.length > 5 ? rowsInView.filter(([row]) => row.innerText === "").length : -1;
  };
  await expect.poll(() => app.rows.evaluateAll(empty)).toBe(0);
  expect(page.faults).toEqual([]);
});
