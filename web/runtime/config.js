// config.js: what the job says, with the defaults used while nothing is known yet (inspection), and frame <-> time.
// It reads HELIOS_CONFIG once and knows nothing about the page.

const heliosGiven = /** @type {HeliosConfig} */ (typeof HELIOS_CONFIG === "object" && HELIOS_CONFIG ? HELIOS_CONFIG : {});

const CONFIG = {
  width: heliosGiven.width ?? null,
  height: heliosGiven.height ?? null,
  /** Whether the rate below is the job's. */
  fpsGiven: Boolean(heliosGiven.fps),
  fps: heliosGiven.fps && heliosGiven.fps.num > 0 && heliosGiven.fps.den > 0 ? heliosGiven.fps : { num: 30, den: 1 },
  seed: typeof heliosGiven.seed === "number" ? heliosGiven.seed >>> 0 : 0,
  // 2026-01-01T00:00:00Z: any fixed instant will do, a real "now" would make two renders differ.
  epochMs: typeof heliosGiven.epochMs === "number" ? heliosGiven.epochMs : 1767225600000,
  props: heliosGiven.props,
  totalFrames: heliosGiven.totalFrames ?? null,
  durationSeconds: heliosGiven.durationSeconds ?? null,
  /** Where the pictures of videos are asked for, if anywhere. */
  films: heliosGiven.films ?? null,
  canvasMode: heliosGiven.canvasMode === true,
  /** Whether the output keeps transparency. */
  alpha: heliosGiven.alpha === true,
  /** Which tool the page was made for, or "auto" to find out. */
  contract: heliosGiven.contract ?? "auto",
  /** Which composition of several. */
  composition: heliosGiven.composition ?? null,
  /** Whether all compositions are wanted, and none in particular. */
  list: heliosGiven.list === true,
  timeoutMs: typeof heliosGiven.timeoutMs === "number" && heliosGiven.timeoutMs > 0 ? heliosGiven.timeoutMs : 30000,
};

/**
 * A page loads at time 0, and frame 0 comes this many milliseconds later: less than a frame, more than nothing. In a
 * browser no animation frame comes at time 0, and pages rely on it: `if (!start) start = timestamp` would start one frame
 * late, and GSAP leaves out ticks within 4.2 ms of its own start. Dates, media and SVG animations begin with frame 0.
 */
const LEAD_MS = 5;

/**
 * The time of a frame in milliseconds. One multiplication and one division from the frame number: nothing accumulates,
 * so frame 90000 is as exact as frame 1.
 * @param {number} frame
 */
function frameTime(frame) {
  return LEAD_MS + compositionTime(frame);
}

/** The frame's place in the composition, milliseconds from frame 0. @param {number} frame */
function compositionTime(frame) {
  return (frame * 1000 * CONFIG.fps.den) / CONFIG.fps.num;
}

/** Due times made by adding delays to frame times differ from frame times in the last bits; this much is "the same". */
const TIME_EPSILON = 1e-6;
