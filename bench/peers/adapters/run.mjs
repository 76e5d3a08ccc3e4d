// What `helios-bench --adapters` calls for each tool: `node run.mjs TOOL STEP FOLDER [OUTPUT] [BROWSER] [WORKERS]`.
//
// prepare: the project of the tool, with the media in FOLDER/media, becomes what both render; its path is printed.
// frames:  the tool's own frames, without loss: a folder of PNGs or a video. stills: every sixth frame as a still of its own, as PNGs.
// video:   its video, H.264, CRF 18.
// BROWSER: `own`, with the flags that the tool gives it, or `same`, which paints as Helios has it paint.
import { resolve } from "node:path";
import { painted, shell } from "../args.mjs";

const [tool, step, folder, output, browser, workers] = process.argv.slice(2);
const work = resolve(folder);
const { [step]: run } = await import(`./${tool}/tool.mjs`);
if (!run) throw new Error(`the step is ${JSON.stringify(step)}: it must be prepare, frames, stills (where the tool has them) or video`);
if (step === "prepare") console.log(await run(work));
else await run(work, resolve(output), browser === "same" ? painted : shell, Number(workers));
process.exit(process.exitCode ?? 0);
