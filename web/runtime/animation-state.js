// animation-state.js: moves CSS animations, transitions and Web Animations along the virtual clock. Root window only.
// It does not change what pages call (animation-api.js), and leaves scroll- and view-driven animations alone.
//
// A running animation is held natively at playback rate 0 and its currentTime is set for every frame. Rate 0 rather
// than pause(): the native playState stays "running", and CSS animation-play-state keeps its meaning.
// Its time is `anchorCur + (t - anchorT) * rate`, from one anchor, so nothing accumulates.
// As in a browser an animation starts at the first frame after it was made, and pausing takes effect at a frame.

/** @type {any} Animation -> HeliosAnimation, or null for those left alone */
const animationStates = hardWeakMap();
/** @type {any} the ones that can still move */
const liveAnimations = hardSet();
/** @type {any} Animation -> what rejects the promises that the page has of it */
const cancelCalls = hardWeakMap();

const nativeNow = () => N.anim.timelineNow(document.timeline);

/** @param {any} anim */
function followsDocumentTimeline(anim) {
  const timeline = N.anim.timeline(anim);
  return !timeline || N.objectToString(timeline) === "[object DocumentTimeline]";
}

/** @param {any} anim @param {() => void} call called when it is found cancelled */
function whenCancelled(anim, call) {
  const before = cancelCalls.get(anim);
  cancelCalls.set(anim, before ? () => (before(), call()) : call);
}

/** @param {any} anim */
function noteCancelled(anim) {
  const call = cancelCalls.get(anim);
  if (!call) return;
  cancelCalls.delete(anim);
  // Promises: page code will run.
  stir();
  core.touched = true;
  call();
}

/** @param {HeliosAnimation} s @param {number} t */
function animationTimeAt(s, t) {
  return s.running && !s.pending ? s.anchorCur + (t - s.anchorT) * s.rate : s.anchorCur;
}

/**
 * Takes an animation over. Its first time is 0 (a negative delay is in the effect's timing) unless the page set one.
 * @param {any} anim @param {number} current @param {HeliosRealm} r @param {string} [state] @returns {HeliosAnimation | null}
 */
function adoptAnimation(anim, current, r, state = N.anim.playState(anim)) {
  if (!followsDocumentTimeline(anim)) {
    animationStates.set(anim, null);
    return null;
  }
  /** @type {HeliosAnimation} */
  const s = {
    anim, rate: N.anim.rate(anim), anchorT: core.frameTime, anchorCur: current,
    frozen: false, running: false, pending: true, started: null, phase: -3, realm: r, shown: null,
  };
  animationStates.set(anim, s);
  holdAnimation(s, current, state);
  return s;
}

/** Reads the native state after anything changed it, and holds the animation if it could move. @param {HeliosAnimation} s @param {number | null} current @param {string} [state] */
function holdAnimation(s, current, state = N.anim.playState(s.anim)) {
  s.shown = null;
  if (!s.frozen) s.rate = N.anim.rate(s.anim);
  if (state === "idle") noteCancelled(s.anim);
  if (state !== "running" && s.started) s.started();
  if (state === "idle" || state === "finished") {
    s.running = false;
    s.pending = false;
    const at = N.anim.current(s.anim);
    if (at !== null) s.anchorCur = at;
    s.anchorT = startNow();
    liveAnimations.delete(s.anim);
    if (core.listens.finish || core.listens.css) core.frameWanted = true;
    return;
  }
  if (current !== null) {
    s.anchorCur = current;
    // What is natively set now is the time of the last frame, whatever timer is running.
    s.anchorT = core.frameTime;
  }
  s.running = state === "running";
  // The native `pending` would flush styles. What is made while the page loads starts with frame 0, whatever it is natively.
  s.pending = core.phase === "loading" || N.anim.start(s.anim) === null;
  N.anim.setRate(s.anim, 0);
  s.frozen = true;
  liveAnimations.add(s.anim);
}

/** Gives the native animation its real rate back, so that a native method computes what it should. @param {HeliosAnimation} s */
function thawAnimation(s) {
  if (!s.frozen) return;
  N.anim.setRate(s.anim, s.rate);
  s.frozen = false;
}

/** A pending animation becomes ready natively when its start time is set; no real frame is needed. @param {HeliosAnimation} s @param {number} t */
function startPending(s, t) {
  s.pending = false;
  s.anchorT = t;
  startNatively(s);
  if (s.started) s.started();
}

/** Blink sends no event of an animation before (`Animation::IsEventDispatchAllowed`). @param {HeliosAnimation} s */
function startNatively(s) {
  if (N.anim.start(s.anim) === null) N.anim.setStart(s.anim, nativeNow());
}

/**
 * Brings one animation to time t.
 * @param {HeliosAnimation} s @param {string} state @param {number} t @param {boolean} starting whether those that wait to start do
 * @param {HeliosAnimation[]} finished receives those that reached their end
 */
function tickAnimation(s, state, t, starting, finished) {
  if (state === "idle") noteCancelled(s.anim);
  if (state !== "running" && s.started) s.started();
  if (state === "idle") {
    // Cancelled by the page or by style; CSS makes a new object if it comes back.
    core.changed = true;
    s.running = false;
    liveAnimations.delete(s.anim);
    if (core.listens.css || core.listens.finish) core.frameWanted = true;
    return;
  }
  if (state === "paused") {
    if (s.running) s.anchorCur = animationTimeAt(s, t);
    if (s.running || s.pending) {
      core.changed = true;
      // When style pauses an animation of rate 0, Blink shows the effect's start and takes an equal time for no change:
      // the effect has to have been asked for at another time in between.
      N.anim.setCurrent(s.anim, s.anchorCur + 1);
      const effect = N.anim.effect(s.anim);
      if (effect) N.anim.computedTiming(effect);
      N.anim.setCurrent(s.anim, s.anchorCur);
    }
    s.running = false;
    s.pending = false;
    s.shown = null;
    return;
  }
  if (!s.running) {
    s.running = true;
    s.pending = true;
  }
  if (!s.frozen) {
    thawedRunning(s);
  }
  if (s.pending && !starting) {
    // Those of the load have their first event before frame 0, at 0, however many real frames the load had.
    if (core.phase === "loading") startNatively(s);
    return;
  }
  if (s.pending) startPending(s, t);
  moveAnimation(s, t, finished);
}

/** @param {HeliosAnimation} s @param {number} t @param {HeliosAnimation[]} finished */
function moveAnimation(s, t, finished) {
  const current = animationTimeAt(s, t);
  // The second look at a frame finds most animations where the first one put them.
  if (current === s.shown) return;
  s.shown = current;
  core.changed = true;
  N.anim.setCurrent(s.anim, current);
  if (s.rate > 0 ? reachedEnd(s, current) : s.rate < 0 && current <= 0) finished[finished.length] = s;
}

/** An animation that had ended runs again because its effect was made longer. @param {HeliosAnimation} s */
function thawedRunning(s) {
  N.anim.setRate(s.anim, 0);
  s.frozen = true;
  s.pending = false;
}

/** @param {HeliosAnimation} s @param {number} current */
function reachedEnd(s, current) {
  if (N.anim.overallProgress) {
    // Chromium crashes when the computed timing of an animation in an iframe is asked for here, at its end; see the tests.
    const progress = N.anim.overallProgress(s.anim);
    if (progress !== null) return progress >= 1;
  }
  const effect = N.anim.effect(s.anim);
  return current >= (effect ? N.anim.computedTiming(effect).endTime : 0);
}

/** The time at which it reached its end. @param {HeliosAnimation} s */
function endMoment(s) {
  const effect = N.anim.effect(s.anim);
  const end = s.rate > 0 && effect ? N.anim.computedTiming(effect).endTime : 0;
  return s.anchorT + (end - s.anchorCur) / s.rate;
}

/**
 * The native end does the rest: promise, event, fill, removal of transitions. The native start time is put where the end
 * lies in the past by as much as on the virtual timeline: it stays ended, and Blink orders the finish events by it.
 * @param {HeliosAnimation} s
 */
function finishAnimation(s) {
  const effect = N.anim.effect(s.anim);
  const end = s.rate > 0 && effect ? N.anim.computedTiming(effect).endTime : 0;
  const reached = animationTimeAt(s, startNow());
  thawAnimation(s);
  // One millisecond further than reached: exactly at the end, rounding could make it run again in the next real frame.
  N.anim.setStart(s.anim, nativeNow() - reached / s.rate - 1);
  N.anim.setCurrent(s.anim, end);
  s.running = false;
  if (!core.seekable) liveAnimations.delete(s.anim);
  if (core.viewTransitions > 0 || core.listens.finish || core.listens.css) core.frameWanted = true;
}

/**
 * The native playState flushes styles, and setting a time makes them dirty: read all, then set all, or each set costs a flush.
 * @param {any[]} anims @returns {string[]}
 */
function playStates(anims) {
  const states = [];
  for (let i = 0; i < anims.length; i++) states[i] = N.anim.playState(anims[i]);
  return states;
}

/** @param {HeliosRealm} r @param {any[]} list */
function adoptNewborns(r, list) {
  /** @type {any[]} */
  const born = [];
  for (let i = 0; i < list.length; i++) {
    const s = animationStates.get(list[i]);
    if (s === undefined) born[born.length] = list[i];
    else if (s && !liveAnimations.has(list[i])) reviveLonger(s);
  }
  if (born.length === 0) return;
  core.changed = true;
  const states = playStates(born);
  for (let i = 0; i < born.length; i++) {
    const s = adoptAnimation(born[i], 0, r, states[i]);
    // It may have had a real frame already (while loading, or while we waited), and moved; for us it starts with this one.
    if (!s || !s.frozen) continue;
    if (N.anim.start(s.anim) !== null) N.anim.setCurrent(s.anim, s.anchorCur);
    s.pending = true;
  }
}

/** Flushes styles, which starts and cancels CSS animations and transitions, and takes over the new ones. */
function flushStyles() {
  core.touched = false;
  eachAnimationList(adoptNewborns);
}

/**
 * Moves what runs to time t, before styles are looked at: as in a browser, a style that turns a transition back finds it where it
 * is now. What the styles make of it comes after.
 * @param {number} t
 */
function carryAnimations(t) {
  /** @type {HeliosAnimation[]} */
  const finished = [];
  liveAnimations.forEach((/** @type {any} */ anim) => {
    const s = animationStates.get(anim);
    if (s.frozen && s.running && !s.pending) moveAnimation(s, t, finished);
  });
  finishAll(finished);
}

/** @param {HeliosAnimation[]} finished */
function finishAll(finished) {
  if (finished.length > 1) sortByEnd(finished);
  for (let i = 0; i < finished.length; i++) finishAnimation(finished[i]);
}

/**
 * Brings every animation to time t. As in a browser, a new one starts (its `ready` is kept) behind the page's frame callbacks.
 * @param {number} t @param {boolean} starting whether new ones start
 */
function advanceAnimations(t, starting) {
  // Without page code there are no new ones, but for those of a page that loads.
  if (starting || core.touched || core.phase === "loading") {
    carryAnimations(t);
    flushStyles();
  }
  /** @type {HeliosAnimation[]} */
  const finished = [];
  /** @type {any[]} */
  const live = [];
  liveAnimations.forEach((/** @type {any} */ anim) => {
    live[live.length] = anim;
  });
  const states = playStates(live);
  for (let i = 0; i < live.length; i++) {
    const s = animationStates.get(live[i]);
    if (!s.frozen && !s.running && core.seekable && reviveAnimation(s, t)) states[i] = "running";
    if (s.frozen || s.running) tickAnimation(s, states[i], t, starting, finished);
  }
  finishAll(finished);
  if (core.listens.css && !core.frameWanted) core.frameWanted = phaseChanged();
}

/** Seeking back: an animation that had ended moves again. @param {HeliosAnimation} s @param {number} t */
function reviveAnimation(s, t) {
  const current = s.anchorCur + (t - s.anchorT) * s.rate;
  const effect = N.anim.effect(s.anim);
  if (!effect || current >= N.anim.computedTiming(effect).endTime || current < 0) return false;
  N.anim.setRate(s.anim, 0);
  s.shown = null;
  s.frozen = true;
  s.running = true;
  return true;
}

/**
 * An animation that had ended goes on when its effect becomes longer, from where it would be had it never ended. Natively it
 * has its real rate then, and runs or not by the real clock: only the virtual one can tell.
 * @param {HeliosAnimation} s
 */
function reviveLonger(s) {
  if (s.frozen || s.rate <= 0 || N.anim.start(s.anim) === null) return;
  core.changed = true;
  if (reviveAnimation(s, startNow())) {
    N.anim.setCurrent(s.anim, animationTimeAt(s, startNow()));
    liveAnimations.add(s.anim);
  } else if (N.anim.playState(s.anim) === "running") {
    s.running = true;
    finishAnimation(s);
  }
}

/** Insertion sort by the moment of the end, stable: ties stay in composite order. @param {HeliosAnimation[]} list */
function sortByEnd(list) {
  const moments = hardMap();
  for (let i = 0; i < list.length; i++) moments.set(list[i], endMoment(list[i]));
  for (let i = 1; i < list.length; i++) {
    const s = list[i];
    let j = i - 1;
    while (j >= 0 && moments.get(list[j]) > moments.get(s)) {
      list[j + 1] = list[j];
      j--;
    }
    list[j + 1] = s;
  }
}

/** The phase or iteration an animation is in: whenever this number changes, CSS has an event to fire. @param {HeliosAnimation} s */
function phaseOf(s) {
  // Its first event comes when it has started.
  if (s.pending && core.phase !== "loading") return -3;
  const effect = N.anim.effect(s.anim);
  if (!effect) return -3;
  const timing = N.anim.computedTiming(effect);
  const active = s.anchorT === core.now ? s.anchorCur : animationTimeAt(s, core.now);
  const local = active - timing.delay;
  if (local < 0) return -1;
  if (local >= timing.activeDuration) return -2;
  return timing.duration > 0 ? N.floor(local / timing.duration + timing.iterationStart) : 0;
}

function phaseChanged() {
  let changed = false;
  liveAnimations.forEach((/** @type {any} */ anim) => {
    const s = animationStates.get(anim);
    const phase = phaseOf(s);
    if (phase !== s.phase) changed = true;
    s.phase = phase;
  });
  return changed;
}

if (isRoot) {
  core.api.flushStyles = flushStyles;
  core.api.adoptAnimation = adoptAnimation;
  core.api.holdAnimation = holdAnimation;
  core.api.thawAnimation = thawAnimation;
  core.api.whenCancelled = whenCancelled;
  core.api.leaveAnimation = (/** @type {any} */ anim) => animationStates.set(anim, null);
  core.api.animationState = (/** @type {any} */ anim) => animationStates.get(anim);
}
