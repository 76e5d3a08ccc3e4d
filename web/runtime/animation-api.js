// animation-api.js: Animation as pages see it: running at its own rate, with start times on the virtual timeline.
// Each call gives the native animation its real rate back, lets the native method work, and holds the result again.

const stateOf = (/** @type {any} */ anim) => core.api.animationState(anim);

/**
 * @param {any} anim @param {() => any} native @param {"reset" | "keep"} anchor keep: the time goes on to the next frame (pause)
 */
function throughNative(anim, native, anchor) {
  const s = stateOf(anim);
  if (s === null) return native();
  if (s === undefined) {
    const result = native();
    core.api.adoptAnimation(anim, N.anim.current(anim) ?? 0, realm);
    return result;
  }
  const before = N.anim.current(anim);
  core.api.thawAnimation(s);
  const result = native();
  const after = N.anim.current(anim);
  const wasRunning = s.running;
  // Going through the native start time costs the last bits; an unchanged time stays exactly what it was.
  const current = before !== null && after !== null && N.Math.abs(after - before) < TIME_EPSILON ? before : after;
  core.api.holdAnimation(s, anchor === "keep" ? null : current);
  if (anchor === "keep") {
    s.running = wasRunning;
    s.pending = s.pending && !wasRunning;
  }
  return result;
}

for (const name of ["play", "finish", "cancel"]) {
  const native = methodOf(Animation.prototype, name);
  replaceMethod(Animation.prototype, name, function () {
    // @ts-ignore
    return throughNative(this, () => native(this), "reset");
  });
}
const nativePause = methodOf(Animation.prototype, "pause");
replaceMethod(Animation.prototype, "pause", function pause() {
  // @ts-ignore
  const self = this;
  if (N.anim.playState(self) === "paused") return undefined;
  return throughNative(self, () => nativePause(self), "keep");
});

replaceAccessor(
  Animation.prototype, "playbackRate",
  function () {
    // @ts-ignore
    const s = stateOf(this);
    // @ts-ignore
    return s && s.frozen ? s.rate : N.anim.rate(this);
  },
  function (v) {
    // @ts-ignore
    throughNative(this, () => N.anim.setRate(this, v), "reset");
  },
);

// The native method leaves the reversed rate pending until a real frame.
replaceMethod(Animation.prototype, "reverse", function reverse() {
  // @ts-ignore
  const self = this;
  throughNative(self, () => {
    N.anim.setRate(self, -N.anim.rate(self));
    N.anim.play(self);
  }, "reset");
});

// The native method waits for a real frame to change the rate; ours does it at once, from the time of the last frame.
replaceMethod(Animation.prototype, "updatePlaybackRate", function updatePlaybackRate(/** @type {any} */ v) {
  // @ts-ignore
  throughNative(this, () => N.anim.setRate(this, v), "reset");
});

replaceAccessor(Animation.prototype, "currentTime", null, function (v) {
  // @ts-ignore
  throughNative(this, () => N.anim.setCurrent(this, v), "reset");
});

replaceAccessor(
  Animation.prototype, "startTime",
  function () {
    // @ts-ignore
    const self = this;
    const s = stateOf(self);
    const native = N.anim.start(self);
    if (!s || native === null || s.pending) return s && s.pending ? null : native;
    return s.rate === 0 ? s.anchorT - realm.origin : s.anchorT - s.anchorCur / s.rate - realm.origin;
  },
  function (v) {
    // @ts-ignore
    const self = this;
    if (stateOf(self) === null || typeof v === "object") {
      throughNative(self, () => N.anim.setStart(self, v), "reset");
      return;
    }
    const shift = N.anim.timelineNow(document.timeline) - timelineNow();
    throughNative(self, () => N.anim.setStart(self, +v + shift), "reset");
    const s = stateOf(self);
    if (s && s.frozen && s.running) {
      s.pending = false;
      s.anchorCur = (timelineNow() - v) * s.rate;
      N.anim.setCurrent(self, s.anchorCur);
    }
  },
);

replaceAccessor(Animation.prototype, "pending", function () {
  // @ts-ignore
  const s = stateOf(this);
  // @ts-ignore
  return s && s.frozen ? s.pending : N.anim.pending(this);
});

/** @type {any} the browser's promise -> ours */
const ownPromises = hardWeakMap();

/**
 * Styles that cancel an animation have its promises rejected by a task of the browser, which comes before or after the event as it
 * happens. Pages get one that is rejected where the runtime finds the animation cancelled: before the event, as the standard has it.
 * @param {any} anim @param {any} native @param {any} [result] what ours comes to otherwise
 */
function ownPromise(anim, native, result = native) {
  const own = new N.Promise((/** @type {any} */ resolve, /** @type {any} */ reject) => {
    core.api.whenCancelled(anim, () => reject(new N.DOMException("The user aborted a request.", "AbortError")));
    N.then(result, resolve, reject);
  });
  // Nobody has to look at it.
  N.then(own, () => {}, () => {});
  ownPromises.set(native, own);
  return own;
}

const nativeFinished = getterOf(Animation.prototype, "finished");
replaceAccessor(Animation.prototype, "finished", function () {
  // @ts-ignore
  const native = nativeFinished(this);
  // @ts-ignore
  return ownPromises.get(native) || (stateOf(this) === null ? native : ownPromise(this, native));
});

// A real frame of the browser keeps `ready`, and one comes when it comes. Pages get a promise that waits for the start on our clock.
const nativeReady = getterOf(Animation.prototype, "ready");
replaceAccessor(Animation.prototype, "ready", function () {
  // @ts-ignore
  const self = this;
  const native = nativeReady(self);
  const s = stateOf(self);
  if (ownPromises.has(native) || !s || !s.pending) return ownPromises.get(native) || native;
  const begun = new N.Promise((/** @type {(v?: any) => void} */ resolve) => {
    const before = s.started;
    s.started = () => {
      s.started = null;
      if (before) before();
      resolve(self);
    };
  });
  return ownPromise(self, native, N.then(native, () => begun));
});

// Web Animations are taken over where they are made: an element outside the document is not found by getAnimations().
const nativeAnimate = methodOf(Element.prototype, "animate");
replaceMethod(Element.prototype, "animate", function animate(/** @type {any[]} */ ...args) {
  // @ts-ignore
  const anim = nativeAnimate(this, ...args);
  core.api.adoptAnimation(anim, N.anim.current(anim) ?? 0, realm);
  return anim;
});
