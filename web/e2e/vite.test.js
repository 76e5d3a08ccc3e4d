// A project with its own build: a development server of Vite, what Vite builds, and what Helios builds are the same video.
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { atEnd, test } from "./browser.js";
import { folder, HELIOS } from "./studio-harness.js";

const MODULES = new URL("../node_modules", import.meta.url).pathname;
const vite = createRequire(new URL("../studio/package.json", import.meta.url)).resolve("vite");

const FILES = {
  "package.json": '{ "type": "module", "scripts": { "build": "vite build" } }',
  "tsconfig.json": '{ "compilerOptions": { "jsx": "react-jsx" } }',
  "index.html": '<!doctype html><title>App</title><meta name="helios" content="width=160,height=90,fps=10,duration=0.8"><main></main><script type="module" src="/src/main.tsx"></script>',
  "src/main.tsx": 'import { createRoot } from "react-dom/client";\nimport { Title } from "./Title";\ncreateRoot(document.querySelector("main")!).render(<Title />);\n',
  "src/Title.tsx": `import { useEffect, useState } from "react";
import mark from "./mark.svg";
import "./title.css";
export function Title() {
  const [frame, setFrame] = useState<number>(0);
  useEffect(() => helios.onFrame((now: { frame: number }) => setFrame(now.frame)), []);
  return <p style={{ left: 9 * frame }}><img src={mark} />{frame}</p>;
}
`,
  "src/title.css": "p { position: absolute; top: 20px; margin: 0; font: 700 20px 'Liberation Sans'; color: #123 } img { width: 20px }",
  "src/mark.svg": "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><rect width='9' height='9' fill='#fc3'/></svg>",
};

test("a development server, its build and our own build are the same frames, on any number of workers", async () => {
  const root = folder(FILES);
  symlinkSync(MODULES, path.join(root, "node_modules"));
  // A process of its own: renders are waited for here. It ends with its input.
  const serving = `import { createServer } from ${JSON.stringify(vite)};
    const server = await createServer({ root: ${JSON.stringify(root)}, cacheDir: ${JSON.stringify(path.join(root, ".vite"))}, logLevel: "silent", server: { host: "127.0.0.1", port: 0 } });
    await server.listen();
    console.log(server.resolvedUrls.local[0]);
    process.stdin.on("end", () => process.exit()).resume();`;
  const child = spawn("node", ["--input-type=module", "--eval", serving], { stdio: ["pipe", "pipe", "inherit"] });
  atEnd(() => child.kill());
  const url = await new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`vite ended with ${code}`)));
    child.stdout.once("data", (data) => resolve(String(data).trim()));
  });
  /** @param {string} input @param {string[]} more */
  const hashes = (input, ...more) => {
    const file = path.join(root, "hashes.txt");
    const { status, stderr } = spawnSync(HELIOS, ["render", input, "-o", path.join(root, "out.mp4"), "--frame-hashes", file, "--strict", "--quality", "30", ...more], { encoding: "utf8" });
    assert.equal(status, 0, stderr);
    assert.doesNotMatch(stderr, /warn|websocket|vite\]/i);
    return { stderr, hashes: readFileSync(file, "utf8").trim().split("\n").filter((line) => !line.startsWith("#")) };
  };
  const served = hashes(url).hashes;
  assert.equal(new Set(served.map((line) => line.split(" ")[1])).size, 8, "every frame differs");
  assert.deepEqual(hashes(url, "--concurrency", "2").hashes, served);
  assert.deepEqual(hashes(root).hashes, served, "built by Helios");
  execFileSync("node", ["--input-type=module", "--eval", `import { build } from ${JSON.stringify(vite)}; await build({ root: ${JSON.stringify(root)}, logLevel: "error" });`]);
  const built = hashes(root);
  assert.match(built.stderr, /dist\/index\.html, which the project's own build has made/);
  assert.deepEqual(built.hashes, served, "built by Vite");
}, 240_000);
