// HyperFrames, by its command, on a folder with boxes.html as a composition of the size asked for. It needs Node 22 or newer.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { args, fps, shell } from "../args.mjs";

const { output, width, height, frames, workers, same } = args();
const scene = readFileSync(new URL("../../scenes/boxes.html", import.meta.url), "utf8");
const [head, body] = scene.split("<body>");
const root = `<body><div id="root" data-composition-id="boxes" data-start="0" data-width="${width}" data-height="${height}"`
  + ` data-duration="${frames / fps}" data-fps="${fps}" data-no-timeline style="position:relative;width:${width}px;height:${height}px">`;
const folder = mkdtempSync(join(tmpdir(), "hyperframes-"));
try {
  writeFileSync(join(folder, "index.html"), head + root + body.replace("document.body.append", "document.getElementById('root').append").replace("</body>", "</div></body>"));
  const flags = same ? ["--crf", "18", "--workers", String(workers)] : [];
  const cli = fileURLToPath(new URL("../node_modules/hyperframes/bin/hyperframes.mjs", import.meta.url));
  const { status } = spawnSync(process.execPath, [cli, "render", folder, "--output", output, "--quiet", ...flags], {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, HYPERFRAMES_BROWSER_PATH: shell, PRODUCER_HEADLESS_SHELL_PATH: shell, DO_NOT_TRACK: "1" },
  });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
