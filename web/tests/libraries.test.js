// Pages over real libraries from npm: the same states whether stepped, drawn between the steps or replayed at one go, and
// the known ones at known frames. What fails here is a fault of the runtime: the libraries are as they are.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { open, test } from "./harness.js";

const FRAMES = 16;
const umd = (/** @type {string} */ path) => `<script src=/node_modules/${path}></script>`;

/** CommonJS packages (React has no other form) as one script with a `require` for the page. @param {string[]} entries */
function commonJs(entries) {
  /** @type {Map<string, string>} */
  const modules = new Map();
  const add = (/** @type {string} */ file) => {
    if (modules.has(file)) return;
    modules.set(file, "");
    const text = readFileSync(file, "utf8").replace(/require\(["']([^"']+)["']\)/g, (_, id) => {
      const found = createRequire(file).resolve(id);
      if (!found.includes("development")) add(found);
      return `require(${JSON.stringify(found)})`;
    });
    modules.set(file, text);
  };
  const named = entries.map((id) => [id, createRequire(import.meta.url).resolve(id)]);
  for (const [, file] of named) add(file);
  const bodies = [...modules].map(([file, text]) => `${JSON.stringify(file)}: (module, exports, require, process) => {${text}\n}`);
  return `const bodies = {${bodies.join(",\n")}}, names = ${JSON.stringify(Object.fromEntries(named))}, loaded = {};
  function require(id) { id = names[id] || id; if (!loaded[id]) { loaded[id] = { exports: {} }; bodies[id](loaded[id], loaded[id].exports, require, { env: { NODE_ENV: "production" } }) } return loaded[id].exports }`;
}

/** @param {string} html @param {"step" | "draw" | "replay"} how @param {object} files */
async function record(html, how, files) {
  // The state is looked at in the next frame's event: drawn as the last frame left it, but the timers in between have run.
  const look = `<script>window.log = []; addEventListener("helios:frame", () => log.push(JSON.stringify(window.state ? state() : null)))</script>`;
  const on = await open(look + html, { files });
  try {
    if (how === "replay") await on.step(FRAMES);
    else for (let n = 0; n <= FRAMES; n++) {
      await on.step(n);
      if (how === "draw") await on.page.evaluate(() => new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(() => r(undefined)))));
    }
    assert.deepEqual(on.errors, []);
    return (await on.eval(() => window.log)).slice(1).map((/** @type {string} */ s) => JSON.parse(s));
  } finally {
    await on.close();
  }
}

/** @param {string} name @param {string} html @param {((states: any[]) => void) | null} [known] @param {object} [files] */
function library(name, html, known = null, files = {}) {
  test(name, async () => {
    const stepped = await record(html, "step", files);
    known?.(stepped);
    assert.ok(new Set(stepped.map((s) => JSON.stringify(s))).size > 3, `nothing moves: ${JSON.stringify(stepped.slice(0, 4))}`);
    assert.deepEqual(await record(html, "draw", files), stepped, "drawn");
    assert.deepEqual(await record(html, "replay", files), stepped, "replayed");
  });
}

/** @param {(state: any) => number} pick @param {(n: number) => number} want @param {number} within */
const follows = (pick, want, within) => (/** @type {any[]} */ states) => states.forEach((s, n) => {
  assert.ok(Math.abs(pick(s) - want(n)) <= within, `frame ${n}: ${pick(s)} is not ${want(n)}`);
});
/** Linear from 0 to 100 in a second, ten frames a second; GSAP-like clocks may be 5 ms ahead. */
const linear = (/** @type {number} */ n) => Math.min(100, n * 10);
const BOX = "<div id=a style='position:absolute;left:0'>x</div>";
const left = "window.state = () => [parseFloat(getComputedStyle(a).left), performance.now()]";

library("gsap: a timeline, a stagger, a ticker", `${BOX}<i class=k></i><i class=k></i>${umd("gsap/dist/gsap.min.js")}<script>
  gsap.timeline().to(a, { left: 100, duration: 1, ease: "none" }).to(a, { opacity: 0, duration: .3 });
  gsap.from(".k", { x: 50, stagger: .2, duration: .5, ease: "elastic.out" }); window.state = () => [parseFloat(a.style.left), a.style.opacity, ...[...document.querySelectorAll(".k")].map((k) => k.style.transform), gsap.ticker.frame];
</script>`, follows((s) => s[0], linear, 1));

library("anime.js: the engine and its springs", `${BOX}<b id=b></b>${umd("animejs/dist/bundles/anime.umd.min.js")}<script>
  anime.animate(a, { left: "100px", duration: 1000, ease: "linear" }); anime.animate(b, { x: 90, rotate: "1turn", ease: anime.createSpring({ stiffness: 90 }), loop: true, alternate: true });
  window.state = () => [parseFloat(a.style.left), b.style.transform] </script>`, follows((s) => s[0], linear, 2));

library("motion: WAAPI and springs", `${BOX}<b id=b style=display:block>b</b>${umd("motion/dist/motion.js")}<script>
  Motion.animate(a, { left: ["0px", "100px"] }, { duration: 1, ease: "linear" }); Motion.animate(b, { x: 100, rotate: 90 }, { type: "spring" }); Motion.animate(0, 1, { duration: .7, onUpdate: (v) => { window.v = v } });
  window.state = () => [parseFloat(getComputedStyle(a).left), getComputedStyle(b).transform, window.v] </script>`, follows((s) => s[0], linear, 2));

const LOTTIE = { v: "5.7.0", fr: 30, ip: 0, op: 30, w: 100, h: 100, layers: [{ ty: 4, ip: 0, op: 30, st: 0, ks: { o: { k: 100 }, r: { k: 0 }, p: { a: 1, k: [{ t: 0, s: [0, 50, 0], i: { x: 1, y: 1 }, o: { x: 0, y: 0 } }, { t: 30, s: [100, 50, 0] }] }, a: { k: [0, 0, 0] }, s: { k: [100, 100, 100] } }, shapes: [{ ty: "gr", it: [{ ty: "rc", d: 1, s: { k: [10, 10] }, p: { k: [0, 0] }, r: { k: 0 } }, { ty: "fl", c: { k: [1, 0, 0, 1] }, o: { k: 100 } }, { ty: "tr", p: { k: [0, 0] }, a: { k: [0, 0] }, s: { k: [100, 100] }, r: { k: 0 }, o: { k: 100 } }] }] }] };
library("lottie-web: a file that is loaded, in a loop", `<div id=a></div>${umd("lottie-web/build/player/lottie.min.js")}<script>
  const x = lottie.loadAnimation({ container: a, path: "/a.json", renderer: "svg" }); window.state = () => [x.currentFrame, a.querySelector("g g")?.getAttribute("transform")]</script>`,
follows((s) => s[0], (n) => ((n * 3) % 30), 0.3), { "/a.json": JSON.stringify(LOTTIE) });

library("react: state by timers and effects, transitions, Suspense", `<style>#box { position: absolute; left: 0; transition: left .3s linear }</style><div id=root></div><script src=/react.js></script><script>
  const { createElement: h, useState, useEffect, useTransition, useDeferredValue } = require("react");
  function App() { const [n, set] = useState(0), [slow, setSlow] = useState(0), [, start] = useTransition(), late = useDeferredValue(slow);
    useEffect(() => { const id = setTimeout(() => { set(n + 1); start(() => setSlow(n)) }, 120); return () => clearTimeout(id) }, [n]);
    return h("p", null, h("b", { id: "box", style: { left: n * 10 } }, n), h("i", null, late)) }
  require("react-dom/client").createRoot(root).render(h(App)); window.state = () => [root.textContent, getComputedStyle(box).left] </script>`,
(states) => assert.deepEqual([0, 1, 2, 5].map((n) => states[n][0]), ["00", "10", "21", "54"]), { "/react.js": commonJs(["react", "react-dom/client"]) });

library("vue: reactivity, watchers, TransitionGroup", `<style>.v-enter-active { transition: opacity .4s linear } .v-enter-from { opacity: 0 }</style><div id=app></div>${umd("vue/dist/vue.global.prod.js")}<script>
  const { createApp, ref, h, TransitionGroup, watchEffect } = Vue; const n = ref(0);
  createApp({ setup() { setInterval(() => n.value++, 150); watchEffect(() => { window.seen = n.value }); return () => h(TransitionGroup, { tag: "div" }, () => Array.from({ length: n.value }, (_, i) => h("b", { key: i, class: "k" }, i))) } }).mount(app);
  window.state = () => [window.seen, ...[...document.querySelectorAll(".k")].map((k) => getComputedStyle(k).opacity)] </script>`, follows((s) => s[0], (n) => Math.floor(((n + 1) * 100 + 5) / 150), 0));

library("three: mixer, clock and pixels", `<canvas id=c width=64 height=64></canvas><script type=importmap>{"imports":{"three":"/node_modules/three/build/three.module.js"}}</script><script type=module>
  import * as T from "three"; const renderer = new T.WebGLRenderer({ canvas: c, preserveDrawingBuffer: true }), scene = new T.Scene(), camera = new T.PerspectiveCamera(60, 1, .1, 10); camera.position.z = 3;
  const box = new T.Mesh(new T.BoxGeometry(), new T.MeshNormalMaterial()); scene.add(box); const mixer = new T.AnimationMixer(box);
  mixer.clipAction(new T.AnimationClip("k", 1, [new T.NumberKeyframeTrack(".position[x]", [0, 1], [0, 1])])).play(); const clock = new T.Clock();
  renderer.setAnimationLoop((t) => { mixer.update(clock.getDelta()); box.rotation.y = t / 500; renderer.render(scene, camera) });
  window.state = () => [box.position.x, box.rotation.y, c.toDataURL().length] </script>`);

library("pixi.js: ticker and pixels", `<body>${umd("pixi.js/dist/pixi.min.js")}<script>
  (async () => { const app = new PIXI.Application(); await app.init({ width: 64, height: 64, preference: "webgl", preserveDrawingBuffer: true }); document.body.append(app.canvas);
    const g = new PIXI.Graphics().rect(0, 0, 10, 10).fill(0xff0000); app.stage.addChild(g); app.ticker.add((t) => { g.x += t.deltaTime }); window.state = () => [g.x, app.ticker.lastTime, app.canvas.toDataURL().length] })() </script>`);

library("d3: transitions, timers and eases", `<svg><circle id=a cx=0 r=5 /></svg>${umd("d3/dist/d3.min.js")}<script>
  d3.select(a).transition().duration(1000).ease(d3.easeLinear).attr("cx", 100).transition().duration(300).attr("r", 9); let n = 0; d3.interval(() => n++, 170); window.state = () => [+a.getAttribute("cx"), a.getAttribute("r"), n] </script>`,
follows((s) => s[0], linear, 1));

library("chart.js: its animation and its resize observer", `<div style=width:200px><canvas id=c></canvas></div>${umd("chart.js/dist/chart.umd.min.js")}<script>
  const chart = new Chart(c, { type: "bar", data: { labels: ["a", "b"], datasets: [{ data: [3, 9] }] }, options: { animation: { duration: 800, easing: "linear" } } });
  window.state = () => [chart.getDatasetMeta(0).data.map((b) => Math.round(b.height * 10)), chart.width, c.toDataURL().length] </script>`);

library("matter-js: a runner with fixed steps", `${umd("matter-js/build/matter.min.js")}<script>
  const { Engine, Runner, Bodies, Composite } = Matter, engine = Engine.create(), ball = Bodies.circle(50, 0, 9, { restitution: .8 }); Composite.add(engine.world, [ball, Bodies.rectangle(50, 150, 300, 20, { isStatic: true })]);
  Runner.run(Runner.create(), engine); window.state = () => [ball.position.x, ball.position.y] </script>`);

library("canvas-confetti: without its worker", `<canvas id=c width=200 height=200></canvas>${umd("canvas-confetti/dist/confetti.browser.js")}<script>
  confetti.create(c, { useWorker: false, resize: false })({ particleCount: 30, ticks: 60 }); window.state = () => c.toDataURL().length </script>`);
