// @helios/core: frames, time, and functions of them. No framework, no dependency, nothing that is done by importing it.

export { currentMoment, defineVideo, hold, isDriven, onFrame, props, videoConfig } from "./page.js";
export { frame, moment, time } from "./signal.js";
export { interpolate } from "./interpolate.js";
export { spring, springDuration } from "./spring.js";
export * as Easing from "./easing.js";
export { loop, sequence, series } from "./sequence.js";
export { noise, random } from "./random.js";

/** @typedef {import("./page.js").Moment} Moment */
/** @typedef {import("./page.js").VideoConfig} VideoConfig */
/** @typedef {import("./page.js").Declaration} Declaration */
/** @typedef {import("./interpolate.js").InterpolateOptions} InterpolateOptions */
/** @typedef {import("./spring.js").SpringOptions} SpringOptions */
/** @typedef {import("./sequence.js").Part} Part */
