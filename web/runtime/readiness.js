// readiness.js: waiting until a frame can be taken: queued tasks done, native events delivered, resources there, holds released.
// It does not move time.

/** How often a page may start something new in answer to what was waited for, before it counts as polling. */
const MAX_REACTIONS = 200;
/** How often one step may need the browser to deliver something (an animation's end that starts the next one, a lost focus). */
const MAX_REAL_FRAMES = 6;

function collectPending() {
  for (let i = 0; i < core.collectors.length; i++) core.collectors[i]();
}

/** Waits until something pending is done, a timer became due, or a moment of real time passed. */
function waitForChange() {
  return new N.Promise((/** @type {(v?: any) => void} */ resolve) => {
    const go = () => {
      core.wake = null;
      N.clearTimeout(guard);
      resolve();
    };
    const guard = N.setTimeout(go, 20);
    core.wake = go;
  });
}

/**
 * Styles flushed, animations and SMIL at the clock's time, native events delivered.
 * @param {boolean} starting whether new animations start @returns {Promise<boolean>} whether the page may have reacted
 */
async function deliverFrameEvents(starting) {
  advanceAnimations(startNow(), starting && core.phase !== "loading");
  advanceSmil();
  // Observers look behind the frame callbacks.
  if (starting && (observersChanged() || reporting.size > 0)) core.frameWanted = true;
  if (core.scrolled || heldEvents.length > 0) core.frameWanted = true;
  if (!core.frameWanted) return false;
  core.frameWanted = false;
  core.scrolled = false;
  // Styles that cancelled an animation have its promise rejected by a task: before the event, however late the frame comes.
  await settle();
  await realFrame();
  if (scrollEvents.size > 0) {
    core.scrolled = false;
    await deliverScrolls();
    await settle();
  }
  if (starting) {
    await deliverReports();
    await settle();
  }
  return true;
}

/**
 * What styles hide or make inert loses the focus, by a task of the browser (`Document::ClearFocusedElementIfNeeded`): its ring would go
 * with this frame or with the next. Resolves when that has been, and says whether it was.
 */
async function focusMoved() {
  const before = focusedElements();
  if (before.length === 0) return false;
  // Layout is where the browser looks at that.
  for (let i = 0; i < before.length; i++) N.boundingBox(before[i]);
  await round();
  const after = focusedElements();
  for (let i = 0; i < before.length; i++) {
    if (before[i] === after[i]) continue;
    core.unsettled = true;
    return true;
  }
  return false;
}

/**
 * Returns when the page is ready to be drawn as it is now; throws naming what was waited for too long.
 * @param {boolean} loading before the first frame zero-delay timers run to their end, and frameworks start up with them
 */
async function untilReady(loading) {
  restartWaits();
  let reactions = 0;
  let realFrames = 0;
  for (;;) {
    await settle();
    throwIfFailed();
    // Blur handlers that pass the focus on to what is hidden next could go on for ever.
    if (((await deliverFrameEvents(true)) || (await focusMoved())) && ++realFrames < MAX_REAL_FRAMES) continue;
    collectPending();
    if (core.pendingCount === 0) {
      if (!loading || !timersDue()) return;
      await runTimers(core.now);
      if (++reactions > MAX_REACTIONS) return;
      continue;
    }
    if (++reactions > MAX_REACTIONS) {
      warnOnce("endless-requests", "the page keeps starting requests: frames are taken without waiting for all of them");
      return;
    }
    core.resting = true;
    try {
      await whilePending(loading);
    } finally {
      core.resting = false;
    }
  }
}

function timersDue() {
  const next = heapPeek();
  return next !== null && next.due <= core.now + TIME_EPSILON;
}

/**
 * Waits until nothing is pending, letting the page's zero-delay timers run meanwhile.
 * Before the first frame no animation-frame callbacks run, with one exception: when nothing but holds has been open for a
 * while, the page may itself be waiting for an animation frame to release them (canvas set-up, "after the next paint").
 * Then some are run at time 0, one round after the other; it is said, since it depends on how long "a while" is.
 * @param {boolean} loading
 */
async function whilePending(loading) {
  let quietSince = N.perfNow();
  let before = core.pendingCount;
  let extraFrames = 0;
  let rounds = 0;
  const began = quietSince;
  while (core.pendingCount > 0) {
    throwIfFailed();
    const now = N.perfNow();
    const late = overdue(now);
    if (late !== null) throw heliosError("late", `${late} within ${CONFIG.timeoutMs} ms${stuckHint(late)}`);
    // What is due is there; an answer comes behind it, however early.
    if (timersDue()) await runTimers(core.now);
    else if (deliverAnswer()) await settle();
    else if (await runOn(now - began, rounds)) rounds += 1;
    else await waitForChange();
    // Animations born while we wait must not run on the real clock.
    flushStyles();
    if (core.pendingCount !== before || !onlyHolds()) quietSince = now;
    before = core.pendingCount;
    if (!loading || core.runsOn || extraFrames >= 10 || now - quietSince < N.Math.min(1000, CONFIG.timeoutMs / 2)) continue;
    extraFrames += 1;
    warnOnce("hold-before-frames", "the page needed animation frames before frame 0 to release a hold");
    await runFrameCallbacks([]);
  }
}

function onlyHolds() {
  return core.pendingCount === core.holdCount;
}

/**
 * Waits in the middle of a frame for what its callbacks just asked for: an answer always comes before anything else runs,
 * as if the network took no time. Holds and frame promises may need the rest of the frame and are left for its end.
 */
async function untilAnswered() {
  let reactions = 0;
  while (core.pendingCount > core.holdCount && ++reactions <= MAX_REACTIONS) {
    const late = overdue(N.perfNow());
    if (late !== null) throw heliosError("late", `${late} within ${CONFIG.timeoutMs} ms`);
    if (!deliverAnswer()) await waitForChange();
    flushStyles();
    await settle();
  }
}

/** @param {string} late */
function stuckHint(late) {
  if (!late.startsWith("hold") && !late.startsWith("the promise")) return "";
  const frames = callbacksNow("raf").length;
  if (!heapPeek() && frames === 0) return "";
  return " (the page waits for a timer or an animation frame, but time stands still while it is held)";
}
