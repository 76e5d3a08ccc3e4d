// The TypeScript Helios: a page with an instance of @helios-project/core, its modules in one file, by its renderer.
import { RenderOrchestrator } from "@helios-project/renderer";
import { build } from "esbuild";
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { fps } from "../../args.mjs";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const folder = (work) => join(work, "helios-ts");

export async function prepare(work) {
  mkdirSync(folder(work), { recursive: true });
  copyFileSync(path("project/index.html"), join(folder(work), "index.html"));
  copyFileSync(join(work, "media/picture.png"), join(folder(work), "picture.png"));
  await build({ entryPoints: [path("project/main.js")], bundle: true, format: "iife", outfile: join(folder(work), "main.js"), logLevel: "error" });
  return folder(work);
}

const render = (work, output, browser, settings) => {
  process.env.HELIOS_BENCH_BROWSER = browser;
  return RenderOrchestrator.render(pathToFileURL(join(folder(work), "index.html")).href, output, {
    width: 1280, height: 720, fps, durationInSeconds: 3, mode: "dom", browserConfig: { executablePath: path("../../helios-ts/browser.sh") }, ...settings,
  });
};

export const frames = (work, output, browser) => render(work, output, browser, { videoCodec: "ffv1", pixelFormat: "gbrp", intermediateImageFormat: "png", concurrency: 1 });
export const video = (work, output, browser, concurrency) => render(work, output, browser, { crf: 18, preset: "veryfast", pixelFormat: "yuv420p", concurrency });
