// The page's workers as tests speak to them, past the page: what any panel may ask, and what is answered.

/** Runs before the page's script: keeps every worker and what it says. The first one is the lead. */
function watch() {
  globalThis.told = [];
  globalThis.made = [];
  const Plain = globalThis.Worker;
  globalThis.Worker = class extends Plain {
    constructor(...from) {
      super(...from);
      globalThis.made.push(this);
      this.addEventListener("message", ({ data }) => globalThis.told.push({ ...data, at: performance.now() }));
    }
  };
}

/** Has to be called before the page is opened. */
export async function watchWorkers(page) {
  await page.addInitScript(watch);
}

/**
 * Sends one message to the lead and waits for the answer of this name that `last` says is the last; gives all answers of
 * that name with the milliseconds since the question, and the text of the file beside the last one.
 */
export async function ask(page, message, name, last = () => true) {
  return page.evaluate(
    async ([message, name, last]) => {
      const isLast = new Function("answer", `return (${last})(answer)`);
      const plain = (value) => {
        if (typeof value === "bigint") return Number(value);
        if (Array.isArray(value)) return value.map(plain);
        if (value instanceof Map) return plain(Object.fromEntries(value));
        if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]));
        return value;
      };
      const [from, started] = [globalThis.told.length, performance.now()];
      globalThis.made[0].postMessage({ message });
      for (;;) {
        const answers = [];
        for (const told of globalThis.told.slice(from)) {
          if (told.message?.[name] === undefined) continue;
          const answer = { ...plain(told.message[name]), millis: told.at - started };
          answers.push(answer);
          if (isLast(answer)) return { answers, text: told.file ? await told.file.text() : undefined };
        }
        await new Promise((soon) => setTimeout(soon, 5));
      }
    },
    [message, name, String(last)],
  );
}
