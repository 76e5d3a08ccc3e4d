// studio-harness.js: the real `helios studio` on a project of its own, and a page that shows it. It contains no assertions.

import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { atEnd, newPage } from "./browser.js";

const REPOSITORY = new URL("../../", import.meta.url).pathname;
export const HELIOS = process.env.HELIOS_BINARY ?? path.join(REPOSITORY, "target/debug/helios");
const START_MS = 20_000;

// What is built for a test is of no use to anybody else.
const cache = mkdtempSync(path.join(tmpdir(), "helios-cache-"));
process.env.XDG_CACHE_HOME = cache;
atEnd(() => rmSync(cache, { recursive: true, force: true, maxRetries: 5 }));

/** A page with a state: each frame depends on all before it. Text, an animation and a colour that is a prop. */
const STATEFUL = `<!doctype html><html><head><title>Walk</title><meta name="helios" content="width=320,height=180,fps=30,duration=4"><style>
body { margin: 0; background: #fffaf0; font: 700 28px "Liberation Sans", sans-serif; overflow: hidden } @keyframes slide { to { translate: 180px 0 } }
#box { position: absolute; top: 110px; width: 40px; height: 40px; border-radius: 9px; animation: slide 2s ease-in-out infinite alternate }</style></head>
<body><canvas id="c" width="320" height="100"></canvas><div id="box"></div><script>
helios.props = { colour: "#d1431f", title: "Walk" };
helios.schema = { type: "object", properties: { colour: { type: "string", format: "color" }, title: { type: "string" } } };
const c = document.getElementById("c").getContext("2d"); let x = 20, y = 50;
document.getElementById("box").style.background = helios.props.colour;
requestAnimationFrame(function step() { const from = [x, y]; x = (x + 5 + 3 * Math.random()) % 320; y = Math.max(5, Math.min(95, y + 16 * (Math.random() - 0.5)));
  c.strokeStyle = helios.props.colour; c.lineWidth = 3; c.beginPath(); c.moveTo(...from); c.lineTo(x, y); c.stroke(); c.fillStyle = "#1b1f24"; c.clearRect(0, 0, 120, 30); c.font = "700 20px 'Liberation Sans'"; c.fillText(helios.props.title, 6, 22); requestAnimationFrame(step) });
</script></body></html>`;

/** A folder with these files. @param {Record<string, string>} files */
export function folder(files) {
  const root = mkdtempSync(path.join(tmpdir(), "helios-studio-"));
  atEnd(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.join(root, path.dirname(name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
  return root;
}

export function project() {
  const root = folder({ "walk/index.html": STATEFUL });
  cpSync(path.join(REPOSITORY, "examples/simple-canvas-animation"), path.join(root, "sunrise"), { recursive: true });
  return root;
}

/** @param {string} root @param {number} [port] */
export async function serve(root, port = 0) {
  const child = spawn(HELIOS, ["studio", root, "--no-open", "--port", String(port)], { stdio: ["ignore", "pipe", "pipe"] });
  /** @type {string[]} */
  const said = [];
  createInterface({ input: child.stderr }).on("line", (line) => said.push(line));
  const gone = new Promise((resolve) => child.once("exit", resolve));
  const url = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`helios studio said no address within ${START_MS} ms: ${said.join("\n")}`)), START_MS);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`helios studio ended with ${code}: ${said.join("\n")}`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      said.push(line);
      const address = /^Studio: (\S+)/.exec(line);
      if (!address) return;
      clearTimeout(timer);
      resolve(address[1]);
    });
  });
  atEnd(() => child.kill("SIGKILL"));
  return {
    url: /** @type {string} */ (url), said, pid: /** @type {number} */ (child.pid),
    /** @param {NodeJS.Signals} [signal] */
    async end(signal = "SIGTERM") {
      child.kill(signal);
      await gone;
    },
  };
}

/** The processes that a process has started, and those that they have: state and command. @param {number} pid @returns {string[]} */
export function offspring(pid) {
  const table = execFileSync("ps", ["-eo", "pid=,ppid=,stat=,args="]).toString().trim().split("\n").map((line) => line.trim().split(/\s+/));
  const found = [String(pid)];
  for (let i = 0; i < found.length; i++) for (const [own, parent] of table) if (parent === found[i] && !found.includes(own)) found.push(own);
  return table.filter(([own]) => own !== String(pid) && found.includes(own)).map((words) => words.slice(2).join(" ").slice(0, 160));
}

/** The names of files in a folder; empty while there is none. @param {string} folder @returns {string[]} */
export function listed(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** @param {string} url @param {string} composition */
export async function openStudio(url, composition) {
  const opened = await newPage({ acceptDownloads: true, permissions: ["clipboard-read", "clipboard-write"] });
  const { page } = opened;
  await page.goto(`${url}#${encodeURIComponent(composition)}`);
  await page.locator(".room iframe").first().waitFor();
  await page.waitForFunction(() => Number(document.querySelector("[aria-label=Position]")?.getAttribute("aria-valuemax")) > 0);
  return {
    ...opened,
    /** The card of a job, newest first. @param {number} n */
    job: (n) => page.locator("article.job").nth(n),
    /** @param {Record<string, string>} settings label -> value */
    async settings(settings) {
      await page.getByRole("tab", { name: "Renders" }).click();
      for (const [label, value] of Object.entries(settings)) {
        const control = page.getByLabel(label, { exact: true });
        if ((await control.evaluate((e) => e.localName)) === "select") await control.selectOption(value);
        else await control.fill(value);
      }
    },
    async start() {
      const before = await page.locator("article.job").count();
      await page.getByRole("button", { name: "Start Render" }).click();
      await page.waitForFunction((n) => document.querySelectorAll("article.job").length > n || document.querySelector(".refused"), before);
      const refused = await page.locator(".refused").allInnerTexts();
      if (refused.length > 0) throw new Error(`refused: ${refused.join()}`);
    },
    /** @param {string} id @param {string} state @param {number} [timeout] */
    until: (id, state, timeout = 180_000) => page.waitForFunction(([name, wanted]) => {
      const state = document.querySelector(`[data-job="${name}"]`)?.className ?? "";
      if (state.includes("failed") && wanted !== "failed") throw new Error(`failed: ${document.querySelector(`[data-job="${name}"]`)?.textContent}`);
      return state.split(" ").includes(wanted);
    }, [id, state], { timeout }).catch(async (error) => {
      throw new Error(`${error.message}; ${id} was to become ${state}: ${await page.locator(`[data-job="${id}"]`).innerText()}`);
    }),
    /** @param {number} frame */
    async seek(frame) {
      await page.getByRole("textbox", { name: "Frame" }).fill(String(frame));
      await page.keyboard.press("Enter");
      await page.waitForFunction((n) => document.querySelector("[aria-label=Position]")?.getAttribute("aria-valuenow") === String(n), frame);
    },
    /** The composition's own pixels, as they are on stage. */
    async picture() {
      await page.getByLabel("Zoom", { exact: true }).selectOption("1");
      await page.waitForTimeout(80);
      return page.locator(".paper").screenshot();
    },
  };
}

/** How far two pictures are apart: the largest difference of a channel. @param {import("playwright-core").Page} page @param {Buffer} a @param {Buffer} b */
export function difference(page, a, b) {
  return page.evaluate(async ([one, two]) => {
    const pixels = async (/** @type {string} */ data) => {
      const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
      const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }), { colorSpaceConversion: "none" });
      const c = /** @type {any} */ (new OffscreenCanvas(image.width, image.height).getContext("2d"));
      c.drawImage(image, 0, 0);
      return c.getImageData(0, 0, image.width, image.height);
    };
    const [left, right] = [await pixels(one), await pixels(two)];
    if (left.width !== right.width || left.height !== right.height) return `${left.width}x${left.height} and ${right.width}x${right.height}`;
    let most = 0;
    for (let i = 0; i < left.data.length; i++) most = Math.max(most, Math.abs(left.data[i] - right.data[i]));
    return most;
  }, [a.toString("base64"), b.toString("base64")]);
}
