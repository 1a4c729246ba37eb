// Logs that tests drop: those of the repository, and those of the shared test data where it is present.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** A service that restarts because of one import error: 26 entries. */
export const CRASH_LOOP = join(ROOT, "tests/data/same/crash_loop.ndjson");

/** Folder of the shared test data, or undefined. */
export const SHARED = [process.env.FIVEWHYS_SHARED, join(ROOT, "../shared")].find((path) => path && existsSync(path));

/** The export that the project began with. */
export function seed() {
  const folder = join(SHARED, "seed");
  return join(folder, readdirSync(folder).find((name) => name.endsWith(".json")));
}

/** `count` files of the corpus that hold entries, spread over its folders, in the order of their paths. */
export function corpus(count) {
  const expected = JSON.parse(readFileSync(join(SHARED, "corpus/expected.json"), "utf8"));
  const paths = Object.keys(expected)
    .filter((path) => expected[path].entries > 0 && existsSync(join(SHARED, "corpus", path)))
    .sort();
  const step = Math.max(1, Math.floor(paths.length / count));
  return paths.filter((_, index) => index % step === 0).slice(0, count).map((path) => join(SHARED, "corpus", path));
}
