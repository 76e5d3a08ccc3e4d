// Date, performance, random numbers, dialogs, and that pages cannot tell or break the clock.
import assert from "node:assert/strict";
import { LEAD, open, test, withPage } from "./harness.js";

test("Date is virtual and still a Date", async () => {
  await withPage("<p>", {}, async (on) => {
    await on.run(0, 5);
    assert.deepEqual(await on.eval(() => {
      class Mine extends Date { twice() { return this.getTime() * 2; } }
      const m = new Mine();
      return {
        now: Date.now(), fresh: new Date().getTime(), called: typeof Date() === "string" && Date() === new Date().toString(),
        given: new Date(2020, 1, 2).getFullYear(), parsed: Date.parse("2020-01-01T00:00:00Z"), utc: Date.UTC(2020, 0),
        instance: new Date() instanceof Date && m instanceof Mine && m instanceof Date && structuredClone(new Date()) instanceof Date,
        sub: m.twice(), ctor: new Date().constructor === Date, name: Date.name, length: Date.length, copy: new Date(new Date(5)).getTime(),
        native: /native code/.test(Date.toString()) && /native code/.test(setTimeout + "") && setTimeout.name === "setTimeout",
        intl: new Intl.DateTimeFormat("en", { timeZone: "UTC", year: "numeric" }).format(), temporal: Temporal.Now.instant().epochMilliseconds,
        perf: performance.now(), origin: performance.timeOrigin, stamp: new Event("x").timeStamp, mark: performance.mark("m").startTime,
      };
    }), {
      now: 1700000000500, fresh: 1700000000500, called: true, given: 2020, parsed: 1577836800000, utc: 1577836800000,
      instance: true, sub: 3400000001000, ctor: true, name: "Date", length: 7, copy: 5, native: true, intl: "2023", temporal: 1700000000500,
      perf: LEAD + 500, origin: 1700000000000 - LEAD, stamp: LEAD + 500, mark: LEAD + 500,
    });
  });
});

test("measures from marks, from times and from nothing", async () => {
  await withPage("<script>performance.mark('m')</script>", {}, async (on) => {
    await on.run(0, 5);
    assert.deepEqual(await on.eval(() => {
      const made = [performance.measure("a", "m"), performance.measure("b"), performance.measure("c", "m", "m"), performance.measure("d", { start: 5 }),
        performance.measure("e", { start: "m", duration: 7, detail: 1 }), performance.measure("f", { end: 9, duration: 2 }), performance.measure("g", undefined, "m")];
      return made.map((m) => [m.startTime, m.duration]);
    }), [[0, LEAD + 500], [0, LEAD + 500], [0, 0], [5, LEAD + 495], [0, 7], [7, 2], [0, 0]]);
    const old = await on.eval(() => [performance.timing.navigationStart, performance.timing.loadEventEnd, performance.timing.redirectStart]);
    assert.deepEqual(old, [1700000000000 - LEAD, 1700000000000 - LEAD, 0]);
  });
});

test("frame times are exact for every rate", async () => {
  await withPage("<p>", { config: { fps: { num: 30000, den: 1001 } } }, async (on) => {
    await on.eval(() => { /** @type {any} */ (window).helios.seekable = true; });
    await on.step(0);
    await on.step(107892);
    assert.equal(await on.eval(() => performance.now()), LEAD + (107892 * 1000 * 1001) / 30000);
  });
});

test("random numbers depend on the seed alone, and iframes have their own", async () => {
  const html = "<iframe srcdoc='<p>'></iframe><script>const own = [Math.random(), Math.random()]</script>";
  const draw = () => ({
    a: Math.random(), b: Array.from(crypto.getRandomValues(new Uint8Array(5))), c: crypto.randomUUID(), d: /** @type {any} */ (frames[0]).Math.random(),
  });
  const results = [];
  for (const seed of [1, 1, 2]) {
    const on = await open(html, { config: { seed } });
    results.push(await on.eval(draw));
    await on.close();
  }
  assert.deepEqual(results[0], results[1]);
  assert.notDeepEqual(results[0].a, results[2].a);
  assert.notEqual(results[0].a, results[0].d);
  assert.match(results[0].c, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("animation frames: once each, cancelled ones not, new ones next time, all at the frame's time", async () => {
  await withPage(`<script>
    window.log = [];
    let victim;
    requestAnimationFrame((t) => { log.push("a" + t); cancelAnimationFrame(victim); requestAnimationFrame((u) => log.push("next" + u)) });
    victim = requestAnimationFrame(() => log.push("never"));
    requestAnimationFrame((t) => log.push("b" + t));
    addEventListener("helios:frame", (e) => log.push("frame" + e.detail.frame + "," + e.detail.time));
    const stop = helios.onFrame((d) => { log.push("cb" + d.progress); if (d.frame === 1) stop() });
  </script>`, { config: { totalFrames: 5 } }, async (on) => {
    assert.deepEqual(await on.eval(() => window.log), []);
    await on.run(0, 2);
    assert.deepEqual(await on.eval(() => window.log), ["frame0,0", "cb0", `a${LEAD}`, `b${LEAD}`, "frame1,0.1", "cb0.25", `next${LEAD + 100}`, "frame2,0.2"]);
  });
});

test("dialogs answer at once", async () => {
  await withPage("<script>alert('hi'); window.got = [confirm('ok?'), prompt('name', 'x'), prompt('name')]</script>", {}, async (on) => {
    assert.deepEqual(await on.eval(() => window.got), [true, "x", null]);
    assert.match((await on.step(0)).warnings.join(), /alert\("hi"\)/);
  });
});

test("a page that replaces the globals does not break the clock", async () => {
  await withPage(`<style>@keyframes go { to { opacity: 0 } } #a { animation: go 1s linear }</style><div id=a></div><script>
    window.log = [];
    const raf = requestAnimationFrame, nothing = null;
    Array.prototype.push = () => { throw 1 }; Array.prototype.forEach = null; Map.prototype.get = null; Set.prototype.add = null; Set.prototype.forEach = null;
    WeakMap.prototype.get = null; Function.prototype.call = null; Function.prototype.bind = null; Promise.prototype.then = null; Object.defineProperty = null;
    window.setTimeout = window.requestAnimationFrame = window.Promise = window.MessageChannel = window.performance.now = null;
    EventTarget.prototype.addEventListener = null; window.__helios = null; try { delete window.__helios } catch {}
    raf(function f(t) { log[log.length] = t; raf(f) });
  </script>`, {}, async (on) => {
    for (const n of [0, 1, 2]) await on.step(n);
    // Asked from the host's window: Playwright's own helpers do not survive this page.
    assert.equal(await on.page.evaluate(() => { const w = /** @type {any} */ (frames[0]); return [w.log[0], w.log[1], w.log[2], w.getComputedStyle(w.document.body.firstElementChild).opacity].join(); }), `${LEAD},${LEAD + 100},${LEAD + 200},0.8`);
  });
});
