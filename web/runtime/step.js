// step.js: ready() and step(): the order in which one frame happens. Root window only.
//
//   timers up to t | clock = t, workers up to t | animations and SMIL at t, their events | frame event, animation-frame callbacks |
//   idle callbacks | tasks settled, newborn animations at t, resources and holds
//
// This is the order of the HTML standard's event loop, except that tasks posted by a frame's callbacks are run before
// the frame is drawn (React renders there), where a browser may draw first.

/** Resolves when every window of ours has loaded. */
async function untilLoaded() {
  const started = N.perfNow();
  while (!allLoaded()) {
    if (N.perfNow() - started > CONFIG.timeoutMs) throw heliosError("late", `the page did not finish loading within ${CONFIG.timeoutMs} ms`);
    await new N.Promise((/** @type {(v?: any) => void} */ resolve) => N.setTimeout(resolve, 10));
  }
}

/** How long the page's timers and answers wait for it to load, in milliseconds of real time. */
const LOAD_PATIENCE_MS = N.Math.min(5000, CONFIG.timeoutMs / 2);

/** A document may be kept open by the page until a timer closes it, or load for long. */
function loseLoadPatience() {
  if (core.loaded) return;
  warnOnce("slow-load", `the page has not loaded after ${LOAD_PATIENCE_MS / 1000} s: its timers and answers come among its scripts as it happens`);
  goOnLoading();
}

/** From here on timers that are due and answers that are there come at once. */
function goOnLoading() {
  core.loaded = true;
  dueNow();
  answerCame();
}

function allLoaded() {
  for (let i = 0; i < core.realms.length; i++) {
    const r = core.realms[i];
    if (realmAlive(r) && N.readyState(r.doc) !== "complete") return false;
  }
  return true;
}

/** While the page loads, real frames start CSS animations on the real clock: each frame the new ones are caught and held at 0. */
function catchLoadingAnimations() {
  if (core.phase !== "loading") return;
  advanceAnimations(startNow(), false);
  advanceSmil();
  N.requestAnimationFrame(catchLoadingAnimations);
}

/** @type {Promise<void> | null} */
let readyOnce = null;

function heliosReady() {
  if (!readyOnce) readyOnce = getReady();
  return readyOnce;
}

async function getReady() {
  await untilLoaded();
  await exclusive(async () => {
    for (const r of core.realms) {
      noteInlineHandlers(r.doc);
      findShadowRoots(r);
    }
    mergeLexical();
    collectFrames();
    core.loaded = true;
    await untilReady(true);
    await takeUpContract();
    await listContract();
    await runIdleCallbacks();
    // One real frame for sure: which events of the load fall before frame 0 must not depend on the machine.
    core.frameWanted = true;
    await untilReady(true);
    orderRealms();
    orderLoadedTimers();
    core.phase = "ready";
  });
}

/** @param {number} frame */
async function stepOne(frame) {
  const t = frameTime(frame);
  restartWaits();
  await runTimers(t);
  core.now = t;
  core.frameTime = t;
  core.frame = frame;
  if (glides.size > 0) {
    core.changed = true;
    advanceGlides(t);
  }
  if (workers.size > 0) {
    stepWorkers();
    await untilAnswered();
  }
  if (soundGraphs.size > 0) await advanceGraphs();
  if (filmElements > 0) {
    // What scripts draw of a video in this frame is its picture of this frame.
    collectMedia();
    await untilAnswered();
  }
  if (await deliverFrameEvents(false)) advanceAnimations(t, false);
  dropDeadRealms();
  /** @type {(() => void)[]} */
  const calls = [];
  contractCalls(frame, calls);
  for (let i = 0; i < core.realms.length; i++) {
    const own = frameCallsOf.get(core.realms[i])(frame);
    for (let k = 0; k < own.length; k++) calls[calls.length] = own[k];
  }
  await runFrameCallbacks(calls);
  await untilAnswered();
  stepRemotes(frame);
  await runIdleCallbacks();
  await untilReady(false);
}

/** Waits once more until the page is ready, for who knows of requests that the runtime cannot see (dynamic import()). */
async function heliosSettle() {
  await heliosReady();
  await exclusive(async () => {
    endRenewals();
    stir();
    await settle(true);
    restartWaits();
    await untilReady(core.frame < 0);
  });
  return { notes: takeNotes() };
}

/** @param {number} frame @param {boolean} [drawn] */
async function heliosStep(frame, drawn = true) {
  if (!(frame >= 0) || N.floor(frame) !== frame) throw new N.Error(`frame ${frame} is not a frame number`);
  await heliosReady();
  return await exclusive(async () => {
    endRenewals();
    core.seekable = isSeekable();
    if (frame < core.frame && !core.seekable) return { frame, needsReload: true, notes: takeNotes() };
    // What the page made while it loaded starts with frame 0, jumped over or not.
    if (core.seekable && core.frame < 0 && frame > 0) advanceAnimations(startNow(), true);
    core.phase = "stepping";
    core.drawn = drawn;
    try {
      // A page that is not a pure function of time gets every frame on the way, whatever the caller asked for.
      if (!core.seekable) for (let f = core.frame + 1; f < frame; f++) await stepOne(f);
      await stepOne(frame);
    } finally {
      core.phase = "idle";
    }
    return { frame, notes: takeNotes(), same: standsStill() };
  });
}

if (isRoot) {
  N.requestAnimationFrame(catchLoadingAnimations);
  N.setTimeout(loseLoadPatience, LOAD_PATIENCE_MS);
}
