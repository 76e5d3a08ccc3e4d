// HyperFrames: its command on a folder with the project, with GSAP beside it instead of from a CDN.
import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const project = (work) => join(work, "hyperframes");

export async function prepare(work) {
  cpSync(path("project"), project(work), { recursive: true });
  mkdirSync(join(project(work), "media"), { recursive: true });
  for (const name of ["picture.png", "clip.mp4", "tone.wav"]) copyFileSync(join(work, "media", name), join(project(work), "media", name));
  copyFileSync(path("../../../../web/node_modules/gsap/dist/gsap.min.js"), join(project(work), "gsap.min.js"));
  return project(work);
}

function render(work, output, browser, flags) {
  const cli = path("../../node_modules/hyperframes/bin/hyperframes.mjs");
  const { status } = spawnSync(process.execPath, [cli, "render", project(work), "--output", output, "--quiet", ...flags], {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, HYPERFRAMES_BROWSER_PATH: browser, PRODUCER_HEADLESS_SHELL_PATH: browser, DO_NOT_TRACK: "1" },
  });
  process.exitCode = status ?? 1;
}

export const frames = async (work, output, browser) => render(work, output, browser, ["--format", "png-sequence", "--video-frame-format", "png", "--workers", "1"]);
export const video = async (work, output, browser, workers) => render(work, output, browser, ["--crf", "18", "--workers", String(workers)]);
