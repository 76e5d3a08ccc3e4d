// Remotion, by its own renderer. REMOTION_BUNDLE names the folder that bundle.mjs made.
import { renderMedia, selectComposition } from "@remotion/renderer";
import { args, fps, shell } from "../args.mjs";

const { output, width, height, frames, workers, same } = args();
const common = {
  serveUrl: process.env.REMOTION_BUNDLE,
  inputProps: { size: { width, height, fps, durationInFrames: frames } },
  browserExecutable: shell,
  logLevel: "error",
};
const composition = await selectComposition({ ...common, id: "boxes" });
await renderMedia({
  ...common, composition, codec: "h264", outputLocation: output, overwrite: true,
  ...(same ? { crf: 18, x264Preset: "veryfast", pixelFormat: "yuv420p", concurrency: workers, muted: true } : {}),
});
