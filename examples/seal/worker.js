// Starts a worker: the first message is the compiled module; what comes meanwhile waits. Runs under the page's policy,
// which a worker made from a blob URL inherits. BUILD and the glue are put in by examples/seal.rs.
globalThis.FIVEWHYS_BUILD = "@BUILD@";
for (const name of ["RTCPeerConnection", "BroadcastChannel", "indexedDB", "caches", "cookieStore"]) {
  try {
    Object.defineProperty(globalThis, name, { value: undefined, writable: false, configurable: false });
  } catch {
    // Not defined in this browser, or fixed.
  }
}
const early = [];
globalThis.onmessage = (first) => {
  globalThis.onmessage = (event) => early.push(event);
  wasm_bindgen({ module_or_path: first.data }).then(() => {
    // The program has set its own listener by now.
    for (const event of early.splice(0)) globalThis.onmessage(event);
    // Where there is no memory for the program the page hears of it as of any other end.
  }, reportError);
};
