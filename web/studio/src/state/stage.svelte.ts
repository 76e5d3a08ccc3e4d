// stage.svelte.ts: the composition on stage: where it is, how it plays, its range and markers. What it shows is done by
// web/preview; what the server says of it, by server.svelte.ts.

import type { Meta } from "../../../preview/meta.js";
import { PreviewStage } from "../../../preview/stage.js";
import { Speakers } from "../../../preview/sound.js";
import type { PreviewAddress } from "../api";
import { get } from "../lib/http";
import type { Json } from "../lib/schema";
import { keep, recall } from "./ui.svelte";

/** Bars of a waveform. */
const PEAKS = 1200;
const MOST_TROUBLES = 200;

export interface FoundAnimation {
  id: number;
  name: string;
  kind: string;
  target: string;
  start: number;
  length: number | null;
}
export interface Track {
  name: string;
  kind: string;
  start: number;
  length: number | null;
  url: string | null;
}
export interface Trouble {
  level: "error" | "warning";
  text: string;
  place: string;
  code: string;
  frame: number;
}
export interface Marker {
  frame: number;
  name: string;
}
export type Overrides = Record<string, Json>;

class Stage {
  /** The composition's id; null: none is chosen. */
  path = $state<string | null>(null);
  meta = $state.raw<Meta | null>(null);
  frame = $state(0);
  playing = $state(false);
  /** -1 while it plays backwards. */
  direction = $state(1);
  slow = $state(false);
  busy = $state(false);
  passing = $state.raw<{ frame: number; to: number } | null>(null);
  failure = $state.raw<{ message: string; frame: number | null } | null>(null);
  animations = $state.raw<FoundAnimation[]>([]);
  tracks = $state.raw<Track[]>([]);
  troubles = $state.raw<Trouble[]>([]);
  /** null: asked for, and not answered yet. */
  peaks = $state.raw<Record<string, number[] | null>>({});
  schema = $state.raw<unknown>(null);
  /** The page's own values of its props. */
  defaults = $state.raw<Record<string, Json>>({});
  overrides = $state.raw<Overrides>({});
  speed = $state(1);
  loop = $state(false);
  sound = $state(true);
  inFrame = $state<number | null>(null);
  outFrame = $state<number | null>(null);
  markers = $state.raw<Marker[]>([]);
  #preview: PreviewStage | null = null;
  #speakers = new Speakers();
  #visits = 0;
  #back: ReturnType<typeof setInterval> | null = null;

  attach(mount: HTMLElement): () => void {
    this.#preview = new PreviewStage(mount, (type, detail) => this.#heard(type, detail));
    return () => {
      this.#preview?.destroy();
      this.#preview = null;
    };
  }

  get frames(): number {
    return this.meta?.frames ?? 0;
  }
  /** First frame of the range. */
  get from(): number {
    return Math.min(this.inFrame ?? 0, Math.max(0, this.frames - 1));
  }
  /** The frame behind the range. */
  get to(): number {
    return Math.max(this.from + 1, Math.min(this.outFrame === null ? this.frames : this.outFrame + 1, this.frames));
  }
  get hasRange(): boolean {
    return this.frames > 0 && (this.from > 0 || this.to < this.frames);
  }

  async open(path: string): Promise<void> {
    this.pause();
    this.path = path;
    this.meta = null;
    this.frame = 0;
    this.animations = this.tracks = [];
    this.peaks = {};
    this.schema = null;
    this.defaults = {};
    this.overrides = {};
    const kept = recall<{ in: number | null; out: number | null; markers: Marker[] } | null>(this.#key(), null);
    [this.inFrame, this.outFrame, this.markers] = [kept?.in ?? null, kept?.out ?? null, kept?.markers ?? []];
    await this.reload(0);
  }

  /** Loads the page anew where it is: after a change of its files or its props. A project is built for it where that is needed. */
  async reload(frame?: number): Promise<void> {
    if (this.path === null) return;
    const visit = ++this.#visits;
    this.failure = null;
    this.troubles = [];
    this.busy = true;
    try {
      const address = await get<PreviewAddress>("preview", { path: this.path });
      if (visit !== this.#visits) return;
      const props = Object.keys(this.overrides).length > 0 ? this.overrides : undefined;
      // Sounds that could not be read may be readable now.
      this.peaks = Object.fromEntries(Object.entries(this.peaks).filter(([, peaks]) => peaks === null || peaks.length > 0));
      // Where it is by now: building it took its time. A composition that has never been there begins at its beginning.
      const at = frame ?? (this.meta ? this.#preview?.wanted : 0) ?? 0;
      await this.#preview?.load(address, { props, seed: 0, composition: address.composition }, at);
    } catch (error) {
      if (visit === this.#visits) this.#heard("failed", { message: (error as Error).message, frame: null });
    }
  }

  #heard(type: string, detail: any): void {
    if (type === "meta") this.#described(detail);
    else if (type === "frame") {
      this.frame = detail.frame;
      this.slow = detail.slow;
      this.passing = null;
      this.playing = this.#preview?.playing === true || this.#back !== null;
      this.#sounds();
    } else if (type === "busy") {
      this.busy = detail.busy;
      if (!detail.busy) this.passing = null;
    } else if (type === "passing") this.passing = { frame: detail.frame, to: detail.to };
    else if (type === "animations") this.animations = mergeAnimations(this.animations, detail.animations);
    else if (type === "tracks") this.tracks = detail.tracks;
    else if (type === "trouble") this.#note(detail as Trouble);
    else if (type === "peaks") this.peaks = { ...this.peaks, [detail.url]: detail.peaks };
    else if (type === "reloaded") this.#askPeaks();
    else if (type === "failed") {
      this.#endBack();
      this.playing = false;
      this.busy = false;
      this.failure = detail;
    } else if (type === "ended") this.playing = false;
    if (type === "ended" || type === "failed") this.#speakers.stop();
  }

  /** Each once: a page that is loaded several times, to go back in it, says the same again. */
  #note(trouble: Trouble): void {
    const known = this.troubles.some((one) => one.level === trouble.level && one.text === trouble.text && one.place === trouble.place);
    if (!known) this.troubles = [...this.troubles, trouble].slice(-MOST_TROUBLES);
  }

  #described({ meta, described, props }: { meta: Meta; described: { schema: unknown }; props: unknown }): void {
    this.meta = meta;
    this.schema = described.schema;
    const values = typeof props === "object" && props !== null && !Array.isArray(props) ? (props as Record<string, Json>) : {};
    const known = this.defaults;
    // What is overridden hides what the page says: that stays as it was known.
    this.defaults = Object.fromEntries(Object.entries(values).filter(([key]) => !(key in this.overrides) || key in known)
      .map(([key, value]) => [key, key in this.overrides ? (known[key] ?? value) : value]));
    if (this.inFrame !== null && this.inFrame >= meta.frames) this.inFrame = null;
    if (this.outFrame !== null && this.outFrame >= meta.frames) this.outFrame = null;
    this.#playOn();
  }

  seek(frame: number): void {
    this.#endBack();
    this.#speakers.stop();
    this.#preview?.seek(frame);
    this.playing = false;
  }

  step(by: number): void {
    this.seek((this.#preview?.wanted ?? this.frame) + by);
  }

  toggle(): void {
    if (this.playing) this.pause();
    else this.play(1);
  }

  play(direction: 1 | -1): void {
    if (!this.meta) return;
    this.#endBack();
    this.direction = direction;
    this.playing = true;
    if (direction === 1) {
      // To its end, whatever that will be by then: its files may change while it plays.
      this.#preview?.play({ speed: this.speed, from: this.from, to: this.hasRange ? this.to : Infinity, loop: this.loop });
    } else this.#playBack();
  }

  /** What plays forwards is told how it now plays. Backwards, each step looks for itself. */
  #playOn(): void {
    if (this.playing && this.direction === 1) this.play(1);
  }

  /** Pages cannot run backwards: it is sought frame after frame, as fast as the page allows. */
  #playBack(): void {
    this.#preview?.pause();
    const fps = (this.meta?.fps.num ?? 30) / (this.meta?.fps.den ?? 1);
    const [began, first] = [performance.now(), this.#preview?.wanted ?? this.frame];
    this.#back = setInterval(() => {
      const wanted = first - Math.floor(((performance.now() - began) * fps * this.speed) / 1000);
      if (!this.busy) this.#preview?.seek(Math.max(this.from, wanted));
      if (wanted <= this.from) this.pause();
    }, 1000 / Math.min(30, fps));
  }

  #endBack(): void {
    if (this.#back !== null) clearInterval(this.#back);
    this.#back = null;
    this.direction = 1;
  }

  pause(): void {
    this.#endBack();
    this.#preview?.pause();
    this.#speakers.stop();
    this.playing = false;
  }

  setSpeed(speed: number): void {
    this.speed = speed;
    if (this.playing) this.play(this.direction === -1 ? -1 : 1);
  }

  setLoop(loop: boolean): void {
    this.loop = loop;
    this.#playOn();
  }

  #sounds(): void {
    if (this.playing && this.sound && this.direction === 1 && this.#preview && !this.#preview.going && this.meta) {
      this.#speakers.follow(this.#preview.sound, (this.frame * 1000 * this.meta.fps.den) / this.meta.fps.num, this.speed);
    } else this.#speakers.stop();
  }

  setRange(from: number | null, to: number | null): void {
    this.inFrame = from;
    this.outFrame = to;
    this.#keep();
    this.#playOn();
  }

  mark(frame = this.frame): void {
    if (this.markers.some((marker) => marker.frame === frame)) this.markers = this.markers.filter((marker) => marker.frame !== frame);
    else this.markers = [...this.markers, { frame, name: `Marker ${this.markers.length + 1}` }].sort((a, b) => a.frame - b.frame);
    this.#keep();
  }

  wantPeaks(url: string): void {
    if (url in this.peaks) return;
    this.peaks = { ...this.peaks, [url]: null };
    // A page that is on its way is asked when it is there.
    if (!this.busy) this.#preview?.peaks(url, PEAKS);
  }

  /** Asks for what a page that has been replaced can no longer answer. */
  #askPeaks(): void {
    for (const [url, peaks] of Object.entries(this.peaks)) if (peaks === null) this.#preview?.peaks(url, PEAKS);
  }

  setOverride(key: string, value: Json | undefined): void {
    const { [key]: _was, ...rest } = this.overrides;
    this.overrides = value === undefined ? rest : { ...rest, [key]: value };
  }

  #key(): string {
    return `helios.studio.range.${this.path}`;
  }

  #keep(): void {
    keep(this.#key(), { in: this.inFrame, out: this.outFrame, markers: this.markers });
  }
}

/** A page that was loaded anew finds the same animations again, and those of frames it has not come to are still known. */
function mergeAnimations(known: FoundAnimation[], found: FoundAnimation[]): FoundAnimation[] {
  const key = (a: FoundAnimation) => `${a.kind}|${a.name}|${a.target}|${a.start}`;
  const all = new Map([...known, ...found].map((entry) => [key(entry), entry]));
  return [...all.values()].sort((a, b) => a.start - b.start || a.target.localeCompare(b.target)).slice(0, 500);
}

export const stage = new Stage();
