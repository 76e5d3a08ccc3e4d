// frame.js: the frame as React state. One store for all components, so that a frame is one render from the top: a part that ends is gone before
// its children see a frame that is not theirs.

import { onFrame, currentMoment, props as pageProps, videoConfig } from "@helios/core";
import { createContext, useContext, useState, useSyncExternalStore } from "react";
import { flushSync } from "react-dom";

/** The part of the video that the components below live in. @type {import("react").Context<{ from: number, durationInFrames: number }>} */
export const Part = /* @__PURE__ */ createContext({ from: 0, durationInFrames: Infinity });

/** @type {Set<() => void>} */
const components = new Set();
/** @type {(() => void) | null} */
let stop = null;

// Committed, effects included, when the frame's callback returns: what Helios captures is this frame, not the one before.
const commit = () => flushSync(() => components.forEach((changed) => changed()));

/** @param {() => void} changed */
function subscribe(changed) {
  components.add(changed);
  stop ??= onFrame(commit);
  return () => {
    components.delete(changed);
    if (components.size > 0) return;
    stop?.();
    stop = null;
  };
}

const shown = () => currentMoment().frame;

/** The frame's number, counted from the start of the `<Sequence>` around. @returns {number} */
export function useFrame() {
  const { from } = useContext(Part);
  return useSyncExternalStore(subscribe, shown, shown) - from;
}

/** Seconds from the start of the `<Sequence>` around. @returns {number} */
export const useTime = () => useFrame() / videoConfig().fps;

/** Size, rate and length: of the video, the length of the `<Sequence>` around. @returns {import("@helios/core").VideoConfig} */
export function useVideoConfig() {
  const { durationInFrames } = useContext(Part);
  const video = videoConfig();
  return durationInFrames === Infinity ? video : { ...video, durationInFrames, duration: durationInFrames / video.fps };
}

/**
 * The values given with `--props`, over the defaults. They do not change while the page lives.
 * @template {object} T
 * @param {T} defaults
 * @returns {T}
 */
export function useProps(defaults) {
  const [values] = useState(() => pageProps(defaults));
  return values;
}
