// @helios/svelte: the frame for Svelte components. Everything of @helios/core comes along.

export * from "@helios/core";
export { useFrame, useProps, useTime, useVideoConfig } from "./frame.js";
export { default as Sequence } from "./Sequence.svelte";
