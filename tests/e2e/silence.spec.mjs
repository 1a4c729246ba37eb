// Nothing leaves: every channel that the policy has to close is tried on the sealed page and in its own workers, from
// http and from file://, and on the same page without its policy, where it has to be open or the test says nothing. The
// policy is tried alone as well, on a page that takes nothing away.
import { PAGE_CHANNELS, WORKER_CHANNELS } from "./support/channels.mjs";
import { expect, SCHEMES, test } from "./support/fixtures.mjs";

/** Milliseconds given to whatever was started. */
const PATIENCE = 2_000;

/**
 * Channels that are closed without the policy too, by the browser itself, so that nothing can be said about the policy:
 * a headless browser asks for no manifest, and workers from URLs need the page's own origin, which `file://` has not.
 */
const UNTESTABLE = {
  http: { page: ["manifest"], worker: [] },
  file: {
    page: ["manifest", "service worker", "shared worker from URL", "worker from URL"],
    worker: ["worker from URL"],
  },
};

/** Path under which the recorder knows a channel. */
function slug(name) {
  return name.replace(/[^a-zA-Z]+/g, "-");
}

/** Tries one channel in a page or worker; gives what it said at once. */
async function attempt(realm, base, name, run) {
  const expression = `(() => {
    const url = (ending) => ${JSON.stringify(`${base}/${slug(name)}.`)} + ending;
    try {
      const result = (${run})(url);
      if (result instanceof Promise) result.then(() => {}, () => {});
      return "started";
    } catch (error) {
      return String(error);
    }
  })()`;
  return realm.evaluate(expression).catch((error) => `not run: ${error.message}`);
}

/** A page of some kind, with its own workers running. */
async function open(chromium, site, scheme, kind) {
  const context = await chromium.newContext();
  const page = await context.newPage();
  await page.goto(site.url(scheme, kind));
  await expect.poll(() => page.workers().length).toBeGreaterThan(0);
  return { context, page };
}

/** Hits of all channels, by name, after trying them in the page or in a worker. */
async function tryAll(chromium, site, scheme, kind, where) {
  const { context, page } = await open(chromium, site, scheme, kind);
  const prefix = `/${scheme}-${kind}-${where}`;
  const channels = where === "page" ? PAGE_CHANNELS : WORKER_CHANNELS;
  const said = {};
  for (const [name, run] of Object.entries(channels)) {
    // A channel may replace or end the worker, so each takes the first that lives.
    const realm = where === "page" ? page : page.workers()[0];
    const before = site.datagrams();
    said[name] = await attempt(realm, site.origin + prefix, name, run);
    if (name === "WebTransport") {
      await page.waitForTimeout(1_500);
      said[name] += site.datagrams() > before ? " QUIC" : "";
    }
  }
  await page.waitForTimeout(PATIENCE);
  const arrived = new Set(site.hits(`${prefix}/`).map((path) => path.slice(prefix.length + 1).split(".")[0]));
  await context.close();
  return Object.fromEntries(
    Object.keys(channels).map((name) => {
      const hit = arrived.has(slug(name)) || said[name].endsWith(" QUIC");
      return [name, { hit, said: said[name] }];
    }),
  );
}

const hits = (outcome) => Object.keys(outcome).filter((name) => outcome[name].hit);

for (const scheme of SCHEMES) {
  for (const where of ["page", "worker"]) {
    test(`nothing gets out of the ${where} from ${scheme}`, async ({ chromium, site }) => {
      const run = (kind) => tryAll(chromium, site, scheme, kind, where);
      const [open, sealed, bareOpen, bare] = [await run("open"), await run("sealed"), await run("bare-open"), await run("bare")];
      const names = Object.keys(open);
      // The page takes some ways away before it starts, so their control is the page that has nothing but the policy.
      const byAbsence = names.filter((name) => !open[name].hit && bareOpen[name].hit);
      const untestable = names.filter((name) => !open[name].hit && !bareOpen[name].hit);
      const say = (what, list) => console.log(`  ${what}: ${list.join(", ") || "none"}`);
      console.log(`silence of the ${where} from ${scheme}: ${names.length} channels, ${hits(open).length} open without the policy`);
      say("taken away by the page too, control on a bare page", byAbsence);
      say("not testable, closed by the browser itself", untestable);
      for (const name of names) {
        expect.soft(sealed[name].said, `${name} was tried`).not.toMatch(/^not run/);
      }
      expect(hits(sealed), "channels that reached the recorder from the sealed page").toEqual([]);
      expect(hits(bare), "channels that the policy alone leaves open").toEqual([]);
      expect(untestable.toSorted(), "channels whose control is closed").toEqual(UNTESTABLE[scheme][where].toSorted());
    });
  }
}
