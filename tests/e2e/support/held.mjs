// Moments that pass too quickly to be looked at, held: reading before its first byte, a search before its end.

/** Runs before the page's script: keeps back what readers are asked to read, until `release` lets it through. */
export function holdBack() {
  const made = [];
  const Plain = globalThis.Worker;
  globalThis.Worker = class extends Plain {
    constructor(...from) {
      super(...from);
      made.push(this);
    }
  };
  const send = Plain.prototype.postMessage;
  let isOpen = false;
  globalThis.held = [];
  Plain.prototype.postMessage = function (data, ...more) {
    const job = data?.message?.Read;
    if (job === undefined || isOpen) return send.call(this, data, ...more);
    globalThis.held.push({ name: job.id.name, worker: made.indexOf(this), send: () => send.call(this, data, ...more) });
  };
  globalThis.release = () => {
    isOpen = true;
    for (const { send } of globalThis.held) send();
  };
}

/** Runs before the page's script: the lead never says that a search is done, so that it goes on for as long as one looks. */
export function searchOn() {
  const Plain = globalThis.Worker;
  globalThis.Worker = class extends Plain {
    constructor(...from) {
      super(...from);
      this.addEventListener("message", (event) => {
        if (event.data?.message?.Found?.done) event.stopImmediatePropagation();
      });
    }
  };
}
