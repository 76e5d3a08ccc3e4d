// signal.js: the moment as values that can be read and subscribed to. They are Svelte stores, too.

import { currentMoment, onFrame } from "./page.js";

/**
 * @template T
 * @typedef {object} Signal
 * @property {T} value now
 * @property {(run: (value: T) => void) => () => void} subscribe calls `run` now and once for each frame, until the returned function is called
 */

/**
 * @template T
 * @param {(moment: import("./page.js").Moment) => T} read
 * @returns {Readonly<Signal<T>>}
 */
const signal = (read) => ({
  get value() {
    return read(currentMoment());
  },
  subscribe(run) {
    run(read(currentMoment()));
    return onFrame((moment) => run(read(moment)));
  },
});

/** The moment: frame, time, fps and progress. */
export const moment = /* @__PURE__ */ signal((m) => m);
/** The frame's number, from 0. */
export const frame = /* @__PURE__ */ signal((m) => m.frame);
/** Seconds from frame 0. */
export const time = /* @__PURE__ */ signal((m) => m.time);
