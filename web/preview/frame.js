// frame.js: one iframe with one loading of a composition, and the line to the driver inside (driver.js).

/** @typedef {{ url: string, origin: string, html?: string }} Source `html`: the document itself, in place of one that is asked for */
/** @typedef {(frame: PreviewFrame, type: string, detail: any) => void} Heard */

/** The longest wait for a page to begin at all; from then on it has its own time-out. */
const START_MS = 20_000;
let made = 0;

export class PreviewFrame {
  /** What the driver said when the page was ready. @type {any} */
  ready = null;

  /** @param {HTMLElement} mount @param {Source} source @param {object} config @param {{ width: number, height: number }} size @param {any} meta @param {Heard} heard */
  constructor(mount, source, config, size, meta, heard) {
    this.id = ++made;
    this.meta = meta;
    this.source = source;
    this.heard = heard;
    const element = document.createElement("iframe");
    this.element = element;
    element.name = `helios-preview:${JSON.stringify({ id: this.id, config })}`;
    element.title = "Composition";
    element.setAttribute("scrolling", "no");
    element.tabIndex = -1;
    element.width = String(size.width);
    element.height = String(size.height);
    element.allow = "autoplay";
    element.setAttribute("sandbox", "allow-scripts allow-same-origin");
    // Beneath the one that is seen; not hidden, for what is hidden gets no animation frames.
    element.style.cssText = "position:absolute;left:0;top:0;border:0;z-index:0;pointer-events:none;color-scheme:normal";
    this.onMessage = (/** @type {MessageEvent} */ event) => {
      if (event.source !== element.contentWindow || event.origin !== source.origin) return;
      const data = event.data;
      if (data && data.heliosPreview === this.id) this.heard(this, data.type, data);
    };
    window.addEventListener("message", this.onMessage);
    if (source.html === undefined) element.src = source.url;
    else element.srcdoc = source.html;
    mount.prepend(element);
  }

  /**
   * Loads a page and waits until it is ready.
   * @param {HTMLElement} mount @param {Source} source @param {any} config @param {{ width: number, height: number }} size @param {any} meta @param {Heard} heard
   * @returns {Promise<PreviewFrame>}
   */
  static open(mount, source, config, size, meta, heard) {
    return new Promise((resolve, reject) => {
      const fail = (/** @type {string} */ message) => {
        clearTimeout(timer);
        frame.remove();
        reject(new Error(message));
      };
      const frame = new PreviewFrame(mount, source, config, size, meta, (own, type, detail) => {
        if (type === "ready") {
          clearTimeout(timer);
          own.ready = detail;
          own.heard = heard;
          resolve(own);
        } else if (type === "failed") fail(detail.message);
        else if (type === "started") {
          clearTimeout(timer);
          timer = setTimeout(() => fail(`the page was not ready within ${config.timeoutMs / 1000} s`), config.timeoutMs + 2000);
        } else heard(own, type, detail);
      });
      let timer = setTimeout(() => fail(`${source.url} did not begin to load within ${START_MS / 1000} s`), START_MS);
    });
  }

  /** @param {string} type @param {object} [detail] */
  send(type, detail = {}) {
    this.element.contentWindow?.postMessage({ heliosPreview: this.id, type, ...detail }, this.source.origin);
  }

  /** @param {number} frame */
  seek(frame) {
    this.send("seek", { frame });
  }

  /** @param {number} speed @param {number} to */
  play(speed, to) {
    this.send("play", { speed, to });
  }

  stop() {
    this.send("stop");
  }

  /** In front, in place of the one that was seen. */
  reveal() {
    this.element.style.zIndex = "1";
  }

  remove() {
    window.removeEventListener("message", this.onMessage);
    this.element.remove();
  }
}
