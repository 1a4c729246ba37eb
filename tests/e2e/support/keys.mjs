// Ways of a person without a pointer.

/** Presses Tab until `locator` has focus; fails after `most` steps. */
export async function tabTo(page, locator, most = 60) {
  for (let steps = 0; steps < most; steps += 1) {
    if (await locator.evaluate((element) => element === document.activeElement).catch(() => false)) {
      return;
    }
    await page.keyboard.press("Tab");
  }
  throw new Error(`not reached by Tab: ${locator}`);
}
