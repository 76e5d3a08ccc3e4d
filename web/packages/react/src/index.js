// @helios/react: the frame for React components. Everything of @helios/core comes along.

export * from "@helios/core";
export { useFrame, useProps, useTime, useVideoConfig } from "./frame.js";
export { AbsoluteFill, Sequence } from "./sequence.js";
export { Audio, Video } from "./media.js";
