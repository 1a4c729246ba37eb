// The command, built before the tests run: what the page has to agree with to the byte.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export const COMMAND = process.env.FIVEWHYS_COMMAND ?? fileURLToPath(new URL("../../../target/debug/fivewhys", import.meta.url));

/** The command's report of some files. Exit status 0, or an exception. */
export function report(files, format, generatedAt, more = []) {
  const args = ["report", ...files, "--format", format, "--generated-at", generatedAt, ...more];
  return execFileSync(COMMAND, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1 << 28 });
}

/** Writes a digest of some files. */
export function digest(files, out) {
  execFileSync(COMMAND, ["digest", ...files, "--out", out], { stdio: ["ignore", "pipe", "pipe"] });
}

/** The command's entries that pass a query. */
export function entries(files, query, format) {
  const args = ["entries", ...files, "--where", query, "--format", format];
  return execFileSync(COMMAND, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1 << 28 });
}

/** The command's comparison of two files, or of one that is split as `args` say. */
export function compare(files, args, format, generatedAt) {
  const all = ["compare", ...files, ...args, "--format", format, "--generated-at", generatedAt];
  return execFileSync(COMMAND, all, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1 << 28 });
}
