// The Studio as a person uses it: the real server, real renders, a real browser.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "./browser.js";
import { difference, HELIOS, listed, offspring, openStudio, project, serve } from "./studio-harness.js";

const SMALL = { Width: "320", Height: "180" };

/** Keeps what a job's bar and lanes have shown. @param {import("playwright-core").Page} page @param {string} id */
const watch = (page, id) => page.evaluate((name) => {
  const w = /** @type {any} */ (window);
  w.seen = { bar: [], lanes: {}, states: [] };
  const look = () => {
    const card = document.querySelector(`[data-job="${name}"]`);
    if (!card) return;
    const note = (/** @type {any[]} */ list, /** @type {any} */ value) => list.at(-1) !== value && list.push(value);
    note(w.seen.states, card.className.split(" ")[1]);
    note(w.seen.bar, parseFloat(/** @type {HTMLElement} */ (card.querySelector(".bar div")).style.width));
    for (const lane of card.querySelectorAll("[data-worker]")) note((w.seen.lanes[lane.getAttribute("data-worker") ?? ""] ??= []), Number(lane.getAttribute("data-frames")));
  };
  look();
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
}, id);

const idOf = (/** @type {any} */ card) => card.getAttribute("data-job");
const framesOf = (/** @type {string} */ file) => Number(execFileSync("ffprobe", ["-v", "error", "-count_packets", "-select_streams", "v", "-show_entries", "stream=nb_read_packets", "-of", "csv=p=0", file]).toString().trim());

test("two workers: both lanes move, the bar never goes back, the video plays with every frame; the job spec is the CLI's", async () => {
  const root = project();
  const server = await serve(root);
  const studio = await openStudio(server.url, "sunrise/index.html");
  const { page } = studio;
  // Long enough to be seen on a fast machine.
  await studio.settings({ Width: "640", Height: "360", "Concurrency (Workers)": "2", Frames: "frames", "From frame": "30", "Number of frames": "120" });

  await page.getByRole("button", { name: "Copy CLI command" }).click();
  await page.getByText("The command is in the clipboard.").waitFor();
  const command = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(command, /--concurrency 2/);
  const [download] = await Promise.all([page.waitForEvent("download", { timeout: 60_000 }), page.getByRole("button", { name: "Export Job Spec" }).click()]);
  const exported = readFileSync(await download.path(), "utf8");
  execFileSync("sh", ["-c", `${command} --emit-job cli.json`], { cwd: root, env: { ...process.env, PATH: `${path.dirname(HELIOS)}:${process.env.PATH}` }, stdio: "ignore" });
  assert.deepEqual(JSON.parse(exported), JSON.parse(readFileSync(path.join(root, "cli.json"), "utf8")));

  await studio.start();
  const id = await idOf(studio.job(0));
  await watch(page, id);
  await studio.until(id, "completed");
  const seen = await page.evaluate(() => /** @type {any} */ (window).seen);
  assert.ok(seen.bar.every((/** @type {number} */ value, /** @type {number} */ i) => i === 0 || value >= seen.bar[i - 1]), `the bar went back: ${seen.bar}`);
  assert.equal(seen.bar.at(-1), 100);
  assert.ok(seen.bar.filter((/** @type {number} */ value) => value > 0 && value < 99).length >= 2, `the bar jumped: ${seen.bar}`);
  for (const worker of ["0", "1"]) assert.ok(seen.lanes[worker]?.filter((/** @type {number} */ n) => n > 0).length >= 2, `lane ${worker} did not move: ${JSON.stringify(seen.lanes)}`);
  assert.ok(server.said.join("\n").includes(`[RenderManager] Starting distributed render job ${id} with concurrency 2`), server.said.join("\n"));

  await studio.job(0).getByRole("button", { name: "Preview" }).click();
  const video = page.locator("dialog video");
  await page.waitForFunction(() => /** @type {HTMLVideoElement} */ (document.querySelector("dialog video")).currentTime > 0.3);
  assert.ok(Math.abs((await video.evaluate((v) => /** @type {HTMLVideoElement} */ (v).duration)) - 120 / 30) < 0.001);
  assert.deepEqual(await video.evaluate((v) => [/** @type {any} */ (v).videoWidth, /** @type {any} */ (v).videoHeight]), [640, 360]);
  const [file] = listed(path.join(root, "renders"));
  assert.equal(framesOf(path.join(root, "renders", file)), 120);
  await page.keyboard.press("Escape");
  assert.deepEqual(studio.errors, []);
  await server.end();
}, 240_000);

test("scrubbing shows the rendered frames, forwards and back; props change the picture on stage and in the render; a changed file shows", async () => {
  const root = project();
  const server = await serve(root);
  const studio = await openStudio(server.url, "walk/index.html");
  const { page } = studio;
  /** @param {number} frame @param {string[]} more */
  const rendered = (frame, ...more) => {
    const file = path.join(root, `still-${frame}.png`);
    execFileSync(HELIOS, ["still", path.join(root, "walk"), "--frame", String(frame), "-o", file, ...more], { stdio: "ignore" });
    return readFileSync(file);
  };
  const stills = new Map([0, 17, 64].map((frame) => [frame, rendered(frame)]));
  for (const frame of [0, 17, 64, 17, 0]) {
    await studio.seek(frame);
    assert.equal(await difference(page, await studio.picture(), /** @type {Buffer} */ (stills.get(frame))), 0, `frame ${frame}`);
  }
  await studio.seek(17);
  await page.getByRole("tab", { name: "Properties" }).click();
  await page.getByLabel("Title", { exact: true }).fill("Hike");
  await page.getByLabel("Colour", { exact: true }).fill("#0b62c4");
  await page.waitForFunction(() => document.querySelectorAll(".mount iframe").length > 1);
  await page.waitForFunction(() => document.querySelectorAll(".mount iframe").length === 1);
  const given = rendered(17, "--props", '{"title":"Hike","colour":"#0b62c4"}');
  for (let i = 0; i < 40 && (await difference(page, await studio.picture(), given)) !== 0; i++) await page.waitForTimeout(100);
  assert.equal(await difference(page, await studio.picture(), given), 0, "with props");
  assert.notEqual(await difference(page, given, /** @type {Buffer} */ (stills.get(17))), 0);
  await page.getByRole("button", { name: "Copy as --props" }).click();
  await page.getByText("Copied as --props.").waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `--props '{"title":"Hike","colour":"#0b62c4"}'`);
  await page.getByRole("button", { name: "Copy still" }).click();
  await page.getByText("The frame is in the clipboard.").waitFor({ timeout: 30_000 });

  const source = readFileSync(path.join(root, "walk/index.html"), "utf8");
  writeFileSync(path.join(root, "walk/index.html"), source.replace("#fffaf0", "#00ff00"));
  await page.waitForFunction(() => document.querySelectorAll(".mount iframe").length > 1, null, { timeout: 10_000 });
  await page.waitForFunction(() => document.querySelectorAll(".mount iframe").length === 1);
  const changed = rendered(17, "--props", '{"title":"Hike","colour":"#0b62c4"}');
  assert.equal(await difference(page, await studio.picture(), changed), 0, "after a change of the file, at the same frame, with the props");
  assert.deepEqual(studio.errors, []);
  await server.end();
}, 240_000);

test("cancelled and deleted: nothing is left; two at once; the server ends in mid-render, and what it did is resumed", async () => {
  const root = project();
  let server = await serve(root);
  const port = Number(new URL(server.url).port);
  const studio = await openStudio(server.url, "walk/index.html");
  const { page } = studio;
  const rendering = (/** @type {string} */ id) => page.waitForFunction((name) => Number(document.querySelector(`[data-job="${name}"] [role=progressbar]`)?.getAttribute("aria-valuenow")) >= 10, id, { timeout: 60_000 });

  await studio.settings({ "Concurrency (Workers)": "2" });
  await studio.start();
  const first = await idOf(studio.job(0));
  await rendering(first);
  assert.ok(offspring(server.pid).length > 0);
  await studio.job(0).getByRole("button", { name: "Cancel" }).click();
  await studio.until(first, "cancelled", 10_000);
  // The next thumbnail may begin right after.
  let left = offspring(server.pid);
  for (let i = 0; i < 200 && left.length > 0; i++) {
    await page.waitForTimeout(100);
    left = offspring(server.pid);
  }
  assert.deepEqual(left, []);
  assert.deepEqual(listed(path.join(root, "renders")).filter((name) => !name.startsWith(".")), [], "no output; whole chunks are hidden");
  await studio.job(0).getByRole("button", { name: "Resume" }).waitFor();
  await studio.job(0).getByRole("button", { name: "Delete from the list" }).click();
  await studio.job(0).waitFor({ state: "detached" });
  assert.deepEqual(listed(path.join(root, "renders")), []);

  await page.getByLabel("At once").selectOption("2");
  await studio.settings({ "Concurrency (Workers)": "1", Frames: "frames", "From frame": "0", "Number of frames": "8" });
  await studio.start();
  const ids = [await idOf(studio.job(0))];
  await studio.start();
  ids.push(await page.locator("article.job").evaluateAll((all, known) => all.map((card) => card.getAttribute("data-job")).find((id) => !known.includes(id)), [first, ids[0]]));
  await page.waitForFunction((two) => two.every((/** @type {string} */ id) => /(preparing|rendering|stitching)/.test(document.querySelector(`[data-job="${id}"]`)?.className ?? "")), ids);
  for (const id of ids) await studio.until(id, "completed");
  assert.deepEqual(listed(path.join(root, "renders")).length, 2);

  await studio.settings({ "Concurrency (Workers)": "2", "Number of frames": "36" });
  await studio.start();
  const long = await page.locator("article.job").evaluateAll((all, known) => all.map((card) => card.getAttribute("data-job")).find((id) => !known.includes(id)), [first, ...ids]);
  await rendering(/** @type {string} */ (long));
  await server.end("SIGKILL");
  await page.getByText("Connection lost").waitFor();
  server = await serve(root, port);
  await page.getByText("Connected", { exact: true }).waitFor({ timeout: 30_000 });
  await studio.until(/** @type {string} */ (long), "interrupted");
  await page.locator(`[data-job="${long}"]`).getByRole("button", { name: "Resume" }).click();
  await studio.until(/** @type {string} */ (long), "completed");
  const file = path.join(root, /** @type {any} */ (await (await fetch(`${server.url}api/jobs/${long}`)).json()).output);
  assert.equal(framesOf(file), 36);
  rmSync(path.join(root, "renders"), { recursive: true });
  assert.deepEqual(studio.errors, []);
  await server.end();
}, 420_000);
