// Projects in the Studio: a component is built for the stage and for renders, again when it changes; a bundle with several compositions.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "./browser.js";
import { difference, folder, HELIOS, listed, openStudio, serve } from "./studio-harness.js";

const MODULES = new URL("../node_modules", import.meta.url).pathname;

const TITLE = `import { useEffect, useState } from "react";
import { flushSync } from "react-dom";
import { colour } from "../look/colour";
export const composition = { width: 320, height: 180, fps: 30, duration: 1, props: { left: 40 } };
export default function Title({ left }: { left: number }) {
  const [frame, setFrame] = useState<number>(0);
  useEffect(() => helios.onFrame((now: { frame: number }) => flushSync(() => setFrame(now.frame))), []);
  return <i style={{ position: "absolute", left, top: 5 * frame, width: 40, height: 30, background: colour }} />;
}
`;

/** As `remotion bundle` writes it, as far as it matters here. */
const BUNDLE = `<!doctype html><body style="margin: 0"><div id=bar style="height: 20px"></div>
<script>window.remotion_staticBase = "/static"; window.remotion_version = "4.0.1";</script><script>
const metas = { Main: { width: 64, height: 64, fps: 10, durationInFrames: 8 }, Wide: { width: 128, height: 64, fps: 10, durationInFrames: 6 } };
const meta = (id) => ({ id, ...metas[id], serializedResolvedPropsWithCustomSchema: "{}", serializedDefaultPropsWithCustomSchema: "{}" });
remotion_renderReady = true; remotion_getCompositionNames = () => Object.keys(metas);
getStaticCompositions = async () => Object.keys(metas).map(meta); remotion_calculateComposition = async (id) => meta(id); remotion_collectAssets = () => [];
remotion_setBundleMode = (mode) => { remotion_setFrame = (frame) => { bar.style.background = "#0a0"; bar.style.width = 10 * frame + (mode.compositionName === "Wide" ? 40 : 4) + "px"; }; };
</script>`;

/** The picture that the command line makes. @param {string} root @param {string} page @param {number} frame @param {string[]} more */
function rendered(root, page, frame, ...more) {
  const file = path.join(root, "still.png");
  execFileSync(HELIOS, ["still", path.join(root, page), "--frame", String(frame), "-o", file, ...more], { stdio: "ignore" });
  return readFileSync(file);
}

const probe = (/** @type {string} */ file) => execFileSync("ffprobe", ["-v", "error", "-count_packets", "-select_streams", "v", "-show_entries", "stream=width,height,nb_read_packets", "-of", "csv=p=0", file]).toString().trim();

test("a React component is on stage, follows its sources, says what is wrong with them, and renders", async () => {
  const root = folder({ "app/package.json": "{}", "app/src/Title.tsx": TITLE, "app/src/Part.tsx": "export const Part = () => null;", "app/look/colour.ts": "export const colour = '#0b62c4';" });
  symlinkSync(MODULES, path.join(root, "app/node_modules"));
  const server = await serve(root);
  const studio = await openStudio(server.url, "app/src/Title.tsx");
  const { page } = studio;
  assert.deepEqual(await page.locator("ul[aria-label=Compositions] strong").allInnerTexts(), ["Title"], "parts are no compositions");
  /** @param {Buffer} wanted @param {string} what */
  const shows = async (wanted, what) => {
    let apart;
    for (let i = 0; i < 100 && (apart = await difference(page, await studio.picture(), wanted)) !== 0; i++) await page.waitForTimeout(200);
    assert.equal(apart, 0, what);
  };
  await studio.seek(10);
  const first = rendered(root, "app/src/Title.tsx", 10);
  await shows(first, "as rendered");

  // A source beside the component's own folder.
  writeFileSync(path.join(root, "app/look/colour.ts"), "export const colour = '#d1431f';");
  const second = rendered(root, "app/src/Title.tsx", 10);
  assert.notEqual(await difference(page, first, second), 0);
  await shows(second, "after a change");

  writeFileSync(path.join(root, "app/src/Title.tsx"), TITLE.replace("const [frame", "const [frame frame"));
  const failure = page.getByRole("alert");
  await failure.waitFor({ timeout: 60_000 });
  const told = await failure.innerText();
  assert.match(told, /src\/Title\.tsx:6:\d+/);
  assert.match(told, /6 \|\s+const \[frame frame, setFrame\]/, told);
  writeFileSync(path.join(root, "app/src/Title.tsx"), TITLE.replace("5 * frame", "4 * frame"));
  await failure.waitFor({ state: "detached", timeout: 60_000 });
  await shows(rendered(root, "app/src/Title.tsx", 10), "mended");

  await studio.settings({ Frames: "frames", "From frame": "8", "Number of frames": "6" });
  await studio.start();
  await studio.until(await studio.job(0).getAttribute("data-job") ?? "", "completed");
  assert.deepEqual(listed(path.join(root, "renders")), ["Title.mp4"]);
  assert.equal(probe(path.join(root, "renders/Title.mp4")), "320,180,6");
  assert.deepEqual(studio.errors, []);
  await server.end();
}, 300_000);

test("a Studio opened on a part of a project follows the sources beside it; a project without a page is listed by its folder", async () => {
  const root = folder({
    "app/package.json": "{}", "app/src/Title.tsx": TITLE, "app/look/colour.ts": "export const colour = '#0b62c4';",
    "app/src/whole/package.json": "{}", "app/src/whole/main.ts": `document.body.style.background = "#0a0"; helios.duration = 1;`,
  });
  symlinkSync(MODULES, path.join(root, "app/node_modules"));
  const server = await serve(path.join(root, "app/src"));
  const studio = await openStudio(server.url, "Title.tsx");
  const { page } = studio;
  assert.deepEqual(await page.locator("ul[aria-label=Compositions] strong").allInnerTexts(), ["Title", "whole"]);
  const shows = async (/** @type {Buffer} */ wanted, /** @type {string} */ what) => {
    let apart;
    for (let i = 0; i < 100 && (apart = await difference(page, await studio.picture(), wanted)) !== 0; i++) await page.waitForTimeout(200);
    assert.equal(apart, 0, what);
  };
  const before = rendered(root, "app/src/Title.tsx", 0);
  await shows(before, "as rendered");
  writeFileSync(path.join(root, "app/look/colour.ts"), "export const colour = '#d1431f';");
  const after = rendered(root, "app/src/Title.tsx", 0);
  assert.notEqual(await difference(page, before, after), 0);
  await shows(after, "after a change outside of the Studio's folder");
  await page.locator("ul[aria-label=Compositions]").getByRole("button", { name: "whole" }).click();
  await page.waitForFunction(() => document.querySelector("[aria-label=Position]")?.getAttribute("aria-valuemax") === "29");
  assert.deepEqual(studio.errors, []);
  await server.end();
}, 240_000);

test("the compositions of a bundle are listed one by one; each is shown and rendered", async () => {
  const root = folder({ "build/index.html": BUNDLE });
  const server = await serve(root);
  // The page that it is said to be at first.
  const studio = await openStudio(server.url, "build/index.html");
  const { page } = studio;
  const names = page.locator("ul[aria-label=Compositions] strong");
  await page.waitForFunction(() => document.querySelectorAll("ul[aria-label=Compositions] strong").length === 2);
  assert.deepEqual(await names.allInnerTexts(), ["Main", "Wide"]);
  await page.getByRole("button", { name: "Wide" }).click();
  await page.waitForFunction(() => document.querySelector("[aria-label=Position]")?.getAttribute("aria-valuemax") === "5");
  await studio.seek(3);
  assert.equal(await difference(page, await studio.picture(), rendered(root, "build", 3, "--composition", "Wide")), 0);
  await studio.settings({});
  await studio.start();
  await studio.until(await studio.job(0).getAttribute("data-job") ?? "", "completed");
  assert.equal(probe(path.join(root, "renders/Wide.mp4")), "128,64,6");
  assert.deepEqual(studio.errors, []);
  await server.end();
}, 180_000);
