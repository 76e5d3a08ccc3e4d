// Frame 0 comes LEAD ms after the page's load at time 0: what it is good for, and what starts with frame 0 all the same.
import assert from "node:assert/strict";
import { LEAD, test, withPage } from "./harness.js";

test("`if (!start) start = timestamp` starts with frame 0", async () => {
  await withPage(`<script>window.log = []; let start; requestAnimationFrame(function f(t) { if (!start) start = t; log.push(t - start); requestAnimationFrame(f) })</script>`, {}, async (on) => {
    await on.run(0, 3);
    assert.deepEqual(await on.eval(() => window.log), [0, 100, 200, 300]);
  });
});

test("GSAP draws from() and to() at frame 0", async () => {
  await withPage(`<div id=a></div><div id=b></div><script src=/node_modules/gsap/dist/gsap.min.js></script><script>
    gsap.from(a, { x: 100, ease: "none", duration: 1 }); gsap.timeline({ defaults: { ease: "none" } }).fromTo(b, { opacity: 0 }, { opacity: 1, duration: 1 });
  </script>`, {}, async (on) => {
    const got = await on.run(0, 4, () => [/** @type {any} */ (window).gsap.getProperty("#a", "x"), +getComputedStyle(document.querySelector("#b")).opacity]);
    got.forEach(([x, opacity], n) => {
      assert.ok(Math.abs(x - (100 - 10 * n)) < 1, `frame ${n}: x ${x}`);
      assert.ok(Math.abs(opacity - n / 10) < 0.01, `frame ${n}: opacity ${opacity}`);
    });
  });
});

test("what starts while the page loads begins with frame 0: dates, CSS, SMIL, transitions, animate()", async () => {
  await withPage(`<style>@keyframes go { to { left: 1000px } } div { position: absolute; left: 0 } #a { animation: go 1s linear }</style><div id=a></div><div id=b></div>
    <svg><rect id=s width=1 height=1><animate attributeName=x from=0 to=100 dur=1s /></rect></svg>
    <script>b.animate([{ left: "0px" }, { left: "1000px" }], 1000); window.begun = [performance.now(), Date.now() - 1700000000000, new Date() - 1700000000000, Temporal.Now.instant().epochMilliseconds - 1700000000000]; window.early = [];
    setTimeout(() => early.push(0), 0); setTimeout(() => early.push(${LEAD}), ${LEAD})</script>`, {}, async (on) => {
    const look = () => [Date.now() - 1700000000000, performance.now(), window.helios.time, ...["a", "b"].map((id) => parseFloat(getComputedStyle(document.getElementById(id)).left)), /** @type {any} */ (document.getElementById("s")).x.animVal.value].map((v) => +v.toFixed(3));
    assert.deepEqual(await on.run(0, 2, look), [[0, LEAD, 0, 0, 0, 0], [100, LEAD + 100, 0.1, 100, 100, 10], [200, LEAD + 200, 0.2, 200, 200, 20]]);
    assert.deepEqual(await on.eval(() => [window.begun, window.early]), [[0, -LEAD, 0, 0], [0, LEAD]]);
  });
});
