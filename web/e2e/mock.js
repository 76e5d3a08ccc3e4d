// mock.js: a stand-in for the server of `helios studio`, with jobs that only count: for what a real render cannot show in a test's
// time (two hundred jobs, ten thousand frames, every state) and for pictures of the panels. Real files, fixed numbers.

import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import { previewScript } from "../preview/assemble.js";

const DIST = new URL("../dist/studio/", import.meta.url).pathname;
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png", ".wav": "audio/wav", ".vtt": "text/vtt", ".json": "application/json" };
const NOW = Date.UTC(2026, 10, 21, 10);

/** @param {string} root */
function filesOf(root, folder = "") {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = path.posix.join(folder, entry.name);
    if (entry.name.startsWith(".") || entry.name === "node_modules") return [];
    return entry.isDirectory() ? filesOf(root, name) : [name];
  });
}

const kindOf = (file) => ({ ".html": "code", ".js": "code", ".png": "image", ".svg": "image", ".wav": "audio", ".mp4": "video", ".vtt": "captions", ".srt": "captions", ".ttf": "font", ".json": "data" })[path.extname(file)] ?? "other";

export const lane = (worker, given = {}) => ({ worker, state: "rendering", chunk: worker, startFrame: 0, frameCount: 150, done: 0, frames: 0, chunksDone: 0, attempt: 1, fps: 24.3, ...given });

export function job(id, given = {}) {
  const composition = given.composition ?? "index.html";
  return {
    id, composition, output: `renders/${id}.mp4`, outputPath: `/home/ada/launch/renders/${id}.mp4`, state: "queued", actions: ["cancel", "move"], progress: 0, frames: 0, totalFrames: 300,
    fps: 0, etaSeconds: null, elapsedSeconds: 0, createdMs: NOW, startedMs: null, finishedMs: null, queuePosition: null, concurrency: 2, run: 1, lanes: [], latestFrame: null, error: null,
    result: null, request: { composition }, command: `helios render ${composition} -o renders/${id}.mp4 --concurrency 2`, ...given,
  };
}

const SETTINGS = {
  project: {
    name: "launch", root: "/home/ada/launch", version: "0.1.0", maxConcurrency: 32, maxRunningJobs: 8, maxBodyBytes: 4194304, canOpenFolders: true,
    machine: { cores: 8, memoryBytes: 16e9, suggestedConcurrency: 7, why: "8 cores, one left for the encoder; 16 GB of memory carry 20 browsers" },
    formats: [
      { extension: "mp4", kind: "video", videoCodecs: ["h264", "h265", "av1"], audioCodecs: ["aac", "mp3"], quality: [{ codec: "h264", min: 0, max: 51, default: 18, presets: ["ultrafast", "medium", "slow"] }] },
      { extension: "webm", kind: "video", videoCodecs: ["vp9", "av1"], audioCodecs: ["opus"], quality: [{ codec: "vp9", min: 0, max: 63, default: 24, presets: [] }] },
      { extension: "gif", kind: "animation", videoCodecs: [], audioCodecs: [], quality: [] },
      { extension: "png", kind: "pictures", videoCodecs: [], audioCodecs: [], quality: [] },
      { extension: "wav", kind: "sound", videoCodecs: [], audioCodecs: ["pcm"], quality: [] },
    ],
    presets: [
      { id: "draft", name: "Draft", about: "Half the size, fast: to look at", extension: "mp4", settings: { composition: "", scale: "0.5", quality: 28, preset: "ultrafast" } },
      { id: "hd", name: "HD", about: "As the page is, good quality", extension: "mp4", settings: { composition: "" } },
      { id: "4k", name: "4K", about: "Twice the pixels of a 1080p page", extension: "mp4", settings: { composition: "", scale: "2" } },
      { id: "transparent", name: "Transparent", about: "VP9 with alpha", extension: "webm", settings: { composition: "", alpha: true } },
    ],
  },
  diagnostics: {
    canRender: true,
    checks: [
      { id: "browser", name: "Browser", status: "ok", found: "Chromium 142.0.7444.59 at /usr/lib/chromium/chromium", fix: "" },
      { id: "tap", name: "Capture by shared memory", status: "ok", found: "works", fix: "" },
      { id: "ffmpeg", name: "FFmpeg", status: "ok", found: "5.1.8 with libx264, libx265, libvpx-vp9, libsvtav1", fix: "" },
      { id: "fonts", name: "Fonts", status: "warn", found: "no font with emoji", fix: "apt-get install fonts-noto-color-emoji" },
      { id: "memory", name: "Memory", status: "ok", found: "16 GB free, for up to 20 workers", fix: "" },
    ],
  },
};

/**
 * @param {string} root the project @param {{ jobs?: any[], logs?: Record<string, any[]>, thumbnail?: Buffer | null, frame?: Buffer | null }} [options]
 */
export async function startMock(root, { jobs = [], logs = {}, thumbnail = null, frame = null } = {}) {
  const state = {
    jobs: new Map(jobs.map((one) => [one.id, one])), limit: 1, asked: /** @type {any[]} */ ([]), captions: /** @type {any} */ (null),
    /** Thumbnails that are being waited for, the most that ever were, and what their answers wait for themselves. */
    drawing: 0, mostDrawing: 0, drawn: Promise.resolve(),
  };
  /** @type {Set<http.ServerResponse>} */
  const streams = new Set();
  let events = 0;
  const tell = (event) => streams.forEach((stream) => stream.write(`id: ${++events}\ndata: ${JSON.stringify(event)}\n\n`));
  const put = (one) => (state.jobs.set(one.id, one), tell({ type: "job", job: one }));
  let studio = "";

  const pages = () => filesOf(root).filter((file) => file.endsWith(".html") && file !== "broken.html");
  const composition = (file) => ({ id: file, path: file, title: /<title>([^<]*)/.exec(readFileSync(path.join(root, file), "utf8"))?.[1] ?? file, modifiedMs: NOW, version: "1", width: 1280, height: 720, fps: "30", duration: 5, details: null });
  const answers = {
    "GET /api/project": () => SETTINGS.project,
    "GET /api/diagnostics": () => SETTINGS.diagnostics,
    "GET /api/compositions": () => pages().map(composition),
    "GET /api/preview": (query) => ({ url: `${previews.origin}/${query.get("path")}`, origin: previews.origin }),
    "GET /api/jobs": () => ({ limit: state.limit, jobs: [...state.jobs.values()] }),
    "GET /api/assets": () => ({ more: false, assets: filesOf(root).map((file) => ({ path: file, kind: kindOf(file), bytes: statSync(path.join(root, file)).size, modifiedMs: NOW, mime: TYPES[path.extname(file)] ?? "application/octet-stream" })) }),
    "GET /api/captions": () => state.captions ?? { cues: [{ startMs: 500, endMs: 2200, text: "Good morning.", settings: "" }, { startMs: 2400, endMs: 4600, text: "The sun comes up\nover the hills.", settings: "" }] },
    "PUT /api/captions": (_query, body) => (state.captions = body),
    "PUT /api/queue": (_query, body) => ((state.limit = body.limit), { limit: state.limit, jobs: [...state.jobs.values()] }),
    "POST /api/command": (_query, body) => ({ argv: [], command: `helios render ${body.composition} --concurrency ${body.concurrency}` }),
    "POST /api/jobs": (_query, body) => {
      const one = job(`render-${state.jobs.size + 1}`, { request: body, composition: body.composition, concurrency: body.concurrency });
      put(one);
      return one;
    },
  };

  const own = http.createServer(async (req, res) => {
    const url = new URL(req.url ?? "/", studio);
    const send = (type, body, status = 200) => res.writeHead(status, { "content-type": type }).end(body);
    if (url.pathname === "/api/events") {
      res.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
      res.write(`id: ${++events}\ndata: {"type":"hello"}\n\n`);
      streams.add(res);
      return void req.on("close", () => streams.delete(res));
    }
    let text = "";
    for await (const part of req) text += part;
    const body = text ? JSON.parse(text) : null;
    state.asked.push({ method: req.method, path: url.pathname, body });
    const answer = answers[`${req.method} ${url.pathname}`];
    if (answer) return send("application/json", JSON.stringify(answer(url.searchParams, body)));
    const log = /^\/api\/jobs\/([^/]+)\/log$/.exec(url.pathname);
    if (log) return send("application/json", JSON.stringify({ lines: logs[log[1]] ?? [] }));
    if (url.pathname === "/api/compositions/thumbnail" && thumbnail) {
      state.mostDrawing = Math.max(state.mostDrawing, ++state.drawing);
      res.on("close", () => state.drawing--);
      await state.drawn;
      return res.destroyed ? undefined : send("image/png", thumbnail);
    }
    if (/\/frame$/.test(url.pathname) && frame) return send("image/png", frame);
    if (url.pathname === "/api/assets/file") return send(TYPES[path.extname(url.searchParams.get("path") ?? "")] ?? "application/octet-stream", readFileSync(path.join(root, url.searchParams.get("path") ?? "")));
    if (url.pathname.startsWith("/api/")) return send("application/json", JSON.stringify({ error: { code: "not-found", message: `there is no ${url.pathname}`, fix: "" } }), 404);
    const file = path.join(DIST, url.pathname === "/" ? "index.html" : url.pathname);
    return existsSync(file) ? send(TYPES[path.extname(file)] ?? "text/plain", readFileSync(file)) : send("text/plain", "", 404);
  });
  const preview = http.createServer((req, res) => {
    const url = new URL(req.url ?? "/", studio);
    if (url.pathname === "/__helios/preview.js") return void res.writeHead(200, { "content-type": "text/javascript" }).end(previewScript(JSON.stringify(studio)));
    const file = path.join(root, url.pathname);
    if (!existsSync(file)) return void res.writeHead(404).end();
    const script = '<script src="/__helios/preview.js"></script>';
    const page = readFileSync(file);
    res.writeHead(200, { "content-type": TYPES[path.extname(file)] ?? "application/octet-stream" });
    res.end(file.endsWith(".html") ? page.toString().replace(/^<!doctype html>/i, (all) => all + script) : page);
  });
  const listen = (server) => new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${server.address().port}`)));
  studio = await listen(own);
  const previews = { origin: await listen(preview) };
  return {
    url: studio, state, tell, put,
    close() {
      for (const server of [own, preview]) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}
