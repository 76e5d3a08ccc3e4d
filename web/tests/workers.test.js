// Dedicated workers share the page's clock, and what they send arrives at the same point whatever they take.
import assert from "node:assert/strict";
import { LEAD, paintedGreys, test, withPage } from "./harness.js";

const TICKER = `let n = 0; setInterval(() => postMessage(["beat" + ++n, performance.now(), Date.now() - 1700000000000 + ${LEAD}, Math.random()]), 40);
  requestAnimationFrame(function f(t) { postMessage(["raf", t]); requestAnimationFrame(f) });
  onmessage = async (e) => { const r = await fetch("near.txt"); postMessage([await r.text() + e.data, performance.now()]) }`;
const FILES = {
  "/lib/w.js": TICKER,
  "/lib/m.js": `import { twice } from "./twice.js"; const again = () => postMessage([twice(performance.now()), import.meta.url.slice(-8)]); setTimeout(again, 0); setTimeout(again, 150)`,
  "/lib/twice.js": "export const twice = (v) => v * 2",
  "/lib/near.txt": (/** @type {any} */ _q, /** @type {any} */ res) => setTimeout(() => res.end("near"), Math.random() * 80),
};

test("timers, dates, animation frames and random numbers of a worker follow the clock, also when it is slow", async () => {
  const html = (/** @type {string} */ more) => `<script>window.log = []; const w = new Worker("/lib/w.js"); w.onmessage = (e) => log.push(e.data.join() + "@" + performance.now());
    helios.onFrame(({ frame }) => { if (frame === 1) w.postMessage("!") })${more}</script>`;
  /** @type {string[][]} */
  const logs = [];
  for (let k = 0; k < 2; k++) {
    await withPage(html(""), { files: FILES }, async (on) => {
      for (let n = 0; n < 4; n++) { await on.step(n); await on.page.waitForTimeout(k * 60); }
      logs.push(await on.eval(() => window.log));
    });
  }
  assert.deepEqual(logs[0], logs[1]);
  const seen = logs[0].map((l) => l.replace(/,0\.\d+@/, "@"));
  assert.deepEqual(seen.slice(0, 7), ["raf,5@5", "beat1,40,40@105", "beat2,80,80@105", "raf,105@105", "near!,105@105", "beat3,120,120@205", "beat4,160,160@205"]);
});

test("a module worker, its relative imports, and getting through loading with a worker", async () => {
  await withPage(`<script type=module>window.log = []; const w = new Worker("/lib/m.js", { type: "module" }); w.onmessage = (e) => log.push(e.data.join() + "@" + performance.now());
    await new Promise((r) => w.addEventListener("message", r, { once: true })); log.push("loaded")</script>`, { files: FILES }, async (on) => {
    assert.deepEqual(await on.eval(() => window.log), ["0,lib/m.js@0", "loaded"]);
    await on.run(0, 2);
    assert.deepEqual((await on.eval(() => window.log)).slice(2), ["300,lib/m.js@205"]);
  });
});

test("a worker of a blob that is revoked at once, one that throws, one without a script, one that ends", async () => {
  await withPage(`<script>window.log = []; const blob = (t) => URL.createObjectURL(new Blob([t]));
    const url = blob("postMessage(location.protocol); setTimeout(() => { throw new Error('in worker') }, 50); setTimeout(() => postMessage('on'), 60)"); const a = new Worker(url); URL.revokeObjectURL(url); a.onmessage = (e) => log.push(e.data); a.onerror = (e) => { log.push(e.message); e.preventDefault() };
    const b = new Worker("/none.js"); b.onerror = () => log.push("none"); const c = new Worker(blob("setTimeout(close, 10)")); const d = new Worker(blob("setInterval(() => postMessage('late'), 100)")); d.onmessage = () => d.terminate(); log.push(a instanceof Worker)</script>`, {}, async (on) => {
    const warnings = [];
    for (let n = 0; n <= 4; n++) warnings.push(...(await on.step(n)).warnings);
    assert.deepEqual(warnings.filter((text) => text.includes("in worker")), [], "the page has answered for it");
    const log = await on.eval(() => window.log);
    assert.deepEqual(log.sort(), ["Uncaught Error: in worker", "blob:", "none", "on", true].sort());
  });
});

test("a worker that blocks is left behind with a warning", async () => {
  await withPage(`<script>const w = new Worker(URL.createObjectURL(new Blob(["onmessage = (e) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)"])));
    helios.onFrame(({ frame }) => { if (frame === 1) w.postMessage(0) })</script>`, { config: { timeoutMs: 600 } }, async (on) => {
    /** @type {string[]} */
    const warnings = [];
    for (let n = 0; n < 4; n++) warnings.push(...(await on.step(n)).warnings);
    // Without isolation there is no SharedArrayBuffer, and nothing blocks.
    if (await on.eval(() => typeof SharedArrayBuffer === "function")) assert.match(warnings.join(), /does not answer/);
  });
});

test("workers of a worker follow the clock, finish the frame with it, and answer in order", async () => {
  const files = {
    "/outer.js": `let frames = 0;
      const slow = new Worker("inner.js?slow"), quick = new Worker("inner.js", { name: "quick" });
      for (const one of [slow, quick]) one.onmessage = (e) => postMessage(e.data);
      slow.onerror = (e) => { e.preventDefault(); postMessage("error " + /broken/.test(e.message)) };
      onmessage = (e) => quick.postMessage(e.data);
      setTimeout(() => slow.terminate(), 250);`,
    "/inner.js": `const name = location.search || "quick";
      setInterval(() => postMessage(name + " " + Math.round(performance.now() + 0) + " " + (Date.now() % 1000)), 100);
      if (name === "?slow") setTimeout(() => { for (let i = 0, end = 3e7; i < end; i++); throw new Error("broken") }, 150);
      onmessage = (e) => setTimeout(() => postMessage("echo " + e.data), 30);`,
  };
  await withPage(`<script>window.log = []; const w = new Worker("/outer.js"); w.onmessage = (e) => log.push(e.data + " at " + performance.now());
    setTimeout(() => w.postMessage("hello"), 320);</script>`, { files }, async (on) => {
    await on.run(0, 5);
    const { warnings } = await on.step(6);
    assert.deepEqual(warnings, []);
    assert.deepEqual(await on.eval(() => window.log), [
      "?slow 100 95 at 105", "quick 100 95 at 105", "error true at 205", "?slow 200 195 at 205", "quick 200 195 at 205",
      "quick 300 295 at 305", "echo hello at 405", "quick 400 395 at 405", "quick 500 495 at 505", "quick 600 595 at 605",
    ]);
  });
});

test("dates, delays, tasks and random numbers of a worker are on the clock, and those of its workers", async () => {
  const files = {
    "/w.js": `const say = (name, ...values) => postMessage(name + " " + values.join());
      if (self.name !== "inner") { const w = new Worker("/w.js", { name: "inner" }); w.onmessage = (e) => postMessage("inner " + e.data) }
      say("uuid", crypto.randomUUID(), crypto.getRandomValues(new Uint32Array(1))[0]);
      const format = new Intl.DateTimeFormat("en-US", { dateStyle: "short", timeStyle: "medium", timeZone: "UTC" });
      say("date", new Date().toISOString(), new (class extends Date {})().getTime(), format.format(), format.formatToParts()[4].value);
      if (self.Temporal) say("temporal", Temporal.Now.instant().epochMilliseconds - 1700000000000);
      performance.mark("m");
      say("mark", performance.getEntriesByName("m")[0].startTime);
      AbortSignal.timeout(150).onabort = (e) => say("aborted", performance.now(), e.timeStamp);
      scheduler.postTask(() => say("task", performance.now()), { delay: 120 });
      const never = new AbortController();
      scheduler.postTask(() => say("never"), { delay: 130, signal: never.signal }).catch((e) => say(e.name, performance.now()));
      setTimeout(() => never.abort(), 110);
      setTimeout(() => scheduler.postTask(async () => { await scheduler.yield(); say("background", performance.now()); await new Promise(() => {}) }, { priority: "background" }), 220);`,
  };
  /** @type {string[][]} */
  const logs = [];
  for (let k = 0; k < 2; k++) {
    await withPage(`<script>window.log = []; const w = new Worker("/w.js"); w.onmessage = (e) => log.push(e.data + " @" + performance.now())</script>`, { files }, async (on) => {
      for (let n = 0; n < 4; n++) { await on.step(n); await on.page.waitForTimeout(k * 60); }
      logs.push(await on.eval(() => window.log));
    });
  }
  assert.deepEqual(logs[0], logs[1]);
  const own = logs[0].filter((line) => !line.startsWith("inner "));
  const inner = logs[0].filter((line) => line.startsWith("inner ")).map((line) => line.slice(6));
  for (const seen of [own, inner]) {
    assert.match(seen[0], /^uuid [0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12},\d+ @0$/);
    assert.deepEqual(seen.slice(1).filter((line) => !line.startsWith("temporal 0 ")).map((line) => line.replace("\u202f", " ")), [
      "date 2023-11-14T22:13:20.000Z,1700000000000,11/14/23, 10:13:20 PM,23 @0", "mark 0 @0",
      "AbortError 110 @205", "task 120 @205", "aborted 150,150 @205", "background 220 @305",
    ]);
  }
  assert.notEqual(own[0], inner[0]);
});

test("a worker waits for what answers by events, and gets its answers in the order of asking", async () => {
  const files = {
    ...FILES,
    "/lib/asks.js": `const say = (what) => postMessage(what + " at " + performance.now());
      onmessage = async () => {
        const x = new XMLHttpRequest(); x.open("GET", "near.txt"); x.onloadend = () => say("xhr " + x.responseText); x.send();
        const r = new FileReader(); r.onload = () => say("reader " + r.result); r.readAsText(new Blob(["b"]));
        const texts = [fetch("near.txt"), fetch("twice.js"), new Blob(["c"]).text(), crypto.subtle.digest("SHA-1", new Uint8Array(1))];
        texts.map((one, i) => one.then(() => say("answer " + i)));
        await Promise.all(texts);
        const o = indexedDB.open("kept");
        o.onupgradeneeded = () => o.result.createObjectStore("s");
        o.onsuccess = () => {
          const store = o.result.transaction("s", "readwrite").objectStore("s");
          store.put(1, "n");
          store.get("n").onsuccess = (e) => say("read " + e.target.result);
          store.transaction.oncomplete = () => say("complete");
        };
      }`,
  };
  await withPage(`<script>window.log = []; const w = new Worker("/lib/asks.js"); w.onmessage = (e) => log.push(e.data + " @" + performance.now());
    helios.onFrame(({ frame }) => { if (frame === 1) w.postMessage("!") })</script>`, { files }, async (on) => {
    await on.page.evaluate(async () => { for (let n = 0; n < 4; n++) await /** @type {any} */ (frames[0]).__helios.step(n); });
    const meant = ["xhr near", "reader b", "answer 0", "answer 1", "answer 2", "answer 3", "read 1", "complete"];
    assert.deepEqual(await on.eval(() => window.log), meant.map((what) => `${what} at 105 @105`));
  });
});

test("a worker that is asked over a port of its own goes on by itself", async () => {
  const files = { ...FILES, "/lib/port.js": `onmessage = (e) => { const port = e.ports[0]; port.onmessage = async () => port.postMessage(await (await fetch("near.txt")).text()) }` };
  await withPage(`<script>const w = new Worker("/lib/port.js"), { port1, port2 } = new MessageChannel(); w.postMessage("", [port2]);
    helios.onFrame(({ frame }) => { if (frame !== 1) return; const done = helios.hold("the worker"); port1.onmessage = (e) => { document.title = e.data; done() }; port1.postMessage("") })</script>`, { files }, async (on) => {
    await on.run(0, 1);
    assert.equal(await on.eval(() => document.title), "near");
  });
});

test("a canvas drawn by a worker shows the frame's picture", async () => {
  const worker = `onmessage = (e) => { const c = e.data.canvas.getContext("2d"); requestAnimationFrame(function f(t) { const v = Math.round((t - ${LEAD}) / 5); c.fillStyle = "rgb(" + [v, v, v] + ")"; c.fillRect(0, 0, 40, 40); requestAnimationFrame(f) }) }`;
  await withPage(`<body style="margin:0"><canvas id=c width=40 height=40></canvas><script>const w = new Worker("/w.js"), canvas = c.transferControlToOffscreen(); w.postMessage({ canvas }, [canvas])</script>`, { files: { "/w.js": worker } }, async (on) => {
    const got = [];
    for (let n = 0; n < 10; n++) {
      await on.step(n);
      got.push((await paintedGreys(on.page, 1))[0]);
    }
    assert.deepEqual(got, [0, 20, 40, 60, 80, 100, 120, 140, 160, 180]);
  });
});
