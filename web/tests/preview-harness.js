// preview-harness.js: a page around a preview, as Studio and the player have it: the composition comes from another origin, with
// the preview script first in every document. It contains no assertions.

import { readFileSync } from "node:fs";
import { previewScript } from "../preview/assemble.js";
import { launch, serve } from "./harness.js";

const AROUND = `<!doctype html><body style="margin:0;background:#fff"><div id="stage" style="position:relative"></div><script type="module">
import { PreviewStage } from "/preview/stage.js";
window.said = [];
window.stage = new PreviewStage(document.getElementById("stage"), (type, detail) => said.push([type, detail]));
window.until = async (ok, what) => {
  const began = performance.now();
  while (!ok()) {
    if (performance.now() - began > 15000) throw new Error("waited for " + what + "; heard " + JSON.stringify(said.slice(-8)));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};
window.show = async (frame) => {
  const from = said.length;
  stage.seek(frame);
  await until(() => said.slice(from).some(([type, d]) => type === "failed" || (type === "frame" && d.frame === frame && !d.playing)), "frame " + frame);
};
</script>`;

/**
 * @param {string} html the composition
 * @param {{ files?: Record<string, string | Buffer>, size?: { width: number, height: number } }} [options]
 */
export async function openPreview(html, { files = {}, size = { width: 640, height: 360 } } = {}) {
  let parent = "";
  const compositions = await serve((req, res) => {
    const path = (req.url ?? "/").split("?")[0];
    const file = path === "/page" ? html : files[path];
    res.statusCode = file === undefined ? 404 : 200;
    const isPage = path === "/page" || path.endsWith(".html");
    res.setHeader("content-type", isPage ? "text/html" : path.endsWith(".js") ? "text/javascript" : "text/plain");
    // First of all scripts, and after the doctype: without one the page would be another.
    const script = `<script>${previewScript(JSON.stringify(parent)).replaceAll("</script", "<\\/script")}</script>`;
    res.end(isPage ? /^\s*<!doctype[^>]*>/i.test(file) ? file.replace(/^\s*<!doctype[^>]*>/i, (all) => all + script) : script + file : file ?? "");
  });
  const around = await serve((req, res) => {
    const path = (req.url ?? "/").split("?")[0];
    if (path === "/") return void res.setHeader("content-type", "text/html").end(AROUND);
    if (!/^\/preview\/[a-z]+\.js$/.test(path)) return void (res.statusCode = 404, res.end());
    res.setHeader("content-type", "text/javascript").end(readFileSync(new URL(`..${path}`, import.meta.url)));
  });
  parent = `http://127.0.0.1:${around.port}`;
  const origin = `http://localhost:${compositions.port}`;
  const context = await (await launch()).newContext({ viewport: size });
  const page = await context.newPage();
  if (process.env.DEBUG_PREVIEW) { page.on("console", (m) => console.error("console", m.text())); page.on("pageerror", (e) => console.error("pageerror", e.stack)); }
  await page.goto(`${parent}/`);
  await page.waitForFunction("window.stage");
  const inner = () => /** @type {import("playwright-core").Frame} */ (page.frames().filter((f) => f.url().startsWith(origin)).at(-1));
  return {
    page, origin, inner,
    /** @param {object} [settings] @param {number} [frame] */
    load: (settings = {}, frame = 0) => page.evaluate(async ([url, at, given, n]) => {
      const w = /** @type {any} */ (window);
      const from = w.said.length;
      w.stage.load({ url, origin: at }, given, n);
      await w.until(() => w.said.slice(from).some((/** @type {any[]} */ [type]) => type === "failed" || type === "reloaded"), "the page");
    }, /** @type {[string, string, any, number]} */ ([`${origin}/page`, origin, settings, frame])),
    show: (/** @type {number} */ n) => page.evaluate((frame) => /** @type {any} */ (window).show(frame), n),
    said: (/** @type {string} */ type) => page.evaluate((t) => /** @type {any} */ (window).said.filter((/** @type {any[]} */ [k]) => k === t).map((/** @type {any[]} */ [, d]) => d), type),
    eval: (/** @type {any} */ fn, /** @type {any} */ arg) => inner().evaluate(fn, arg),
    async close() {
      await context.close();
      compositions.close();
      around.close();
    },
  };
}
