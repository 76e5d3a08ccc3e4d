import { startMock, job, lane } from "./mock.js";
import { chromium } from "playwright-core";
import { cpSync, mkdirSync, writeFileSync, readFileSync } from "node:fs";
const root = "/tmp/ui-project"; mkdirSync(root, { recursive: true });
cpSync("../../examples/simple-canvas-animation/index.html", root + "/sunrise.html");
cpSync("../../examples/css-title/index.html", root + "/title.html");
writeFileSync(root + "/card.html", `<!doctype html><title>Name card</title><meta name=helios content="width=1280,height=720,fps=30,duration=4"><style>body{margin:0;background:#fff;font:700 80px sans-serif}</style><script>helios.props={title:"Ada Lovelace",subtitle:"Analytical Engine",size:64,dark:false,colour:"#2f7fdc",mood:"calm",when:"2026-11-21",logo:"logo.png",tags:["one","two"],box:{x:20,y:40}};helios.schema={type:"object",properties:{title:{type:"string",description:"Whose card it is"},size:{type:"number",minimum:10,maximum:120},mood:{enum:["calm","loud"]},when:{type:"string",format:"date"},logo:{type:"string",format:"file"}}}</script><body><p id=t></p><script>helios.onFrame(({frame})=>{t.textContent=helios.props.title+" "+frame;t.style.color=helios.props.colour})</script>`);
const jobs = [
 job("launch-film", { state: "rendering", actions: ["cancel"], progress: 0.41, frames: 123, totalFrames: 300, fps: 41.2, etaSeconds: 4.3, elapsedSeconds: 5.1, lanes: [lane(0, { startFrame: 0, done: 81, frames: 81 }), lane(1, { startFrame: 150, done: 42, frames: 42, fps: 17.8 })] }),
 job("teaser", { state: "queued", queuePosition: 0 }),
 job("card", { state: "completed", progress: 1, frames: 300, actions: ["preview","download","open-folder","retry","delete"], result: { frames: 300, bytes: 4.2e6, width: 1280, height: 720, fps: "30", mime: "video/mp4", exists: true }, elapsedSeconds: 12 }),
 job("old", { state: "failed", progress: 0.2, frames: 60, actions: ["retry","delete","resume"], error: { code: "render-failed", message: "frame 60: the page threw TypeError: x is undefined", fix: "Open the page at frame 60 in Studio." } }),
];
const mock = await startMock(root, { jobs });
const browser = await chromium.launch({ executablePath: "/usr/lib/chromium/chromium", args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: +(process.argv[5] ?? 1280), height: +(process.argv[6] ?? 800) }, colorScheme: process.argv[2] ?? "dark" });
page.on("console", (m) => console.log("console", m.text())); page.on("pageerror", (e) => console.log("pageerror", e.stack));
await page.goto(mock.url + "/#" + (process.argv[4] ?? "title.html"));
await page.waitForTimeout(2500);
for (const tab of (process.argv[3] ?? "Renders").split(",")) { await page.getByRole("tab", { name: tab }).click(); }
await page.getByRole("button", { name: "One frame on" }).click();
for (let i = 0; i < 3; i++) await page.keyboard.press("Shift+ArrowRight");
await page.waitForTimeout(1200);
await page.screenshot({ path: "/tmp/ui.png" });
await browser.close(); mock.close();
