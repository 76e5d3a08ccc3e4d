// @helios/react, vue, svelte and solid in the real browser: the frame is in the document when the frame's callbacks have run, parts of a video
// count from their own start, and without Helios the preview clock drives them.
import assert from "node:assert/strict";
import { build } from "esbuild";
import { readFileSync } from "node:fs";
import { compile } from "svelte/compiler";
import { launch, open, serve, test } from "./harness.js";

const source = (/** @type {string} */ name) => new URL(`../packages/${name}/src/index.js`, import.meta.url).pathname;

/**
 * One script of a page's module and what it imports.
 * @param {string} name of the entry @param {Record<string, string>} modules by name
 */
async function bundle(name, modules) {
  const js = (/** @type {string} */ code, /** @type {string} */ path) =>
    path.endsWith(".svelte") ? compile(code, { filename: path, generate: /** @type {const} */ ("client") }).js.code : code;
  /** @type {import("esbuild").Plugin} */
  const own = {
    name: "test",
    setup(build) {
      build.onResolve({ filter: /./ }, ({ path }) => (path in modules ? { path, namespace: "test" } : null));
      build.onLoad({ filter: /./, namespace: "test" }, ({ path }) => ({ contents: js(modules[path], path), resolveDir: new URL(".", import.meta.url).pathname }));
      build.onLoad({ filter: /\.svelte$/ }, ({ path }) => ({ contents: js(readFileSync(path, "utf8"), path) }));
    },
  };
  const { outputFiles } = await build({
    entryPoints: [name],
    plugins: [own],
    bundle: true,
    write: false,
    format: "esm",
    alias: Object.fromEntries(["core", "react", "vue", "svelte", "solid"].map((id) => [`@helios/${id}`, source(id)])),
    conditions: ["svelte", "browser", "import", "module", "default"],
    define: { "process.env.NODE_ENV": '"production"', __VUE_OPTIONS_API__: "false", __VUE_PROD_DEVTOOLS__: "false", __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false" },
  });
  return outputFiles[0].text;
}

// The same in each: name and frame; in frames 3 to 5, inside two sequences, a letter of a list that has no more than those three.
const ITEMS = 'const ITEMS = ["a", "b", "c"];';
const APPS = {
  react: { "app.js": `
    import { createElement as h } from "react";
    import { createRoot } from "react-dom/client";
    import { Sequence, defineVideo, useFrame, useProps, useTime, useVideoConfig } from "@helios/react";
    ${ITEMS}
    function Item() {
      const { durationInFrames, width } = useVideoConfig();
      return ITEMS[useFrame()].toUpperCase() + durationInFrames + "/" + width + "@" + useTime().toFixed(1);
    }
    function App() {
      const { name } = useProps({ name: "nobody" });
      return h("p", null, name, " ", useFrame(), " ", h(Sequence, { from: 2, durationInFrames: 4 }, h(Sequence, { from: 1, durationInFrames: 9 }, h(Item))));
    }
    defineVideo({ seekable: true, width: 200, duration: 1, fps: 10 });
    createRoot(document.querySelector("#root")).render(h(App));` },
  vue: { "app.js": `
    import { createApp, h } from "vue";
    import { Sequence, defineVideo, useFrame, useProps, useTime, useVideoConfig } from "@helios/vue";
    ${ITEMS}
    const Item = { setup() {
      const [frame, time, video] = [useFrame(), useTime(), useVideoConfig()];
      return () => ITEMS[frame.value].toUpperCase() + video.value.durationInFrames + "/" + video.value.width + "@" + time.value.toFixed(1);
    } };
    const App = { setup() {
      const [frame, { name }] = [useFrame(), useProps({ name: "nobody" })];
      return () => h("p", [name, " ", frame.value, " ", h(Sequence, { from: 2, durationInFrames: 4 }, () => h(Sequence, { from: 1, durationInFrames: 9 }, () => h(Item)))]);
    } };
    defineVideo({ seekable: true, width: 200, duration: 1, fps: 10 });
    createApp(App).mount("#root");` },
  svelte: {
    "app.js": `
    import { mount } from "svelte";
    import { defineVideo } from "@helios/svelte";
    import App from "App.svelte";
    defineVideo({ seekable: true, width: 200, duration: 1, fps: 10 });
    mount(App, { target: document.querySelector("#root") });`,
    "App.svelte": `<script>
      import { Sequence, useFrame, useProps } from "@helios/svelte";
      import Item from "Item.svelte";
      const frame = useFrame();
      const { name } = useProps({ name: "nobody" });
    </script>
    <p>{name} {$frame} <Sequence from={2} durationInFrames={4}><Sequence from={1} durationInFrames={9}><Item /></Sequence></Sequence></p>`,
    "Item.svelte": `<script>
      import { useFrame, useTime, useVideoConfig } from "@helios/svelte";
      ${ITEMS}
      const [frame, time, video] = [useFrame(), useTime(), useVideoConfig()];
    </script>
    {ITEMS[frame.current].toUpperCase() + video.durationInFrames}/{video.width}@{time.current.toFixed(1)}`,
  },
  solid: { "app.js": `
    import h from "solid-js/h";
    import { render } from "solid-js/web";
    import { createComponent } from "solid-js";
    import { Sequence, defineVideo, useFrame, useProps, useTime, useVideoConfig } from "@helios/solid";
    ${ITEMS}
    function Item() {
      const [frame, time, video] = [useFrame(), useTime(), useVideoConfig()];
      return () => ITEMS[frame()].toUpperCase() + video().durationInFrames + "/" + video().width + "@" + time().toFixed(1);
    }
    function App() {
      const [frame, { name }] = [useFrame(), useProps({ name: "nobody" })];
      const inner = { from: 1, durationInFrames: 9, get children() { return createComponent(Item, {}); } };
      const outer = { from: 2, durationInFrames: 4, get children() { return createComponent(Sequence, inner); } };
      return h("p", name, " ", frame, " ", () => createComponent(Sequence, outer))();
    }
    defineVideo({ seekable: true, width: 200, duration: 1, fps: 10 });
    render(() => createComponent(App, {}), document.querySelector("#root"));` },
};

/** What is shown at a frame. @param {number} frame @param {string} name @param {number} width */
const shown = (frame, name, width) => `${name} ${frame} ${frame >= 3 && frame < 6 ? `${"ABC"[frame - 3]}3/${width}@${((frame - 3) / 10).toFixed(1)}` : ""}`.trim();

const HTML = `<div id=root></div><script type=module src=/app.js></script>`;

for (const [name, modules] of Object.entries(APPS)) {
  test(`${name}: each frame shows itself when its callbacks have run, stepped and jumped to`, async () => {
    const code = await bundle("app.js", modules);
    // Animation frames come after the frame's callbacks, and before Helios lets the page come to rest.
    const look = `<script>window.log = []; requestAnimationFrame(function f() { log.push(document.querySelector("#root").textContent.trim()); requestAnimationFrame(f) })</script>`;
    const config = { props: { name: "Ada" }, width: 320, height: 180, totalFrames: 10, durationSeconds: 1 };
    const on = await open(look + HTML, { config, files: { "/app.js": code } });
    try {
      await on.run(0, 7, null);
      await on.step(4);
      await on.step(90);
      assert.deepEqual(on.errors, []);
      assert.deepEqual(await on.eval(() => window.log), [0, 1, 2, 3, 4, 5, 6, 7, 4, 90].map((frame) => shown(frame, "Ada", 320)));
    } finally {
      await on.close();
    }
    await plays(code);
  });
}

/** In a plain browser it plays by itself, and comes round. @param {string} code */
async function plays(code) {
  const { port, close } = await serve((req, res) => {
    res.setHeader("content-type", req.url === "/app.js" ? "text/javascript" : "text/html");
    res.end(req.url === "/app.js" ? code : HTML);
  });
  const page = await (await launch()).newPage();
  try {
    /** @type {string[]} */
    const errors = [];
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(`http://localhost:${port}/`);
    await page.evaluate(() => {
      const look = () => /** @type {any} */ (document.querySelector("#root")).textContent.trim();
      const w = /** @type {any} */ (window);
      w.seen = [look()];
      new MutationObserver(() => w.seen.at(-1) !== look() && w.seen.push(look())).observe(document, { subtree: true, childList: true, characterData: true });
    });
    await page.waitForFunction(() => {
      const frames = /** @type {string[]} */ (/** @type {any} */ (window).seen).map((text) => Number(text.split(" ")[1]));
      return frames.some((frame, i) => i > 3 && frame < frames[i - 1]);
    });
    const seen = new Set(await page.evaluate(() => /** @type {any} */ (window).seen));
    const whole = new Set([...Array(10).keys()].map((frame) => shown(frame, "nobody", 200)));
    assert.deepEqual([...seen].filter((text) => !whole.has(text)), [], "every state is that of a frame");
    assert.ok(seen.size > 3, [...seen].join(", "));
    assert.deepEqual(errors, []);
  } finally {
    await page.close();
    close();
  }
}

test("react: sound and video begin with the sequence around them", async () => {
  const code = await bundle("app.js", { "app.js": `
    import { createElement as h } from "react";
    import { createRoot } from "react-dom/client";
    import { Audio, Sequence, Video, defineVideo } from "@helios/react";
    defineVideo({ seekable: true, fps: 10, duration: 2 });
    createRoot(document.querySelector("#root")).render(h(Sequence, { from: 5 },
      h(Video, { src: "/none.mp4", muted: true }),
      h(Sequence, { from: 3, durationInFrames: 7 }, h(Audio, { src: "/none.wav", startAt: 0.5, volume: 0.8, fadeOut: 1, className: "a" }))));` });
  const on = await open(HTML, { files: { "/app.js": code } });
  try {
    await on.step(9);
    const found = await on.eval(() => [...document.querySelectorAll("audio, video")].map((e) => [e.localName, e.className, ...["offset", "seek", "fade-out"].map((key) => e.getAttribute(`data-helios-${key}`)), e.getAttribute("data-duration"), e.getAttribute("data-volume")]));
    assert.deepEqual(found, [["video", "", "0.5", null, null, null, null], ["audio", "a", "0.8", "0.5", "1", "0.7", "0.8"]]);
  } finally {
    await on.close();
  }
});
