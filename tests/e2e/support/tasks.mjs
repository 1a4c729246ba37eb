// Tasks of the page's main thread, from a trace of the browser: their processor time, which other programs hardly change.

/** What a trace has to hold. */
export const CATEGORIES = ["toplevel", "devtools.timeline", "loading", "blink.user_timing", "disabled-by-default-devtools.timeline"];

/** Their CPU time in ms, the longest first, from the first paint on. */
export function tasks(trace) {
  const { traceEvents } = JSON.parse(trace);
  const mains = traceEvents.filter((event) => event.name === "thread_name" && event.args.name === "CrRendererMain");
  const paints = traceEvents.filter((event) => event.name === "firstPaint");
  const page = paints.at(-1) ?? mains[0];
  return traceEvents
    .filter((event) => event.ph === "X" && event.pid === page.pid && event.name.endsWith("RunTask"))
    .filter((event) => mains.some((main) => main.pid === event.pid && main.tid === event.tid))
    .filter((event) => paints.length === 0 || event.ts >= page.ts)
    .map((event) => (event.tdur ?? event.dur) / 1000)
    .toSorted((a, b) => b - a);
}
