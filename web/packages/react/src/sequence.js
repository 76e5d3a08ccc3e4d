// sequence.js: parts of the video as components.

import { createElement, useContext, useMemo } from "react";
import { Part, useFrame } from "./frame.js";

/**
 * Shows its children from one frame on, for so many frames. To them, that frame is frame 0.
 * @param {{ from?: number, durationInFrames?: number, children?: import("react").ReactNode }} props
 * @returns {import("react").ReactElement | null}
 */
export function Sequence({ from = 0, durationInFrames = Infinity, children }) {
  const outer = useContext(Part);
  const frame = useFrame();
  // A part does not outlast the one around it.
  const length = Math.min(durationInFrames, outer.durationInFrames - from);
  const part = useMemo(() => ({ from: outer.from + from, durationInFrames: length }), [outer.from, from, length]);
  return frame >= from && frame < from + length ? createElement(Part.Provider, { value: part }, children) : null;
}

/**
 * A `div` that fills what is around it, as a column.
 * @param {import("react").ComponentProps<"div">} props
 * @returns {import("react").ReactElement}
 */
export function AbsoluteFill({ style, ...rest }) {
  return createElement("div", { ...rest, style: { position: "absolute", inset: 0, display: "flex", flexDirection: "column", ...style } });
}
