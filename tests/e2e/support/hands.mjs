// The two ways in which people work the page: a mouse, or nothing but keys that are really pressed.

/** Each flow is tried in both. */
export const WAYS = ["mouse", "keyboard"];

/** Presses Tab, or Shift+Tab, until `locator` has focus; fails after `most` steps. */
export async function tabTo(page, locator, most = 500, key = "Tab") {
  for (let steps = 0; steps < most; steps += 1) {
    if (await locator.evaluate((element) => element === document.activeElement, null, { timeout: 5_000 }).catch(() => false)) {
      return;
    }
    await page.keyboard.press(key);
  }
  throw new Error(`not reached by Tab: ${locator}`);
}

/** Clicks a button or link, or goes to it with Tab and presses Enter. */
export async function press(way, page, locator) {
  if (way === "mouse") return locator.click();
  await tabTo(page, locator);
  return page.keyboard.press("Enter");
}

/** What is in the clipboard. The context needs the permissions `clipboard-read` and `clipboard-write`. */
export function clipboard(page) {
  return page.evaluate(() => navigator.clipboard.readText());
}
