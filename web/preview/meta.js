// meta.js: from what a page says and what the user says to size, rate and length, by the rules of the renderer
// (crates/helios-job: fps.rs, seconds.rs). Pure.

/** @typedef {{ num: number, den: number }} Fps */
/** @typedef {{ width?: number | null, height?: number | null, fps?: string | number | null, duration?: number | null }} Said */
/** @typedef {{ width: number, height: number, fps: Fps, frames: number, duration: number, seekable: boolean, title: string, guessed: boolean }} Meta */

/** Rates that people write as rounded decimals, but which are multiples of 1000/1001. */
const NTSC = new Map([["23.976", 24], ["29.97", 30], ["59.94", 60], ["119.88", 120]]);
/** The size, rate and length while nobody names one; the renderer refuses to guess a length. */
const DEFAULT = { width: 1920, height: 1080, fps: { num: 30, den: 1 }, duration: 10 };

/** @param {number} a @param {number} b @returns {number} */
const divisor = (a, b) => (b === 0 ? a : divisor(b, a % b));

/** @param {unknown} text @returns {Fps | null} `30`, `29.97`, `12.5`, `30000/1001`; null for anything else */
export function parseFps(text) {
  const trimmed = String(text ?? "").trim();
  const base = NTSC.get(trimmed);
  let [num, den] = [0, 1];
  if (base) [num, den] = [base * 1000, 1001];
  else if (/^\d+\/\d+$/.test(trimmed)) [num, den] = /** @type {[number, number]} */ (trimmed.split("/").map(Number));
  else if (/^\d+(\.\d{1,3})?$/.test(trimmed)) {
    den = 10 ** (trimmed.split(".")[1] ?? "").length;
    num = Math.round(Number(trimmed) * den);
  } else return null;
  if (!(num > 0 && den > 0 && num * 60 >= den && num <= den * 1000)) return null;
  const by = divisor(num, den);
  return { num: num / by, den: den / by };
}

/** As it is written on a command line. @param {Fps} fps */
export const fpsText = (fps) => (fps.den === 1 ? String(fps.num) : `${fps.num}/${fps.den}`);

/** Frames that cover a length; one that misses a whole number by a thousandth counts as whole. @param {number} seconds @param {Fps} fps */
export function frameCount(seconds, fps) {
  return Math.max(1, Math.ceil((Math.round(seconds * 1e9) / 1e9) * (fps.num / fps.den) - 0.001));
}

/**
 * @param {Said & { seekable?: boolean, title?: string, canvas?: [number, number] | null }} page what the page says
 * @param {Said} given what the user says, which wins
 * @returns {Meta}
 */
export function resolveMeta(page, given = {}) {
  const size = (/** @type {"width" | "height"} */ key) => {
    const value = Number(given[key] ?? page[key]);
    return value >= 1 && value <= 16384 ? Math.round(value) : DEFAULT[key];
  };
  const fps = parseFps(given.fps) ?? parseFps(page.fps) ?? DEFAULT.fps;
  const said = given.duration ?? page.duration;
  const duration = typeof said === "number" && said > 0 && said <= 86_400 ? said : DEFAULT.duration;
  return {
    width: size("width"), height: size("height"), fps, duration, frames: frameCount(duration, fps),
    seekable: page.seekable === true, title: page.title ?? "", guessed: duration !== said,
  };
}

/** Seconds of a frame's start. @param {number} frame @param {Fps} fps */
export const frameSeconds = (frame, fps) => (frame * fps.den) / fps.num;

/**
 * Hours, minutes, seconds and the frame within the second. Counts frames, drops none: at 29.97 it is slower than a clock.
 * @param {number} frame @param {Fps} fps
 */
export function timecode(frame, fps) {
  const base = Math.max(1, Math.round(fps.num / fps.den));
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const seconds = Math.floor(frame / base);
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}:${String(frame % base).padStart(base > 100 ? 3 : 2, "0")}`;
}
