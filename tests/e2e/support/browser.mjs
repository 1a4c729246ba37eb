// Starts Chromium as every test and measurement wants it: a cold profile, nothing of the browser's own on the network.
import { existsSync } from "node:fs";
import { chromium } from "@playwright/test";

const FLAGS = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--disable-gpu",
  "--no-sandbox",
  "--disable-dev-shm-usage",
  // Prompts for requests to this machine would close channels that the controls have to find open.
  "--disable-features=LocalNetworkAccessChecks,Translate,OptimizationHints",
];

/** Path of the browser: `CHROMIUM`, or where Debian puts it. */
export function executable() {
  const path = process.env.CHROMIUM ?? "/usr/bin/chromium";
  if (!existsSync(path)) {
    throw new Error(`no Chromium at ${path}: run make setup`);
  }
  return path;
}

/** A browser with an empty profile. */
export function launch(more = []) {
  return chromium.launch({ executablePath: executable(), args: [...FLAGS, ...more] });
}
