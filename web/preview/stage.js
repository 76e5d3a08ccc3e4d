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
  /** Whether a page is being loaded that will take the place of the one that is seen. */
  #opening = false;
  /** The load for which a spare one is on its way; 0: none is. */
  #preparing = 0;
  /** The frame asked for last; while it plays, or has stopped, the one where it is. */
  #wanted = 0;
  /**
   * Whether `#wanted` is still to be shown. Until then its page is given no order to play or to stop, which would take the place of
   * the one to go there: the frame that comes starts what plays.
   */
  #going = false;
  /** As it was asked for: the page may become shorter or longer meanwhile. @type {{ speed: number, from: number, to: number, loop: boolean } | null} */
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
    return this.#wanted;
  }

  /** Whether it is on its way there. */
  get going() {
    return this.#going;
  }

  /** The frame behind the last that is played. */
  get #end() {
    return Math.min(this.#play?.to ?? Infinity, this.meta?.frames ?? Infinity);
  }

  /**
   * Loads a composition, or the same one anew, and shows `frame` of it. What plays goes on until the same one is there again, which
   * then takes over where it is.
   * @param {Source} source @param {Settings} [settings] @param {number} [frame]
   */
  async load(source, settings = {}, frame = 0) {
    const mine = ++this.#loads;
    const known = this.#source?.url === source.url ? this.meta : null;
    this.#source = source;
    this.#settings = settings;
    if (!known || !this.#play || this.#going) {
      if (this.#play) this.#shown?.stop();
      this.#wanted = frame;
      this.#going = true;
    }
    this.#opening = true;
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
      this.#opening = false;
      this.#next = opened;
      this.#goTo(this.#wanted);
      this.say("meta", { meta, described: opened.ready.described, props: opened.ready.props });
      this.say("animations", { animations: opened.ready.animations });
      this.say("tracks", { tracks: opened.ready.tracks });
    } catch (error) {
      if (mine !== this.#loads) return;
      this.#opening = false;
      this.#failed(error);
    }
  }

  /** @param {number} frame @param {boolean} [on] whether what plays goes on from there */
  seek(frame, on = false) {
    if (!this.meta) return;
    const play = on ? this.#play : null;
    this.pause();
    this.#play = play;
    this.#goTo(frame);
  }

  /** @param {number} frame */
  #goTo(frame) {
    if (!this.meta) return;
    this.#wanted = Math.min(Math.max(0, Math.round(frame)), this.meta.frames - 1);
    this.#going = true;
    // Another one that is still being loaded goes there when it has.
    (this.#next ?? this.#shown)?.seek(this.#wanted);
  }

  /**
   * Plays on from here to the frame before `to`, or from `from` where that is behind, or where there is nothing left to play. While it
   * plays: changes how.
   * @param {{ speed?: number, from?: number, to?: number, loop?: boolean }} [how]
   */
  play({ speed = 1, from = 0, to = Infinity, loop = false } = {}) {
    if (!this.meta) return;
    const before = this.#play;
    this.#play = { speed, from, to, loop };
    const at = this.#going ? this.#wanted : this.frame;
    // What plays comes to its new end by itself, also where that lies behind it.
    if (at < from || (!before && at >= this.#end - 1)) this.#goTo(from);
    else if (!this.#going) {
      // One that could not show its frame is asked once more.
      if (this.#next) this.#goTo(this.#wanted);
      else if (!before || before.speed !== speed || before.to !== to) this.#shown?.play(speed, this.#end);
    }
    if (loop && !this.meta.seekable) void this.#prepare();
  }

  pause() {
    if (!this.#play) return;
    this.#play = null;
    // Of a page that is on its way nothing plays; one that waits for another to take its place may play until then.
    if (!this.#going || this.#next || this.#opening) this.#shown?.stop();
  }

  /** Asked of the page that comes, while one does: the other may be of another origin, and does not stay to answer. @param {string} url @param {number} count */
  peaks(url, count) {
    (this.#next ?? this.#shown)?.send("peaks", { url, count });
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
      // A frame that was asked for before is not it yet, nor is one of a page that another will replace.
      const arrived = type === "shown" && this.#going && !this.#next && !this.#opening && detail.frame === this.#wanted;
      if (arrived) this.#going = false;
      else if (type !== "shown" && !this.#going) this.#wanted = detail.frame;
      if (detail.tracks) this.say("tracks", { tracks: detail.tracks });
      this.say("frame", { frame: detail.frame, playing: this.playing, slow: detail.slow === true });
      if (type === "shown") this.say("busy", { busy: false });
      // Who heard of it may have sought elsewhere.
      if (!this.#play || this.#going) return;
      if (arrived) this.#shown?.play(this.#play.speed, this.#end);
      // An end before the present one is of an order that has been replaced.
      if (type === "ended" && detail.frame >= this.#end - 1) this.#ended(this.#play);
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
    const spare = this.#spare;
    this.#spare = null;
    this.say("busy", { busy: true });
    this.#opening = true;
    try {
      const opened = spare ?? (await this.#open(this.meta));
      if (mine !== this.#loads) return opened.remove();
      this.#opening = false;
      this.#next = opened;
      this.#goTo(this.#wanted);
    } catch (error) {
      if (mine !== this.#loads) return;
      this.#opening = false;
      this.#failed(error);
    }
  }

  /** Has a copy of the page ready for the way back. */
  async #prepare() {
    const mine = this.#loads;
    if (!this.meta || this.#spare || this.#opening || this.#preparing === mine) return;
    this.#preparing = mine;
    try {
      const opened = await this.#open(this.meta);
      if (mine !== this.#loads) return opened.remove();
      this.#spare = opened;
    } catch {
      // The way back will load it then, and say what is wrong.
    } finally {
      if (this.#preparing === mine) this.#preparing = 0;
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
    this.#going = false;
    this.pause();
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
