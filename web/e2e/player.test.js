// <helios-player> from the built file: in a page of the same origin, and for a composition elsewhere that brings the file itself.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { newPage, serveFiles, test } from "./browser.js";

const PLAYER = readFileSync(new URL("../dist/player/helios-player.js", import.meta.url));
/** State from frame to frame, a relative script, and what the page was given. */
const COMPOSITION = `<!doctype html><html><head><meta name=helios content="width=320,height=180,fps=10,duration=2"><link rel=icon href=data:,></head><body><script src="part.js"></script><script>
let n = 0; helios.props = { word: "page" }; helios.onFrame(({ frame, time }) => { n++; document.title = [helios.props.word, frame, n, time, part].join(" ") })</script></body></html>`;
/** @param {string} tag */
const around = (tag) => `<!doctype html><link rel=icon href=data:,><script src="/helios-player.js"></script><script>window.log = []; const record = (p) => ["loadstart", "loadedmetadata", "canplay", "play", "playing", "pause", "seeking", "seeked", "timeupdate", "ended", "ratechange", "volumechange", "error"].forEach((type) => p.addEventListener(type, () => log.push(type)));</script>${tag}<script>record(document.querySelector("helios-player"))</script>`;

/** @param {string} tag */
async function open(tag) {
  const files = /** @type {Record<string, [string, any]>} */ ({
    "/": ["text/html", around(tag)], "/helios-player.js": ["text/javascript", PLAYER], "/films/one.html": ["text/html", COMPOSITION], "/films/part.js": ["text/javascript", "var part = 'part'"],
    "/films/own.html": ["text/html", COMPOSITION.replace("<head>", '<head><script src="/helios-player.js"></script>')],
    "/app/film/index.html": ["text/html", COMPOSITION.replace("<head>", '<head><base href="/app/"><base href="/none/">')], "/app/part.js": ["text/javascript", "var part = 'app'"],
  });
  const origin = await serveFiles(files);
  const elsewhere = await serveFiles(files);
  files["/"][1] = files["/"][1].replaceAll("ELSEWHERE", elsewhere);
  const { page, errors } = await newPage();
  await page.goto(origin);
  const player = page.locator("helios-player");
  const title = async () => {
    for (const frame of page.frames().slice(1)) {
      const text = await frame.title().catch(() => "");
      if (text) return text;
    }
    return "";
  };
  const until = (/** @type {string} */ type) => page.waitForFunction((t) => /** @type {any} */ (window).log.includes(t), type);
  /** Waits until the page that is seen is at one of these frames, and has come through all before it. @param {number} first @param {number} last */
  const shows = (first, last) => page.waitForFunction(([from, to]) => {
    const all = /** @type {HTMLIFrameElement[]} */ ([...document.querySelector("helios-player")?.shadowRoot?.querySelectorAll("iframe") ?? []]);
    const [, frame, n] = (all.find((one) => one.style.zIndex === "1")?.contentDocument?.title ?? "").split(" ").map(Number);
    return frame >= from && frame <= to && n === frame + 1;
  }, [first, last]);
  return { page, player, title, until, shows, errors, log: () => page.evaluate(() => /** @type {any} */ (window).log) };
}

test("a page of the same origin: exact frames, forwards and back, props, the words of HTMLMediaElement", async () => {
  const { page, player, title, until, errors, log } = await open(`<helios-player src="films/one.html" controls muted width="640" props='{"word":"given"}'></helios-player>`);
  await until("canplay");
  assert.deepEqual(await player.evaluate((/** @type {any} */ p) => [p.duration, p.paused, p.videoWidth, p.videoHeight, p.currentTime, p.clientWidth, p.clientHeight, p.muted]), [2, true, 320, 180, 0, 640, 360, true]);
  const go = async (/** @type {number} */ seconds) => {
    await player.evaluate((/** @type {any} */ p, s) => new Promise((resolve) => {
      p.addEventListener("seeked", resolve, { once: true });
      p.currentTime = s;
    }), seconds);
    return title();
  };
  assert.equal(await go(1.2), "given 12 13 1.2 part");
  assert.equal(await go(0.3), "given 3 4 0.3 part");
  await player.evaluate((/** @type {any} */ p) => (p.props = { word: "new" }));
  await page.waitForFunction(() => [...document.querySelector("helios-player")?.shadowRoot?.querySelectorAll("iframe") ?? []].length === 1);
  await page.waitForTimeout(100);
  for (let i = 0; i < 100 && !(await title()).startsWith("new"); i++) await page.waitForTimeout(50);
  assert.equal(await title(), "new 3 4 0.3 part");
  await player.evaluate((/** @type {any} */ p) => { p.playbackRate = 4; return p.play(); });
  await until("ended");
  assert.equal(await title(), "new 19 20 1.9 part");
  assert.deepEqual(await player.evaluate((/** @type {any} */ p) => [p.ended, p.paused, p.currentFrame]), [true, true, 19]);
  const heard = await log();
  for (const [a, b] of [["loadedmetadata", "canplay"], ["seeking", "seeked"], ["play", "playing"], ["playing", "ended"]]) assert.ok(heard.indexOf(a) < heard.indexOf(b), `${a} before ${b}`);
  assert.deepEqual(errors, []);
});

test("a seek while it plays, and one after the end, is where it plays on", async () => {
  const { player, until, shows, errors } = await open(`<helios-player src="films/one.html" muted playbackrate="0.1"></helios-player>`);
  await until("canplay");
  /** Where it says it is when it has got there. @param {number} frame @param {boolean} [play] */
  const seek = (frame, play = false) => player.evaluate((/** @type {any} */ p, [to, on]) => new Promise((resolve) => {
    p.addEventListener("seeked", () => resolve([p.currentFrame, p.paused]), { once: true });
    p.currentTime = Number(to) / p.fps;
    if (on) p.play();
  }), /** @type {[number, boolean]} */ ([frame, play]));
  await player.evaluate((/** @type {any} */ p) => p.play());
  assert.deepEqual(await seek(12), [12, false]);
  await shows(13, 19);
  assert.deepEqual(await seek(3), [3, false], "in a page that has to be loaded anew for it");
  await shows(4, 11);
  await player.evaluate((/** @type {any} */ p) => (p.currentFrame = p.totalFrames - 1));
  await until("ended");
  await shows(19, 19);
  assert.deepEqual(await seek(15, true), [15, false], "after the end");
  await shows(16, 19);
  assert.deepEqual(errors, []);
});

test("loop can be switched while it plays", async () => {
  const { page, player, until, errors, log } = await open(`<helios-player src="films/one.html" muted playbackrate="4"></helios-player>`);
  await until("canplay");
  await player.evaluate((/** @type {any} */ p) => {
    const w = /** @type {any} */ (window);
    let last = 0;
    w.rounds = 0;
    p.addEventListener("timeupdate", () => {
      if (p.currentFrame < last) w.rounds++;
      last = p.currentFrame;
    });
    const started = p.play();
    p.loop = true;
    return started;
  });
  await page.waitForFunction(() => /** @type {any} */ (window).rounds >= 2);
  assert.ok(!(await log()).includes("ended"));
  await player.evaluate((/** @type {any} */ p) => (p.loop = false));
  await until("ended");
  assert.deepEqual(await player.evaluate((/** @type {any} */ p) => [p.paused, p.currentFrame]), [true, 19]);
  assert.deepEqual(errors, []);
});

test("a page with a <base> of its own finds its files", async () => {
  const { title, until, errors } = await open('<helios-player src="app/film/index.html" muted></helios-player>');
  await until("canplay");
  assert.equal(await title(), "page 0 1 0 app");
  assert.deepEqual(errors, []);
});

test("keys, buttons with names, a poster until it plays, an address that is not there", async () => {
  const { page, player, until } = await open(`<helios-player src="films/one.html" controls poster="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="></helios-player>`);
  await until("canplay");
  assert.ok(await player.locator(".poster").isVisible());
  await player.focus();
  for (const key of [".", ".", "ArrowRight", ","]) await page.keyboard.press(key);
  await page.waitForFunction(() => /** @type {any} */ (document.querySelector("helios-player")).currentFrame === 11);
  assert.ok(!(await player.locator(".poster").isVisible()));
  await page.keyboard.press(" ");
  await until("playing");
  await page.getByRole("button", { name: "Pause" }).click();
  await until("pause");
  await page.getByRole("slider", { name: "Position" }).fill("4");
  await page.waitForFunction(() => /** @type {any} */ (document.querySelector("helios-player")).currentTime === 0.4);
  await page.keyboard.press("m");
  assert.equal(await page.getByRole("button", { name: "Mute" }).getAttribute("aria-pressed"), "true");
  await player.evaluate((/** @type {any} */ p) => (p.src = "films/none.html"));
  await until("error");
  assert.match(await player.getByRole("alert").innerText(), /films\/none\.html answers HTTP 404/);
});

test("a composition of another origin that brings the file, and one of this origin that does", async () => {
  for (const tag of ['<helios-player src="ELSEWHERE/films/own.html" autoplay loop playbackrate="4"></helios-player>', '<helios-player src="films/own.html" embed="page" autoplay loop playbackrate="4"></helios-player>']) {
    const { page, title, until } = await open(tag);
    await until("playing");
    await page.waitForFunction(() => /** @type {any} */ (window).log.filter((/** @type {string} */ t) => t === "timeupdate").length > 30);
    const [word, frame, n] = (await title()).split(" ");
    assert.deepEqual([word, Number(n)], ["page", Number(frame) + 1]);
  }
});
