export * from "@helios/core";
export { useFrame, useProps, useTime, useVideoConfig } from "./frame.js";
export { AbsoluteFill, Sequence } from "./sequence.js";
export { Audio, Video } from "./media.js";
