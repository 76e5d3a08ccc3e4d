// @helios/solid: the frame for Solid components. Everything of @helios/core comes along.

import { currentMoment, onFrame, props as pageProps, videoConfig } from "@helios/core";
import { createComponent, createContext, createMemo, createSignal, useContext } from "solid-js";

export * from "@helios/core";

/** @typedef {{ from: number, durationInFrames: number }} Part */

/** @type {import("solid-js").Context<() => Part>} */
const PartContext = /* @__PURE__ */ createContext(() => ({ from: 0, durationInFrames: Infinity }));

/** @type {import("solid-js").Accessor<number> | undefined} */
let clock;

/** One clock for all components, as long as the page lives. Solid has updated everything when the signal is set: nothing is to be waited for. */
function frames() {
  if (clock) return clock;
  const [now, setNow] = createSignal(currentMoment().frame);
  onFrame(({ frame }) => void setNow(frame));
  return (clock = now);
}

/** The frame's number, counted from the start of the `<Sequence>` around. @returns {import("solid-js").Accessor<number>} */
export function useFrame() {
  const [around, now] = [useContext(PartContext), frames()];
  return () => now() - around().from;
}

/** Seconds from the start of the `<Sequence>` around. @returns {import("solid-js").Accessor<number>} */
export function useTime() {
  const frame = useFrame();
  return () => frame() / videoConfig().fps;
}

/** Size, rate and length: of the video, the length of the `<Sequence>` around. @returns {import("solid-js").Accessor<import("@helios/core").VideoConfig>} */
export function useVideoConfig() {
  const around = useContext(PartContext);
  return () => {
    const video = videoConfig();
    const { durationInFrames } = around();
    return durationInFrames === Infinity ? video : { ...video, durationInFrames, duration: durationInFrames / video.fps };
  };
}

/**
 * The values given with `--props`, over the defaults.
 * @template {object} T
 * @param {T} defaults
 * @returns {T}
 */
export const useProps = (defaults) => pageProps(defaults);

/**
 * Shows its children from one frame on, for so many frames. To them, that frame is frame 0.
 * @param {{ from?: number, durationInFrames?: number, children?: import("solid-js").JSX.Element }} props
 * @returns {import("solid-js").JSX.Element}
 */
export function Sequence(props) {
  const [outer, frame] = [useContext(PartContext), useFrame()];
  const from = () => props.from ?? 0;
  // A part does not outlast the one around it.
  const length = () => Math.min(props.durationInFrames ?? Infinity, outer().durationInFrames - from());
  const part = createMemo(() => ({ from: outer().from + from(), durationInFrames: length() }));
  const active = createMemo(() => frame() >= from() && frame() < from() + length());
  // A memo disposes of what it has made before: a part that ends is gone before it sees a frame that is not its own.
  const shown = createMemo(() =>
    active()
      ? createComponent(PartContext.Provider, {
          value: part,
          get children() {
            return props.children;
          },
        })
      : null,
  );
  return /** @type {any} */ (shown);
}
