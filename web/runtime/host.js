// The host page: holds the composition in an iframe of exactly its size, and under it the strip that names the drawing.
//
// It moves nothing by itself. The renderer calls `heliosHost.open` once and `heliosHost.step` per frame; the virtual
// clock of the composition is the runtime inside the iframe (`__helios`). The host's own clock is the real one.
//
// The strip: four cells of 4 x 8 pixels, left-aligned directly under the composition. The first is MARK, the second the
// serial of the drawing (24 bits, as red, green, blue), the third its complement, the fourth MARK again. The serial is
// set after everything of the frame has been applied, so whatever picture carries it shows that frame.

(() => {
  "use strict";

  const MARK = 0x5ac3a5;
  /** Milliseconds of a frame that is worth naming. */
  const SLOW = 250;

  /** @type {HTMLIFrameElement | null} */
  let frame = null;
  /** Counts the documents that were loaded into the iframe. */
  let loads = 0;
  /**
   * What is behind the composition: "white", "none" where pictures carry transparency, or "black" where it is found out by drawing
   * over white as well.
   */
  let ground = "white";
  /** The frame that the composition is at. */
  let current = 0;
  /** @type {{ from: number, to: number, spans: any[], line: number | null, align: string }[]} */
  let cues = [];

  const strip = document.createElement("div");
  strip.id = "strip";
  const cells = [0, 1, 2, 3].map(() => strip.appendChild(document.createElement("i")));
  const captions = document.createElement("div");
  captions.id = "captions";
  document.body.append(captions, strip);

  /** @param {number} serial */
  const paintStrip = (serial) => {
    const colours = [MARK, serial, ~serial & 0xffffff, MARK];
    cells.forEach((cell, i) => {
      cell.style.background = `#${colours[i].toString(16).padStart(6, "0")}`;
    });
  };

  /** @param {string} kind what the renderer goes by @param {string} text */
  const failure = (kind, text) => Object.assign(new Error(text), { heliosKind: kind });

  /**
   * What goes wrong is an answer too, and has a kind: nobody needs to read it out of the words.
   * @template {any[]} A @param {(...args: A) => any} work
   */
  const answering = (work) => async (/** @type {A} */ ...args) => {
    try {
      return await work(...args);
    } catch (thrown) {
      const error = /** @type {any} */ (thrown);
      return { failed: { kind: error?.heliosKind ?? "page", message: String(error?.message ?? error) } };
    }
  };

  /** The runtime in the composition, or an error that says why there is none. */
  const runtime = () => {
    /** @type {any} */
    let inner = null;
    try {
      inner = /** @type {any} */ (frame?.contentWindow)?.__helios;
    } catch {
      throw failure("foreign", "the page left for another origin");
    }
    if (!inner) throw new Error("the page has no Helios runtime");
    return inner;
  };

  /**
   * Loads a composition, replacing the one before.
   * @param {string} url
   * @param {number} width
   * @param {number} height
   * @param {string} behind
   */
  const open = async (url, width, height, behind) => {
    frame?.remove();
    loads = 0;
    ground = behind;
    const made = document.createElement("iframe");
    frame = made;
    // Autoplay and the like: what a page may do when it is on top, it may do here.
    made.allow = "autoplay; fullscreen; accelerometer; gyroscope; magnetometer; xr-spatial-tracking; clipboard-read; clipboard-write";
    if (ground !== "white") made.style.background = "none";
    resize(width, height);
    const loaded = new Promise((resolve) => {
      made.addEventListener("load", () => {
        loads += 1;
        resolve(undefined);
      });
    });
    made.src = url;
    document.body.prepend(made);
    await loaded;
    await runtime().ready();
    return describe();
  };

  /** Lets go of the composition, and of what it has kept in this tab. */
  const leave = () => {
    frame?.remove();
    frame = null;
    sessionStorage.clear();
  };

  /** Goes on where `open` lost the page: it has replaced itself by another document while it loaded. */
  const reopen = async () => {
    const shown = frame?.contentDocument;
    if (shown && shown.readyState !== "complete") {
      await new Promise((resolve) => frame?.addEventListener("load", resolve, { once: true }));
    }
    try {
      await runtime().ready();
    } catch (error) {
      // A document that went away again rejects; the next one is on its way.
      if (frame?.contentDocument) throw error;
    }
    return describe();
  };

  /** What the composition's runtime is waiting for, and whether that is all that is left of the frame. */
  const pending = () => runtime().pending();

  // The host page must stay: what the page in it does to the window around it comes to nothing. Frame busters
  // (`top.location = self.location`) are stopped before anything begins; once a navigation of the window has begun,
  // Chromium stops loading the page in it.
  window.close = () => console.warn("helios: close() of the window around the page was ignored");
  /** @type {any} */ (window).navigation.addEventListener("navigate", (/** @type {any} */ event) => {
    if (!event.cancelable || event.destination.sameDocument) return;
    event.preventDefault();
    console.warn(`helios: the window around the page does not go to ${event.destination.url}`);
  });

  /** What the page declares, and the size of its main canvas. */
  const describe = () => {
    const canvas = runtime().canvas();
    return { ...runtime().describe(), canvas: canvas ? [canvas.width, canvas.height] : null };
  };

  /**
   * Gives the composition another size; pages that read their size while loading must be opened again.
   * @param {number} width
   * @param {number} height
   */
  const resize = (width, height) => {
    if (frame) {
      frame.width = String(width);
      frame.height = String(height);
    }
    strip.style.top = `${height}px`;
    // Not in percent: that would be of the window, which can be wider.
    Object.assign(captions.style, {
      width: `${width}px`, height: `${height}px`, fontSize: `${Math.min(width, height) * 0.055}px`,
      padding: `0 ${width * 0.05}px ${width * 0.04}px`,
    });
  };

  /**
   * What is said from one frame to another is drawn over the composition, as `resize` sizes it.
   * @param {typeof cues} all
   */
  const showCaptions = (all) => {
    cues = all;
  };

  /** Which captions are said now. */
  const said = () => cues.filter((cue) => cue.from <= current && current < cue.to);

  /** Those of the drawing before. @type {typeof cues} */
  let drawnCaptions = [];

  const sameCaptions = () => {
    const now = said();
    return now.length === drawnCaptions.length && now.every((cue, i) => cue === drawnCaptions[i]);
  };

  const drawCaptions = () => {
    if (cues.length === 0) return;
    const shown = said();
    drawnCaptions = shown;
    captions.replaceChildren(...shown.map((cue) => {
      const box = document.createElement("p");
      const words = box.appendChild(document.createElement("span"));
      words.append(...cue.spans.map(({ text, bold, italic, underline }) => {
        const part = document.createElement("span");
        part.textContent = text;
        if (bold) part.style.fontWeight = "bold";
        if (italic) part.style.fontStyle = "italic";
        if (underline) part.style.textDecoration = "underline";
        return part;
      }));
      box.style.textAlign = cue.align;
      // Captions with a place of their own lie there; the others are stacked at the bottom.
      if (cue.line !== null) Object.assign(box.style, { position: "absolute", top: `${cue.line}%`, left: "5%", right: "5%" });
      return box;
    }));
  };

  /** @param {number} serial */
  const draw = (serial) => {
    runtime().drawing();
    // Hidden behind the composition, but all of the window is painted anew: an element that moves by less than a thousandth of
    // a pixel, as at the end of an easing, would otherwise keep the picture of where it was before. Not the root's colour: the
    // browser around the page takes note of that with a frame of its own.
    if (ground === "white") document.body.style.background = serial % 2 ? "#fff" : "#eee";
    else {
      document.documentElement.style.background = ground;
      if (frame?.contentWindow) {
        // Where the two differ, the browser puts a colour behind the composition.
        const inner = frame.contentWindow;
        frame.style.colorScheme = inner.getComputedStyle(inner.document.documentElement).colorScheme;
      }
    }
    drawCaptions();
    paintStrip(serial);
  };

  /**
   * The same drawing once more, over white.
   * @param {number} serial
   */
  const overWhite = async (serial) => {
    document.documentElement.style.background = "#fff";
    paintStrip(serial);
    return {};
  };

  /**
   * Has the browser show once more what it should have shown: it drops a frame now and then when the machine is busy. What changes is the
   * colour beside the cells of the strip.
   */
  const nudge = async () => {
    strip.style.width = "100%";
    strip.style.background = strip.style.background ? "" : "#000";
    return {};
  };

  /**
   * Advances the composition to a frame and, with a serial above 0, draws it.
   * @param {number} index
   * @param {number} [serial]
   * @param {boolean} [repeatable] whether a frame need not be drawn that looks like the one before: the result says so then
   */
  const step = async (index, serial = 0, repeatable = false) => {
    const before = loads;
    current = index;
    const result = await runtime().step(index, serial > 0);
    if (loads !== before) throw failure("left", "the page navigated away");
    result.same = result.same && repeatable && sameCaptions();
    if (serial > 0 && !result.same) draw(serial);
    return result;
  };

  /**
   * Waits again until the page is ready, after something has come that its runtime cannot see; draws it like `step`.
   * @param {number} serial
   */
  const settle = async (serial) => {
    const result = await runtime().settle();
    if (serial > 0) draw(serial);
    return result;
  };

  let modules = 0;
  /**
   * Has a module of our own come, be compiled and run. What the page imported and got before that has then come so far as well, on a busy
   * machine too: it goes the same ways.
   */
  const follow = async () => {
    modules += 1;
    // Another site's page around the composition may refuse it; then there is nothing to go by.
    await import(`data:text/javascript,//${modules}`).catch(() => {});
    return {};
  };

  /**
   * Advances through the frames from..to without drawing them.
   * @param {number} from
   * @param {number} to
   */
  const replay = async (from, to) => {
    /** @type {any[]} */
    const notes = [];
    /** @type {[number, number][]} frames that took very long, with their milliseconds */
    const slow = [];
    for (let index = from; index < to; index += 1) {
      // The renderer hears in order what the page says, and so knows in which frame it was.
      /** @type {any} */ (window).heliosMark?.(String(index));
      const began = performance.now();
      for (const note of (await step(index)).notes) notes.push({ frame: index, ...note });
      const took = performance.now() - began;
      if (took > SLOW) slow.push([index, Math.round(took)]);
    }
    return { notes, slow };
  };

  /**
   * The pixels of the composition's canvas, posted to the renderer: rows from top to bottom, RGBA, over black unless they may
   * be transparent.
   * @param {string} url
   * @param {boolean} transparent
   */
  const postCanvas = async (url, transparent) => {
    /** @type {HTMLCanvasElement | null} */
    const canvas = runtime().canvas();
    if (!canvas) throw new Error("the page has no canvas");
    const { width, height } = canvas;
    const flat = new OffscreenCanvas(width, height);
    const context = flat.getContext("2d", { alpha: transparent, willReadFrequently: true });
    if (!context) throw new Error(`a canvas of ${width} x ${height} pixels cannot be read`);
    context.drawImage(canvas, 0, 0);
    const pixels = context.getImageData(0, 0, width, height).data;
    const answer = await fetch(url, { method: "POST", body: pixels });
    if (!answer.ok) throw new Error(`the renderer refused the canvas: HTTP ${answer.status}`);
    return { width, height };
  };

  /**
   * What the page was heard playing. What only the page can read (blob:, data:) is posted to the renderer, and has the number of
   * its posting instead of an address.
   * @param {string} url @param {number} from milliseconds of the composition @param {number} to
   */
  const sound = async (url, from, to) => {
    const { stretches, spent } = await runtime().sound(from, to);
    /** @type {Map<string, number>} */
    const posted = new Map();
    for (const stretch of stretches) {
      if (!/^(blob|data):/.test(stretch.url)) continue;
      if (!posted.has(stretch.url)) posted.set(stretch.url, await post(url, stretch.url));
      stretch.posted = posted.get(stretch.url);
      stretch.url = "";
    }
    return { stretches, spent };
  };

  /** @param {string} url @param {string} source @returns {Promise<number>} its number, or -1 when it cannot be read (a MediaSource) */
  const post = async (url, source) => {
    try {
      // Without a type, which another origin would have to allow first.
      const body = (await (await fetch(source)).blob()).slice();
      const answer = await fetch(url, { method: "POST", body });
      return answer.ok ? Number(await answer.text()) : -1;
    } catch {
      return -1;
    }
  };

  /** @type {any} */ (window).heliosHost = Object.freeze({
    open: answering(open),
    reopen: answering(reopen),
    leave,
    pending: answering(pending),
    step: answering(step),
    settle: answering(settle),
    follow: answering(follow),
    replay: answering(replay),
    overWhite: answering(overWhite),
    nudge: answering(nudge),
    showCaptions: answering(async (/** @type {typeof cues} */ all) => (showCaptions(all), {})),
    postCanvas: answering(postCanvas),
    sound: answering(sound),
  });
})();
