// The same frames whatever the machine does: fast or slow, drawn between the steps or not, idle or busy.
import assert from "node:assert/strict";
import { open, test } from "./harness.js";

// Everything at once, each part feeding the next: timers start transitions, whose ends start animations, whose events
// move state that rAF draws; a React-like scheduler renders in messages; an iframe and a fetch join in.
const PAGE = `<style>body { margin: 0 } @keyframes go { to { left: 300px } } div { position: absolute; left: 0px; transition: left .35s ease-in-out } .k { animation: go .42s ease-out 2 alternate }</style>
<div id=a></div><div id=b></div><div id=c></div><canvas id=v width=40 height=40></canvas><iframe src=/child></iframe><script>
  window.log = []; let state = 0, x = 0;
  const note = (what) => log.push(what + "@" + performance.now().toFixed(3) + "#" + Math.random().toFixed(4));
  const channel = new MessageChannel(); channel.port1.onmessage = () => { c.style.left = state * 10 + "px"; if (state % 3) channel.port2.postMessage(0), state++ };
  setInterval(() => { note("beat"); a.style.left = (x = 300 - x) + "px"; state++; channel.port2.postMessage(0) }, 130);
  a.addEventListener("transitionend", () => { note("tend"); b.className = b.className ? "" : "k" });
  b.addEventListener("animationiteration", () => note("iter")); b.addEventListener("animationend", () => { note("aend"); b.className = "" });
  (async () => { for (;;) { const w = c.animate([{ top: "0px" }, { top: "50px" }], 170); await w.finished; note("waapi"); await new Promise(requestAnimationFrame) } })();
  setTimeout(async () => { const t = await (await fetch("/data")).text(); note("data" + t); setTimeout(() => note("after"), 10) }, 333);
  new ResizeObserver(() => note("resize")).observe(v); setTimeout(() => { v.style.width = "80px" }, 444);
  requestAnimationFrame(function f(t) { const l = (e) => getComputedStyle(e).left; log.push([t, l(a), l(b), l(c), getComputedStyle(c).top].join(" ")); requestAnimationFrame(f) });
</script>`;
const FILES = {
  "/child": "<script>setInterval(() => parent.note('child'), 45)</script>",
  "/data": (/** @type {any} */ _q, /** @type {any} */ res) => setTimeout(() => res.end("!"), Math.random() * 60),
};

/** @param {(on: any, n: number) => Promise<void>} between @param {boolean} [busy] */
async function record(between, busy = false) {
  const on = await open(PAGE.replace("let state", "var note; let state").replace("const note =", "note ="), { files: FILES, config: { fps: { num: 24, den: 1 } } });
  // Real work on the page's thread at real times, as on a loaded machine.
  if (busy) on.page.evaluate(() => { setInterval(() => { const t = performance.now(); while (performance.now() - t < 7); }, 11); });
  for (let n = 0; n < 40; n++) {
    await on.step(n);
    await between(on, n);
  }
  const log = await on.eval(() => window.log);
  await on.close();
  return log;
}

test("replayed at once, drawn slowly, and on a busy machine: one and the same log", async () => {
  const plain = await record(async () => {});
  assert.ok(plain.length > 100, `${plain.length}`);
  const slow = await record(async (on, n) => { await on.page.waitForTimeout(n % 3 ? 0 : 30); });
  assert.deepEqual(slow, plain);
  const drawn = await record((on) => on.page.evaluate(() => new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(() => r(undefined))))));
  assert.deepEqual(drawn, plain);
  const busy = await record(async () => {}, true);
  assert.deepEqual(busy, plain);
});
