// The TypeScript Helios, by its renderer, on bench/scenes/boxes.html (HELIOS_SCENE is its URL).
import { RenderOrchestrator } from "@helios-project/renderer";
import { fileURLToPath } from "node:url";
import { args, fps } from "../args.mjs";

const { output, width, height, frames, workers, same } = args();
await RenderOrchestrator.render(process.env.HELIOS_SCENE, output, {
  width, height, fps, durationInSeconds: frames / fps, mode: "dom", browserConfig: { executablePath: fileURLToPath(new URL("browser.sh", import.meta.url)) },
  ...(same ? { crf: 18, preset: "veryfast", pixelFormat: "yuv420p", concurrency: workers } : {}),
});
