// media.js: <video> and <audio> follow the virtual clock: native playback never runs, a video is sought for each frame and
// waited for. Best effort: a seek shows the frame the browser finds, and no sound is made. Exact source frames and the
// sound track are made outside the page.

const mediaProto = HTMLMediaElement.prototype;
const nativeMedia = {
  pause: methodOf(mediaProto, "pause"),
  load: methodOf(mediaProto, "load"),
  paused: getterOf(mediaProto, "paused"),
  time: getterOf(mediaProto, "currentTime"),
  setTime: setterOf(mediaProto, "currentTime"),
  duration: getterOf(mediaProto, "duration"),
  readyState: getterOf(mediaProto, "readyState"),
  networkState: getterOf(mediaProto, "networkState"),
  src: getterOf(mediaProto, "currentSrc"),
};

/** @typedef {{ realm: HeliosRealm, playing: boolean, anchorT: number, anchorCur: number, rate: number, ended: boolean, shown: number, begun: boolean, seeking: boolean, waiting: boolean, frameCallbacks: any, nextFrameId: number, presented: number, sought: (() => void) | null, pageSeek: boolean }} MediaState */

/** @type {any} element -> MediaState; the root's, as one clock drives all windows */
const mediaStates = isRoot ? hardWeakMap() : null;
/** @type {any} elements that are not in a document but play */
const looseMedia = isRoot ? hardSet() : null;
/** @type {any} document -> live collections */
const mediaCollections = hardWeakMap();

/** @param {any} element @param {HeliosRealm} r @returns {MediaState} */
function mediaState(element, r) {
  let m = mediaStates.get(element);
  if (!m) {
    m = { realm: r, playing: false, anchorT: startNow(), anchorCur: 0, rate: 1, ended: false, shown: -1, begun: false, seeking: false, waiting: false, frameCallbacks: hardMap(), nextFrameId: 1, presented: 0, sought: null, pageSeek: false };
    mediaStates.set(element, m);
  }
  return m;
}

/** @param {any} element @param {MediaState} m seconds */
function mediaTime(element, m) {
  // What the page starts while it loads has its anchor at frame 0, which is still to come.
  const passed = m.playing && core.now > m.anchorT ? (core.now - m.anchorT) / 1000 : 0;
  const at = m.anchorCur + passed * m.rate;
  const duration = nativeMedia.duration(element);
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
  m.begun = true;
  if (m.playing) return;
  if (m.ended) m.anchorCur = 0;
  m.ended = false;
  m.playing = true;
  m.anchorT = startNow();
  if (!N.isConnected(element)) looseMedia.add(element);
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
  looseMedia.delete(element);
  mediaEvent(element, "pause");
}

/** Brings one element to the clock's time. @param {any} element @param {HeliosRealm} r */
function advanceMedia(element, r) {
  const m = mediaState(element, r);
  if (!nativeMedia.paused(element)) nativeMedia.pause(element);
  if (element.autoplay && !m.begun) playMedia(element, r);
  if (!nativeMedia.src(element) && nativeMedia.networkState(element) !== 2) return;
  const video = element.localName === "video";
  if (nativeMedia.readyState(element) < 2) {
    if (video && !m.waiting && nativeMedia.networkState(element) !== 3) waitForData(element, m);
    return;
  }
  const time = mediaTime(element, m);
  if (m.playing && !element.loop && time >= nativeMedia.duration(element)) {
    m.playing = false;
    m.ended = true;
    m.anchorCur = time;
    looseMedia.delete(element);
    mediaEvent(element, "pause");
    mediaEvent(element, "ended");
  }
  if (!video || m.seeking || time === m.shown) return;
  m.shown = time;
  core.changed = true;
  if (m.playing) mediaEvent(element, "timeupdate");
  if (N.Math.abs(nativeMedia.time(element) - time) < 1e-6) return presentFrame(element, m, time);
  warnOnce("video", "<video> is sought frame by frame in the page: best effort, and without sound");
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
  nativeMedia.setTime(element, time);
}

/** @param {any} element @param {MediaState} m */
function waitForData(element, m) {
  m.waiting = true;
  if (element.preload !== "auto") element.preload = "auto";
  const done = addPending(`video ${shortUrl(nativeMedia.src(element))} did not load`);
  const finish = () => {
    m.waiting = false;
    done();
  };
  // Chromium stops after the metadata whatever preload says; a seek makes it read on.
  if (nativeMedia.readyState(element) === 1) nativeMedia.setTime(element, mediaTime(element, m));
  for (const type of ["loadedmetadata", "loadeddata", "seeked", "error", "emptied"]) N.addEventListener(element, type, finish, { once: true });
}

/** @param {any} element @param {MediaState} m @param {number} time */
function presentFrame(element, m, time) {
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
  looseMedia.forEach((/** @type {any} */ element) => advanceMedia(element, mediaStates.get(element).realm));
}

if (isRoot) {
  core.collectors[core.collectors.length] = collectMedia;
  core.api.media = { state: mediaState, known: (/** @type {any} */ e) => mediaStates.get(e), time: mediaTime, play: playMedia, pause: pauseMedia };
}
