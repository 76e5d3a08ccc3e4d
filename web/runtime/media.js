// media.js: <video> and <audio> follow the virtual clock: native playback never runs, a video is sought for each frame and
// waited for. What is heard is recorded by sound.js. Elements may say themselves when they play (data-helios-offset and the
// like, docs/media.md).

const mediaProto = HTMLMediaElement.prototype;
const nativeMedia = {
  pause: methodOf(mediaProto, "pause"),
  load: methodOf(mediaProto, "load"),
  paused: getterOf(mediaProto, "paused"),
  time: getterOf(mediaProto, "currentTime"),
  setTime: setterOf(mediaProto, "currentTime"),
  duration: getterOf(mediaProto, "duration"),
  seeking: getterOf(mediaProto, "seeking"),
  readyState: getterOf(mediaProto, "readyState"),
  networkState: getterOf(mediaProto, "networkState"),
  src: getterOf(mediaProto, "currentSrc"),
};

/**
 * `began`: when it last began to play; `until`: when it is to stop; `media`: what it plays; `graph`: whether Web Audio takes its sound;
 * `owned`: it plays by its attributes, whatever a library of the page does to it (contract-helios-ts.js), as loud as it was at first;
 * `shown`: the time at which it was seen last; `seek`: a seek of the page's that has no picture yet, `seekFrame` and `seeks`: the frame
 * in which it sought last, and how often (video-frames.js)
 * @typedef {{ realm: HeliosRealm, playing: boolean, anchorT: number, anchorCur: number, rate: number, ended: boolean, shown: number, begun: boolean, seeking: boolean, waiting: boolean, frameCallbacks: any, nextFrameId: number, presented: number, sought: (() => void) | null, pageSeek: boolean, began: number, until: number | null, media: { url: string, length: number }, failed: boolean, locked: boolean, graph: any, declared: boolean, wasIn: boolean, film: any, unopened: boolean, filmId: number, ownStream: any, everPlayed: boolean, seek: { delay: number } | null, seekFrame: number, seeks: number, owned: { volume: number, muted: boolean } | null }} MediaState
 */

/** @type {any} element -> MediaState; the root's, as one clock drives all windows */
const mediaStates = isRoot ? hardWeakMap() : null;
/** @type {any} elements that play or are to show another picture, in a document or not */
const looseMedia = isRoot ? hardSet() : null;
/** @type {any} document -> live collections */
const mediaCollections = hardWeakMap();

/** @param {any} element @param {HeliosRealm} r @returns {MediaState} */
function mediaState(element, r) {
  let m = mediaStates.get(element);
  if (!m) {
    m = { realm: r, playing: false, anchorT: startNow(), anchorCur: 0, rate: 1, ended: false, shown: -1, begun: false, seeking: false, waiting: false, frameCallbacks: hardMap(), nextFrameId: 1, presented: 0, sought: null, pageSeek: false, began: 0, until: null, media: { url: "", length: 0 }, failed: false, locked: false, graph: null, declared: false, wasIn: false, film: null, unopened: false, filmId: 0, ownStream: null, everPlayed: false, seek: null, seekFrame: -1, seeks: 0, owned: null };
    mediaStates.set(element, m);
  }
  return m;
}

/** The address of what an element plays: of its attribute, which counts from now on, or what the browser has chosen. @param {any} element @param {MediaState} m */
function mediaUrl(element, m) {
  // An element with a film has, natively, an empty stream instead.
  const taken = m.film && m.film.state !== "failed";
  const url = N.getAttribute(element, "src") === null ? (taken ? "" : nativeMedia.src(element)) || firstSource(element) : element.src;
  if (url !== m.media.url) {
    const other = m.media.url !== "";
    m.media = { url, length: 0 };
    m.failed = false;
    m.locked = false;
    m.everPlayed = false;
    m.unopened = url !== "";
    if (other) restartMedia(element, m);
  }
  // Not while the document loads: the empty stream that the native player gets would hold its load event back for ever.
  if (m.unopened && N.readyState(element.ownerDocument) === "complete") {
    m.unopened = false;
    core.api.films.open(element, m);
  }
  return url;
}

/** What the browser will choose once it looks. @param {any} element */
function firstSource(element) {
  for (let child = element.firstElementChild; child; child = child.nextElementSibling) {
    if (child.localName === "source" && child.src && (!child.type || element.canPlayType(child.type))) return child.src;
  }
  return "";
}

/** Another source: it plays from its beginning, and only if it is told to. @param {any} element @param {MediaState} m */
function restartMedia(element, m) {
  m.playing = false;
  m.ended = false;
  m.begun = false;
  m.anchorCur = 0;
  m.anchorT = startNow();
  m.shown = -1;
  m.seek = null;
  core.api.hear(element, m);
}

/** Seconds, or 0 while it is not known. @param {any} element @param {MediaState} m */
function mediaLength(element, m) {
  if (m.film && m.film.state !== "failed") return m.film.length;
  const duration = nativeMedia.duration(element);
  if (duration > 0 && duration < Infinity) m.media.length = duration;
  return m.media.length;
}

/** @param {any} element @param {MediaState} m seconds */
function mediaTime(element, m) {
  // What the page starts while it loads has its anchor at frame 0, which is still to come.
  const passed = m.playing && core.now > m.anchorT ? (core.now - m.anchorT) / 1000 : 0;
  const at = m.anchorCur + passed * m.rate;
  const duration = mediaLength(element, m);
  if (!(duration > 0)) return at > 0 ? at : 0;
  if (element.loop && at >= duration) return at % duration;
  return at < 0 ? 0 : at > duration ? duration : at;
}

/** @param {any} element @param {string} type */
function mediaEvent(element, type) {
  const m = mediaStates.get(element);
  core.api.addTimer(m.realm, 0, null, () => N.dispatchEvent(element, new N.Event(type)));
}

/** @param {any} element @param {HeliosRealm} r */
function playMedia(element, r) {
  const m = mediaState(element, r);
  mediaUrl(element, m);
  m.begun = true;
  if (m.playing) return;
  if (m.ended) {
    m.anchorCur = 0;
    if (core.api.films.takes(element, m)) core.api.films.seek(element, m);
  }
  m.ended = false;
  m.playing = true;
  m.anchorT = startNow();
  m.began = m.anchorT;
  looseMedia.add(element);
  core.api.hear(element, m);
  mediaEvent(element, "play");
  mediaEvent(element, "playing");
}

/** @param {any} element @param {HeliosRealm} r */
function pauseMedia(element, r) {
  const m = mediaState(element, r);
  m.begun = true;
  if (!m.playing) return;
  m.anchorCur = mediaTime(element, m);
  m.playing = false;
  core.api.hear(element, m);
  mediaEvent(element, "pause");
}

/** The page seeks, in a document or not. @param {any} element @param {HeliosRealm} r @param {number} position seconds */
function seekMedia(element, r, position) {
  const m = mediaState(element, r);
  mediaUrl(element, m);
  m.anchorCur = position;
  m.anchorT = startNow();
  m.ended = false;
  looseMedia.add(element);
  core.api.hear(element, m);
  if (core.api.films.takes(element, m)) {
    core.api.films.seek(element, m);
    return;
  }
  m.pageSeek = true;
  m.shown = -1;
  nativeMedia.setTime(element, position);
}

/**
 * Elements that say themselves when they play. The names are those of other tools: data-helios-* and, on elements with
 * data-start, those of HyperFrames. @param {any} element @param {MediaState} m @param {HeliosRealm} r
 */
function declareMedia(element, m, r) {
  m.declared = true;
  const offset = secondsIn(element, ["data-helios-offset"], N.getAttribute(element, "data-start") === null ? null : hyperStart(element));
  const seek = secondsIn(element, ["data-helios-seek", "data-playback-start", "data-media-start"], 0);
  const rate = secondsIn(element, ["data-playback-rate"], 0);
  if (rate > 0) m.rate = rate;
  if (offset === null) {
    if (seek > 0) m.anchorCur = seek;
    return;
  }
  m.begun = true;
  const start = LEAD_MS + offset * 1000;
  const length = hyperLength(element);
  if (length !== null) m.until = start + length * 1000;
  const begin = () => {
    if (m.until !== null && startNow() >= m.until) return;
    m.anchorCur = seek;
    playMedia(element, r);
    m.anchorT = start;
    m.began = start;
    core.api.hear(element, m);
    if (m.until !== null) core.api.addTimer(r, m.until - core.now, null, () => m.until !== null && core.now >= m.until - TIME_EPSILON && pauseMedia(element, r));
  };
  m.anchorCur = seek;
  if (start <= startNow()) begin();
  else core.api.addTimer(r, start - core.now, null, begin);
}

/** From now on an element plays by its attributes alone. @param {any} element @param {HeliosRealm} r @param {{ volume: number, muted: boolean }} sound */
function ownMedia(element, r, sound) {
  const m = mediaState(element, r);
  m.owned = sound;
  pauseMedia(element, r);
  declareMedia(element, m, r);
}

/** @param {any} element @param {MediaState} m @param {number} time */
function endMedia(element, m, time) {
  if (!m.playing || element.loop || !(m.media.length > 0) || time < m.media.length) return;
  m.playing = false;
  m.ended = true;
  m.anchorCur = time;
  core.api.hear(element, m);
  mediaEvent(element, "pause");
  mediaEvent(element, "ended");
}

/** Brings one element to the clock's time. @param {any} element @param {HeliosRealm} r */
function advanceMedia(element, r) {
  const m = mediaState(element, r);
  if (!nativeMedia.paused(element)) nativeMedia.pause(element);
  m.wasIn = m.wasIn || N.isConnected(element);
  mediaUrl(element, m);
  if (!m.declared) declareMedia(element, m, r);
  if (element.autoplay && !m.begun) playMedia(element, r);
  const film = m.film && m.film.state !== "failed" ? m.film : null;
  if (m.playing && !film && mediaStream(element)) warnOnce("live-media", "<video> or <audio> plays a stream: its sound is not in the output");
  const video = element.localName === "video";
  if (film || !video) noteTracks(element, m);
  if (film) {
    core.api.hear(element, m);
    if (film.state !== "ready") return;
    const time = mediaTime(element, m);
    endMedia(element, m, time);
    core.api.films.show(element, m, mediaTime(element, m));
    return;
  }
  if (nativeMedia.networkState(element) === 3 || element.error) {
    if (m.media.url && !m.failed) warnOnce("media-failed", `<${element.localName}> ${shortUrl(m.media.url)} cannot be played: it shows nothing and is silent`);
    m.failed = true;
  }
  core.api.hear(element, m);
  // Nothing comes any more.
  if (m.locked || element.error) return;
  mediaLength(element, m);
  // On its way to another picture it has none, for a moment.
  if (m.seeking || (!nativeMedia.src(element) && nativeMedia.networkState(element) !== 2)) return;
  if (nativeMedia.readyState(element) < (video ? 2 : 1)) {
    // Of a sound that does not play, only what is being loaded of itself.
    const state = nativeMedia.networkState(element);
    if ((video || m.playing ? state !== 3 : state === 2) && !m.waiting) waitForData(element, m);
    return;
  }
  const time = mediaTime(element, m);
  endMedia(element, m, time);
  if (m.seeking || time === m.shown) return;
  m.shown = time;
  if (m.playing) mediaEvent(element, "timeupdate");
  if (!video) return;
  core.changed = true;
  const there = N.Math.abs(nativeMedia.time(element) - time) < 1e-6;
  if (there && !nativeMedia.seeking(element)) return presentFrame(element, m, time);
  warnOnce("video", `<video> ${shortUrl(nativeMedia.src(element))} is of another origin, or made by a MediaSource: it is sought in the page, best effort`);
  m.seeking = true;
  const done = addPending(`video ${shortUrl(nativeMedia.src(element))} did not seek to ${time.toFixed(3)} s`);
  m.sought = () => {
    m.sought = null;
    m.seeking = false;
    presentFrame(element, m, time);
    done();
  };
  // In a document the window's listener (media-api.js) hears it first.
  if (!N.isConnected(element)) N.addEventListener(element, "seeked", () => m.sought && m.sought(), { once: true });
  if (!there) nativeMedia.setTime(element, time);
}

/** Which cues are said is the native player's to know, and that one stands still. @param {any} element @param {MediaState} m */
function noteTracks(element, m) {
  for (let child = element.firstElementChild; child; child = child.nextElementSibling) {
    if (child.localName !== "track" || !child.track || child.track.mode === "disabled") continue;
    warnOnce("track", `a <track> of <${element.localName}> ${shortUrl(m.media.url)} is not on the clock: its cues are not shown, and no cuechange comes`);
  }
}

/** @param {any} element @param {MediaState} m */
function waitForData(element, m) {
  m.waiting = true;
  if ((element.localName === "video" || m.playing) && element.preload !== "auto") element.preload = "auto";
  const done = addPending(`${element.localName} ${shortUrl(nativeMedia.src(element))} did not load`);
  const finish = () => {
    m.waiting = false;
    done();
  };
  // Chromium stops after the metadata whatever preload says; a seek makes it read on.
  if (nativeMedia.readyState(element) === 1) nativeMedia.setTime(element, mediaTime(element, m));
  for (const type of ["loadedmetadata", "loadeddata", "seeked", "error", "emptied", "waitingforkey"]) N.addEventListener(element, type, finish, { once: true });
}

/**
 * Tells those who wait for a new frame. Only frames that somebody waited for are counted: of others nobody knows in every worker.
 * @param {any} element @param {MediaState} m @param {number} time the frame's own, seconds
 */
function presentFrame(element, m, time) {
  if (m.frameCallbacks.size === 0) return;
  m.presented += 1;
  /** @type {any[]} */
  const calls = [];
  m.frameCallbacks.forEach((/** @type {any} */ cb) => {
    calls[calls.length] = cb;
  });
  m.frameCallbacks.clear();
  const now = core.now - m.realm.origin;
  const data = { presentationTime: now, expectedDisplayTime: now, width: element.videoWidth, height: element.videoHeight, mediaTime: time, presentedFrames: m.presented, processingDuration: 0 };
  for (let i = 0; i < calls.length; i++) guarded(m.realm, () => calls[i](now, data));
}

function collectMedia() {
  for (let i = 0; i < core.realms.length; i++) {
    const r = core.realms[i];
    if (!realmAlive(r)) continue;
    let lists = mediaCollections.get(r.doc);
    if (!lists) mediaCollections.set(r.doc, (lists = [N.byTag(r.doc, "video"), N.byTag(r.doc, "audio")]));
    for (let k = 0; k < 2; k++) for (let j = 0; j < lists[k].length; j++) advanceMedia(lists[k][j], r);
  }
  looseMedia.forEach((/** @type {any} */ element) => {
    const m = mediaStates.get(element);
    // As the standard has it: what leaves the document stops.
    if (m.wasIn && !N.isConnected(element)) {
      m.wasIn = false;
      pauseMedia(element, m.realm);
    }
    advanceMedia(element, m.realm);
    const film = m.film && (m.film.state === "loading" || m.film.asking);
    if (!(m.playing || m.seek || m.seeking || m.waiting || m.unopened || film)) looseMedia.delete(element);
  });
}

if (isRoot) {
  core.collectors[core.collectors.length] = collectMedia;
  core.api.media = { state: mediaState, known: (/** @type {any} */ e) => mediaStates.get(e), time: mediaTime, play: playMedia, pause: pauseMedia, seek: seekMedia, restart: restartMedia, event: mediaEvent, own: ownMedia };
}
