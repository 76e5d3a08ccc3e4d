// harness.js: a real Chromium with the runtime injected as Rust does it, and small pages served to it.
// Compositions run in an iframe of a host page, as in a render. It contains no assertions.

import { existsSync, readFileSync } from "node:fs";
import http from "node:http";
import { after, test as nodeTest } from "node:test";
import { chromium } from "playwright-core";

/** LEAD_MS of config.js: frame n comes at LEAD + n * 1000 / fps. */
export const LEAD = 5;

/**
 * A test that cannot run for ever. (Node 18 does not know --test-timeout.)
 * @param {string} name @param {() => Promise<void>} run
 */
export const test = (name, run) => nodeTest(name, { timeout: 30_000 }, run);

const runtimeDir = new URL("../runtime/", import.meta.url);
const order = readFileSync(new URL("order.txt", runtimeDir), "utf8").split("\n").filter(Boolean);
const runtimeText = order.map((name) => `// ${name}\n` + readFileSync(new URL(name, runtimeDir), "utf8")).join("\n");

/** @param {object} config */
export function runtimeSource(config) {
  return `(() => { "use strict"; const HELIOS_CONFIG = ${JSON.stringify(config)};\n${runtimeText}\n})();`;
}

/** npm packages as a page without a bundler would load them. @param {string} path @param {http.ServerResponse} res */
function sendModule(path, res) {
  const file = new URL(`..${path}`, import.meta.url);
  res.statusCode = existsSync(file) ? 200 : 404;
  res.setHeader("content-type", path.endsWith(".json") ? "application/json" : path.endsWith(".wasm") ? "application/wasm" : "text/javascript");
  res.end(res.statusCode === 200 ? readFileSync(file) : "");
}

const HOST = '<!doctype html><body style="margin:0"><iframe src="/page" width="640" height="360" style="border:0"></iframe>';

/** @type {import("playwright-core").Browser | null} */
let browser = null;

export async function launch() {
  browser ??= await chromium.launch({
    executablePath: process.env.HELIOS_CHROMIUM ?? "/usr/lib/chromium/chromium",
    args: [...(process.getuid?.() === 0 ? ["--no-sandbox"] : []), "--disable-threaded-animation", "--disable-site-isolation-trials",
      "--disable-features=IsolateOrigins,site-per-process"],
  });
  return browser;
}

/** @type {Set<http.Server>} */
const servers = new Set();

/** A server on a free port, closed at the end of the file whatever happens. @param {http.RequestListener} answer */
export async function serve(answer) {
  const server = http.createServer(answer);
  servers.add(server);
  await new Promise((resolve) => server.listen(0, () => resolve(undefined)));
  return { port: /** @type {any} */ (server.address()).port, close: () => closeServer(server) };
}

/** @param {http.Server} server */
function closeServer(server) {
  servers.delete(server);
  server.closeAllConnections();
  server.close();
}

// A failed test leaves its page and servers open, and they would keep the process alive.
after(async () => {
  for (const server of servers) closeServer(server);
  await browser?.close();
});

/**
 * Opens a page and waits for its load event, but not for `ready()`.
 * @param {string} html
 * @param {{ files?: Record<string, any>, config?: object, ready?: boolean }} [options] files: path -> text, or function(req, res)
 */
export async function open(html, { files = {}, config = {}, ready = true } = {}) {
  const server = await serve((req, res) => {
    const path = (req.url ?? "/").split("?")[0];
    const file = path === "/__helios__/host" ? HOST : path === "/page" ? html : files[path];
    if (typeof file === "function") return file(req, res);
    if (path.startsWith("/node_modules/")) return sendModule(path, res);
    res.statusCode = file === undefined ? 404 : 200;
    if (typeof file === "string") res.setHeader("content-type", path.endsWith(".js") ? "text/javascript" : path.endsWith(".svg") ? "image/svg+xml" : path.endsWith(".css") ? "text/css" : "text/html");
    res.end(file ?? "");
  });
  const { port } = server;
  const context = await (await launch()).newContext();
  const page = await context.newPage();
  /** @type {string[]} */
  const errors = [];
  /** @type {string[]} */
  const logs = [];
  page.on("console", (m) => logs.push(m.text()));
  const cdp = await context.newCDPSession(page);
  await cdp.send("Page.enable");
  await cdp.send("Runtime.enable");
  cdp.on("Runtime.exceptionThrown", (e) => errors.push(e.exceptionDetails.exception?.description?.split("\n")[0] ?? e.exceptionDetails.text));
  const full = { fps: { num: 10, den: 1 }, seed: 7, epochMs: 1700000000000, timeoutMs: 2000, ...config };
  await cdp.send("Page.addScriptToEvaluateOnNewDocument", { source: runtimeSource(full) });
  await page.goto(`http://localhost:${port}/__helios__/host`);
  const frame = /** @type {import("playwright-core").Frame} */ (page.frames().find((f) => f.url().endsWith("/page")));
  const on = {
    page, frame, errors, logs, port, cdp,
    ready: () => page.evaluate(async () => await /** @type {any} */ (frames[0]).__helios.ready()),
    step: (/** @type {number} */ n) => page.evaluate(async (k) => {
      const result = await /** @type {any} */ (frames[0]).__helios.step(k);
      return { ...result, warnings: result.notes.map((/** @type {any} */ note) => note.text) };
    }, n),
    /** Steps through the frames a..b, both included, and returns what `look` finds after each. */
    async run(/** @type {number} */ a, /** @type {number} */ b, /** @type {any} */ look) {
      const out = [];
      for (let n = a; n <= b; n++) {
        await on.step(n);
        if (look) out.push(await frame.evaluate(look));
      }
      return out;
    },
    describe: () => page.evaluate(() => /** @type {any} */ (frames[0]).__helios.describe()),
    eval: (/** @type {any} */ fn, /** @type {any} */ arg) => frame.evaluate(fn, arg),
    async close() {
      await context.close();
      server.close();
    },
  };
  if (ready) await on.ready();
  return on;
}

/**
 * Opens, uses and closes a page.
 * @param {string} html @param {any} options @param {(on: Awaited<ReturnType<typeof open>>) => Promise<void>} use
 */
export async function withPage(html, options, use) {
  const on = await open(html, options);
  try {
    await use(on);
  } finally {
    await on.close();
  }
}

/** A file that comes after so many milliseconds. @param {number} ms @param {string} text @param {string} [type] of its content */
export const slowly = (ms, text, type) => (/** @type {http.IncomingMessage} */ _req, /** @type {http.ServerResponse} */ res) => {
  if (type) res.setHeader("content-type", type);
  setTimeout(() => res.end(text), ms);
};

/** Two real frames of the browser: what a capture between two steps brings about. @param {import("playwright-core").Page} page */
export const twoFrames = (page) => page.evaluate(() => new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(() => r(undefined)))));

/** What is really painted: the grey at (16, 16), (56, 16), (96, 16) … @param {import("playwright-core").Page} page @param {number} count */
export async function paintedGreys(page, count) {
  const png = (await page.screenshot({ clip: { x: 0, y: 0, width: 40 * count, height: 32 } })).toString("base64");
  return await page.evaluate(async ([data, n]) => {
    const img = new Image();
    img.src = `data:image/png;base64,${data}`;
    await img.decode();
    const c = /** @type {any} */ (new OffscreenCanvas(40 * +n, 32).getContext("2d"));
    c.drawImage(img, 0, 0);
    return Array.from({ length: +n }, (_, i) => c.getImageData(40 * i + 16, 16, 1, 1).data[0]);
  }, /** @type {[string, number]} */ ([png, count]));
}
