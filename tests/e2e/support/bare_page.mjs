// A page that Playwright does not tend: it keeps its own pages visible and focused, and what is visible is never frozen.

/** Opens an empty page of the browser's default context; speaks to it over a session of the browser. */
export async function barePage(browser) {
  const session = await browser.newBrowserCDPSession();
  const { targetId } = await session.send("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await session.send("Target.attachToTarget", { targetId, flatten: false });
  const answers = new Map();
  let last = 0;
  session.on("Target.receivedMessageFromTarget", ({ sessionId: from, message }) => {
    const { id, result, error } = JSON.parse(message);
    if (from === sessionId) answers.get(id)?.(error ? Promise.reject(new Error(error.message)) : result);
  });
  const send = (method, params = {}) =>
    new Promise((answered) => {
      last += 1;
      answers.set(last, answered);
      session.send("Target.sendMessageToTarget", { sessionId, message: JSON.stringify({ id: last, method, params }) });
    });
  const call = (run, given) => `(${run})(${JSON.stringify(given) ?? ""})`;
  await send("Page.enable");
  return {
    addInitScript: (run, given) => send("Page.addScriptToEvaluateOnNewDocument", { source: call(run, given) }),
    goto: (url) => send("Page.navigate", { url }),
    /** `active` or `frozen`. */
    live: (state) => send("Page.setWebLifecycleState", { state }),
    evaluate: async (run, given) => {
      const how = { expression: call(run, given), awaitPromise: true, returnByValue: true };
      const { result, exceptionDetails } = await send("Runtime.evaluate", how);
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return result.value;
    },
    drop: async (path) => {
      const data = { items: [], files: [path], dragOperationsMask: 1 };
      for (const type of ["dragEnter", "dragOver", "drop"]) {
        await send("Input.dispatchDragEvent", { type, x: 300, y: 300, data });
      }
    },
    close: async () => {
      await session.send("Target.closeTarget", { targetId });
      await session.detach();
    },
  };
}
