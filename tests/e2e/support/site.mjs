// A local server that hands out the sealed page with and without its policy, and records everything else that arrives:
// http requests, WebSocket handshakes, and QUIC packets (WebTransport) on the UDP port of the same number.
import { createHash } from "node:crypto";
import dgram from "node:dgram";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The page under test. */
export const SEALED = process.env.FIVEWHYS_PAGE ?? fileURLToPath(new URL("../../../dist/fivewhys.html", import.meta.url));

/** Removes the policy, and nothing else: the control of every channel is the same page without it. */
export function withoutPolicy(html) {
  const open = html.replace(/<meta[^>]*http-equiv=["']?Content-Security-Policy["']?[^>]*>/gi, "");
  if (open === html) {
    throw new Error("the sealed page holds no policy to take away");
  }
  return open;
}

/** All that a bare page does: start two workers of its own, as the sealed page does, and take nothing away. */
const BARE = `const own = (globalThis.trustedTypes ?? { createPolicy: (_, rules) => rules })
  .createPolicy("fivewhys", { createScriptURL: (url) => url });
const url = URL.createObjectURL(new Blob(["onmessage = () => {};"], { type: "text/javascript" }));
globalThis.kept = [1, 2].map(() => new Worker(own.createScriptURL(url)));`;

/** A page of nothing but the sealed page's policy: what that closes, it closes alone. */
function bare(html) {
  const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html);
  const hash = createHash("sha256").update(BARE).digest("base64");
  const meta = policy.replace(/script-src [^;]*/, `script-src 'sha256-${hash}' 'wasm-unsafe-eval'`);
  return `<!doctype html><html lang="en"><head><meta http-equiv="Content-Security-Policy" content="${meta}">
<meta charset="utf-8"><title>bare</title></head><body><p>Nothing but a policy.</p><script>${BARE}</script></body></html>`;
}

const BODIES = {
  js: ["text/javascript", "self.loaded = true;"],
  css: ["text/css", ".loaded { color: inherit }"],
  html: ["text/html", "<!doctype html><title>hit</title>"],
  svg: ["image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg"/>'],
  events: ["text/event-stream", "data: hit\n\n"],
  json: ["application/json", "{}"],
};

/** Starts the server; `hits(prefix)` gives the paths that arrived and begin so. */
export async function startSite() {
  const sealed = readFileSync(SEALED, "utf8");
  const html = { sealed, open: withoutPolicy(sealed), bare: bare(sealed), "bare-open": withoutPolicy(bare(sealed)) };
  const pages = Object.fromEntries(Object.entries(html).map(([kind, text]) => [`/${kind}.html`, text]));
  const seen = [];
  const server = http.createServer((request, response) => {
    const path = request.url.split("?")[0];
    if (path in pages) {
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(pages[path]);
      return;
    }
    seen.push(path);
    const [type, body] = BODIES[path.split(".").pop()] ?? ["text/plain", "hit"];
    response.writeHead(200, { "content-type": type, "access-control-allow-origin": "*", "cache-control": "no-store" });
    response.end(request.method === "HEAD" ? undefined : body);
  });
  server.on("upgrade", (request, socket) => {
    seen.push(request.url);
    socket.destroy();
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  let datagrams = 0;
  const udp = dgram.createSocket("udp4");
  udp.on("message", () => (datagrams += 1));
  await new Promise((done) => udp.bind(port, "127.0.0.1", done));

  const folder = mkdtempSync(join(tmpdir(), "fivewhys-e2e-"));
  for (const [kind, text] of Object.entries(html)) {
    writeFileSync(join(folder, `${kind}.html`), text);
  }

  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    folder,
    html: sealed,
    /** Address of a page: `sealed`, `open` (the same without its policy), `bare` (the policy alone), `bare-open`. */
    url: (scheme, kind = "sealed") =>
      scheme === "file" ? pathToFileURL(join(folder, `${kind}.html`)).href : `http://127.0.0.1:${port}/${kind}.html`,
    hits: (prefix = "/") => seen.filter((path) => path.startsWith(prefix)),
    datagrams: () => datagrams,
    close: async () => {
      udp.close();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
