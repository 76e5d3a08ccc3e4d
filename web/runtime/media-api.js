// media-api.js: HTMLMediaElement as pages see it: playing, paused, ended and seeking on the virtual clock.
// The state and the seeking are media.js', the sound is sound.js'.

const mediaOf = (/** @type {any} */ element) => core.api.media.state(element, realm);

replaceMethod(HTMLMediaElement.prototype, "play", function play() {
  // @ts-ignore
  if (!mediaOf(this).owned) core.api.media.play(this, realm);
  return N.Promise.resolve();
});
replaceMethod(HTMLMediaElement.prototype, "pause", function pause() {
  // @ts-ignore
  if (!mediaOf(this).owned) core.api.media.pause(this, realm);
});
replaceAccessor(HTMLMediaElement.prototype, "paused", function () {
  // @ts-ignore
  const m = mediaOf(this);
  return m.owned !== null || !m.playing;
});
replaceAccessor(HTMLMediaElement.prototype, "ended", function () {
  // @ts-ignore
  return mediaOf(this).ended;
});
replaceAccessor(
  HTMLMediaElement.prototype, "currentTime",
  function () {
    // @ts-ignore
    return core.api.media.time(this, mediaOf(this));
  },
  function (v) {
    // @ts-ignore
    if (!mediaOf(this).owned) core.api.media.seek(this, realm, +v || 0);
  },
);
replaceAccessor(
  HTMLMediaElement.prototype, "playbackRate",
  function () {
    // @ts-ignore
    return mediaOf(this).rate;
  },
  function (v) {
    // @ts-ignore
    const m = mediaOf(this);
    if (m.owned) return;
    // @ts-ignore
    m.anchorCur = core.api.media.time(this, m);
    m.anchorT = startNow();
    m.rate = +v;
    // @ts-ignore
    core.api.hear(this, m);
  },
);
// What is set takes effect at once, not with the next frame.
for (const name of ["volume", "muted", "loop", "preservesPitch", "src", "srcObject"]) {
  const set = setterOf(HTMLMediaElement.prototype, name);
  replaceAccessor(HTMLMediaElement.prototype, name, null, function (v) {
    // @ts-ignore
    set(this, v);
    // @ts-ignore
    const m = core.api.media.known(this);
    // @ts-ignore
    if (m) core.api.hear(this, m);
  });
}
replaceMethod(HTMLMediaElement.prototype, "load", function load() {
  // @ts-ignore
  nativeMedia.load(this);
  // @ts-ignore
  const m = core.api.media.known(this);
  // @ts-ignore
  if (m) core.api.media.restart(this, m);
});
if ("requestVideoFrameCallback" in HTMLVideoElement.prototype) {
  replaceMethod(HTMLVideoElement.prototype, "requestVideoFrameCallback", function requestVideoFrameCallback(/** @type {any} */ cb) {
    // @ts-ignore
    const m = mediaOf(this);
    const id = m.nextFrameId++;
    m.frameCallbacks.set(id, cb);
    return id;
  });
  replaceMethod(HTMLVideoElement.prototype, "cancelVideoFrameCallback", function cancelVideoFrameCallback(/** @type {any} */ id) {
    // @ts-ignore
    mediaOf(this).frameCallbacks.delete(+id);
  });
}

// Without a key it would wait for ever. A page that brings keys has to do that before the element needs them.
N.addEventListener(window, "waitingforkey", (/** @type {any} */ event) => {
  if (!event.isTrusted || !(event.target instanceof HTMLMediaElement)) return;
  const m = mediaOf(event.target);
  m.locked = true;
  warnOnce("media-failed", `<${event.target.localName}> ${shortUrl(m.media.url)} is encrypted (DRM), and has no key: it shows nothing and is silent`);
}, true);

// What the native player says about its own starts, stops and seeks is not what the page's video does. Heard at the window
// before anybody else; the page gets the events of media.js. A seek of the page's own may be heard.
for (const type of ["play", "playing", "pause", "ended", "timeupdate", "seeking", "seeked", "waiting", "stalled", "loadstart", "abort", "emptied", "suspend"]) {
  N.addEventListener(window, type, (/** @type {any} */ event) => {
    const target = event.target;
    if (!event.isTrusted || !(target instanceof HTMLMediaElement)) return;
    const m = mediaOf(target);
    const taken = m.film && m.film.state !== "failed";
    if ((type === "loadstart" || type === "abort" || type === "emptied" || type === "suspend") && !taken) return;
    if (type === "seeked" && m.sought) {
      m.sought();
      if (m.pageSeek) {
        m.pageSeek = false;
        return;
      }
    } else if (type === "seeked" && m.waiting) return;
    else if ((type === "seeking" || type === "seeked") && m.pageSeek) {
      if (type === "seeked") m.pageSeek = false;
      return;
    }
    stopEvent(event);
  }, true);
}
