// window.helios in all its forms, describe(), holds and their time-outs, resources, the errors' words.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { LEAD, open, test, withPage } from "./harness.js";

test("window.helios = …, var, const, and a class instance", async () => {
  for (const [name, script] of Object.entries({
    assigned: "window.helios = { width: 640, duration: 2, fps: '30000/1001' }",
    var: "var helios = { width: 640, duration: 2, fps: '30000/1001' }",
    const: "const helios = { width: 640, duration: 2, fps: '30000/1001' }",
    properties: "helios.width = 640; helios.duration = 2; helios.fps = '30000/1001'",
  })) {
    await withPage(`<script>${script}</script>`, {}, async (on) => {
      const d = await on.describe();
      assert.deepEqual([d.width, d.duration, d.fps, d.height, d.source.width], [640, 2, "30000/1001", null, "window.helios"], name);
      assert.equal(await on.eval(() => typeof window.helios.onFrame), "function", name);
    });
  }
  await withPage("<script>class Core { constructor() { this.fps = 24 } seek() {} } window.helios = new Core()</script>", {}, async (on) => {
    assert.equal((await on.describe()).fps, 24);
    assert.equal(await on.eval(() => window.helios.constructor.name), "Core");
  });
});

test("describe: each rule in its rank", async () => {
  await withPage(`<html data-fps=24 data-width=1><meta name=helios content="width=1920, height=1080,fps=30"><title>T</title>
    <body data-duration="3s"><canvas width=9 height=9></canvas><style>@keyframes k { to { opacity: 0 } } p { animation: k 2s 3 1s }</style><p></p><script>helios.height = 720</script>`, {}, async (on) => {
    const d = await on.describe();
    assert.deepEqual([d.width, d.height, d.fps, d.duration, d.title, d.hasCanvas, d.seekable], [1920, 720, "30", 3, "T", true, false]);
    assert.deepEqual(d.source, { width: "meta", height: "window.helios", fps: "meta", duration: "data on body" });
  });
  await withPage(`<style>@keyframes k { to { opacity: 0 } } p { animation: k 2s 3 1s } b { animation: k 1s infinite }</style><p></p><b>x</b>`, {}, async (on) => {
    const d = await on.describe();
    assert.deepEqual([d.duration, d.source.duration, d.width], [7, "animations", null]);
  });
});

test("props: the job's win over the page's defaults", async () => {
  await withPage("<script>window.helios = { props: { title: 'default', size: 3 } }</script>", { config: { props: { title: "given" } } }, async (on) => {
    assert.deepEqual(await on.eval(() => window.helios.props), { title: "given", size: 3 });
  });
});

test("props: defaults set on the API object lose to the job's as well", async () => {
  await withPage("<script>helios.props = { title: 'default', size: 3 }; helios.props.size = 4</script>", { config: { props: { title: "given" } } }, async (on) => {
    assert.deepEqual(await on.eval(() => window.helios.props), { title: "given", size: 4 });
  });
});

test("helios.video is the job's; a page that is asked about itself has none", async () => {
  const said = "<script>window.helios = { width: 640, fps: 24, video: 'x' }</script>";
  await withPage(said, { config: { width: 320, height: 180, fps: { num: 30000, den: 1001 }, totalFrames: 60, durationSeconds: 2.002 } }, async (on) => {
    assert.deepEqual(await on.eval(() => window.helios.video), { width: 320, height: 180, fps: 30000 / 1001, frames: 60, duration: 2.002 });
  });
  await withPage(said, { config: { fps: null } }, async (on) => {
    assert.deepEqual(await on.eval(() => window.helios.video), { width: null, height: null, fps: null, frames: null, duration: null });
  });
});

test("a hold keeps the frame until it is released", async () => {
  await withPage(`<script>helios.onFrame(({ frame }) => { if (frame === 1) { const done = helios.hold("tiles"); window.release = () => { document.title = "drawn"; done() } } })</script>`, {}, async (on) => {
    // Something the runtime knows nothing of, in real time.
    await on.page.evaluate(() => { const id = setInterval(() => { const w = /** @type {any} */ (frames[0]); if (w.release) { clearInterval(id); setTimeout(w.release, 150); } }, 10); });
    await on.run(0, 1);
    assert.equal(await on.eval(() => document.title), "drawn");
  });
});

test("what is waited for too long is named", async () => {
  /** @param {any} p */
  const message = (p) => p.then(() => "no error", (/** @type {Error} */ e) => e.message);
  const never = () => {};
  await withPage("<script>helios.onFrame(() => helios.hold('map tiles'))</script>", { config: { timeoutMs: 300 } }, async (on) => {
    assert.match(await message(on.step(0)), /hold "map tiles" was not released within 300 ms/);
  });
  await withPage("<script>helios.onFrame(() => fetch('/slow'))</script>", { config: { timeoutMs: 300 }, files: { "/slow": never } }, async (on) => {
    assert.match(await message(on.step(0)), /\/slow did not load within 300 ms/);
  });
  await withPage("<img id=i><script>helios.onFrame(() => { i.src = '/slow.png' })</script>", { config: { timeoutMs: 300 }, files: { "/slow.png": never } }, async (on) => {
    assert.match(await message(on.step(0)), /image .*\/slow\.png did not load within 300 ms/);
  });
  const on = await open("<script>helios.hold('start')</script>", { config: { timeoutMs: 300 }, ready: false });
  assert.match(await message(on.ready()), /hold "start" was not released within 300 ms/);
  await on.close();
});

test("a hold that waits for animation frames before frame 0 gets them, and only then", async () => {
  await withPage("<script>window.n = 0; const done = helios.hold('paint'); requestAnimationFrame(() => requestAnimationFrame(() => done())); requestAnimationFrame(function f() { n++; requestAnimationFrame(f) })</script>", {}, async (on) => {
    assert.equal(await on.eval(() => window.n), 2);
    assert.match((await on.step(0)).warnings.join(), /needed animation frames before frame 0/);
  });
  await withPage("<img src=/slow.svg><script>window.n = 0; requestAnimationFrame(function f() { n++; requestAnimationFrame(f) })</script>", { files: { "/slow.svg": late(SQUARE, "image/svg+xml") } }, async (on) => {
    assert.equal(await on.eval(() => window.n), 0);
  });
});

/** A late answer: the wait, not luck, must make the frame right. @param {string} body @param {string} type */
const late = (body, type) => (/** @type {any} */ _req, /** @type {any} */ res) => setTimeout(() => { res.setHeader("content-type", type); res.end(body); }, 200);
const SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7"><rect width="7" height="7"/></svg>';

test("images of every kind are there when the frame is taken", async () => {
  await withPage(`<style>.bg { background-image: url(/bg.svg) }</style><img id=i><div id=d>x</div><canvas id=c></canvas><script>
    window.drawn = 0;
    helios.onFrame(({ frame }) => { if (frame !== 1) return;
      i.loading = "lazy"; i.src = "/a.svg"; d.style.backgroundImage = "url(/inline.svg)";
      const sprite = new Image(); sprite.onload = () => { drawn = sprite.width }; sprite.src = "/sprite.svg" });
  </script>`, { files: Object.fromEntries(["/a.svg", "/bg.svg", "/inline.svg", "/sprite.svg"].map((p) => [p, late(SQUARE, "image/svg+xml")])) }, async (on) => {
    await on.run(0, 1);
    assert.deepEqual(await on.eval(() => [document.querySelector("img").naturalWidth, window.drawn]), [7, 7]);
    assert.ok(await on.eval(() => performance.getEntriesByType("resource").some((e) => e.name.endsWith("/inline.svg") && e.responseEnd > 0)));
  });
});

test("a broken image is a warning, not an error", async () => {
  await withPage("<img src=/none.png>", {}, async (on) => {
    assert.match((await on.step(0)).warnings.join(), /none\.png could not be shown/);
  });
});

test("requests and what the page does with the answers belong to the frame, also in chains", async () => {
  await withPage(`<script>helios.onFrame(async ({ frame }) => { if (frame !== 1) return;
    const next = await (await fetch("/one.json")).json(); const x = new XMLHttpRequest(); x.open("GET", next.url);
    x.onload = () => setTimeout(() => { document.title = x.responseText + performance.now() }, 0); x.send(); const keep = helios.hold("title"); new MutationObserver(keep).observe(document.head, { childList: true, subtree: true }) })</script><title>-</title>`,
  { files: { "/one.json": late('{"url":"/two"}', "application/json"), "/two": late("two", "text/plain") } }, async (on) => {
    await on.run(0, 1);
    assert.equal(await on.eval(() => document.title), `two${LEAD + 100}`);
  });
});

test("a font that a late text needs is waited for, and a broken one reported", async () => {
  let asked = 0;
  await withPage(`<style>@font-face { font-family: F; src: url(/f.woff2) }</style><p id=p></p><script>helios.onFrame(({ frame }) => { if (frame === 1) { p.style.fontFamily = "F"; p.textContent = "text" } })</script>`,
    { files: { "/f.woff2": (/** @type {any} */ _q, /** @type {any} */ res) => { asked++; setTimeout(() => res.end("no font"), 200); } } }, async (on) => {
      await on.step(0);
      assert.equal(asked, 0);
      const { warnings } = await on.step(1);
      assert.equal(asked, 1);
      assert.match(warnings.join(), /font F could not be loaded/);
    });
});

test("fonts that are loaded late are there in the frame that asked for them", async () => {
  const font = late(readFileSync("/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf"), "font/ttf");
  const css = late("@font-face { font-family: L; src: url(/f.ttf) }", "text/css");
  for (const how of [
    'const f = new FontFace("L", "url(/f.ttf)"); f.load().then(() => { document.fonts.add(f); p.style.fontFamily = "L, serif" })',
    'document.fonts.add(new FontFace("L", "url(/f.ttf)")); document.fonts.load("20px L").then(() => { p.style.fontFamily = "L, serif" })',
    'p.style.fontFamily = "L, serif"; const l = document.createElement("link"); l.rel = "stylesheet"; l.href = "/f.css"; document.head.append(l)',
    'p.style.fontFamily = "L, serif"; document.head.insertAdjacentHTML("beforeend", "<style>@font-face { font-family: L; src: url(/f.ttf) }</style>")',
  ]) {
    await withPage(`<span id=p style="font: 20px serif">iiiiiiiiii</span><script>helios.onFrame(({ frame }) => { if (frame === 1) { ${how} } })</script>`,
      { files: { "/f.ttf": font, "/f.css": css } }, async (on) => {
        const widths = await on.run(0, 2, () => p.getBoundingClientRect().width);
        assert.ok(widths[1] > 1.5 * widths[0], `${how}: ${widths}`);
        assert.equal(widths[2], widths[1], how);
      });
  }
});

test("observers report within the step that changed what they observe", async () => {
  await withPage(`<div id=d style="width:10px;height:10px"></div><script>window.log = [];
    new ResizeObserver((e) => log.push("size" + e[0].contentRect.width + "@" + performance.now())).observe(d);
    new IntersectionObserver((e) => log.push("in" + e[0].isIntersecting + "@" + performance.now())).observe(d);
    setTimeout(() => { d.style.width = "50px" }, 150); setTimeout(() => { d.style.marginTop = "-500px" }, 350);</script>`, {}, async (on) => {
    await on.run(0, 4);
    assert.deepEqual(await on.eval(() => window.log), ["size10@0", "intrue@0", `size50@${LEAD + 200}`, `infalse@${LEAD + 400}`]);
  });
});

test("observers report what changes for an element whose own box stays", async () => {
  await withPage(`<style>div, iframe { position: absolute; left: 0; border: 0 } p { margin: 0; width: 50px; height: 20px }</style>
    <div id=fold style="height:0;overflow:hidden"><p id=a></p></div><div id=cut style="top:30px;clip-path:inset(0 0 100% 0)"><p id=b></p></div>
    <div id=host style="top:60px"><p id=c></p></div><div id=root style="top:90px;height:0"><p id=d></p></div>
    <iframe id=inner style="top:120px;height:0"></iframe>
    <div id=box style="top:150px;box-sizing:border-box;width:100px;height:20px"></div><script>window.log = [];
    const see = (name, target, root, Observer = IntersectionObserver) => new Observer(([e]) => log.push(name + " " + e.intersectionRatio + " @" + (performance.now() - ${LEAD})), { threshold: .5, root }).observe(target);
    host.attachShadow({ mode: "open" }).innerHTML = "<section style='height:0;overflow:hidden'><slot></slot></section>";
    see("fold", a); see("cut", b); see("shadow", c); see("root", d, root);
    inner.onload = () => see("iframe", inner.contentDocument.querySelector("p"), null, inner.contentWindow.IntersectionObserver);
    inner.srcdoc = "<style>body{margin:0}</style><p style='margin:0;height:20px'>";
    new ResizeObserver(([e]) => log.push("padding " + e.contentRect.width + " @" + (performance.now() - ${LEAD}))).observe(box);
    setTimeout(() => { fold.style.height = "20px" }, 50);
    setTimeout(() => { cut.style.clipPath = "none" }, 150);
    setTimeout(() => { host.shadowRoot.firstChild.style.height = "20px" }, 250);
    setTimeout(() => { root.style.height = "20px" }, 350);
    setTimeout(() => { inner.style.height = "20px" }, 450);
    setTimeout(() => { box.style.padding = "0 10px" }, 550);</script>`, {}, async (on) => {
    // In one go: the browser's own frames have hardly time to come by.
    await on.page.evaluate(async () => { for (let n = 0; n < 8; n++) await /** @type {any} */ (frames[0]).__helios.step(n); });
    assert.deepEqual((await on.eval(() => window.log)).slice(-6), ["fold 1 @100", "cut 1 @200", "shadow 1 @300", "root 1 @400", "iframe 1 @500", "padding 80 @600"]);
  });
});
