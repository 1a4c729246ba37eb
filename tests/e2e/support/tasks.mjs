// Tasks of the page's main thread, from a trace of the browser: their processor time, which other programs hardly change.

/** What a trace has to hold. */
export const CATEGORIES = ["toplevel", "devtools.timeline", "loading", "blink.user_timing", "disabled-by-default-devtools.timeline"];

/** A message of what drives the browser: its questions run in the page, and looking for an element by its role takes longer than drawing it. */
const isAsked = (event) =>
  event.name === "Receive mojo message" && event.args?.chrome_mojo_event_info?.mojo_interface_tag === "blink.mojom.DevToolsSession";

/** Their CPU time in ms, the longest first, from the first paint on, without those in which a test asked the page something. */
export function tasks(trace) {
  const { traceEvents } = JSON.parse(trace);
  const mains = traceEvents.filter((event) => event.name === "thread_name" && event.args.name === "CrRendererMain");
  const paints = traceEvents.filter((event) => event.name === "firstPaint");
  const page = paints.at(-1) ?? mains[0];
  const main = mains.find((thread) => thread.pid === page.pid);
  const all = traceEvents.filter((event) => event.ph === "X" && event.pid === main.pid && event.tid === main.tid);
  const asked = all.filter(isAsked);
  return all
    .filter((event) => event.name.endsWith("RunTask") && (paints.length === 0 || event.ts >= page.ts))
    .filter((event) => !asked.some((one) => one.ts >= event.ts && one.ts < event.ts + event.dur))
    .map((event) => (event.tdur ?? event.dur) / 1000)
    .toSorted((a, b) => b - a);
}
