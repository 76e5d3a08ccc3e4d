export * from "@helios/core";
export { default as Sequence } from "./Sequence.svelte";
export { useFrame, useProps, useTime, useVideoConfig } from "./frame.js";
