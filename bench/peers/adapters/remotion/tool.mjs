// Remotion: the project is bundled once; its renderer draws PNGs, or a video with the encoder set as Helios has it.
import { bundle } from "@remotion/bundler";
import { renderFrames, renderMedia, selectComposition } from "@remotion/renderer";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { shell } from "../../args.mjs";

const serveUrl = (work) => join(work, "remotion");
const common = (work) => ({ serveUrl: serveUrl(work), inputProps: {}, browserExecutable: shell, logLevel: "error" });
const select = (work) => selectComposition({ ...common(work), id: "Main" });

export const prepare = (work) =>
  bundle({ entryPoint: fileURLToPath(new URL("project.jsx", import.meta.url)), outDir: serveUrl(work), publicDir: join(work, "media") });

export async function frames(work, outputDir) {
  const nothing = () => {};
  await renderFrames({ ...common(work), composition: await select(work), outputDir, imageFormat: "png", concurrency: 1, muted: true, onStart: nothing, onFrameUpdate: nothing });
}

export async function video(work, outputLocation, concurrency) {
  const encoder = { codec: "h264", crf: 18, x264Preset: "veryfast", pixelFormat: "yuv420p" };
  await renderMedia({ ...common(work), composition: await select(work), outputLocation, overwrite: true, concurrency, ...encoder });
}
