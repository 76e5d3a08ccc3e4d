// The Studio's panels against a stand-in for the server: edits that must not be lost, requests that must not replace or miss anything,
// and pictures that must not keep others waiting.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { atEnd, newPage, test } from "./browser.js";
import { startMock } from "./mock.js";

const PAGE = `<!doctype html><title>Page</title><meta name="helios" content="width=320,height=180,fps=30,duration=4"><body><p>x</p><script>helios.seekable = true</script>`;
const PICTURE = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

/** @param {Record<string, string>} files @param {(mock: any) => void} [prepare] */
async function studio(files, prepare = () => undefined) {
  const root = mkdtempSync(path.join(tmpdir(), "helios-panels-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(root, name), text);
  const mock = await startMock(root, { thumbnail: PICTURE });
  atEnd(() => {
    mock.close();
    rmSync(root, { recursive: true });
  });
  prepare(mock);
  const opened = await newPage();
  await opened.page.goto(mock.url);
  await opened.page.waitForFunction(() => Number(document.querySelector("[aria-label=Position]")?.getAttribute("aria-valuemax")) === 119);
  const tab = (/** @type {string} */ name) => opened.page.getByRole("tab", { name }).click();
  return { mock, tab, ...opened };
}

test("captions that are edited stay while other panels are looked at, and are not given up unasked", async () => {
  const { page, mock, tab, errors } = await studio({ "a.html": PAGE, "a.vtt": "WEBVTT\n", "b.srt": "" });
  const text = page.getByLabel("Text of caption 1");
  const file = page.getByLabel("Caption file");
  await tab("Captions");
  await text.fill("Changed");
  await tab("Assets");
  await text.waitFor({ state: "detached" });
  await tab("Captions");
  assert.equal(await text.inputValue(), "Changed");
  await page.getByText("2 captions, not saved").waitFor();

  const question = page.getByRole("dialog", { name: "Unsaved captions" });
  await file.selectOption("b.srt");
  await question.getByRole("button", { name: "Keep editing" }).click();
  await question.waitFor({ state: "detached" });
  assert.deepEqual([await file.inputValue(), await text.inputValue()], ["a.vtt", "Changed"]);
  await file.selectOption("b.srt");
  await question.getByRole("button", { name: "Save first" }).click();
  await page.getByText("Saved.").waitFor();
  await page.waitForFunction(() => /** @type {HTMLSelectElement} */ (document.querySelector("[aria-label='Caption file']")).value === "b.srt");
  assert.equal(mock.state.captions.cues[0].text, "Changed");

  await text.fill("Given up");
  await file.selectOption("a.vtt");
  await question.getByRole("button", { name: "Discard the changes" }).click();
  await page.getByText("2 captions", { exact: true }).waitFor();
  assert.deepEqual([await file.inputValue(), await text.inputValue()], ["a.vtt", "Changed"]);
  // Without edits what is in the file by now is shown.
  await tab("Assets");
  mock.state.captions = { cues: [{ startMs: 0, endMs: 900, text: "By somebody else", settings: "" }] };
  await tab("Captions");
  await page.waitForFunction(() => /** @type {HTMLTextAreaElement | null} */ (document.querySelector("[aria-label='Text of caption 1']"))?.value === "By somebody else");
  assert.deepEqual(errors, []);
});

test("a render without a name asks for a free one; a range is the same time at another rate", async () => {
  const { page, mock, tab, errors } = await studio({ "a.html": PAGE });
  await tab("Renders");
  const start = async () => {
    const before = await page.locator("article.job").count();
    await page.getByRole("button", { name: "Start Render" }).click();
    await page.waitForFunction((n) => document.querySelectorAll("article.job").length > n, before);
    const { output, extension, fps, startFrame, frameCount } = mock.state.asked.findLast((one) => one.path === "/api/jobs" && one.method === "POST").body;
    return [output ?? "", extension ?? "", fps ?? "", startFrame ?? -1, frameCount ?? -1];
  };
  const frames = page.getByLabel("Frames", { exact: true });
  const choices = () => frames.locator("option").allTextContents();
  assert.deepEqual(await start(), ["", "mp4", "", -1, -1]);
  await page.getByLabel("Format", { exact: true }).selectOption("png");
  assert.deepEqual(await start(), ["", "png", "", -1, -1]);
  await page.getByText("More settings").click();
  await page.getByLabel("File, without its ending").fill("out/mine");
  assert.deepEqual(await start(), ["out/mine/%05d.png", "", "", -1, -1]);
  await page.getByLabel("Format", { exact: true }).selectOption("mp4");
  assert.deepEqual(await start(), ["out/mine.mp4", "", "", -1, -1]);

  // The range is the second between one and two, by the stage's frames.
  const seek = async (/** @type {number} */ frame) => {
    await page.getByRole("textbox", { name: "Frame", exact: true }).fill(String(frame));
    await page.keyboard.press("Enter");
    await page.waitForFunction((n) => document.querySelector("[aria-label=Position]")?.getAttribute("aria-valuenow") === String(n), frame);
    await page.getByRole("region", { name: "Stage", exact: true }).focus();
  };
  await seek(30);
  await page.keyboard.press("i");
  await seek(59);
  await page.keyboard.press("o");
  assert.deepEqual((await choices()).slice(0, 2), ["All (120)", "Range (30–59)"]);
  await page.getByLabel("Frames per second").fill("60");
  assert.deepEqual((await choices()).slice(0, 2), ["All (240)", "Range (60–119)"]);
  await frames.selectOption("range");
  assert.deepEqual((await start()).slice(2), ["60", 60, 60]);
  // What is counted are the frames of the output.
  await frames.selectOption("frames");
  await page.getByLabel("From frame").fill("200");
  await page.getByLabel("Number of frames").fill("40");
  assert.deepEqual((await start()).slice(2), ["60", 200, 40]);
  await page.getByLabel("Number of frames").fill("41");
  await page.getByText("from 1 to 40").waitFor();
  assert.deepEqual(errors, []);
});

test("thumbnails that take their time leave room for everything else, and what is out of sight is not waited for", async () => {
  let release = () => {};
  const names = Array.from({ length: 30 }, (_, i) => `page-${String(i).padStart(2, "0")}.html`);
  const { page, mock, tab, errors } = await studio(Object.fromEntries(names.map((name, i) => [name, PAGE.replace("Page", `Number ${i}`)])), (mock) => {
    mock.state.drawn = new Promise((resolve) => (release = () => resolve(undefined)));
  });
  /** @param {number} count */
  const drawing = async (count) => {
    for (let i = 0; i < 100 && mock.state.drawing !== count; i++) await page.waitForTimeout(50);
    assert.equal(mock.state.drawing, count);
  };
  await drawing(2);
  // Another page comes while they are waited for.
  await page.getByRole("button", { name: "Number 3" }).click();
  await page.waitForFunction(() => document.querySelectorAll(".mount iframe").length === 1 && /** @type {HTMLIFrameElement} */ (document.querySelector(".mount iframe")).src.includes("page-03.html"));
  assert.deepEqual([mock.state.mostDrawing, await page.locator(".box .there").count()], [2, 0]);
  await tab("Assets");
  await drawing(0);
  await tab("Compositions");
  await drawing(2);
  // Those that were in sight first are given up for those that are now.
  const asked = () => mock.state.asked.filter((one) => one.path === "/api/compositions/thumbnail").length;
  const before = asked();
  await page.locator(".box").last().evaluate((box) => box.scrollIntoView());
  for (let i = 0; i < 100 && asked() === before; i++) await page.waitForTimeout(50);
  assert.ok(asked() > before, "what is in sight now is not asked for");
  await drawing(2);
  release();
  await page.waitForFunction(() => [...document.querySelectorAll(".box img")].at(-1)?.classList.contains("there"));
  await drawing(0);
  assert.deepEqual(errors, []);
});
