// frame.js: the frame for Svelte components, as an object that is read in templates and runes (`frame.current`) and is a store, too (`$frame`).

import { currentMoment, onFrame, props as pageProps, videoConfig } from "@helios/core";
import { flushSync, getContext, hasContext, setContext } from "svelte";
import { createSubscriber } from "svelte/reactivity";

/** @typedef {{ readonly from: number, readonly durationInFrames: number }} Part */
/**
 * @template T
 * @typedef {{ readonly current: T, subscribe: (run: (value: T) => void) => () => void }} Live
 */

const PART = Symbol("helios part");
/** @type {Part} */
const WHOLE = { from: 0, durationInFrames: Infinity };

/** @returns {Part} */
export function currentPart() {
  try {
    return hasContext(PART) ? getContext(PART) : WHOLE;
  } catch {
    return WHOLE; // not called while a component is made
  }
}

/** @param {Part} part */
export const setPart = (part) => setContext(PART, part);

// What Helios captures when the callback returns is this frame, not the one before.
const changed = /* @__PURE__ */ createSubscriber((update) => onFrame(() => (update(), flushSync())));

/**
 * @template T
 * @param {() => T} read
 * @returns {Live<T>}
 */
const live = (read) => ({
  get current() {
    changed();
    return read();
  },
  subscribe(run) {
    run(read());
    return onFrame(() => (run(read()), flushSync()));
  },
});

/** The frame's number, counted from the start of the `<Sequence>` around. @returns {Live<number>} */
export function useFrame() {
  const part = currentPart();
  return live(() => currentMoment().frame - part.from);
}

/** Seconds from the start of the `<Sequence>` around. @returns {Live<number>} */
export function useTime() {
  const part = currentPart();
  return live(() => (currentMoment().frame - part.from) / videoConfig().fps);
}

/** Size, rate and length: of the video, the length of the `<Sequence>` around. @returns {import("@helios/core").VideoConfig} */
export function useVideoConfig() {
  const { durationInFrames } = currentPart();
  const video = videoConfig();
  return durationInFrames === Infinity ? video : { ...video, durationInFrames, duration: durationInFrames / video.fps };
}

/**
 * The values given with `--props`, over the defaults.
 * @template {object} T
 * @param {T} defaults
 * @returns {T}
 */
export const useProps = (defaults) => pageProps(defaults);
