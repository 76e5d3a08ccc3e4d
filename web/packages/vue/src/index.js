// @helios/vue: the frame for Vue components. Everything of @helios/core comes along.

import { currentMoment, onFrame, props as pageProps, videoConfig } from "@helios/core";
import { computed, defineComponent, hasInjectionContext, inject, nextTick, provide, readonly, shallowRef } from "vue";

export * from "@helios/core";

/** @typedef {{ from: number, durationInFrames: number }} Part */

const PART = Symbol("helios part");
/** @type {import("vue").ComputedRef<Part>} */
const whole = /* @__PURE__ */ computed(() => ({ from: 0, durationInFrames: Infinity }));
const part = () => (hasInjectionContext() ? inject(PART, whole) : whole);

/** @type {import("vue").ShallowRef<number> | undefined} */
let clock;

/** One clock for all components, as long as the page lives. */
function frames() {
  if (clock) return clock;
  const ref = shallowRef(currentMoment().frame);
  onFrame(({ frame }) => {
    ref.value = frame;
    // Helios waits for it: what it captures is this frame, not the one before.
    return nextTick();
  });
  return (clock = ref);
}

/** The frame's number, counted from the start of the `<Sequence>` around. @returns {import("vue").ComputedRef<number>} */
export function useFrame() {
  const [around, now] = [part(), frames()];
  return computed(() => now.value - around.value.from);
}

/** Seconds from the start of the `<Sequence>` around. @returns {import("vue").ComputedRef<number>} */
export function useTime() {
  const frame = useFrame();
  return computed(() => frame.value / videoConfig().fps);
}

/** Size, rate and length: of the video, the length of the `<Sequence>` around. @returns {import("vue").ComputedRef<import("@helios/core").VideoConfig>} */
export function useVideoConfig() {
  const around = part();
  return computed(() => {
    const video = videoConfig();
    const { durationInFrames } = around.value;
    return durationInFrames === Infinity ? video : { ...video, durationInFrames, duration: durationInFrames / video.fps };
  });
}

/**
 * The values given with `--props`, over the defaults.
 * @template {object} T
 * @param {T} defaults
 */
export const useProps = (defaults) => readonly(pageProps(defaults));

/** Shows its slot from one frame on, for so many frames. To what is in it, that frame is frame 0. */
export const Sequence = /* @__PURE__ */ defineComponent({
  name: "Sequence",
  props: {
    from: { type: Number, default: 0 },
    durationInFrames: { type: Number, default: Infinity },
  },
  setup(props, { slots }) {
    const [outer, frame] = [part(), useFrame()];
    // A part does not outlast the one around it.
    const length = computed(() => Math.min(props.durationInFrames, outer.value.durationInFrames - props.from));
    const active = computed(() => frame.value >= props.from && frame.value < props.from + length.value);
    provide(PART, computed(() => ({ from: outer.value.from + props.from, durationInFrames: length.value })));
    return () => (active.value ? slots.default?.() : null);
  },
});
