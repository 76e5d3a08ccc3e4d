// Iframes: one clock and one order of timers for the same origin, steps by message for others.
import assert from "node:assert/strict";
import { LEAD, serve, test, withPage } from "./harness.js";

test("same-origin iframes (src, srcdoc, about:blank) interleave with their parent on one clock", async () => {
  await withPage(`<script>window.log = [];</script><iframe src=/child></iframe><iframe srcdoc="<script>setTimeout(() => parent.log.push('doc' + performance.now()), 25)</script>"></iframe><script>
    setTimeout(() => log.push("p" + performance.now()), 20); setTimeout(() => log.push("p" + performance.now()), 40);
    requestAnimationFrame(() => log.push("praf"));
    const blank = document.body.appendChild(document.createElement("iframe"));
    blank.contentWindow.setTimeout(() => log.push("blank" + (blank.contentWindow.Date.now() + ${LEAD}) % 1000), 35);
  </script>`, { files: { "/child": "<script>setTimeout(() => parent.log.push('c' + performance.now()), 30); requestAnimationFrame((t) => parent.log.push('craf' + t))</script>" } }, async (on) => {
    await on.run(0, 1);
    assert.deepEqual(await on.eval(() => window.log), ["praf", `craf${LEAD}`, "p20", "doc25", "c30", "blank35", "p40"]);
  });
});

test("a late iframe is waited for, starts at its own zero, and its callbacks die with it", async () => {
  await withPage(`<script>window.log = []; helios.onFrame(({ frame }) => {
    if (frame === 2) { const f = document.body.appendChild(document.createElement("iframe")); f.id = "f"; f.src = "/child" }
    if (frame === 5) document.getElementById("f").remove() })</script>`,
  { files: { "/child": (/** @type {any} */ _q, /** @type {any} */ res) => setTimeout(() => { res.setHeader("content-type", "text/html"); res.end(`<style>@keyframes k { from { opacity: 0 } } p { animation: k 1s linear }</style><p>x</p>
    <script>setInterval(() => parent.log.push(performance.now() + "/" + getComputedStyle(document.querySelector("p")).opacity), 100)</script>`); }, 150) } }, async (on) => {
    await on.run(0, 8);
    assert.deepEqual(await on.eval(() => window.log), ["100/0", "200/0.1", "300/0.2"].map((s) => s));
  });
});

test("an iframe of another origin is driven frame by frame", async () => {
  const { port } = await serve((_req, res) => {
    res.setHeader("content-type", "text/html");
    res.end(`<body><script>let n = 0; requestAnimationFrame(function f(t) { n++; parent.postMessage("child " + n + "@" + t + "/" + Date.now() % 1000, "*"); requestAnimationFrame(f) })</script>`);
  });
  await withPage(`<script>window.log = []; addEventListener("message", (e) => log.push(e.data))</script><iframe src="http://127.0.0.1:${port}/"></iframe>`, {}, async (on) => {
    await on.run(0, 3);
    assert.deepEqual(await on.eval(() => window.log), [0, 100, 200, 300].map((t, n) => `child ${n + 1}@${LEAD + t}/${t}`));
  });
});
