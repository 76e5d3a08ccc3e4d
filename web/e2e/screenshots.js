// screenshots.js <folder>: pictures of the Studio's panels, light and dark, with the real server, a real render and a project
// made here. What changes from run to run (paths, speeds) is in the pictures; they are for people.

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { launch } from "./browser.js";
import { serve } from "./studio-harness.js";

const REPOSITORY = new URL("../../", import.meta.url).pathname;
const folder = path.resolve(process.argv[2] ?? path.join(REPOSITORY, "docs/images"));
mkdirSync(folder, { recursive: true });

const CARD = `<!doctype html><html><head><title>Name card</title><meta name="helios" content="width=1280,height=720,fps=30,duration=4"><style>
body { margin: 0; height: 100vh; display: grid; place-content: center; background: var(--paper); font-family: "Liberation Sans", sans-serif; overflow: hidden }
h1 { font-size: 110px; margin: 0; animation: rise 1.1s cubic-bezier(.2, .8, .2, 1) both } p { font-size: 42px; margin: 10px 0 0; animation: rise 1.1s .35s cubic-bezier(.2, .8, .2, 1) both }
i { display: block; height: 12px; width: 240px; margin-top: 34px; border-radius: 6px; background: var(--accent); transform-origin: 0; animation: grow 1.4s .7s ease-out both }
@keyframes rise { from { opacity: 0; translate: 0 60px } } @keyframes grow { from { scale: 0 1 } }</style></head><body><div><h1></h1><p></p><i></i></div><audio src="music.wav" autoplay></audio><script>
helios.props = { name: "Ada Lovelace", role: "Analyst of the Engine", accent: "#e07a2f", paper: "#f4efe6", weight: 700, mood: "calm", date: "2026-11-21", highlights: ["Notes", "Bernoulli numbers"] };
helios.schema = { type: "object", properties: { name: { type: "string", description: "Whose card it is" }, role: { type: "string" }, accent: { type: "string", format: "color" }, paper: { type: "string", format: "color" }, weight: { type: "integer", minimum: 300, maximum: 900 }, mood: { enum: ["calm", "bright", "formal"] }, date: { type: "string", format: "date" }, highlights: { type: "array", items: { type: "string" } } } };
const p = helios.props; document.querySelector("h1").textContent = p.name; document.querySelector("p").textContent = p.role; document.querySelector("h1").style.fontWeight = p.weight;
document.documentElement.style.cssText = "--accent:" + p.accent + ";--paper:" + p.paper;</script></body></html>`;
const CAPTIONS = "WEBVTT\n\n00:00.500 --> 00:02.200\nGood morning.\n\n00:02.400 --> 00:04.600\nThe sun comes up\nover the hills.\n";

function project() {
  const root = path.join(mkdtempSync(path.join(tmpdir(), "helios-shots-")), "launch-film");
  after(() => rmSync(path.dirname(root), { recursive: true, force: true, maxRetries: 5 }));
  for (const [from, to] of [["simple-canvas-animation", "sunrise"], ["css-title", "title"]]) cpSync(path.join(REPOSITORY, "examples", from), path.join(root, to), { recursive: true });
  mkdirSync(path.join(root, "card"));
  writeFileSync(path.join(root, "card/index.html"), CARD);
  writeFileSync(path.join(root, "sunrise/words.vtt"), CAPTIONS);
  execFileSync("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", "sine=frequency=220:duration=4,volume='abs(sin(3*t))':eval=frame", path.join(root, "card/music.wav")]);
  return root;
}

test("pictures of the panels", { timeout: 1_500_000 }, async () => {
  const server = await serve(project());
  const browser = await launch();
  for (const colorScheme of /** @type {const} */ (["dark", "light"])) {
    const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme })).newPage();
    page.setDefaultTimeout(400_000);
    const shoot = (/** @type {string} */ name) => page.screenshot({ path: path.join(folder, `${name}-${colorScheme}.png`) });
    const tab = (/** @type {string} */ name) => page.getByRole("tab", { name }).click();
    const frame = async (/** @type {number} */ n) => {
      await page.getByRole("textbox", { name: "Frame" }).fill(String(n));
      await page.keyboard.press("Enter");
      await page.waitForFunction((f) => document.querySelector("[aria-label=Position]")?.getAttribute("aria-valuenow") === String(f), n);
    };
    const open = async (/** @type {string} */ name, /** @type {number} */ n) => {
      await page.goto("about:blank");
      await page.goto(`${server.url}#${encodeURIComponent(name)}`);
      await page.waitForFunction(() => Number(document.querySelector("[aria-label=Position]")?.getAttribute("aria-valuemax")) > 0);
      await tab("Compositions");
      await page.waitForFunction(() => document.querySelectorAll(".box .there").length >= 3);
      await frame(n);
    };
    await open("card/index.html", 62);
    await tab("Properties");
    await tab("Assets");
    await page.getByRole("list", { name: "Files" }).waitFor();
    await shoot("properties");
    await open("title/index.html", 96);
    await tab("Captions");
    await tab("Diagnostics");
    await page.getByText("Rendering works here").or(page.getByText("does not work here")).waitFor();
    await shoot("diagnostics");
    await open("title/index.html", 44);
    await tab("Compositions");
    await page.keyboard.press("m");
    await tab("Renders");
    await page.getByLabel("Concurrency (Workers)").fill("2");
    await page.getByLabel("Frames", { exact: true }).selectOption("frames");
    if (colorScheme === "dark") {
      await page.getByLabel("Number of frames").fill("4");
      await page.getByRole("button", { name: "Start Render" }).click();
      await page.locator("article.completed").waitFor();
    }
    await page.getByLabel("Number of frames").fill("40");
    await page.getByRole("button", { name: "Start Render" }).click();
    await page.waitForFunction(() => Number(document.querySelector("article.rendering [role=progressbar]")?.getAttribute("aria-valuenow")) >= 35);
    await shoot("renders");
    await page.getByRole("button", { name: "Cancel", exact: true }).click();
    await page.locator("article.cancelled").first().waitFor();
    await page.close();
  }
  await browser.close();
  await server.end();
});
