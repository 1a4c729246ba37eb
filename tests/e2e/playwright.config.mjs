// How the browser tests run: Debian's Chromium, headless, one worker, no retries that would hide a fault.
import { fileURLToPath } from "node:url";

export default {
  testDir: fileURLToPath(new URL(".", import.meta.url)),
  testMatch: "*.spec.mjs",
  outputDir: fileURLToPath(new URL("../../test-results", import.meta.url)),
  timeout: 90_000,
  expect: { timeout: 15_000 },
  workers: 1,
  retries: 0,
  forbidOnly: true,
  reporter: [["list"], ["json"]],
  use: { trace: "off", screenshot: "off", video: "off" },
};
