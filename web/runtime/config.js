// config.js: what the job says, with the defaults used while nothing is known yet (inspection), and frame <-> time.
// It reads HELIOS_CONFIG once and knows nothing about the page.

const heliosGiven = /** @type {HeliosConfig} */ (typeof HELIOS_CONFIG === "object" && HELIOS_CONFIG ? HELIOS_CONFIG : {});

const CONFIG = {
  fps: heliosGiven.fps && heliosGiven.fps.num > 0 && heliosGiven.fps.den > 0 ? heliosGiven.fps : { num: 30, den: 1 },
  seed: typeof heliosGiven.seed === "number" ? heliosGiven.seed >>> 0 : 0,
  // 2025-01-01T00:00:00Z: any fixed instant will do, a real "now" would make two renders differ.
  epochMs: typeof heliosGiven.epochMs === "number" ? heliosGiven.epochMs : 1735689600000,
  props: heliosGiven.props,
  totalFrames: heliosGiven.totalFrames ?? null,
  durationSeconds: heliosGiven.durationSeconds ?? null,
  timeoutMs: typeof heliosGiven.timeoutMs === "number" && heliosGiven.timeoutMs > 0 ? heliosGiven.timeoutMs : 30000,
};

/**
 * The time of a frame in milliseconds. One multiplication and one division from the frame number: nothing accumulates,
 * so frame 90000 is as exact as frame 1.
 * @param {number} frame
 */
function frameTime(frame) {
  return (frame * 1000 * CONFIG.fps.den) / CONFIG.fps.num;
}

/** Due times made by adding delays to frame times differ from frame times in the last bits; this much is "the same". */
const TIME_EPSILON = 1e-6;
