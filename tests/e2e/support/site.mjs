// A local server that hands out the sealed page with and without its policy, and records everything else that arrives:
// http requests, WebSocket handshakes, and QUIC packets (WebTransport) on the UDP port of the same number.
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
  const pages = { "/sealed.html": sealed, "/open.html": withoutPolicy(sealed) };
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
  const files = { sealed: join(folder, "sealed.html"), open: join(folder, "open.html") };
  writeFileSync(files.sealed, sealed);
  writeFileSync(files.open, pages["/open.html"]);

  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    folder,
    html: sealed,
    /** Address of the page: `kind` is `sealed` or `open` (without its policy). */
    url: (scheme, kind = "sealed") =>
      scheme === "file" ? pathToFileURL(files[kind]).href : `http://127.0.0.1:${port}/${kind}.html`,
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
