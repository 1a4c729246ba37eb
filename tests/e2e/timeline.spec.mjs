// The timeline is zoomed and moved along with mouse, wheel, finger and keys, and its bars are told apart without colour.
import { expect, test } from "./support/fixtures.mjs";
import { tabTo } from "./support/hands.mjs";
import { shop } from "./support/shop.mjs";

let log;
test.beforeAll(() => (log = shop()));
test.afterAll(() => log.remove());
test.beforeEach(async ({ app, page }) => {
  await app.open("file");
  await app.drop(log.path);
  await app.reported();
  page.axis = page.locator(".timeline-axis");
  page.bars = page.locator(".timeline-chart");
});
test.afterEach(({ page }) => expect(page.faults).toEqual([]));

/** The first instant that the axis names. */
const start = (page) => page.axis.locator("> span").first().innerText();
const button = (page, name) => page.axis.getByRole("button", { name, exact: true });

test("a double click zooms into a bar", async ({ app, page }) => {
  const whole = await page.bars.getAttribute("viewBox");
  await app.plot.dblclick({ position: { x: 200, y: 20 } });
  await expect(button(page, "Whole range")).toBeVisible();
  await expect(page.bars).not.toHaveAttribute("viewBox", whole);
  await button(page, "Whole range").click();
  await expect(page.bars).toHaveAttribute("viewBox", whole);
});

test("the wheel with Ctrl zooms around the pointer and back", async ({ app, page }) => {
  const whole = await start(page);
  const { x, y, width } = await app.plot.boundingBox();
  await page.mouse.move(x + width * 0.9, y + 20);
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -100);
  await expect.poll(() => start(page)).not.toBe(whole);
  await page.mouse.wheel(0, 100);
  await expect.poll(() => start(page)).toBe(whole);
  await page.keyboard.up("Control");
  await page.mouse.wheel(0, -100);
  await page.waitForTimeout(100);
  expect(await start(page)).toBe(whole);
});

test("what is zoomed into is moved along by buttons and by dragging the axis", async ({ app, page }) => {
  const whole = await start(page);
  await app.brush(0.3, 0.6);
  await button(page, "Zoom in").click();
  const zoomed = await start(page);
  expect(zoomed > whole).toBe(true);
  await button(page, "Later").click();
  await expect.poll(async () => (await start(page)) > zoomed).toBe(true);
  await button(page, "Earlier").click();
  await expect.poll(() => start(page)).toBe(zoomed);
  const { x, y, width, height } = await page.axis.boundingBox();
  const drag = async (from, to) => {
    await page.mouse.move(x + width * from, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + width * to, y + height / 2, { steps: 5 });
    await page.mouse.up();
  };
  await drag(0.2, 0.15);
  await expect.poll(async () => (await start(page)) > zoomed).toBe(true);
  // To the ends of the range, and not beyond them.
  for (let n = 0; n < 4; n += 1) await drag(0.1, 0.95);
  await expect.poll(() => start(page)).toBe(whole);
  await expect(page.bars.locator(".bars").first()).toBeAttached();
});

test("a finger moves it along by the axis", async ({ chromium, site }) => {
  const { FivewhysPage } = await import("./support/fivewhys_page.mjs");
  const context = await chromium.newContext({ hasTouch: true, viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  const app = new FivewhysPage(page, site);
  await app.open("file");
  await app.picker.setInputFiles(log.path);
  await app.reported();
  page.axis = page.locator(".timeline-axis");
  await app.plot.focus();
  await page.keyboard.press("+");
  await expect(button(page, "Whole range")).toBeVisible();
  const zoomed = await start(page);
  await page.axis.scrollIntoViewIfNeeded();
  // What is drawn anew above it has its place once a frame has come.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const { x, y, width, height } = await page.axis.boundingBox();
  const session = await context.newCDPSession(page);
  // A finger is wide: close to the bars it would be taken for one on them.
  const touch = (type, share) =>
    session.send("Input.dispatchTouchEvent", {
      type,
      touchPoints: type === "touchEnd" ? [] : [{ x: x + width * share, y: y + height * 0.7 }],
    });
  await touch("touchStart", 0.1);
  for (const share of [0.2, 0.3, 0.4, 0.5]) await touch("touchMove", share);
  await touch("touchEnd");
  await expect.poll(async () => (await start(page)) < zoomed).toBe(true);
  await context.close();
});

test("keys alone zoom, move along, choose and come back", async ({ app, page }) => {
  const whole = await start(page);
  await tabTo(page, app.plot, 200);
  await page.keyboard.press("+");
  await expect.poll(() => start(page)).not.toBe(whole);
  const once = await start(page);
  await page.keyboard.press("+");
  await expect.poll(() => start(page)).not.toBe(once);
  const twice = await start(page);
  await page.keyboard.press("PageDown");
  await expect.poll(async () => (await start(page)) > twice).toBe(true);
  await page.keyboard.press("PageUp");
  await expect.poll(() => start(page)).toBe(twice);
  await page.keyboard.press("Home");
  await expect(app.chips).toHaveCount(1);
  await expect(app.plot).toBeFocused();
  await page.keyboard.press("-");
  await expect.poll(() => start(page)).toBe(once);
  await page.keyboard.press("-");
  await expect.poll(() => start(page)).toBe(whole);
  await expect(button(page, "Whole range")).toHaveCount(0);
  await page.keyboard.press("+");
  await tabTo(page, button(page, "Later"), 20);
  await page.keyboard.press("Enter");
  await tabTo(page, button(page, "Whole range"), 20);
  await page.keyboard.press("Enter");
  await expect.poll(() => start(page)).toBe(whole);
});

for (const [name, media] of [["on paper", { media: "print" }], ["in forced colours", { forcedColors: "active" }]]) {
  test(`kinds of bars differ without colour ${name}`, async ({ page }) => {
    const fill = (style) =>
      page.locator(`.${style}`).first().evaluate((element) => getComputedStyle(element).fill);
    expect(await fill("swatch .bars-error")).toMatch(/^rgb/);
    await page.emulateMedia(media);
    expect(await fill("swatch .bars-error")).toContain("#stripes-error");
    expect(await fill("timeline-chart .bars-error")).toContain("#stripes-error");
    expect(await fill("timeline-chart .bars-info")).toMatch(/^rgb/);
    for (const kind of ["none", "warning", "error"]) await expect(page.locator(`pattern#stripes-${kind}`)).toHaveCount(1);
  });
}
