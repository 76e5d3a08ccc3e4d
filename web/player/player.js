// player.js: <helios-player>: a composition in any page, played live, with the attributes, methods and events of <video> where
// they make sense. What it shows is exact; how it is driven is web/preview.

import { PreviewStage } from "../preview/stage.js";
import { Speakers } from "../preview/sound.js";
import { MARKUP, refresh, STYLE, wire } from "./controls.js";
import { sourceOf } from "./embed.js";

const REFLECTED = ["src", "poster", "embed"];
const SWITCHES = ["controls", "autoplay", "loop"];
const RELOADS = new Set(["src", "props", "embed"]);

export class HeliosPlayer extends HTMLElement {
  static observedAttributes = [...REFLECTED, ...SWITCHES, "muted", "width", "height", "playbackrate", "props"];

  #root = this.attachShadow({ mode: "open" });
  /** @type {PreviewStage | null} */
  #stage = null;
  #speakers = new Speakers();
  #loads = 0;
  #soon = false;
  #rate = 1;
  #muted = false;
  /** @type {any} */
  #props = undefined;
  paused = true;
  ended = false;
  seeking = false;
  hasPlayed = false;
  readyState = 0;
  /** @type {Error | null} */
  error = null;

  constructor() {
    super();
    this.#root.innerHTML = `<style>${STYLE}</style>${MARKUP}`;
    wire(this, this.#root);
    new ResizeObserver(() => this.#fit()).observe(this);
  }

  /** @param {string} name @returns {any} */
  #part(name) {
    return this.#root.querySelector(name);
  }

  connectedCallback() {
    if (!this.hasAttribute("tabindex")) this.tabIndex = 0;
    if (!this.hasAttribute("role")) this.setAttribute("role", "region");
    if (!this.hasAttribute("aria-label")) this.setAttribute("aria-label", "Video player");
    this.#muted = this.hasAttribute("muted");
    this.#loadSoon();
  }

  disconnectedCallback() {
    this.#loads++;
    this.paused = true;
    this.#speakers.stop();
    this.#stage?.destroy();
    this.#stage = null;
  }

  /** @param {string} name @param {string | null} _old @param {string | null} value */
  attributeChangedCallback(name, _old, value) {
    if (name === "playbackrate") this.playbackRate = Number(value ?? 1);
    else if (name === "muted") this.muted = value !== null;
    else if (name === "loop") this.#playOn();
    else if (name === "width" || name === "height") this.#fit();
    else if (name === "props") this.#props = undefined;
    if (RELOADS.has(name) && this.isConnected) this.#loadSoon();
    refresh(this, this.#root);
  }

  /** Several attributes that change at once load it once. */
  #loadSoon() {
    if (this.#soon) return;
    this.#soon = true;
    queueMicrotask(() => {
      this.#soon = false;
      if (this.isConnected) void this.load();
    });
  }

  /** Loads the composition, from its beginning unless only its props have changed. */
  async load() {
    const mine = ++this.#loads;
    const src = this.getAttribute("src");
    const poster = this.#part(".poster");
    poster.hidden = !this.getAttribute("poster") || this.hasPlayed;
    if (!poster.hidden) poster.src = this.getAttribute("poster");
    if (!src) return;
    const same = this.#stage?.meta && this.#loadedFrom === src;
    this.#fail(null);
    this.#say("loadstart");
    try {
      const source = await sourceOf(src, this.getAttribute("embed"));
      if (mine !== this.#loads) return;
      this.#stage ??= new PreviewStage(this.#part(".mount"), (type, detail) => this.#heard(type, detail));
      this.#loadedFrom = src;
      await this.#stage.load(source, { props: this.props, seed: 0 }, same ? this.currentFrame : 0);
    } catch (error) {
      if (mine === this.#loads) this.#fail(/** @type {Error} */ (error));
    }
  }
  /** @type {string | null} */
  #loadedFrom = null;

  /** @param {string} type @param {any} detail */
  #heard(type, detail) {
    if (type === "meta") {
      this.readyState = 1;
      this.#fit();
      this.#say("durationchange", "loadedmetadata");
    } else if (type === "reloaded" && this.readyState < 4) {
      this.readyState = 4;
      this.#say("loadeddata", "canplay", "canplaythrough");
      if (this.hasAttribute("autoplay") || !this.paused) void this.#begin();
    } else if (type === "frame") this.#moved();
    else if (type === "busy" && detail.busy && !this.paused) this.#say("waiting");
    else if (type === "ended") {
      this.paused = this.ended = true;
      this.#speakers.stop();
      this.#say("timeupdate", "pause", "ended");
    } else if (type === "failed") this.#fail(new Error(detail.message));
    else if (type === "trouble" && detail.level === "error") console.warn(`helios-player: ${detail.text}`);
    this.toggleAttribute("data-playing", !this.paused);
    refresh(this, this.#root);
  }

  #moved() {
    const going = this.#stage?.going === true;
    const seeked = this.seeking && !going;
    if (seeked) this.seeking = false;
    if (!this.paused && !this.#muted && !going && this.#stage) this.#speakers.follow(this.#stage.sound, this.currentTime * 1000, this.#rate);
    this.#say("timeupdate", ...(seeked ? ["seeked"] : []));
  }

  /** @param {Error | null} error */
  #fail(error) {
    this.error = error;
    const message = this.#part(".message");
    message.hidden = error === null;
    message.textContent = error?.message ?? "";
    if (error) {
      this.paused = true;
      this.seeking = false;
      this.#speakers.stop();
      this.#stage?.pause();
      this.#say("error");
    }
    refresh(this, this.#root);
  }

  /** @param {string[]} types */
  #say(...types) {
    for (const type of types) this.dispatchEvent(new Event(type));
  }

  /** As large as the element is wide; as high as the composition asks, unless a height is given. */
  #fit() {
    const meta = this.#stage?.meta;
    const [width, height] = [this.getAttribute("width"), this.getAttribute("height")];
    if (width) this.style.width = /^\d+$/.test(width) ? `${width}px` : width;
    if (height) this.style.height = /^\d+$/.test(height) ? `${height}px` : height;
    if (!height) this.style.aspectRatio = meta ? `${meta.width} / ${meta.height}` : "16 / 9";
    const mount = this.#part(".mount");
    mount.style.visibility = meta ? "" : "hidden";
    if (!meta) return;
    const scale = Math.min(this.clientWidth / meta.width, this.clientHeight / meta.height);
    const [x, y] = [(this.clientWidth - meta.width * scale) / 2, (this.clientHeight - meta.height * scale) / 2];
    Object.assign(mount.style, { width: `${meta.width}px`, height: `${meta.height}px`, transform: `translate(${x}px, ${y}px) scale(${scale})` });
  }

  async play() {
    if (this.error) throw this.error;
    if (!this.paused) return;
    this.paused = false;
    this.#say("play");
    if (this.readyState >= 4) await this.#begin();
    refresh(this, this.#root);
  }

  async #begin() {
    this.paused = this.ended = false;
    this.hasPlayed = true;
    this.#part(".poster").hidden = true;
    this.#play();
    this.#say("playing");
    this.toggleAttribute("data-playing", true);
    refresh(this, this.#root);
  }

  #play() {
    this.#stage?.play({ speed: this.#rate, loop: this.hasAttribute("loop") });
  }

  /** What plays is told how it now plays. */
  #playOn() {
    if (this.#stage?.playing) this.#play();
  }

  pause() {
    if (this.paused) return;
    this.paused = true;
    this.#speakers.stop();
    this.#stage?.pause();
    this.toggleAttribute("data-playing", false);
    this.#say("timeupdate", "pause");
    refresh(this, this.#root);
  }

  get currentFrame() {
    return this.#stage?.wanted ?? 0;
  }
  set currentFrame(frame) {
    if (!this.#stage?.meta || !Number.isFinite(frame)) return;
    this.hasPlayed = true;
    this.ended = false;
    this.seeking = true;
    this.#part(".poster").hidden = true;
    this.#say("seeking");
    this.#speakers.stop();
    this.#stage.seek(frame, !this.paused);
    refresh(this, this.#root);
  }
  get fps() {
    const fps = this.#stage?.meta?.fps;
    return fps ? fps.num / fps.den : NaN;
  }
  get totalFrames() {
    return this.#stage?.meta?.frames ?? 0;
  }
  get currentTime() {
    return this.totalFrames > 0 ? this.currentFrame / this.fps : 0;
  }
  set currentTime(seconds) {
    this.currentFrame = Math.floor(seconds * this.fps + 1e-6);
  }
  get duration() {
    return this.#stage?.meta?.duration ?? NaN;
  }
  get videoWidth() {
    return this.#stage?.meta?.width ?? 0;
  }
  get videoHeight() {
    return this.#stage?.meta?.height ?? 0;
  }
  get playbackRate() {
    return this.#rate;
  }
  set playbackRate(rate) {
    if (!(rate > 0 && rate <= 16) || rate === this.#rate) return;
    this.#rate = rate;
    this.#playOn();
    this.#say("ratechange");
  }
  get muted() {
    return this.#muted;
  }
  set muted(muted) {
    if (this.#muted === Boolean(muted)) return;
    this.#muted = Boolean(muted);
    if (this.#muted) this.#speakers.stop();
    this.#say("volumechange");
    refresh(this, this.#root);
  }
  get volume() {
    return this.#speakers.volume;
  }
  set volume(volume) {
    this.#speakers.volume = Math.min(1, Math.max(0, volume));
    this.#say("volumechange");
  }
  /** The page's helios.props: an object, or its JSON in the attribute. */
  get props() {
    if (this.#props !== undefined) return this.#props;
    const text = this.getAttribute("props");
    if (!text) return undefined;
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new Error(`helios-player: props is no JSON: ${/** @type {Error} */ (error).message}`);
    }
  }
  set props(props) {
    this.#props = props;
    if (this.isConnected) this.#loadSoon();
  }
}

for (const name of [...REFLECTED, ...SWITCHES]) {
  const isSwitch = SWITCHES.includes(name);
  Object.defineProperty(HeliosPlayer.prototype, name, {
    get() {
      return isSwitch ? this.hasAttribute(name) : (this.getAttribute(name) ?? "");
    },
    set(value) {
      if (isSwitch) this.toggleAttribute(name, Boolean(value));
      else this.setAttribute(name, value);
    },
    configurable: true, enumerable: true,
  });
}
