// video-frames.js: the pictures of <video>, decoded outside the page (crates/helios-renderer/src/films.rs) and shown as the
// element's poster: so the frame is painted with the rest of the page, with object-fit, filters, transforms and all. The native
// player gets nothing to play. What scripts draw from the element is the same picture. When it plays is media.js'.
//
// Only of the page's own origin, or its own making: what other origins send is left to the browser, whose rules say who may look
// at it. So is what a MediaSource makes, which nobody can read.

/**
 * `from`, `to`: when its picture is shown, nanoseconds; `time`: when the file begins to show it, seconds
 * @typedef {{ url: string, address: string, state: "loading" | "ready" | "failed", width: number, height: number, length: number, from: number, to: number, time: number, img: any, picture: string, shown: string, poster: string | null, asking: boolean }} VideoFilm
 */

const setStream = setterOf(HTMLMediaElement.prototype, "srcObject");
const posterOf = getterOf(HTMLVideoElement.prototype, "poster");
const setPoster = setterOf(HTMLVideoElement.prototype, "poster");
const revokePicture = URL.revokeObjectURL.bind(URL);
const headerOf = methodOf(Headers.prototype, "get");
const partOf = methodOf(Blob.prototype, "slice");
const responseHeaders = getterOf(Response.prototype, "headers");
let filmElements = 0;

/** @param {string} url */
const ownMaking = (url) => /^(blob|data):/.test(url);

// What a MediaSource makes can only be had by one player, and not be read.
if (typeof MediaSource === "function") {
  const nativeAddress = methodOf(URL, "createObjectURL");
  replaceMethod(URL, "createObjectURL", function createObjectURL(/** @type {any[]} */ ...args) {
    // @ts-ignore
    const url = nativeAddress(this, ...args);
    if (args[0] instanceof MediaSource) core.mediaSources.add(url);
    return url;
  });
}

/** @param {string} url */
function filmable(url) {
  if (!CONFIG.films || core.mediaSources.has(url)) return false;
  return ownMaking(url) || (/^https?:/.test(url) && new URL(url).origin === location.origin);
}

/** @param {string} query */
const askFilm = (query) => N.apply(nativeFetch, window, [`${CONFIG.films}?${query}`, { cache: "no-store" }]);

/** How a video is asked for: by its address, or by the number under which it was handed over. @param {string} url */
async function filmAddress(url) {
  if (!ownMaking(url)) return `url=${encodeURIComponent(url)}`;
  const made = await N.responseBlob(await N.apply(nativeFetch, window, [url]));
  // Without a type nobody is asked first whether it may be sent.
  const answer = await N.apply(nativeFetch, window, [CONFIG.films, { method: "POST", body: partOf(made, 0) }]);
  if (!answer.ok) throw new N.Error("it was not taken");
  return `posted=${await N.responseText(answer)}`;
}

/** Takes an element from the native player, if its video can be decoded. @param {any} element @param {any} m */
function openFilm(element, m) {
  const url = m.media.url;
  const stream = mediaStream(element);
  m.film = null;
  if (element.localName !== "video" || (stream && stream !== m.ownStream)) return;
  if (!filmable(url)) {
    if (stream) setStream(element, null);
    return;
  }
  /** @type {VideoFilm} */
  const film = { url, address: "", state: "loading", width: 0, height: 0, length: 0, from: 0, to: 0, time: 0, img: null, picture: "", shown: "", poster: null, asking: false };
  m.film = film;
  if (!m.filmId) m.filmId = ++filmElements;
  if (!m.ownStream) m.ownStream = new MediaStream();
  if (stream !== m.ownStream) setStream(element, m.ownStream);
  const load = async () => {
    film.address = await filmAddress(url);
    const answer = await askFilm(film.address);
    if (!answer.ok) throw new N.Error("no film");
    return N.JSON.parse(await N.responseText(answer));
  };
  N.then(gatePromise(`video ${shortUrl(url)} did not load`, load()), (/** @type {any} */ info) => {
    if (m.film !== film) return;
    film.state = "ready";
    film.width = info.width;
    film.height = info.height;
    film.length = info.length;
    m.media.length = info.length;
    for (const type of ["loadstart", "durationchange", "resize", "loadedmetadata"]) mediaEvent(element, type);
    advanceMedia(element, m.realm);
  }, () => {
    if (m.film !== film) return;
    // The browser may know what to do with it, or at least what to say of it.
    film.state = "failed";
    setStream(element, null);
    if (m.seek === null) return;
    m.seek = null;
    m.pageSeek = true;
    nativeMedia.setTime(element, m.anchorCur);
  });
}

/** Whether the pictures of an element are films, or will be when its document has loaded. @param {any} element @param {any} m */
function takesFilm(element, m) {
  if (m.film) return m.film.state !== "failed";
  return m.unopened && element.localName === "video" && !mediaStream(element) && filmable(m.media.url);
}

/** Whether the element shows the picture that was there before it first played. @param {any} element @param {any} m @param {number} time */
function showsPoster(element, m, time) {
  return m.film.poster !== null && m.film.poster !== "" && !m.everPlayed && time === 0;
}

/** The page seeks: it hears of it when the picture is there, and the frame waits for that. @param {any} element @param {any} m */
function seekFilm(element, m) {
  if (m.seekFrame !== core.frame) m.seeks = 0;
  m.seekFrame = core.frame;
  m.seeks += 1;
  // Who answers every seek with the next one would never let time go on.
  m.seek = { delay: m.seeks > MAX_REACTIONS ? 4 : 0 };
  tellSeek(element, "seeking", m.seek.delay);
  if (m.film && m.film.state === "ready") showFilmFrame(element, m, mediaTime(element, m));
}

/** @param {any} element @param {string} type @param {number} delay */
function tellSeek(element, type, delay) {
  const done = delay === 0 ? addPending(`video: nobody was told of "${type}"`, true) : () => {};
  // However deep in timers the page does it: these are events, which come at once.
  const { nesting } = core;
  core.nesting = 0;
  addTimer(realm, delay, null, () => {
    N.dispatchEvent(element, new N.Event(type));
    done();
  });
  core.nesting = nesting;
}

/** @param {VideoFilm} film @param {number} id the element's @param {number} nanos */
async function loadFrame(film, id, nanos) {
  const answer = await askFilm(`${film.address}&id=${id}&at=${nanos}`);
  if (!answer.ok) throw new N.Error(await N.responseText(answer));
  const headers = responseHeaders(answer);
  const nanosOf = (/** @type {string} */ name) => N.Number(headerOf(headers, name));
  const picture = nativeObjectUrl(await N.responseBlob(answer));
  const img = new NativeImage();
  N.img.setSrc(img, picture);
  await N.img.decode(img);
  return { from: nanosOf("x-from"), to: nanosOf("x-to"), time: nanosOf("x-time") / 1e9, picture, img };
}

/**
 * Has the element show its frame of `time`, in seconds. What the page is told must be the same whether the frame is drawn or only
 * passed: it follows from the times alone, and is told of before a picture is asked for that only a drawn frame needs.
 * @param {any} element @param {any} m @param {number} time
 */
function showFilmFrame(element, m, time) {
  const film = /** @type {VideoFilm} */ (m.film);
  if (film.state !== "ready" || film.asking) return;
  if (film.poster === null) film.poster = N.getAttribute(element, "poster") || "";
  if (m.playing) m.everPlayed = true;
  const { seek } = m;
  const before = m.shown;
  const nanos = N.Math.round(time * 1e9);
  const held = film.img !== null && nanos >= film.from && nanos < film.to;
  const looked = core.drawn || core.readsPixels;
  if (film.img && !seek) {
    reachTime(element, m, time);
    if (held) return paintFilm(element, m, time);
    // On the way to a frame that nobody sees only scripts could look.
    if (!looked && (before === time || m.frameCallbacks.size === 0)) return;
  }
  const wanted = !held && (looked || !film.img || m.frameCallbacks.size > 0);
  film.asking = true;
  const asked = gatePromise(`the frame of video ${shortUrl(film.url)} at ${time.toFixed(3)} s did not come`, wanted ? loadFrame(film, m.filmId, nanos) : N.Promise.resolve(null));
  N.then(asked, (/** @type {any} */ frame) => {
    film.asking = false;
    if (m.film !== film) return;
    const first = film.img === null;
    if (frame) keepFrame(film, frame, nanos);
    if (first) for (const type of ["loadeddata", "canplay", "canplaythrough"]) mediaEvent(element, type);
    // Another seek has taken the place of this one.
    if (m.seek !== seek) return m.seek ? showFilmFrame(element, m, mediaTime(element, m)) : undefined;
    // Who seeks may say only then that it waits for the frame.
    if (!frame && !held && m.frameCallbacks.size > 0) return showFilmFrame(element, m, time);
    if (first || seek) reachTime(element, m, time);
    if (frame || held) {
      paintFilm(element, m, time);
      const last = N.Math.round(before * 1e9);
      if (seek || before < 0 || last < film.from || last >= film.to) presentFrame(element, m, film.time);
    }
    if (!seek || m.seek !== seek) return;
    m.seek = null;
    tellSeek(element, "seeked", seek.delay);
  }, (/** @type {any} */ e) => {
    film.asking = false;
    film.state = "failed";
    warnOnce("media-failed", `<video> ${shortUrl(film.url)} at ${time.toFixed(3)} s: ${e && e.message}`);
    if (m.film !== film || !m.seek) return;
    // It is over, if without a picture.
    tellSeek(element, "seeked", m.seek.delay);
    m.seek = null;
  });
}

/** @param {VideoFilm} film @param {any} frame @param {number} nanos the time that was asked for */
function keepFrame(film, frame, nanos) {
  const old = film.picture;
  // What the file says of times is rounded: the answer is the frame of this time in any case.
  film.from = N.Math.min(frame.from, nanos);
  film.to = frame.to;
  film.time = frame.time;
  film.img = frame.img;
  film.picture = frame.picture;
  if (old) N.setTimeout(() => revokePicture(old), 2000);
}

/** @param {any} element @param {any} m @param {number} time */
function reachTime(element, m, time) {
  if (m.shown === time) return;
  m.shown = time;
  if (m.playing) mediaEvent(element, "timeupdate");
}

/** @param {any} element @param {any} m @param {number} time */
function paintFilm(element, m, time) {
  const film = m.film;
  const picture = showsPoster(element, m, time) ? film.poster : film.picture;
  if (film.shown === picture) return;
  film.shown = picture;
  setPoster(element, picture);
  // The picture is there already; the element notices in a task of its own.
  const done = addPending("a frame of a video was not painted");
  N.setTimeout(done, 0);
}

if (isRoot) core.api.films = { open: openFilm, show: showFilmFrame, takes: takesFilm, seek: seekFilm };

/** The film that an element shows, or undefined. @param {any} element @returns {VideoFilm | undefined} */
function filmOf(element) {
  if (!(element instanceof HTMLVideoElement)) return undefined;
  const m = core.api.media.known(element);
  return m && m.film && m.film.state === "ready" ? m.film : undefined;
}

/** @param {string} name @param {(film: VideoFilm, m: any) => any} read @param {any} [proto] */
function filmSays(name, read, proto = HTMLMediaElement.prototype) {
  const native = getterOf(proto, name);
  replaceAccessor(proto, name, function () {
    // @ts-ignore
    const self = this;
    const film = filmOf(self);
    return film ? read(film, core.api.media.known(self)) : native(self);
  });
}
const ranges = (/** @type {VideoFilm} */ film) => N.Object.freeze({ length: 1, start: () => 0, end: () => film.length });
if (CONFIG.films) {
  filmSays("duration", (film) => film.length);
  filmSays("readyState", (film) => (film.img ? 4 : 1));
  filmSays("networkState", () => 1);
  filmSays("currentSrc", (film) => film.url);
  filmSays("error", () => null);
  filmSays("seeking", (_film, m) => m.seek !== null);
  filmSays("seekable", ranges);
  filmSays("buffered", ranges);
  filmSays("videoWidth", (film) => film.width, HTMLVideoElement.prototype);
  filmSays("videoHeight", (film) => film.height, HTMLVideoElement.prototype);
  const nativeStream = mediaStream;
  replaceAccessor(HTMLMediaElement.prototype, "srcObject", function () {
    // @ts-ignore
    const m = core.api.media.known(this);
    // @ts-ignore
    return m && m.film && m.film.state !== "failed" ? null : nativeStream(this);
  });
  replaceAccessor(HTMLVideoElement.prototype, "poster", function () {
    // @ts-ignore
    const film = filmOf(this);
    // @ts-ignore
    return film && film.poster !== null ? film.poster && new URL(film.poster, document.baseURI).href : posterOf(this);
  }, function (v) {
    // @ts-ignore
    const film = filmOf(this);
    if (film && film.poster !== null) film.poster = N.String(v);
    // @ts-ignore
    else setPoster(this, v);
  });

  // Scripts that draw from the element. Before it has a picture they are answered by the native player, which has none either.
  const drawable = (/** @type {any} */ source) => {
    const film = filmOf(source);
    return (film && film.img) || source;
  };
  /** @param {any} owner @param {string[]} names */
  const substitute = (owner, names) => {
    for (const name of owner ? names : []) {
      const native = N.getDescriptor(owner, name) && methodOf(owner, name);
      if (!native) continue;
      replaceMethod(owner, name, function (/** @type {any[]} */ ...args) {
        for (let i = 0; i < args.length; i++) if (args[i] instanceof HTMLVideoElement) args[i] = drawable(args[i]);
        // @ts-ignore
        return native(this, ...args);
      });
    }
  };
  for (const name of ["CanvasRenderingContext2D", "OffscreenCanvasRenderingContext2D"]) substitute(heliosWindow[name] && heliosWindow[name].prototype, ["drawImage", "createPattern"]);
  for (const name of ["WebGLRenderingContext", "WebGL2RenderingContext"]) substitute(heliosWindow[name] && heliosWindow[name].prototype, ["texImage2D", "texSubImage2D", "texImage3D", "texSubImage3D"]);
  const nativeBitmap = heliosWindow.createImageBitmap;
  replaceMethod(window, "createImageBitmap", function (/** @type {any[]} */ ...args) {
    core.readsPixels = true;
    return N.apply(nativeBitmap, window, [drawable(args[0]), ...args.slice(1)]);
  });
  if (heliosWindow.VideoFrame) {
    N.defineProperty(window, "VideoFrame", {
      value: new N.Proxy(heliosWindow.VideoFrame, {
        construct(target, args, made) {
          const film = filmOf(args[0]);
          const given = film && film.img ? [film.img, { timestamp: N.Math.round(args[0].currentTime * 1e6), ...args[1] }] : args;
          return N.construct(target, given, made);
        },
      }),
      writable: true, enumerable: false, configurable: true,
    });
  }
  for (const owner of [HTMLCanvasElement.prototype, OffscreenCanvas.prototype]) {
    const native = methodOf(owner, "getContext");
    replaceMethod(owner, "getContext", function getContext(/** @type {any[]} */ ...args) {
      core.readsPixels = true;
      // @ts-ignore
      return native(this, ...args);
    });
  }
}
