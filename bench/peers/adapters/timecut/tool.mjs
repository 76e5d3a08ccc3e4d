// timecut: a page that knows nothing of it, by timecut's function. What it does with Node's Puppeteer of its time works with Chromium of today.
import timecut from "timecut";
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fps } from "../../args.mjs";

const folder = (work) => join(work, "timecut");

export async function prepare(work) {
  mkdirSync(folder(work), { recursive: true });
  copyFileSync(fileURLToPath(new URL("project/index.html", import.meta.url)), join(folder(work), "index.html"));
  copyFileSync(join(work, "media/picture.png"), join(folder(work), "picture.png"));
  return folder(work);
}

const render = (work, output, browser, settings) =>
  timecut({
    url: join(folder(work), "index.html"), output, viewport: { width: 1280, height: 720 }, fps, duration: 3, pipeMode: true, quiet: true,
    executablePath: browser, launchArguments: ["--no-sandbox", "--allow-file-access-from-files"], ...settings,
  });

export const frames = (work, output, browser) => render(work, output, browser, { pixFmt: "gbrp", outputOptions: ["-c:v", "ffv1"] });
// Its `threads` draw in turns, which piping cannot put in order.
export const video = (work, output, browser, workers) =>
  render(work, output, browser, {
    outputOptions: ["-c:v", "libx264", "-preset", "veryfast", "-crf", "18"],
    ...(workers > 1 ? { threads: workers, pipeMode: false, tempDir: join(work, "timecut-frames") } : {}),
  });
