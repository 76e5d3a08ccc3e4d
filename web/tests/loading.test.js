// What comes while a page loads, and in which order: its scripts first, whatever the network and the machine do; and what observers report,
// once a frame, however many real frames the browser has.
import assert from "node:assert/strict";
import { LEAD, slowly, test, twoFrames, withPage } from "./harness.js";

const log = () => /** @type {any} */ (window).log;

test("scripts come before timers, answers and what observers report, quick or slow", async () => {
  const page = `<div id=a style="width:9px;height:9px"></div><script>
      window.log = [];
      const say = (what) => log.push(what);
      setTimeout(() => say("timer"));
      fetch("/data.json").then((r) => r.text()).then(() => say("fetch"));
      const x = new XMLHttpRequest(); x.open("GET", "/data.json"); x.onload = () => say("xhr"); x.send();
      new ResizeObserver(() => say("resize")).observe(a);
      new IntersectionObserver(() => say("sight")).observe(a);
      requestAnimationFrame(() => say("frame"));
      addEventListener("DOMContentLoaded", () => say("parsed"));
      addEventListener("load", () => say("loaded"));
    </script><script src=/one.js></script><p>x</p><script src=/two.js></script>`;
  for (const wait of [0, 60]) {
    const files = { "/one.js": slowly(wait, "say('one')"), "/two.js": slowly(2 * wait, "say('two')"), "/data.json": slowly(30, "{}") };
    await withPage(page, { files }, async (on) => {
      await on.step(0);
      assert.deepEqual(await on.eval(log), ["one", "two", "parsed", "loaded", "resize", "sight", "timer", "xhr", "fetch", "frame"], `${wait} ms`);
    });
  }
});

test("a document that a timer closes is loaded, and it is said", async () => {
  await withPage(`<script>window.onload = () => {
      onload = null;
      document.open();
      document.write("<p id=p>half");
      setTimeout(() => { document.write(" whole"); document.close(); });
    }</script>`, { config: { timeoutMs: 1000 }, ready: false }, async (on) => {
    const first = await on.step(0);
    assert.equal(await on.eval(() => document.body.textContent), "half whole");
    assert.match(first.warnings.join(), /has not loaded after 0.5 s/);
  });
});

test("what a timer of the load puts into the page is waited for", async () => {
  await withPage(`<script>setTimeout(() => {
      const inner = document.createElement("iframe");
      inner.src = "/inner";
      document.body.append(inner);
    })</script>`, { files: { "/inner": slowly(200, "<p>there", "text/html") } }, async (on) => {
    assert.equal(await on.eval(() => document.querySelector("iframe")?.contentDocument?.body?.textContent), "there");
  });
});

test("observers look once a frame, behind its callbacks, whatever timers did in between", async () => {
  await withPage(`<div id=a style="height:10px;width:50px"></div><div id=b style="position:absolute;top:10px;width:10px;height:10px"></div><script>
    window.log = [];
    let n = 0;
    new ResizeObserver(([e]) => log.push("width " + e.contentRect.width)).observe(a);
    new IntersectionObserver(([e]) => log.push("seen " + e.isIntersecting)).observe(b);
    setInterval(() => { n++; a.style.width = 60 + n + "px"; b.style.top = n % 2 ? "900px" : "10px" }, 10);
    addEventListener("helios:frame", (e) => { const f = e.detail.frame; a.style.width = f < 3 ? "50px" : "70px"; b.style.top = f < 5 ? "20px" : "900px" });
  </script>`, {}, async (on) => {
    for (let n = 0; n < 8; n++) {
      await on.step(n);
      // Real frames that nobody waits for.
      await twoFrames(on.page);
    }
    assert.deepEqual(await on.eval(log), ["width 50", "seen true", "width 70", "seen false"]);
  });
});

test("a real frame in the middle of a step tells observers nothing", async () => {
  await withPage(`<div id=a style="height:10px;width:50px"></div><div id=b style="height:10px;width:50px;border:0 solid"></div><script>
    window.log = [];
    const watch = new ResizeObserver((l) => log.push(...l.map((e) => e.target.id + e.borderBoxSize[0].inlineSize + "@" + performance.now())));
    watch.observe(a);
    watch.observe(b, { box: "border-box" });
    const sight = new IntersectionObserver((l) => log.push(...l.map((e) => e.target.id + " seen")));
    sight.observe(a);
    addEventListener("helios:frame", async (e) => {
      if (e.detail.frame !== 2) return;
      a.style.width = "80px"; b.style.borderWidth = "5px";
      // The answer comes late in real time: meanwhile the browser has frames.
      await fetch("/late.js");
      log.push("taken " + sight.takeRecords().length);
      a.style.width = "50px";
    });
  </script>`, { files: { "/late.js": slowly(150, "") } }, async (on) => {
    await on.run(0, 4);
    assert.deepEqual(await on.eval(log), ["a50@0", "b50@0", "a seen", "taken 0", `b60@${LEAD + 200}`]);
  });
});

test("observers that look away and look again, and classes of the page's own", async () => {
  await withPage(`<div id=a style="height:10px;width:50px"></div><script>
    window.log = [];
    class Own extends ResizeObserver { hello = 1 }
    const own = new Own(function (l, o) { log.push(l.length + " " + (this === own) + (o === own) + o.hello + (o instanceof ResizeObserver)) });
    own.observe(a);
    let calls = 0;
    const sight = new IntersectionObserver(() => calls++, { threshold: [0, .5] });
    sight.observe(a);
    addEventListener("helios:frame", (e) => {
      if (e.detail.frame === 1) { own.unobserve(a); own.observe(a); sight.disconnect(); sight.observe(a) }
      if (e.detail.frame === 2) { own.disconnect(); a.style.width = "60px" }
      if (e.detail.frame === 3) log.push(calls, ResizeObserver.name + ResizeObserver.length + (ResizeObserver.prototype.constructor === ResizeObserver) + /native code/.test(IntersectionObserver));
      if (e.detail.frame === 3) for (const make of [() => new ResizeObserver(), () => new IntersectionObserver({}), () => ResizeObserver(() => {})]) try { make(); log.push("made") } catch (e) { log.push(e.name) }
    });
  </script>`, {}, async (on) => {
    await on.run(0, 3);
    assert.deepEqual(await on.eval(log), ["1 truetrue1true", "1 truetrue1true", 2, "ResizeObserver1truetrue", "TypeError", "TypeError", "TypeError"]);
  });
});
