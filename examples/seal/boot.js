// Starts the page: unpacks what is sealed into this file and hands the program a host object with what only script can
// do. Runs under the policy that stands first in the file. BUILD and the glue are put in by examples/seal.rs.
const BUILD = "@BUILD@";

// What the policy can't close is closed by absence, before anything else runs.
const gone = (object, names) => {
  for (const name of names) {
    try {
      Object.defineProperty(object, name, { value: undefined, writable: false, configurable: false });
    } catch {
      // Not defined in this browser, or fixed: nothing to take away.
    }
  }
};
gone(globalThis, [
  "RTCPeerConnection", "webkitRTCPeerConnection", "mozRTCPeerConnection", "RTCDataChannel", "RTCIceTransport", "PresentationRequest",
  "BroadcastChannel", "open", "indexedDB", "caches", "localStorage", "sessionStorage", "cookieStore",
]);
gone(Navigator.prototype, ["storage", "share"]);
// Back and Forward move through filters that stand in memory: the history is told a whole number and nothing else.
const push = history.pushState.bind(history);
gone(History.prototype, ["pushState", "replaceState"]);

// A task of its own for each part, so that none holds the page up. Messages, since browsers delay timers that timers set.
const turns = [];
const { port1: wake, port2: alarm } = new MessageChannel();
wake.onmessage = () => turns.shift()();
const pause = () =>
  new Promise((turn) => {
    turns.push(turn);
    alarm.postMessage(0);
  });

// What `dense` of the sealer wrote: characters from `!` but `&` and `<`, the first 36 for six bits, the others for seven.
const tight = async (text) => {
  const out = new Uint8Array(text.length);
  let [held, bits, at] = [0, 0, 0];
  for (let i = 0; i < text.length; i += 1) {
    if (i % 262144 === 0) await pause();
    const code = text.charCodeAt(i) - 33;
    const symbol = code - (code > 5 ? 1 : 0) - (code > 27 ? 1 : 0);
    const isLong = symbol >= 36;
    held = isLong ? ((held << 7) | (symbol + 36)) & 32767 : ((held << 6) | symbol) & 32767;
    bits += isLong ? 7 : 6;
    if (bits >= 8) {
      bits -= 8;
      out[at] = held >> bits;
      at += 1;
    }
  }
  return out.subarray(0, at);
};

// What `borrow` of the sealer wrote: `=FROM TO` for lines of this very script, and all other lines behind a blank.
const own = document.currentScript.textContent.split("\n");
const lent = (text) =>
  text
    .split("\n")
    .flatMap((line) => (line[0] === "=" ? own.slice(...line.slice(1).split(" ")) : line.slice(1)))
    .join("\n");

@LZMA@
@FILTER@
// Like streams of both programs are packed as one, since they share much. The page's own come first and it starts as soon as it is
// there: it draws what people see.
const programs = document.getElementById("programs");
const [pageSize, workerSize, ...cuts] = programs.dataset.cuts.split(" ").map(Number);
const parts = tight(programs.textContent).then((packed) => {
  const found = [];
  for (let [from, i] = [0, 0]; i < cuts.length; i += 2) {
    found.push({ unpack: lzma(packed.subarray(from, from + cuts[i])), cut: cuts[i + 1] });
    from += cuts[i];
  }
  return found;
});
const program = async (size, end) => {
  const streams = [];
  for (const part of await parts) streams.push(await part.unpack(end(part)));
  return weave(size, streams);
};
const pageProgram = program(pageSize, (part) => part.cut);
const page = pageProgram.then((bytes) => WebAssembly.compile(bytes));
const workerProgram = pageProgram.then(() => program(workerSize, () => undefined)).then((bytes) => WebAssembly.compile(bytes));

// The only script that a worker may have is the one sealed in here, as a blob of this page.
const scripts = new Set();
const policy = globalThis.trustedTypes?.createPolicy("fivewhys", {
  createScriptURL: (url) => {
    if (scripts.has(url)) return url;
    throw new TypeError("not a worker of this page");
  },
});
const worker = [lent(document.getElementById("worker-js").textContent)];
const workerUrl = URL.createObjectURL(new Blob(worker, { type: "text/javascript" }));
scripts.add(workerUrl);
const workerScript = policy ? policy.createScriptURL(workerUrl) : workerUrl;

globalThis.fivewhys = Object.freeze({
  build: BUILD,
  spawn: async () => {
    const worker = new Worker(workerScript, { name: "fivewhys" });
    worker.postMessage(await workerProgram);
    return worker;
  },
  step: (number) => push(number | 0, ""),
});

page
  .then((module) => wasm_bindgen({ module_or_path: module }))
  .then(() => document.getElementById("too-old")?.remove());
