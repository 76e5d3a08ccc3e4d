// Remotion: the project is bundled once; its renderer draws PNGs, or a video with the encoder set as Helios has it.
import { bundle } from "@remotion/bundler";
import { openBrowser, renderFrames, renderMedia, renderStill, selectComposition } from "@remotion/renderer";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const serveUrl = (work) => join(work, "remotion");
const common = (work, browserExecutable) => ({ serveUrl: serveUrl(work), inputProps: {}, browserExecutable, logLevel: "error" });
const select = (given) => selectComposition({ ...given, id: "Main" });

export const prepare = (work) =>
  bundle({ entryPoint: fileURLToPath(new URL("project.jsx", import.meta.url)), outDir: serveUrl(work), publicDir: join(work, "media") });

export async function frames(work, outputDir, browser) {
  const nothing = () => {};
  const given = common(work, browser);
  await renderFrames({ ...given, composition: await select(given), outputDir, imageFormat: "png", concurrency: 1, muted: true, onStart: nothing, onFrameUpdate: nothing });
}

export async function stills(work, outputDir, browser) {
  mkdirSync(outputDir, { recursive: true });
  const given = { ...common(work, browser), puppeteerInstance: await openBrowser("chrome", { browserExecutable: browser, logLevel: "error" }) };
  const composition = await select(given);
  for (let frame = 0; frame < composition.durationInFrames; frame += 6) {
    await renderStill({ ...given, composition, frame, imageFormat: "png", output: join(outputDir, `${String(frame).padStart(3, "0")}.png`) });
  }
}

export async function video(work, outputLocation, browser, concurrency) {
  const encoder = { codec: "h264", crf: 18, x264Preset: "veryfast", pixelFormat: "yuv420p" };
  const given = common(work, browser);
  await renderMedia({ ...given, composition: await select(given), outputLocation, overwrite: true, concurrency, ...encoder });
}
