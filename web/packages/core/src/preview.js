// preview.js: the clock of a page that is opened in a plain browser: real time, from the first listener on, again and again. It has the shape
// of the runtime's `window.helios`. It is no render: frames are dropped when the browser is slow, and holds hold nothing.

import { videoConfig } from "./page.js";

/** Two copies of this package on one page must show the same frame. */
const KEY = Symbol.for("helios.preview-clock");

/** @returns {import("./page.js").Page} */
export function preview() {
  const global = /** @type {any} */ (globalThis);
  return (global[KEY] ??= createClock());
}

function createClock() {
  /** @type {Set<(moment: import("./page.js").Moment) => unknown>} */
  const listeners = new Set();
  let frame = 0;
  let began = -1;

  /** @param {number} now */
  function tick(now) {
    if (began < 0) began = now;
    const { fps, durationInFrames } = videoConfig();
    const next = Math.floor(((now - began) / 1000) * fps) % durationInFrames;
    if (next !== frame) {
      frame = next;
      const progress = durationInFrames > 1 ? frame / (durationInFrames - 1) : 0;
      for (const listener of listeners) listener({ frame, time: frame / fps, fps, progress });
    }
    if (listeners.size > 0) requestAnimationFrame(tick);
  }

  return {
    get frame() {
      return frame;
    },
    get time() {
      return frame / videoConfig().fps;
    },
    get props() {
      return /** @type {any} */ (globalThis).helios?.props ?? {};
    },
    /** @param {(moment: import("./page.js").Moment) => unknown} callback */
    onFrame(callback) {
      // Where there are no animation frames (Node, a server), it stays at frame 0.
      if (listeners.size === 0 && typeof requestAnimationFrame === "function") requestAnimationFrame(tick);
      const listener = (/** @type {import("./page.js").Moment} */ moment) => callback(moment);
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    hold: () => () => {},
  };
}
