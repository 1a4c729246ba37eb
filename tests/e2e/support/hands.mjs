// The two ways in which a person works the page: with a pointer, and with Tab and Enter alone.

/** Each way, for tests that run once a way. */
export const WAYS = ["mouse", "keyboard"];

/** Presses Tab until `locator` has focus; fails after `most` steps. */
export async function tabTo(page, locator, most = 250) {
  for (let steps = 0; steps < most; steps += 1) {
    if (await locator.evaluate((element) => element === document.activeElement).catch(() => false)) {
      return;
    }
    await page.keyboard.press("Tab");
  }
  throw new Error(`not reached by Tab: ${locator}`);
}

/** Presses a button: by mouse, or after real presses of Tab. */
export async function press(way, page, button) {
  if (way === "mouse") return button.click();
  await tabTo(page, button);
  return page.keyboard.press("Enter");
}

/** What is in the clipboard. The context needs the permissions `clipboard-read` and `clipboard-write`. */
export function clipboard(page) {
  return page.evaluate(() => navigator.clipboard.readText());
}
