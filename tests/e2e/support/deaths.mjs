// Workers that die: each gets a few lines before its own script, and a mark beside a message makes it die by the next bytes it
// reads. Nothing of this is in the page; a policy can't stop it, since it stands where the debugger stands.

/** In each worker, before its script. */
function mortal() {
  let doom;
  globalThis.doom = (given) => (doom = { ...given });
  let program;
  const instantiate = WebAssembly.instantiate;
  WebAssembly.instantiate = async (...from) => {
    const made = await instantiate(...from);
    program = (made.instance ?? made).exports;
    return made;
  };
  const takeAll = (take, from, to) => {
    for (let size = from; size >= to; ) {
      try {
        take(size);
      } catch {
        size >>= 1;
      }
    }
  };
  // Takes all memory that there is for a program, so that what it asks for next is refused: what the browser has, and what the
  // program keeps for itself, by the function with which the glue asks for room for a text (the first export of two numbers).
  const fill = () => {
    takeAll((pages) => program.memory.grow(pages), 16384, 1);
    const ask = Object.entries(program).find(([name, run]) => name.startsWith("__wbindgen_export") && run.length === 2)[1];
    takeAll((bytes) => ask(bytes, 8), 1 << 26, 16);
  };
  const never = new Promise(() => {});
  const read = Blob.prototype.arrayBuffer;
  const ways = {
    throws: () => {
      setTimeout(() => {
        throw new WebAssembly.RuntimeError("unreachable");
      });
      return never;
    },
    "has no memory left": (blob) => {
      fill();
      return read.call(blob);
    },
    // Its digest is on its way, and nobody hears that it is.
    "hands over and dies": (blob) => read.call(blob),
    "is ended": () => {
      globalThis.close();
      return never;
    },
    "is slow": (blob) => new Promise((soon) => setTimeout(() => soon(read.call(blob)), 800)),
  };
  Blob.prototype.arrayBuffer = function () {
    if (doom === undefined || doom.slices > 0) {
      if (doom) doom.slices -= 1;
      return read.call(this);
    }
    return ways[doom.how](this);
  };
  const hand = MessagePort.prototype.postMessage;
  MessagePort.prototype.postMessage = function (parcel, ...more) {
    hand.call(this, parcel, ...more);
    if (doom?.how === "hands over and dies" && parcel?.job !== undefined) {
      globalThis.postMessage = () => {};
      setTimeout(ways.throws, 200);
    }
  };
  addEventListener("message", (event) => {
    const given = event.data?.doom;
    if (given?.at === "once") {
      fill();
    } else if (given) {
      doom = given;
    }
  });
}

/** In the page, before its script. `dooms`: which messages (`kind`, of a job also `name` and `from`) kill how, and how often. */
function watch({ readers, dooms, mortal }) {
  Object.defineProperty(Navigator.prototype, "hardwareConcurrency", { get: () => readers });
  const PlainBlob = Blob;
  globalThis.Blob = class extends PlainBlob {
    constructor(parts, options) {
      const isScript = options?.type === "text/javascript";
      super(isScript ? [`(${mortal})();\n`, ...parts] : parts, options);
      if (isScript) globalThis.Blob = PlainBlob;
    }
  };
  globalThis.dooms = dooms;
  globalThis.died = [];
  const send = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (data, ...more) {
    const [kind, said] = Object.entries(data?.message ?? {})[0] ?? [];
    const [from, to] = said?.shard?.map(Number) ?? [0, Number(said?.id?.size ?? 0)];
    const is = (doom) =>
      doom.times > 0 && doom.kind === kind && (doom.name ?? said?.id?.name) === said?.id?.name && (doom.from ?? from) <= from &&
      (doom.only ?? from) === from;
    const doom = globalThis.dooms.find(is);
    if (doom) {
      doom.times -= 1;
      if (doom.clings) doom.only = from;
      data.doom = doom;
      if (doom.how !== "is slow") globalThis.died.push({ name: said?.id?.name, from, to });
    }
    return send.call(this, data, ...more);
  };
}

/**
 * Has to be called before the page is opened: so many readers, and those dooms, each `{ kind, how, slices, times }` with `name` or
 * `from` for one file or for ranges from there on, with `clings` for the first one that it meets alone. `slices`: how many reads
 * it lives before.
 */
export async function doom(page, dooms = [], readers = 3) {
  const filled = dooms.map((each) => ({ kind: "Read", slices: 1, times: 1, ...each }));
  await page.addInitScript(watch, { readers, dooms: filled, mortal: String(mortal) });
}

/** Ranges of the jobs whose reader was made to die, in that order. */
export const died = (page) => page.evaluate(() => globalThis.died);

/** Nobody is made to die any more. */
export const spare = (page) => page.evaluate(() => (globalThis.dooms = []));
