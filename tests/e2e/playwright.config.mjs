// How the browser tests run: Debian's Chromium, headless, one worker. On CI a test that misses a deadline on a loaded
// machine gets a second try and is listed as flaky; elsewhere there are no retries that would hide a fault.
import { fileURLToPath } from "node:url";

export default {
  testDir: fileURLToPath(new URL(".", import.meta.url)),
  testMatch: "*.spec.mjs",
  outputDir: fileURLToPath(new URL("../../test-results", import.meta.url)),
  timeout: 90_000,
  expect: { timeout: 15_000 },
  workers: 1,
  retries: process.env.CI ? 1 : 0,
  forbidOnly: true,
  reporter: [["list"], ["json"]],
  use: { trace: "off", screenshot: "off", video: "off" },
};
