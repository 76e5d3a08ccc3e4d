import type { Component, Snippet } from "svelte";

/** Shows its children from one frame on, for so many frames. To them, that frame is frame 0. */
declare const Sequence: Component<{ from?: number; durationInFrames?: number; children?: Snippet }>;
export default Sequence;
