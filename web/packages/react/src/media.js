// media.js: sound and video that begin with the <Sequence> around them, also where a worker jumps into the middle of it. Everything else an
// <img>, <audio> or <video> needs (waiting for it, the exact picture, the sound) Helios does for the plain elements.

import { videoConfig } from "@helios/core";
import { createElement, useContext } from "react";
import { Part } from "./frame.js";

/**
 * @typedef {object} MediaTime
 * @property {number} [startAt] seconds of the file that are left out at its beginning
 * @property {number} [volume] 0..1
 * @property {number} [fadeIn] seconds
 * @property {number} [fadeOut] seconds
 */

/** @param {MediaTime} props */
function useAttributes({ startAt, volume, fadeIn, fadeOut }) {
  const { from, durationInFrames } = useContext(Part);
  const { fps } = videoConfig();
  return {
    "data-helios-offset": from / fps,
    "data-duration": durationInFrames === Infinity ? undefined : durationInFrames / fps,
    "data-helios-seek": startAt,
    "data-volume": volume,
    "data-helios-fade-in": fadeIn,
    "data-helios-fade-out": fadeOut,
    // A plain browser knows nothing of these; Helios lets them win over this.
    autoPlay: true,
  };
}

/**
 * An `<audio>` that plays with the `<Sequence>` around it.
 * @param {MediaTime & import("react").ComponentProps<"audio">} props
 * @returns {import("react").ReactElement}
 */
export function Audio({ startAt, volume, fadeIn, fadeOut, ...rest }) {
  return createElement("audio", { ...useAttributes({ startAt, volume, fadeIn, fadeOut }), ...rest });
}

/**
 * A `<video>` that plays with the `<Sequence>` around it.
 * @param {MediaTime & import("react").ComponentProps<"video">} props
 * @returns {import("react").ReactElement}
 */
export function Video({ startAt, volume, fadeIn, fadeOut, ...rest }) {
  return createElement("video", { playsInline: true, ...useAttributes({ startAt, volume, fadeIn, fadeOut }), ...rest });
}
