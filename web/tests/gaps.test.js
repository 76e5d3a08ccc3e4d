// Scrolling, carets, view transitions, canvases to be read, rejected promises: what has a clock or a path of its own.
import assert from "node:assert/strict";
import { LEAD, test, withPage } from "./harness.js";

test("a rejection nobody handles is reported: of a bare fetch, and of an asynchronous frame callback", async () => {
  await withPage(`<script>fetch("http://127.0.0.1:1/"); helios.onFrame(async ({ frame }) => { if (frame === 1) throw new Error("late") });
    helios.onFrame(async ({ frame }) => { if (frame === 2) await fetch("http://127.0.0.1:1/").catch(() => {}) })</script>`, {}, async (on) => {
    await on.run(0, 2);
    assert.deepEqual(on.errors, ["TypeError: Failed to fetch", "Error: late"]);
  });
});

const PAUSES = { "replayed": async () => {}, "drawn": (/** @type {any} */ on) => on.page.evaluate(() => new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(() => r(undefined))))) };

test("scroll events come in the frame that scrolled, replayed or drawn", async () => {
  for (const [name, between] of Object.entries(PAUSES)) {
    await withPage(`<style>html { height: 5000px } #box { height: 50px; overflow: auto } p { height: 900px }</style><div id=box><p></div><script>
      window.log = [];
      addEventListener("scroll", () => log.push("page" + scrollY + "@" + performance.now())); box.onscroll = () => log.push("box" + box.scrollTop + "@" + performance.now());
      document.addEventListener("scrollend", () => log.push("end@" + performance.now()));
      setTimeout(() => { scrollTo(0, 100); new MessageChannel().port1.postMessage(0) }, 150); setTimeout(() => { box.scrollTop = 30 }, 160);
      helios.onFrame(({ frame }) => { if (frame === 4) scrollBy(0, 50) });
    </script>`, {}, async (on) => {
      for (let n = 0; n < 6; n++) { await on.step(n); await between(on); }
      assert.deepEqual(await on.eval(() => window.log), [`page100@${LEAD + 200}`, `end@${LEAD + 200}`, `box30@${LEAD + 200}`, `page150@${LEAD + 400}`, `end@${LEAD + 400}`], name);
    });
  }
});

test("smooth scrolling moves with the clock", async () => {
  await withPage(`<style>html { height: 5000px } #box { height: 50px; overflow: auto; scroll-behavior: smooth } p { height: 900px; margin: 0 }</style><div id=box><p></p><b id=b>b</b></div><script>
    window.ends = []; document.addEventListener("scrollend", () => ends.push(performance.now()));
    helios.onFrame(({ frame }) => { if (frame === 1) { scrollTo({ top: 900, behavior: "smooth" }); box.scrollTop = 400 } if (frame === 12) b.scrollIntoView({ block: "start", behavior: "smooth" }) });
  </script>`, {}, async (on) => {
    const got = await on.run(0, 22, () => [Math.round(scrollY), Math.round(document.querySelector("#box").scrollTop)]);
    const ys = got.map((v) => v[0]);
    const tops = got.map((v) => v[1]);
    // 900 pixels take half a second, 400 a third.
    assert.deepEqual([ys[0], ys[1], ys[6], ys[8]], [0, 0, 900, 900]);
    assert.ok(Math.abs((ys[3] + ys[4]) / 2 - 450) < 8 && ys[3] < ys[4], ys.join());
    assert.deepEqual([tops[1], tops[5], tops[12]], [0, 400, 400]);
    assert.ok(tops[2] > 0 && tops[2] < tops[3] && tops[3] < 400, tops.join());
    assert.ok(tops[22] > 800 && tops[13] > 400 && tops[13] < 800, tops.join());
    assert.equal(await on.eval(() => window.ends[0]), LEAD + 600);
  });
});

test("a canvas that is the output keeps its picture after the frame", async () => {
  const html = `<canvas id=c width=4 height=4></canvas><script>const gl = c.getContext("webgl"); requestAnimationFrame(function f() { gl.clearColor(1, 0, 0, 1); gl.clear(gl.COLOR_BUFFER_BIT) })</script>`;
  const red = () => {
    const flat = new OffscreenCanvas(4, 4).getContext("2d");
    flat.drawImage(document.querySelector("canvas"), 0, 0);
    return flat.getImageData(1, 1, 1, 1).data[0];
  };
  for (const canvasMode of [true, false]) {
    await withPage(html, { config: { canvasMode } }, async (on) => {
      await on.step(0);
      await PAUSES.drawn(on);
      assert.equal(await on.eval(() => document.querySelector("canvas").getContext("webgl").getContextAttributes().preserveDrawingBuffer), canvasMode);
      if (canvasMode) assert.equal(await on.eval(red), 255);
    });
  }
});

test("settle() waits for what the runtime was not told of", async () => {
  const slow = (/** @type {any} */ _q, /** @type {any} */ res) => setTimeout(() => { res.setHeader("content-type", "text/javascript"); res.end("export default 7"); }, 150);
  await withPage(`<script>helios.onFrame(({ frame }) => { if (frame === 0) import("/m.js").then(async (m) => { document.title = await (await fetch("/v?" + m.default)).text() }) })</script>`, { files: { "/m.js": slow, "/v": (/** @type {any} */ q, /** @type {any} */ res) => setTimeout(() => res.end(q.url), 100) } }, async (on) => {
    await on.step(0);
    await on.frame.waitForTimeout(300);
    await on.page.evaluate(async () => await /** @type {any} */ (frames[0]).__helios.settle());
    assert.equal(await on.eval(() => document.title), "/v?7");
  });
});

test("no caret blinks, and a marquee stands still with a warning", async () => {
  await withPage(`<input id=i><marquee>x</marquee><script>helios.onFrame(({ frame }) => { if (frame === 1) i.focus() })</script>`, {}, async (on) => {
    const first = await on.step(0);
    assert.match(first.warnings.join(), /marquee/);
    await on.step(1);
    assert.equal(await on.eval(() => getComputedStyle(document.querySelector("input")).caretColor), "rgba(0, 0, 0, 0)");
  });
});

test("a view transition runs on the clock and ends on it", async () => {
  await withPage(`<style>::view-transition-group(*), ::view-transition-old(*), ::view-transition-new(*) { animation-duration: 400ms; animation-timing-function: linear }</style><h1 id=h>one</h1><script>
    window.log = [];
    helios.onFrame(({ frame }) => { if (frame !== 2) return; const t = document.startViewTransition(() => { h.textContent = "two"; log.push("update@" + performance.now()) });
      t.ready.then(() => log.push("ready@" + performance.now())); t.finished.then(() => log.push("finished@" + performance.now())) });
  </script>`, {}, async (on) => {
    const got = await on.run(0, 7, () => getComputedStyle(document.documentElement, "::view-transition-new(root)").opacity);
    assert.deepEqual(await on.eval(() => window.log), [`update@${LEAD + 200}`, `ready@${LEAD + 200}`, `finished@${LEAD + 600}`]);
    assert.deepEqual(got.slice(2, 6).map((v) => Math.round(+v * 100)), [0, 25, 50, 75]);
  });
});

test("the time of an AudioContext follows the clock", async () => {
  await withPage(`<script>const a = new AudioContext(); window.a = a; window.late = null; helios.onFrame(({ frame }) => { if (frame === 2) late = new AudioContext(); if (frame === 3) a.suspend(); if (frame === 5) a.resume() })</script>`, {}, async (on) => {
    const got = await on.run(0, 6, () => [window.a, window.late].map((c) => c && Math.round(c.currentTime * 1000)));
    assert.deepEqual(got, [[0, null], [100, null], [200, 0], [300, 100], [300, 200], [300, 300], [400, 400]]);
    assert.equal(await on.eval(() => window.a instanceof AudioContext && new OfflineAudioContext(1, 9, 44100).currentTime === 0), true);
  });
});

test("an AudioContext is suspended and resumed in the frame that asks", async () => {
  await withPage(`<script>const a = new AudioContext(); window.log = [a.state]; a.suspend().then(() => log.push(a.state)); helios.onFrame(({ frame }) => { if (frame === 2) a.resume().then(() => log.push(a.state + performance.now())); if (frame === 3) a.close().then(() => log.push(a.state)) })</script>`, {}, async (on) => {
    await on.run(0, 3);
    assert.deepEqual(await on.eval(() => window.log), ["running", "suspended", `running${LEAD + 200}`, "closed"]);
  });
});

test("the time of an intersection is that of its frame", async () => {
  await withPage(`<p id=p style="height:20px">x</p><script>window.log = []; new IntersectionObserver((l) => { for (const e of l) log.push([e.isIntersecting, e.time]) }).observe(p); helios.onFrame(({ frame }) => { if (frame === 3) p.style.marginTop = "9999px" })</script>`, {}, async (on) => {
    await on.run(0, 4);
    assert.deepEqual((await on.eval(() => window.log)).at(-1), [false, LEAD + 300]);
  });
});
