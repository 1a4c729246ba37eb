// What the tests share: one browser for all, the sealed page behind http and file://, and the recorder of hits.
import { test as base } from "@playwright/test";
import { launch } from "./browser.mjs";
import { FivewhysPage } from "./fivewhys_page.mjs";
import { startSite } from "./site.mjs";

export { expect } from "@playwright/test";

/** The two ways in which people open the page. */
export const SCHEMES = ["http", "file"];

export const test = base.extend({
  chromium: [
    async ({}, use) => {
      const browser = await launch();
      await use(browser);
      await browser.close();
    },
    { scope: "worker" },
  ],
  site: [
    async ({}, use) => {
      const site = await startSite();
      await use(site);
      await site.close();
    },
    { scope: "worker" },
  ],
  // A page of its own context; complaints of the console and uncaught errors fail the test.
  page: async ({ chromium }, use) => {
    const context = await chromium.newContext({ acceptDownloads: true, permissions: [] });
    const page = await context.newPage();
    const faults = [];
    page.on("pageerror", (error) => faults.push(String(error)));
    page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
    page.faults = faults;
    await use(page);
    await context.close();
  },
  app: async ({ page, site }, use) => {
    await use(new FivewhysPage(page, site));
  },
});
