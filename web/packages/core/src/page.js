// page.js: the page contract, typed: what a page hears of its video and says of itself. In a render and in the Studio `window.helios` answers;
// in a plain browser the preview clock stands in for it (preview.js), so nothing else in these packages needs to know which it is.

import { preview } from "./preview.js";
import { declared } from "./declared.js";

/**
 * One frame of the video.
 * @typedef {object} Moment
 * @property {number} frame counted from 0
 * @property {number} time seconds from frame 0
 * @property {number} fps frames per second
 * @property {number} progress 0 at the first frame, 1 at the last
 */

/**
 * Size, rate and length of the video.
 * @typedef {object} VideoConfig
 * @property {number} width CSS pixels
 * @property {number} height CSS pixels
 * @property {number} fps frames per second
 * @property {number} duration seconds
 * @property {number} durationInFrames
 */

/**
 * What a page may say of itself. Flags of the command line win over it.
 * @typedef {object} Declaration
 * @property {number} [width] CSS pixels
 * @property {number} [height] CSS pixels
 * @property {number | string} [fps] 30, 29.97, "30000/1001"
 * @property {number} [duration] seconds
 * @property {boolean} [seekable] the picture depends on the frame alone, so a worker may jump to its part
 * @property {Record<string, unknown>} [props] values that `--props` replaces one by one
 * @property {object} [schema] JSON Schema of the props, from which the Studio makes its form
 */

/**
 * `window.helios` of the runtime, as far as it is used here; the preview clock has the same shape.
 * @typedef {object} Page
 * @property {number} frame
 * @property {number} time
 * @property {any} props
 * @property {{ width: number | null, height: number | null, fps: number | null, frames: number | null, duration: number | null }} [video]
 * @property {(callback: (moment: Moment) => unknown) => () => void} onFrame
 * @property {(reason: string) => () => void} hold
 */

/** @returns {Page | null} the runtime, when the page is rendered or previewed by Helios */
function runtime() {
  const own = /** @type {any} */ (globalThis).helios;
  return typeof own?.onFrame === "function" && typeof own.hold === "function" ? own : null;
}

/** @returns {Page} */
export const page = () => runtime() ?? preview();

/** Whether Helios drives this page, in a render or in the Studio; not in a plain browser. */
export const isDriven = () => runtime() !== null;

/**
 * Calls `callback` once for each frame. The frame is taken when the promise that it may return is settled.
 * @param {(moment: Moment) => unknown} callback
 * @returns {() => void} ends it
 */
export const onFrame = (callback) => page().onFrame(callback);

/**
 * No frame is taken until the returned function is called; a time-out names the reason.
 * @param {string} reason what is waited for
 * @returns {() => void} releases the frame
 */
export const hold = (reason) => page().hold(reason);

/** The frame that is shown now. @returns {Moment} */
export function currentMoment() {
  const { frame, time } = page();
  const { fps, durationInFrames } = videoConfig();
  return { frame, time, fps, progress: durationInFrames > 1 ? Math.min(1, frame / (durationInFrames - 1)) : 0 };
}

/** Size, rate and length: of the render, or else as the page declares them. @returns {VideoConfig} */
export function videoConfig() {
  const given = page().video;
  // All is known of a render; only else is the page looked through.
  const said = given?.frames ? given : declared();
  const fps = given?.fps ?? said.fps ?? 30;
  const duration = given?.duration ?? said.duration ?? 10;
  return {
    width: given?.width ?? said.width ?? 1920,
    height: given?.height ?? said.height ?? 1080,
    fps,
    duration,
    durationInFrames: given?.frames ?? Math.max(1, Math.ceil(duration * fps - 0.001)),
  };
}

/**
 * The values given with `--props`, over the page's own.
 * @template {object} T
 * @param {T} defaults
 * @returns {T}
 */
export const props = (defaults) => ({ ...defaults, ...page().props });

/** Says size, rate, length and more from script, as `<meta name="helios">` does in HTML. @param {Declaration} declaration */
export function defineVideo(declaration) {
  const win = /** @type {any} */ (globalThis);
  // The runtime merges what is assigned; without it this is an ordinary object, which the preview reads.
  win.helios = runtime() ? declaration : { ...win.helios, ...declaration };
}
