// Starts Debian's Firefox over WebDriver BiDi, which Playwright does not speak to a Firefox as it is: a cold profile, saved files
// in a folder of the test's own, nothing of the browser's own on the network.
import { existsSync } from "node:fs";
import puppeteer from "puppeteer-core";

/** Path of the browser: `FIREFOX`, or where Debian puts it; undefined where there is none. */
export function firefox() {
  const path = process.env.FIREFOX ?? "/usr/bin/firefox-esr";
  return existsSync(path) ? path : undefined;
}

/** A browser with an empty profile, that saves into this folder. */
export function launchFirefox(folder) {
  return puppeteer.launch({
    browser: "firefox",
    protocol: "webDriverBiDi",
    executablePath: firefox(),
    headless: true,
    // A person's window: neither the narrow layout nor a very wide one.
    defaultViewport: { width: 1280, height: 800 },
    extraPrefsFirefox: {
      "browser.download.folderList": 2,
      "browser.download.dir": folder,
      "browser.download.always_ask_before_handling_new_types": false,
      "browser.helperApps.neverAsk.saveToDisk": "text/markdown,text/html,application/json,text/csv,application/x-ndjson",
      "network.captive-portal-service.enabled": false,
      "network.connectivity-service.enabled": false,
      // The recorder of the tests is on this machine.
      "network.proxy.type": 0,
    },
  });
}
