// Exceptions by fault, and the slowest requests: what they are, and the entries behind each, with the mouse and without.
import { expect, test } from "./support/fixtures.mjs";
import { faulty } from "./support/faulty.mjs";
import { tabTo } from "./support/hands.mjs";
import { CRASH_LOOP } from "./support/logs.mjs";
import { shop } from "./support/shop.mjs";

test.afterEach(({ page }) => expect(page.faults).toEqual([]));

/** Presses something as a person does. */
async function press(page, target, way) {
  if (way === "mouse") return target.click();
  await tabTo(page, target, 300);
  return page.keyboard.press("Enter");
}

for (const way of ["mouse", "keyboard"]) {
  test(`exceptions of one fault are one group, and its entries are a step away, by ${way}`, async ({ app, page, site }) => {
    await app.open("file");
    await app.drop(faulty(site.folder));
    await app.reported();
    await expect(app.exceptions).toHaveCount(3);
    await expect(page.getByRole("link", { name: "Exceptions (3)" })).toBeVisible();
    const first = app.exceptions.first();
    await expect(first).toHaveAccessibleName("OrderError: order 0 is not readable");
    await expect(first).toContainText("Root: KeyError: 'order-0'");
    await expect(first).toContainText("basket, shop");
    await expect(first).toContainText("2026-03-02 10:00:00 to 10:01:20");
    // What the user wrote stands first, nearest to the root.
    await expect(first.getByRole("list", { name: "Your frames, innermost first" })).toHaveText("/srv/shop/store.py:12 in read");
    const opener = first.getByRole("button", { name: "9 times" });
    await press(page, opener, way);
    await expect(app.count).toHaveText("9 entries");
    await expect(page.locator("#drawer-title")).toHaveText("OrderError: order 0 is not readable");
    await page.keyboard.press("Escape");
    await expect(opener).toBeFocused();
  });

  test(`the chain is unfolded, and frames of libraries in it, by ${way}`, async ({ app, page, site }) => {
    await app.open("file");
    await app.drop(faulty(site.folder));
    await app.reported();
    const first = app.exceptions.first();
    await expect(first.getByText("site-packages")).toHaveCount(0);
    await press(page, first.getByText("Chain and frames"), way);
    const chain = first.getByRole("list", { name: "Exception, outermost first" }).locator("> li");
    await expect(chain).toHaveCount(2);
    await expect(chain.first()).toContainText("OrderError: order 0 is not readable");
    await expect(chain.first()).toContainText("/srv/shop/orders.py:41 in checkout");
    await expect(chain.nth(1)).toContainText("caused by KeyError: 'order-0'");
    await expect(chain.nth(1).getByText("site-packages")).toHaveCount(0);
    await press(page, chain.nth(1).getByText("1 frame of a library"), way);
    await expect(chain.nth(1)).toContainText("site-packages/flask/app.py:880 in full_dispatch_request");
  });

  test(`the slowest requests are listed, and each opens its entry, by ${way}`, async ({ app, page, site }) => {
    await app.open("file");
    await app.drop(faulty(site.folder));
    await app.reported();
    await expect(app.slowest).toHaveCount(10);
    await expect(app.slowest.first()).toContainText("200 ms");
    await expect(app.slowest.nth(9)).toContainText("110 ms");
    const third = app.slowest.nth(2);
    await press(page, third, way);
    await expect(app.count).toHaveText("1 entry");
    await expect(app.entry).toContainText('"requestUrl": "https://shop.example/orders/18"');
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await expect(third).toBeFocused();
  });
}

test("a path has its 99th percentile beside the others", async ({ app, site }) => {
  await app.open("file");
  await app.drop(faulty(site.folder));
  await app.reported();
  const table = app.report.getByRole("region", { name: "Paths" });
  await expect(table.getByRole("columnheader")).toHaveText(["Path", "Requests", "Statuses", "p50", "p95", "p99"]);
  await expect(table.getByRole("row").nth(1).getByRole("cell")).toHaveText(["20", "200 × 20", "100 ms", "190 ms", "200 ms"]);
});

test("what is taken out of a report is taken out of its exceptions", async ({ app, site }) => {
  await app.open("file");
  await app.drop(faulty(site.folder));
  await app.reported();
  await expect(app.exceptions.nth(2)).toHaveAccessibleName(/^TimeoutError: mail server, password=<password-1>/);
  await expect(app.report.getByText("hunter2secret")).toHaveCount(0);
});

test("on a phone nothing of it is cut", async ({ app, page, site }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await app.open("file");
  await app.drop(faulty(site.folder));
  await app.reported();
  await app.exceptions.first().getByText("Chain and frames").click();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
});

test("a log without exceptions has no such section", async ({ app, page }) => {
  const log = shop();
  await app.open("file");
  await app.drop(log.path);
  await app.reported();
  await expect(app.slowest.first()).toBeVisible();
  await expect(app.exceptions).toHaveCount(0);
  await expect(page.getByRole("link", { name: /^Exceptions/ })).toHaveCount(0);
  log.remove();
});

test("exceptions and the slowest go with their log: without it, or with another one, they are not shown", async ({ app, page, site }) => {
  await app.open("file");
  await app.drop(faulty(site.folder));
  await app.reported();
  await expect(app.exceptions).toHaveCount(3);
  await app.drop(CRASH_LOOP);
  await expect(app.report.getByText("ModuleNotFoundError").first()).toBeVisible();
  await expect(page.getByRole("link", { name: "Exceptions (4)" })).toBeVisible();
});
