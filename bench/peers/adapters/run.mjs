// What `helios-bench --adapters` calls for each tool: `node run.mjs TOOL STEP FOLDER [OUTPUT] [WORKERS]`.
//
// prepare: the project of the tool, with the media in FOLDER/media, becomes what both render; its path is printed.
// frames:  the tool's own frames, without loss: a folder of PNGs or a video. video: its video, H.264, CRF 18.
import { resolve } from "node:path";

const [tool, step, folder, output, workers] = process.argv.slice(2);
const { prepare, frames, video } = await import(`./${tool}/tool.mjs`);
const work = resolve(folder);
if (step === "prepare") console.log(await prepare(work));
else if (step === "frames") await frames(work, resolve(output));
else if (step === "video") await video(work, resolve(output), Number(workers));
else throw new Error(`the step is ${JSON.stringify(step)}: it must be prepare, frames or video`);
process.exit(process.exitCode ?? 0);
