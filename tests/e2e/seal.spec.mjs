// What the sealed page unpacks are the programs that were packed, to the byte: its own unpacker, run here.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "@playwright/test";
import { SEALED } from "./support/site.mjs";

const PARTS = join(dirname(SEALED), "parts");

/** The page's script from its first pause to what it does with both programs. */
function unpacker(html) {
  const from = html.indexOf("const turns = [];");
  const end = html.indexOf("const scripts = new Set();");
  expect(from).toBeGreaterThan(0);
  expect(end).toBeGreaterThan(from);
  return html.slice(from, end);
}

/** A program as the sealer packed it. */
const sealed = (name) => readFileSync(join(PARTS, `${name}_sealed.wasm`));

test("both programs come out of the page as they were packed, the page's first", async () => {
  test.skip(!existsSync(PARTS), "the page was built elsewhere");
  const html = readFileSync(SEALED, "utf8");
  const [, cuts, textContent] = /id="programs" data-cuts="([^"]*)">([^<]*)</.exec(html);
  const compiled = [];
  const ports = [];
  const given = {
    document: { currentScript: { textContent: "" }, getElementById: () => ({ dataset: { cuts }, textContent }) },
    WebAssembly: { compile: (bytes) => compiled.push(Buffer.from(bytes)) },
    // An open port keeps Node running.
    MessageChannel: class extends MessageChannel {
      constructor() {
        super();
        ports.push(this.port1);
      }
    },
  };
  const run = new Function(...Object.keys(given), `${unpacker(html)} return [page, workerProgram];`);
  await Promise.all(run(...Object.values(given)));
  for (const port of ports) port.close();
  const [page, worker] = compiled;
  expect(page.equals(sealed("page"))).toBe(true);
  expect(worker.equals(sealed("worker"))).toBe(true);
  expect(await WebAssembly.compile(worker)).toBeInstanceOf(WebAssembly.Module);
});
