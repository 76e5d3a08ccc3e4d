// browser.js: one browser for the tests of a file, and servers that end with it. It contains no assertions.

import { after, test as nodeTest } from "node:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";

/** @param {string} name @param {() => Promise<void>} run @param {number} [timeout] */
export const test = (name, run, timeout = 60_000) => nodeTest(name, { timeout }, run);

/** What the renderer's browser has been told about pixels: with it a screenshot can be compared with a rendered frame. */
const PIXELS = ["--force-color-profile=srgb", "--disable-lcd-text", "--font-render-hinting=none", "--disable-partial-raster", "--hide-scrollbars", "--disable-threaded-animation"];

/** As the renderer has it: letters are drawn as they are, not bent to whole pixels. */
const FONTS = `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>${["pattern", "font"].map((target) => `<match target="${target}"><edit name="hintstyle" mode="assign"><const>hintnone</const></edit></match><match target="${target}"><edit name="hinting" mode="assign"><bool>false</bool></edit></match>`).join("")}</fontconfig>`;

/** @type {import("playwright-core").Browser | null} */
let browser = null;
/** @type {(() => void)[]} */
const ends = [];

/** A folder of settings with those for fonts in it. */
function settings() {
  const home = mkdtempSync(path.join(tmpdir(), "helios-e2e-"));
  mkdirSync(path.join(home, "fontconfig"));
  writeFileSync(path.join(home, "fontconfig/fonts.conf"), FONTS);
  atEnd(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

export async function launch() {
  browser ??= await chromium.launch({
    env: { .../** @type {Record<string, string>} */ (process.env), XDG_CONFIG_HOME: settings(), TZ: "UTC" },
    executablePath: process.env.HELIOS_CHROMIUM ?? "/usr/lib/chromium/chromium",
    args: [...PIXELS, ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])],
  });
  return browser;
}

/** @param {import("playwright-core").BrowserContextOptions} [options] */
export async function newPage(options = {}) {
  const context = await (await launch()).newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  /** @type {string[]} */
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error.stack)));
  return { page, context, errors };
}

/** @param {() => void} end */
export const atEnd = (end) => void ends.push(end);

/** A server of fixed texts on a free port. @param {Record<string, [string, string | Buffer]>} files path -> [type, body] */
export async function serveFiles(files) {
  const server = http.createServer((req, res) => {
    const file = files[(req.url ?? "/").split("?")[0]];
    if (file) res.writeHead(200, { "content-type": file[0] }).end(file[1]);
    else res.writeHead(404).end();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  atEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${/** @type {any} */ (server.address()).port}`;
}

after(async () => {
  await browser?.close();
  for (const end of ends) end();
});
