// stage.js: a composition in the page: loads it into an iframe, takes it to frames, plays it. Used by Studio and the player.
//
// The iframe that is seen stays until the next one shows its frame, so nothing flickers when a page has to be loaded anew: after a
// change, or to go back in a page that cannot be jumped about in. It draws no controls.

import { PreviewFrame } from "./frame.js";
import { resolveMeta } from "./meta.js";

/** @typedef {import("./meta.js").Meta} Meta */
/** @typedef {import("./meta.js").Said} Said */
/** @typedef {import("./frame.js").Source} Source */
/** @typedef {{ given?: Said, props?: any, seed?: number, epochMs?: number, timeoutMs?: number, composition?: string | null }} Settings */

export class PreviewStage {
  /** @type {PreviewFrame | null} what is seen */
  #shown = null;
  /** @type {PreviewFrame | null} what will be seen */
  #next = null;
  /** @type {PreviewFrame | null} loaded and at its beginning, for the next way back */
  #spare = null;
  /** @type {Source | null} */
  #source = null;
  /** @type {Settings} */
  #settings = {};
  #loads = 0;
  /** Whether a page is being loaded to go back in it. */
  #opening = false;
  /** The frame asked for last. */
  #wanted = 0;
  /** @type {{ speed: number, from: number, to: number, loop: boolean } | null} */
  #play = null;

  /** @type {Meta | null} */
  meta = null;
  frame = 0;
  /** The sound of the page, as far as it is known (sound.js). @type {any[]} */
  sound = [];

  /**
   * @param {HTMLElement} mount gets the iframes; whoever owns it scales it
   * @param {(type: string, detail: any) => void} say hears: meta, frame, passing, animations, tracks, trouble, failed, ended, busy, reloaded
   */
  constructor(mount, say) {
    this.mount = mount;
    this.say = say;
  }

  get playing() {
    return this.#play !== null;
  }

  /** The frame that it shows or is on its way to. */
  get wanted() {
    return this.#play ? this.frame : this.#wanted;
  }

  /**
   * Loads a composition, or the same one anew, and shows `frame` of it.
   * @param {Source} source @param {Settings} [settings] @param {number} [frame]
   */
  async load(source, settings = {}, frame = 0) {
    const mine = ++this.#loads;
    const known = this.#source?.url === source.url ? this.meta : null;
    this.#source = source;
    this.#settings = settings;
    this.#wanted = frame;
    this.#drop("next");
    this.#drop("spare");
    this.say("busy", { busy: true });
    try {
      let opened = await this.#open(known);
      if (mine !== this.#loads) return opened.remove();
      let meta = resolveMeta(opened.ready.described, settings.given);
      // As the renderer does: what a page says is asked first, and then it is loaded knowing its size, rate and length.
      for (let round = 0; !sameMeta(meta, opened.meta) && round < 2; round++) {
        opened.remove();
        opened = await this.#open(meta);
        if (mine !== this.#loads) return opened.remove();
        meta = { ...resolveMeta(opened.ready.described, settings.given), ...pick(meta) };
      }
      this.meta = meta;
      this.say("meta", { meta, described: opened.ready.described, props: opened.ready.props });
      this.say("animations", { animations: opened.ready.animations });
      this.say("tracks", { tracks: opened.ready.tracks });
      this.#next = opened;
      const at = Math.min(Math.max(0, this.#wanted), meta.frames - 1);
      this.#wanted = at;
      opened.seek(at);
    } catch (error) {
      if (mine === this.#loads) this.#failed(error);
    }
  }

  /** @param {number} frame */
  seek(frame) {
    if (!this.meta) return;
    this.pause();
    this.#goTo(frame);
  }

  /** @param {number} frame */
  #goTo(frame) {
    if (!this.meta) return;
    this.#wanted = Math.min(Math.max(0, Math.round(frame)), this.meta.frames - 1);
    if (this.#next) {
      // It may still be loading: then it goes there at once when it has.
      this.#next.seek(this.#wanted);
    } else this.#shown?.seek(this.#wanted);
  }

  /** Plays on from here to the frame before `to`, or from `from` where that is behind. @param {{ speed?: number, from?: number, to?: number, loop?: boolean }} [how] */
  play({ speed = 1, from = 0, to = Infinity, loop = false } = {}) {
    if (!this.meta || !this.#shown) return;
    const last = Math.min(to, this.meta.frames);
    this.#play = { speed, from, to: last, loop };
    if (this.frame >= last - 1 || this.frame < from) this.#goTo(from);
    else if (!this.#next) this.#shown.play(speed, last);
    if (loop && !this.meta.seekable) this.#prepare();
  }

  pause() {
    if (!this.#play) return;
    this.#play = null;
    this.#wanted = this.frame;
    this.#shown?.stop();
  }

  /** @param {string} url @param {number} count */
  peaks(url, count) {
    (this.#shown ?? this.#next)?.send("peaks", { url, count });
  }

  destroy() {
    this.#loads++;
    this.#play = null;
    for (const which of /** @type {const} */ (["shown", "next", "spare"])) this.#drop(which);
    this.meta = null;
  }

  /** @param {Meta | null} meta */
  async #open(meta) {
    const { given = {}, props, seed, epochMs, timeoutMs = 30_000, composition = null } = this.#settings;
    const config = {
      fps: meta?.fps ?? null, width: meta?.width ?? null, height: meta?.height ?? null, totalFrames: meta?.frames ?? null,
      durationSeconds: meta?.duration ?? null, seed, epochMs, props: props ?? null, timeoutMs, composition,
    };
    const size = meta ?? resolveMeta({}, given);
    const source = /** @type {Source} */ (this.#source);
    return PreviewFrame.open(this.mount, source, config, size, meta, (frame, type, detail) => this.#heard(frame, type, detail));
  }

  /** @param {PreviewFrame} frame @param {string} type @param {any} detail */
  #heard(frame, type, detail) {
    if (frame === this.#spare) return;
    if (type === "failed") return this.#failed(new Error(detail.message), detail.frame);
    if (type === "trouble") return this.say("trouble", detail);
    if (type === "found") return this.say("animations", detail);
    if (type === "peaks" || type === "passing") return this.say(type, detail);
    if (frame === this.#next) {
      if (type === "shown") this.#swap(detail);
      else if (type === "reload") {
        this.#drop("next");
        void this.#anew();
      }
    } else if (frame === this.#shown) this.#moved(type, detail);
  }

  /** @param {string} type @param {any} detail */
  #moved(type, detail) {
    if (detail.sound) this.sound = detail.sound;
    if (type === "reload") void this.#anew();
    else if (type === "shown" || type === "stopped" || type === "playing" || type === "ended") {
      this.frame = detail.frame;
      if (this.#play && type !== "shown") this.#wanted = detail.frame;
      if (detail.tracks) this.say("tracks", { tracks: detail.tracks });
      this.say("frame", { frame: detail.frame, playing: this.playing, slow: detail.slow === true });
      if (type === "shown") this.say("busy", { busy: false });
      if (type === "shown" && this.#play && this.#shown) this.#shown.play(this.#play.speed, this.#play.to);
      if (type === "ended" && this.#play) this.#ended(this.#play);
    }
  }

  /** @param {{ from: number, loop: boolean }} play */
  #ended({ from, loop }) {
    if (loop) return this.#goTo(from);
    this.#play = null;
    this.say("ended", { frame: this.frame });
  }

  /** Loads the page once more, to go back in it. */
  async #anew() {
    if (this.#next || this.#opening) return;
    const mine = this.#loads;
    this.say("busy", { busy: true });
    this.#opening = true;
    try {
      const opened = this.#spare ?? (await this.#open(this.meta));
      this.#spare = null;
      this.#opening = false;
      if (mine !== this.#loads || this.#next) return opened.remove();
      this.#next = opened;
      opened.seek(this.#wanted);
    } catch (error) {
      this.#opening = false;
      if (mine === this.#loads) this.#failed(error);
    }
  }

  /** Has a copy of the page ready for the way back. */
  async #prepare() {
    if (this.#spare || !this.meta) return;
    const mine = this.#loads;
    try {
      const opened = await this.#open(this.meta);
      if (mine !== this.#loads || this.#spare) return opened.remove();
      this.#spare = opened;
    } catch {
      // The way back will load it then, and say what is wrong.
    }
  }

  /** The next one shows its frame: it takes the place. @param {any} detail */
  #swap(detail) {
    const old = this.#shown;
    this.#shown = this.#next;
    this.#next = null;
    this.#shown?.reveal();
    old?.remove();
    this.say("reloaded", {});
    this.#moved("shown", detail);
    if (this.#play?.loop && this.meta && !this.meta.seekable) void this.#prepare();
  }

  /** @param {"shown" | "next" | "spare"} which */
  #drop(which) {
    const frame = which === "shown" ? this.#shown : which === "next" ? this.#next : this.#spare;
    frame?.remove();
    if (which === "shown") this.#shown = null;
    else if (which === "next") this.#next = null;
    else this.#spare = null;
  }

  /** @param {any} error @param {number} [frame] */
  #failed(error, frame) {
    this.#play = null;
    this.say("busy", { busy: false });
    this.say("failed", { message: String(error?.message ?? error), frame: frame ?? null });
  }
}

/** @param {Meta} meta what a page was loaded with stays, even if it then says something else */
const pick = ({ width, height, fps, frames, duration, guessed }) => ({ width, height, fps, frames, duration, guessed });

/** @param {Meta} a @param {Meta | null} b */
function sameMeta(a, b) {
  return b !== null && JSON.stringify(pick(a)) === JSON.stringify(pick(b));
}
