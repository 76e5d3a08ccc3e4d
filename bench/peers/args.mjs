// What every script here is given: `node render.mjs OUTPUT WIDTH HEIGHT FRAMES WORKERS SETTINGS`.
// SETTINGS is `same` (the encoder as Helios has it by default: x264 veryfast, CRF 18) or `default` (what the tool does unasked).
import { fileURLToPath } from "node:url";

/** The arguments, checked. */
export function args() {
  const [output, width, height, frames, workers, settings] = process.argv.slice(2);
  if (!["same", "default"].includes(settings)) {
    throw new Error(`SETTINGS is ${JSON.stringify(settings)}: it must be "same" or "default"`);
  }
  return { output, width: Number(width), height: Number(height), frames: Number(frames), workers: Number(workers), same: settings === "same" };
}

/** The browsers of Debian: none of the tools can download its own here, and all get the same. */
export const shell = "/usr/lib/chromium/chromium-headless-shell";
/** The same, which paints as Helios has it paint. */
export const painted = fileURLToPath(new URL("browser.sh", import.meta.url));
export const fps = 30;
