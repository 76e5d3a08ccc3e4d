// chromium-clock.js: `core.now` where Chromium's own virtual time is the clock (order-chromium.txt). It only reads it.
//
// Chromium tells pages the time to a tenth of a millisecond, rounded up or down by chance and differently in every process. So
// the renderer lets virtual time stop at whole tenths only, where there is nothing to round, and tells us the exact time
// of the frame. performance.now() is blurred all the same, since its zero lies anywhere; Temporal's zero does not.

const temporalNow = heliosWindow.Temporal ? heliosWindow.Temporal.Now.instant.bind(heliosWindow.Temporal.Now) : null;

/** The steps in which Chromium tells the time, with room for the rounding of floats. */
const CHROMIUM_STEP_MS = 0.1 + TIME_EPSILON;

/** @returns {number} milliseconds since the page began to load */
function chromiumNow() {
  if (!temporalNow) return N.perfNow();
  const nanoseconds = temporalNow().epochNanoseconds - BigInt(CONFIG.epochMs - LEAD_MS) * 1000000n;
  return N.Number(nanoseconds) / 1e6;
}

if (isRoot) {
  N.defineProperty(core, "now", {
    get() {
      const now = chromiumNow();
      return N.Math.abs(now - core.frameTime) < CHROMIUM_STEP_MS ? core.frameTime : now;
    },
  });
}
