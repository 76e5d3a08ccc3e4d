// The interface against a stand-in for the server, for what a real render cannot show in a test's time: long lists, long videos,
// every state, and use by keyboard alone.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { atEnd, newPage, test } from "./browser.js";
import { job, lane, startMock } from "./mock.js";

const LONG = `<!doctype html><title>Long</title><meta name="helios" content="width=640,height=360,fps=30,duration=333.3333"><style>@keyframes k { to { opacity: .5 } } p { animation: k 4s }</style><body>${"<p>x</p>".repeat(60)}<script>helios.seekable = true</script>`;
const RUNNING = { state: "rendering", actions: ["cancel"], totalFrames: 10_000, concurrency: 2, elapsedSeconds: 3 };

/** Half a second of a tone. */
function tone() {
  const rate = 8000;
  const file = Buffer.alloc(44 + rate);
  file.write("RIFF", 0);
  file.writeUInt32LE(36 + rate, 4);
  file.write("WAVEfmt ", 8);
  for (const [value, at] of [[16, 16], [rate, 24], [rate * 2, 28], [rate, 40]]) file.writeUInt32LE(value, at);
  for (const [value, at] of [[1, 20], [1, 22], [2, 32], [16, 34]]) file.writeUInt16LE(value, at);
  file.write("data", 36);
  for (let i = 0; i < rate / 2; i++) file.writeInt16LE(i % 20 < 10 ? 20_000 : -20_000, 44 + i * 2);
  return file;
}

/** @param {any} [options] @param {any} [browser] @param {Record<string, string | Buffer>} [files] more of the project */
async function studio(options = {}, browser = {}, files = {}) {
  const root = mkdtempSync(path.join(tmpdir(), "helios-ui-"));
  mkdirSync(path.join(root, "b"));
  writeFileSync(path.join(root, "a.html"), LONG);
  writeFileSync(path.join(root, "b/words.vtt"), "WEBVTT\n");
  writeFileSync(path.join(root, "b/letters.ttf"), "");
  writeFileSync(path.join(root, "b/two.html"), LONG.replace("Long", "Second"));
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(root, name), content);
  const mock = await startMock(root, options);
  atEnd(() => {
    mock.close();
    rmSync(root, { recursive: true });
  });
  const opened = await newPage(browser);
  await opened.page.goto(mock.url);
  await opened.page.waitForFunction(() => Number(document.querySelector("[aria-label=Position]")?.getAttribute("aria-valuemax")) === 9999);
  /** Opens another composition. @param {string} name @param {number} frames */
  const choose = async (name, frames) => {
    await opened.page.getByRole("list", { name: "Compositions" }).getByRole("button", { name }).click();
    await opened.page.waitForFunction((last) => document.querySelector("[aria-label=Position]")?.getAttribute("aria-valuemax") === String(last), frames - 1);
  };
  return { mock, choose, ...opened };
}
const position = (/** @type {any} */ page, /** @type {number} */ frame) => page.waitForFunction((/** @type {number} */ n) => document.querySelector("[aria-label=Position]")?.getAttribute("aria-valuenow") === String(n), frame);

test("a job of ten thousand frames: the timeline draws what is seen, and keys are answered while events pour in", async () => {
  const { page, mock, errors } = await studio();
  await page.getByRole("tab", { name: "Renders" }).click();
  let done = 0;
  const pour = setInterval(() => {
    done = Math.min(9_900, done + 50);
    mock.put(job("long", { ...RUNNING, progress: done / 10_000, frames: done, fps: 240, lanes: [lane(0, { frameCount: 5000, done: done / 2, frames: done / 2 }), lane(1, { startFrame: 5000, frameCount: 5000, done: done / 2, frames: done / 2 })] }));
  }, 20).unref();
  await page.locator("[data-job=long]").waitFor();
  await page.getByRole("region", { name: "Stage", exact: true }).focus();
  for (let i = 0; i < 8; i++) await page.keyboard.press("Shift+ArrowRight");
  await position(page, 80);
  await page.keyboard.press("End");
  await position(page, 9999);
  await page.getByLabel("Zoom of the timeline").fill("100");
  await page.waitForFunction(() => (document.querySelector(".port")?.scrollLeft ?? 0) > 100_000);
  clearInterval(pour);
  assert.ok(await page.locator(".band canvas").evaluate((c) => /** @type {HTMLCanvasElement} */ (c).width < 4000), "the ruler is as wide as the window, not as the video");
  assert.ok((await page.evaluate(() => document.querySelectorAll("*").length)) < 1500, "elements do not grow with frames");
  await page.waitForFunction(() => /\d+\/10000/.test(document.querySelector("[data-job=long]")?.textContent ?? ""));
  assert.deepEqual(errors, []);
});

test("orders that come faster than frames are followed while they come", async () => {
  const { page, errors } = await studio();
  await page.evaluate(() => {
    const press = () => document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
    setInterval(press, 4);
  });
  await page.waitForFunction(() => Number(document.querySelector("[aria-label=Position]")?.getAttribute("aria-valuenow")) > 200);
  assert.deepEqual(errors, []);
});

test("while it plays: loop and range are followed at once", async () => {
  const short = '<!doctype html><title>Short</title><meta name="helios" content="width=320,height=180,fps=30,duration=4"><script>helios.seekable = true</script>';
  const { page, choose, errors } = await studio({}, {}, { "b/short.html": short });
  await choose("Short", 120);
  await position(page, 0);
  await page.evaluate(() => {
    const w = /** @type {any} */ (window);
    const head = /** @type {Element} */ (document.querySelector("[aria-label=Position]"));
    /** Every frame that is shown, and how often it has gone back. */
    w.frames = [];
    w.backs = 0;
    new MutationObserver(() => {
      const frame = Number(head.getAttribute("aria-valuenow"));
      if (frame < w.frames.at(-1)) w.backs++;
      w.frames.push(frame);
    }).observe(head, { attributes: true, attributeFilter: ["aria-valuenow"] });
  });
  const backs = (/** @type {number} */ n) => page.waitForFunction((least) => /** @type {any} */ (window).backs >= least, n);
  const beyond = (/** @type {number} */ frame) => page.waitForFunction((n) => /** @type {any} */ (window).frames.at(-1) > n, frame);
  await page.keyboard.press("l");
  await page.keyboard.press("r");
  await backs(1);
  await beyond(30);
  await page.keyboard.press("o");
  const last = Number(/–(\d+)/.exec(await page.locator(".range").innerText())?.[1]);
  assert.ok(last < 119, `the range ends at ${last}`);
  // It turns back at once, and then at the end of the range.
  await backs(2);
  await page.evaluate(() => /** @type {any} */ (window).frames.splice(0));
  await backs(3);
  const shown = await page.evaluate(() => /** @type {any} */ (window).frames);
  assert.ok(shown.every((/** @type {number} */ frame) => frame <= last), `${shown} in a range to ${last}`);
  await page.keyboard.press("x");
  await beyond(last);
  await page.keyboard.press("r");
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
  await position(page, 119);
  assert.deepEqual(errors, []);
});

test("a page's trouble is listed once, however often the page is loaded; its sounds are drawn", async () => {
  const walk = '<!doctype html><title>Walk</title><meta name="helios" content="width=320,height=180,fps=30,duration=4"><audio src="tone.wav" data-start="0.5"></audio><script>console.error("no such thing")</script>';
  const { page, choose, errors } = await studio({}, {}, { "b/tone.wav": tone(), "b/walk.html": walk });
  await choose("Walk", 120);
  await page.keyboard.press("End");
  await position(page, 119);
  // Each way back loads it once more.
  await page.keyboard.press("Home");
  await position(page, 0);
  await page.getByRole("tab", { name: "Diagnostics" }).click();
  assert.equal(await page.getByRole("list", { name: "Troubles of the page" }).getByRole("listitem").filter({ hasText: "no such thing" }).count(), 1);
  assert.equal(await page.locator("#tab-diagnostics .count").innerText(), "1");
  await page.waitForFunction(() => /** @type {HTMLCanvasElement} */ (document.querySelector(".tall canvas"))?.width === 1200);
  assert.deepEqual(errors, []);
});

test("two hundred jobs: only what changes is touched; all states say what can be done", async () => {
  const states = ["completed", "failed", "cancelled", "interrupted"];
  const jobs = Array.from({ length: 200 }, (_, i) => {
    const state = i < 2 ? "rendering" : i < 10 ? "queued" : /** @type {string} */ (states[i % 4]);
    const actions = { rendering: ["cancel"], queued: ["cancel", "move"], completed: ["preview", "download", "retry", "delete", "open-folder"], failed: ["retry", "delete"], cancelled: ["resume", "retry", "delete"], interrupted: ["resume", "retry", "delete"] }[state];
    return job(`j${i}`, { state, actions, queuePosition: state === "queued" ? i - 2 : null, createdMs: 1e12 - i, error: state === "failed" ? { code: "render-failed", message: "the page threw", fix: "Mend line 3." } : null, lanes: state === "rendering" ? [lane(0), lane(1)] : [], result: state === "completed" ? { frames: 300, bytes: 5e6, width: 1280, height: 720, fps: "30", mime: "video/mp4", exists: true } : null });
  });
  const { page, mock, errors } = await studio({ jobs });
  await page.getByRole("tab", { name: "Renders" }).click();
  assert.equal(await page.locator("article.job").count(), 200);
  await page.evaluate(() => {
    const w = /** @type {any} */ (window);
    w.touched = new Set();
    new MutationObserver((all) => all.forEach(({ target }) => w.touched.add((target.nodeType === 1 ? /** @type {Element} */ (target) : target.parentElement)?.closest("article")?.getAttribute("data-job") ?? "outside"))).observe(/** @type {Element} */ (document.querySelector(".jobs ul")), { subtree: true, childList: true, attributes: true, characterData: true });
  });
  for (let n = 1; n <= 30; n++) mock.put({ ...jobs[0], progress: n / 100, frames: n, lanes: [lane(0, { done: n, frames: n }), lane(1)] });
  await page.waitForFunction(() => document.querySelector("[data-job=j0] [role=progressbar]")?.getAttribute("aria-valuenow") === "30");
  assert.deepEqual(await page.evaluate(() => [.../** @type {any} */ (window).touched]), ["j0"]);
  const order = await page.locator("article.job").evaluateAll((all) => all.slice(0, 11).map((card) => card.className.split(" ")[1]));
  assert.deepEqual(order, ["rendering", "rendering", ...Array(8).fill("queued"), "failed"].map((s, i) => (i === 10 ? order[10] : s)));
  const failed = page.locator("article.failed").first();
  assert.match(await failed.textContent(), /the page threw\s*Mend line 3\./);
  for (const [state, names] of /** @type {[string, string[]][]} */ ([["completed", ["Preview", "Download", "Open folder", "Retry"]], ["interrupted", ["Resume", "Retry"]], ["rendering", ["Cancel"]]])) {
    const text = await page.locator(`article.${state}`).first().textContent();
    for (const name of names) assert.ok(text.includes(name), `${state}: ${name}`);
  }
  assert.deepEqual(errors, []);
});

test("by keyboard alone: a composition is chosen, sought, marked, ranged and rendered; the focus is always seen", async () => {
  const { page, mock, errors } = await studio();
  const focus = () => page.evaluate(() => {
    const e = /** @type {HTMLElement} */ (document.activeElement);
    const style = getComputedStyle(e);
    return { name: e.getAttribute("aria-label") || /** @type {any} */ (e).labels?.[0]?.textContent?.trim() || e.textContent?.trim() || e.id, seen: style.outlineStyle !== "none" || e.closest(":has(:focus-visible)") !== null, id: e.id };
  });
  /** @param {(f: any) => boolean} found */
  const tabTo = async (found) => {
    for (let i = 0; i < 90; i++) {
      await page.keyboard.press("Tab");
      const now = await focus();
      assert.ok(now.name, `a control without a name: ${JSON.stringify(now)}`);
      assert.ok(now.seen, `the focus is not seen on ${now.name}`);
      if (found(now)) return;
    }
    assert.fail("never reached by Tab");
  };
  await tabTo((f) => f.name.includes("Second"));
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.hash.includes("two.html"));
  await page.waitForFunction(() => document.querySelectorAll(".mount iframe").length === 1 && /** @type {any} */ (document.querySelector(".mount iframe")).src.includes("two.html"));
  // Backwards, faster with each press, and forwards again at once.
  const speed = (/** @type {string} */ text) => page.waitForFunction((t) => /** @type {HTMLSelectElement} */ (document.querySelector("[aria-label=Speed]")).selectedOptions[0].text === t, text);
  await page.keyboard.press("End");
  await position(page, 9999);
  await page.keyboard.press("j");
  await speed("−1×");
  await page.keyboard.press("j");
  await speed("−2×");
  await page.waitForFunction(() => Number(document.querySelector("[aria-label=Position]")?.getAttribute("aria-valuenow")) < 9990);
  await page.keyboard.press("l");
  await speed("1×");
  await page.keyboard.press("k");
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
  await page.keyboard.press("Home");
  for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowRight");
  await position(page, 3);
  await page.keyboard.press("i");
  await page.keyboard.press("Shift+ArrowRight");
  await position(page, 13);
  await page.keyboard.press("o");
  await page.keyboard.press("m");
  assert.equal(await page.locator(".marker").count(), 1);
  assert.match(await page.locator(".range").innerText(), /3–13 \(11 frames\)/);
  await page.keyboard.press("Home");
  await position(page, 3);
  await page.keyboard.press("l");
  await page.getByRole("button", { name: "Pause", exact: true }).waitFor();
  await page.keyboard.press("k");
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard" }).waitFor();
  await page.keyboard.press("Escape");

  await tabTo((f) => f.id === "tab-properties");
  await page.keyboard.press("ArrowRight");
  await tabTo((f) => f.id === "r-range");
  await page.keyboard.press("ArrowDown");
  await tabTo((f) => f.id === "r-workers");
  await page.keyboard.type("99");
  assert.match(await page.locator("#r-workers").locator("xpath=../..").innerText(), /from 1 to 32/);
  assert.ok(await page.getByRole("button", { name: "Start Render" }).isDisabled());
  await page.keyboard.press("Control+A");
  await page.keyboard.type("4");
  await tabTo((f) => f.name === "Start Render");
  await page.keyboard.press("Enter");
  await page.locator("article.job").waitFor();
  const asked = mock.state.asked.filter((one) => one.path === "/api/jobs" && one.method === "POST");
  assert.deepEqual(asked.map((one) => [one.body.composition, one.body.concurrency, one.body.startFrame, one.body.frameCount]), [["b/two.html", 4, 3, 11]]);
  assert.deepEqual(errors, []);
});

test("captions are edited and saved; files are listed; what is refused is said; nothing moves when states change", async () => {
  const { page, mock, errors } = await studio();
  await page.getByRole("tab", { name: "Captions" }).click();
  await page.getByLabel("End of caption 1").fill("0:00.2");
  await page.getByLabel("End of caption 1").blur();
  await page.getByText("ends before it begins").waitFor();
  assert.ok(await page.getByRole("button", { name: "Save", exact: true }).isDisabled());
  await page.getByLabel("End of caption 1").fill("0:01.25");
  await page.getByLabel("Text of caption 2").fill("Changed");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Saved.").waitFor();
  assert.deepEqual(mock.state.captions.cues.map((/** @type {any} */ cue) => [cue.startMs, cue.endMs, cue.text]), [[500, 1250, "Good morning."], [2400, 4600, "Changed"]]);
  await page.getByRole("tab", { name: "Assets" }).click();
  await page.getByLabel("Search files").fill("words");
  assert.equal(await page.getByRole("list", { name: "Files" }).getByRole("listitem").count(), 1);
  await page.getByRole("tab", { name: "Renders" }).click();
  await page.getByRole("button", { name: "Export Job Spec" }).click();
  await page.getByText("there is no /api/job-spec").waitFor();

  // What is seldom set, as it is asked for.
  await page.getByText("More settings").click();
  assert.ok(await page.getByLabel("Times it plays").isDisabled(), "a video does not say how often it plays");
  await page.getByLabel("Format", { exact: true }).selectOption("gif");
  await page.getByLabel("Times it plays").fill("70000");
  await page.getByText("from 0 to 65535").waitFor();
  assert.ok(await page.getByRole("button", { name: "Start Render" }).isDisabled());
  await page.getByLabel("Times it plays").fill("0");
  await page.getByLabel("Fonts", { exact: true }).selectOption("b");
  await page.getByLabel("Captions", { exact: true }).selectOption("b/words.vtt");
  assert.ok(await page.getByLabel("Language of the track").isDisabled(), "what is drawn has no track");
  await page.getByLabel("Captions as").selectOption("track");
  await page.getByLabel("Language of the track").fill("deu");
  await page.getByLabel("Frames per chunk").fill("15");
  await page.getByRole("button", { name: "Start Render" }).click();
  await page.locator("article.job").waitFor();
  const asked = mock.state.asked.findLast((one) => one.path === "/api/jobs" && one.method === "POST").body;
  assert.deepEqual([asked.loop, asked.fonts, asked.captionMode, asked.captionLanguage, asked.chunkFrames], [0, "b", "track", "deu", 15]);

  // The rows of a card keep their places from state to state.
  const lanes = [lane(0), lane(1)];
  mock.put(job("one", { ...RUNNING, state: "preparing", lanes }));
  const card = page.locator("[data-job=one]");
  await card.waitFor();
  const height = () => card.evaluate((e) => /** @type {HTMLElement} */ (e).offsetHeight);
  const before = await height();
  mock.put(job("one", { ...RUNNING, lanes, progress: 0.5, frames: 5000, fps: 123.4, etaSeconds: 42 }));
  await card.getByText("5000/10000").waitFor();
  assert.equal(await height(), before);
  assert.deepEqual(errors, []);
});
