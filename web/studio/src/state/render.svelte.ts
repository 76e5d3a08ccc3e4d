// render.svelte.ts: the settings of the next render, and the request they make. What is not set is left to the page or the
// preset; the server checks everything again.

import { fpsText, resolveMeta, type Meta } from "../../../preview/meta.js";
import type { CommandView, Format, JobView, Preset, RenderRequest } from "../api";
import { address, send, ServerError } from "../lib/http";
import { stemOf } from "../lib/format";
import { boundaryAt, integerProblem, parseSeconds, positiveProblem } from "../lib/request";
import { server } from "./server.svelte";
import { stage } from "./stage.svelte";
import { keep, recall, ui } from "./ui.svelte";

export interface Settings {
  preset: string;
  extension: string;
  width: string;
  height: string;
  scale: string;
  fps: string;
  duration: string;
  videoCodec: string;
  audioCodec: string;
  quality: string;
  speed: string;
  capture: string;
  concurrency: string;
  chunk: string;
  alpha: boolean;
  muted: boolean;
  strict: boolean;
  range: "all" | "range" | "frames";
  start: string;
  count: string;
  captions: string;
  captionMode: string;
  captionLanguage: string;
  /** How often an animated picture plays. */
  loop: string;
  fonts: string;
  name: string;
  withProps: boolean;
}

export const MIN_WORKERS = 1;
export const MAX_WORKERS = 32;
const KEY = "helios.studio.render";

const FIRST: Settings = {
  preset: "custom", extension: "mp4", width: "", height: "", scale: "", fps: "", duration: "", videoCodec: "", audioCodec: "", quality: "", speed: "",
  capture: "auto", concurrency: "1", chunk: "", alpha: false, muted: false, strict: false, range: "all", start: "0", count: "", captions: "", captionMode: "burn", captionLanguage: "", loop: "", fonts: "", name: "", withProps: true,
};

/** What a preset decides; everything else stays as it is when another one is chosen. */
const OF_PRESETS = ["extension", "width", "height", "scale", "fps", "videoCodec", "audioCodec", "quality", "speed", "alpha"] as const;

class RenderForm {
  settings = $state<Settings>({ ...FIRST, ...recall<Partial<Settings>>(KEY, {}), name: "", range: "all" });
  busy = $state(false);
  /** Whether the settings are shown: who watches renders wants the room. */
  open = $state(true);
  /** What the server did not like of the last request. */
  refused = $state.raw<ServerError | null>(null);

  get format(): Format | null {
    return server.project?.formats.find((format) => format.extension === this.settings.extension) ?? null;
  }
  get codec(): string {
    return this.settings.videoCodec || this.format?.videoCodecs[0] || "";
  }

  /** Whether the file itself says how often it plays. */
  get playsAgain(): boolean {
    return this.format?.kind === "animation";
  }
  /** Whether captions become a track, which can name its language. */
  get hasCaptionTrack(): boolean {
    return this.settings.captions !== "" && this.settings.captionMode === "track";
  }

  /** Rate and length of the whole as it would be rendered, by the renderer's rules; null while there is no page. */
  get meta(): Meta | null {
    const { fps, duration } = this.settings;
    return stage.meta && resolveMeta({ ...stage.meta, fps: fpsText(stage.meta.fps) }, { fps, duration: parseSeconds(duration) });
  }
  /** The frames of the whole: those that the settings count. The stage has its own, at the page's rate. */
  get frames(): number {
    return this.meta?.frames ?? 0;
  }
  /** The timeline's range in these frames: the same time. */
  get range(): { start: number; count: number } | null {
    const [page, whole] = [stage.meta, this.meta];
    if (!page || !whole || !stage.hasRange) return null;
    const start = Math.min(boundaryAt(stage.from, page.fps, whole.fps), whole.frames - 1);
    const end = stage.to === page.frames ? whole.frames : Math.min(boundaryAt(stage.to, page.fps, whole.fps), whole.frames);
    return { start, count: Math.max(1, end - start) };
  }

  /** Changes settings by hand; those of a preset are the user's own from then on. */
  set(part: Partial<Settings>): void {
    const own = OF_PRESETS.some((key) => key in part && part[key] !== this.settings[key]);
    Object.assign(this.settings, part, own ? { preset: "custom" } : {});
    if ("extension" in part) this.#fitFormat();
    this.refused = null;
    keep(KEY, this.settings);
  }

  choose(id: string): void {
    const preset = server.project?.presets.find((one) => one.id === id);
    const { settings } = this;
    if (preset) Object.assign(settings, ofPreset(preset));
    settings.preset = id;
    this.refused = null;
    keep(KEY, settings);
  }

  /** A codec that the format does not have is no choice any more. */
  #fitFormat(): void {
    const format = this.format;
    if (!format) return;
    if (!format.videoCodecs.includes(this.settings.videoCodec)) this.settings.videoCodec = "";
    if (!format.audioCodecs.includes(this.settings.audioCodec)) this.settings.audioCodec = "";
    this.settings.quality = "";
    this.settings.speed = "";
  }

  /** What is wrong with the fields, by field. */
  get problems(): Partial<Record<keyof Settings, string>> {
    const s = this.settings;
    const all: Partial<Record<keyof Settings, string>> = {
      concurrency: integerProblem(s.concurrency, MIN_WORKERS, server.project?.maxConcurrency ?? MAX_WORKERS),
      width: s.width === "" ? "" : integerProblem(s.width, 2, 16384),
      height: s.height === "" ? "" : integerProblem(s.height, 2, 16384),
      scale: s.scale === "" ? "" : positiveProblem(s.scale),
      chunk: s.chunk === "" ? "" : integerProblem(s.chunk, 1, 1_000_000),
      loop: s.loop === "" || !this.playsAgain ? "" : integerProblem(s.loop, 0, 65535),
    };
    if (s.range === "frames") {
      all.start = integerProblem(s.start, 0, Math.max(0, this.frames - 1));
      all.count = s.count === "" ? "" : integerProblem(s.count, 1, Math.max(1, this.frames - Number(s.start)));
    }
    return Object.fromEntries(Object.entries(all).filter(([, text]) => text !== ""));
  }

  get request(): RenderRequest {
    const s = this.settings;
    const request: Partial<RenderRequest> = { composition: stage.path ?? "" };
    // The server knows which names are free; one that is asked for by name is replaced.
    if (this.output === null) request.extension = s.extension;
    else request.output = this.output;
    const number = (text: string) => (text === "" ? undefined : Number(text));
    const word = (text: string) => (text === "" ? undefined : text);
    Object.assign(request, {
      width: number(s.width), height: number(s.height), scale: word(s.scale), fps: word(s.fps), duration: word(s.duration),
      videoCodec: word(s.videoCodec), audioCodec: word(s.audioCodec), quality: number(s.quality), preset: word(s.speed),
      capture: s.capture === "auto" ? undefined : s.capture, concurrency: Number(s.concurrency), chunkFrames: number(s.chunk),
      alpha: s.alpha || undefined, muted: s.muted || undefined, strict: s.strict || undefined,
      captions: word(s.captions), captionMode: s.captions === "" ? undefined : s.captionMode,
      captionLanguage: this.hasCaptionTrack ? word(s.captionLanguage) : undefined, loop: this.playsAgain ? number(s.loop) : undefined, fonts: word(s.fonts),
      props: s.withProps && Object.keys(stage.overrides).length > 0 ? stage.overrides : undefined,
    });
    if (s.range === "range" && this.range) Object.assign(request, { startFrame: this.range.start, frameCount: this.range.count });
    if (s.range === "frames") Object.assign(request, { startFrame: number(s.start), frameCount: number(s.count) });
    // Only what is said goes over the wire.
    return JSON.parse(JSON.stringify(request)) as RenderRequest;
  }

  /** The file that was named; null when none was. */
  get output(): string | null {
    const { name, extension } = this.settings;
    const stem = name.trim().replace(new RegExp(`\\.${extension}$`), "");
    if (stem === "") return null;
    return this.format?.kind === "pictures" ? `${stem}/%05d.${extension}` : `${stem}.${extension}`;
  }

  /** The composition's name for a file. */
  get pageName(): string {
    return stemOf(stage.path ?? "") || server.project?.name || "video";
  }

  async #ask(work: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.refused = null;
    try {
      await work();
    } catch (error) {
      if (error instanceof ServerError) this.refused = error;
      else ui.complain(error);
    } finally {
      this.busy = false;
    }
  }

  start(): Promise<void> {
    return this.#ask(async () => server.putJob(await send<JobView>("POST", "jobs", this.request)));
  }

  copyCommand(): Promise<void> {
    return this.#ask(async () => {
      const command = send<CommandView>("POST", "command", this.request).then((view) => new Blob([view.command], { type: "text/plain" }));
      await Promise.all([command, navigator.clipboard.write([new ClipboardItem({ "text/plain": command })])]);
      ui.say("The command is in the clipboard.");
    });
  }

  exportJob(): Promise<void> {
    return this.#ask(async () => {
      const answer = await fetch(address("job-spec"), { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(this.request) });
      if (!answer.ok) {
        const { error } = await answer.json();
        throw new ServerError(error.message, error.code, error.fix, answer.status);
      }
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await answer.blob());
      link.download = `${this.pageName}.job.json`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
      ui.say(`The job is in ${link.download}.`);
    });
  }
}

function ofPreset(preset: Preset): Partial<Settings> {
  const s = preset.settings;
  const text = (value: unknown) => (value === undefined || value === null ? "" : String(value));
  return {
    extension: preset.extension, width: text(s.width), height: text(s.height), scale: text(s.scale), fps: text(s.fps), videoCodec: text(s.videoCodec),
    audioCodec: text(s.audioCodec), quality: text(s.quality), speed: text(s.preset), alpha: s.alpha === true,
  };
}

export const render = new RenderForm();
