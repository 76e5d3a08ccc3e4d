// Timer order against the HTML standard, the clock inside timers, and catching up across frames.
import assert from "node:assert/strict";
import { LEAD, test, withPage } from "./harness.js";

test("timers run by due time, ties by creation, each seeing its due time", async () => {
  await withPage(`<script>
    window.log = [];
    const at = (n) => () => log.push(n + "@" + performance.now() + "/" + (Date.now() - 1700000000000 + ${LEAD}));
    setTimeout(at("c"), 30); setTimeout(at("a"), 10); setTimeout(at("b1"), 20); setTimeout(at("b2"), 20); setTimeout(at("late"), 106);
  </script>`, {}, async (on) => {
    await on.step(0);
    assert.deepEqual(await on.eval(() => window.log), []);
    await on.step(1);
    assert.deepEqual(await on.eval(() => window.log), ["a@10/10", "b1@20/20", "b2@20/20", "c@30/30"]);
    assert.equal(await on.eval(() => performance.now()), LEAD + 100);
    await on.step(2);
    assert.equal(await on.eval(() => window.log.at(-1)), "late@106/106");
  });
});

test("an interval catches up with every beat, and shares its ids with timeouts", async () => {
  await withPage(`<script>
    window.beats = []; window.n = 0;
    const id = setInterval(() => { beats.push(performance.now()); if (++n === 7) clearTimeout(id) }, 30);
    window.distinct = id !== setTimeout(() => {}, 1);
  </script>`, {}, async (on) => {
    await on.run(0, 1);
    assert.deepEqual(await on.eval(() => window.beats), [30, 60, 90]);
    await on.run(2, 5);
    assert.deepEqual(await on.eval(() => window.beats), [30, 60, 90, 120, 150, 180, 210]);
    assert.equal(await on.eval(() => window.distinct), true);
  });
});

test("nested timeouts are clamped to 4 ms after five levels", async () => {
  await withPage(`<script>
    window.at = [];
    addEventListener("helios:frame", (e) => { if (e.detail.frame === 1) { const go = () => { at.push(performance.now() - ${LEAD + 100}); if (at.length < 9) setTimeout(go, 0) }; setTimeout(go, 0) } });
  </script>`, {}, async (on) => {
    await on.run(0, 2);
    assert.deepEqual(await on.eval(() => window.at), [0, 0, 0, 0, 0, 0, 4, 8, 12]);
  });
});

test("each callback has its own microtask checkpoint, and message chains run before time moves on", async () => {
  await withPage(`<script>
    window.log = [];
    setTimeout(() => { log.push("t1"); Promise.resolve().then(() => log.push("m1")).then(() => log.push("m1b")) }, 10);
    setTimeout(() => { log.push("t2"); const c = new MessageChannel(); let k = 0;
      c.port1.onmessage = () => { log.push("msg" + performance.now()); if (++k < 3) c.port2.postMessage(0) }; c.port2.postMessage(0) }, 10);
    setTimeout(() => log.push("t3"), 40);
    requestAnimationFrame(() => { requestAnimationFrame(() => { log.push("r1"); queueMicrotask(() => log.push("rm1")) }); requestAnimationFrame(() => log.push("r2")) });
    (async () => { for (let i = 0; i < 3; i++) { await new Promise(r => setTimeout(r, 50)); log.push("loop" + performance.now()) } })();
  </script>`, {}, async (on) => {
    await on.run(0, 2);
    assert.deepEqual(await on.eval(() => window.log),
      ["t1", "m1", "m1b", "t2", "msg10", "msg10", "msg10", "t3", "loop50", "loop100", "r1", "rm1", "r2", "loop150"]);
  });
});

test("string handlers, extra arguments, this, cancelling a timer from a timer", async () => {
  await withPage(`<script>
    window.log = [];
    setTimeout("log.push('text')", 5);
    setTimeout(function (a, b) { log.push([a, b, this === window].join()) }, 6, 1, 2);
    const victim = setTimeout(() => log.push("never"), 8);
    setTimeout(() => clearInterval(victim), 7);
  </script>`, {}, async (on) => {
    await on.run(0, 1);
    assert.deepEqual(await on.eval(() => window.log), ["text", "1,2,true"]);
  });
});

test("AbortSignal.timeout, scheduler.postTask delay and requestIdleCallback follow the clock", async () => {
  await withPage(`<script>
    window.log = [];
    const s = AbortSignal.timeout(150);
    s.addEventListener("abort", () => log.push(s.reason.name + performance.now()));
    scheduler.postTask(() => log.push("task" + performance.now()), { delay: 120 });
    requestIdleCallback((d) => { let n = 0; while (d.timeRemaining() > 0) n++; log.push("idle" + (n > 0)) });
  </script>`, {}, async (on) => {
    await on.run(0, 2);
    assert.deepEqual(await on.eval(() => window.log), ["idletrue", "task120", "TimeoutError150"]);
  });
});

test("a delayed task that is aborted says so at once", async () => {
  await withPage(`<script>
    window.log = [];
    const c = new TaskController();
    for (const signal of [c.signal, AbortSignal.abort()]) scheduler.postTask(() => log.push("never"), { delay: 600, signal }).catch((why) => log.push(why.name + performance.now()));
    setTimeout(() => c.abort(), 150);
  </script>`, {}, async (on) => {
    await on.run(0, 8);
    assert.deepEqual(await on.eval(() => window.log), ["AbortError0", "AbortError150"]);
  });
});

test("messages and timers without a delay run in the order in which they were posted, before the clock moves on", async () => {
  const files = { "/child": "<script>setTimeout(() => parent.postMessage(1, '*'), 120)</script>" };
  await withPage(`<body><iframe id=f src="/child"></iframe><script>
    window.log = [];
    onmessage = (e) => log.push((e.source === f.contentWindow ? "child " : e.data + " ") + performance.now());
    setTimeout(() => { postMessage("a", "*"); setTimeout(() => log.push("timeout " + performance.now())); postMessage("b", "*"); }, 150);
    setTimeout(() => log.push("later"), 151);
  </script>`, { files }, async (on) => {
    await on.run(0, 2);
    assert.deepEqual(await on.eval(() => window.log), ["child 120", "a 150", "timeout 150", "b 150", "later"]);
  });
});

test("zero-delay timers get a page through loading; time does not move", async () => {
  await withPage(`<script>
    window.hops = 0;
    const release = (() => { let r; addEventListener("DOMContentLoaded", () => r = helios.hold("start")); return () => r() })();
    addEventListener("load", () => setTimeout(() => setTimeout(() => { window.hops = performance.now() + 2; release() }, 0), 0));
  </script>`, {}, async (on) => {
    assert.equal(await on.eval(() => window.hops), 2);
  });
});

test("a page that posts to itself for ever does not hang a step", async () => {
  await withPage(`<script>const c = new MessageChannel(); window.n = 0; c.port1.onmessage = () => { n++; c.port2.postMessage(0) }; c.port2.postMessage(0);
    addEventListener("message", (e) => { if (e.data === "again") postMessage("again", "*") }); </script>`, {}, async (on) => {
    await on.run(0, 3);
    assert.equal(await on.eval(() => performance.now()), LEAD + 300);
  });
});

test("a throw in one callback is reported and the others still run", async () => {
  await withPage(`<script>
    window.log = []; onerror = (m) => { log.push(m) };
    requestAnimationFrame(() => { throw new Error("boom") }); requestAnimationFrame(() => log.push("second"));
    setTimeout(() => { throw new Error("bang") }, 50); setTimeout(() => log.push("after"), 60);
  </script>`, {}, async (on) => {
    await on.run(0, 1);
    assert.deepEqual(await on.eval(() => window.log), ["Uncaught Error: boom", "second", "Uncaught Error: bang", "after"]);
    assert.deepEqual(on.errors, ["Error: boom", "Error: bang"]);
  });
});

test("which window loaded first does not decide whose timers and frames come first", async () => {
  const child = (/** @type {number} */ n, /** @type {number} */ ms) => (/** @type {any} */ _q, /** @type {any} */ res) => setTimeout(() => {
    res.setHeader("content-type", "text/html");
    res.end(`<script>setInterval(() => parent.log.push(${n}), 100); requestAnimationFrame(() => parent.log.push("f${n}"))</script>`);
  }, ms);
  const page = "<script>var log = []</script><iframe src=/a></iframe><iframe src=/b></iframe><script src=/late.js></script>";
  const late = (/** @type {any} */ _q, /** @type {any} */ res) => setTimeout(() => { res.setHeader("content-type", "text/javascript"); res.end("setInterval(() => log.push(0), 100)"); }, 60);
  for (const [a, b] of [[0, 120], [120, 0]]) {
    await withPage(page, { files: { "/a": child(1, a), "/b": child(2, b), "/late.js": late } }, async (on) => {
      await on.run(0, 2);
      assert.deepEqual(await on.eval(() => /** @type {any} */ (window).log), ["f1", "f2", 0, 1, 2, 0, 1, 2]);
    });
  }
});
