// chromium-step.js: ready() and step() where Chromium's own virtual time is the clock. The last file of order-chromium.txt.
//
// The renderer moves the time, which runs timers, and draws the frame, which runs requestAnimationFrame and animations. Between
// the two it calls step(), for what Chromium does not know: the frame's number, the page's own callbacks, holds and fonts; and
// before a frame that is kept drawing(). It asks here as it asks the host page elsewhere (host.js).

/** @type {any} realm -> the browser's own requestAnimationFrame of its window */
const nativeFramesOf = isRoot ? hardWeakMap() : core.api.nativeFramesOf;
if (isRoot) core.api.nativeFramesOf = nativeFramesOf;
nativeFramesOf.set(realm, N.requestAnimationFrame);
// Nobody watches for listeners here (events.js).
core.listens.frame = true;

/** Frame callbacks get the exact time of the frame: Chromium's is blurred by chance. */
for (const name of ["requestAnimationFrame", "webkitRequestAnimationFrame"]) {
  const native = methodOf(window, name);
  if (!native) continue;
  replaceMethod(window, name, (/** @type {any} */ cb) =>
    native(window, typeof cb === "function" ? () => cb(core.frameTime - realm.origin) : cb));
}

// So is the time of an intersection.
const intersectionTime = getterOf(IntersectionObserverEntry.prototype, "time");
replaceAccessor(IntersectionObserverEntry.prototype, "time", function () {
  const time = intersectionTime(this) + realm.origin;
  return (N.Math.abs(time - core.frameTime) < CHROMIUM_STEP_MS ? core.frameTime : time) - realm.origin;
});

// The renderer sees when a response comes, but not whether its body is read.
for (const name of ["arrayBuffer", "blob", "bytes", "formData", "json", "text"]) {
  const native = methodOf(Response.prototype, name);
  if (!native) continue;
  replaceMethod(Response.prototype, name, function () {
    // @ts-ignore
    const self = this;
    const body = native(self);
    const done = addPending(`the body of ${shortUrl(self.url || "a response")} did not load`);
    N.then(body, done, done);
    return body;
  });
}

/** Returns when fonts are loaded and holds released. Requests are the renderer's to wait for. */
async function untilSettled() {
  for (;;) {
    for (let i = 0; i < core.collectors.length; i++) core.collectors[i]();
    if (core.pendingCount === 0) return;
    await new N.Promise((/** @type {(v?: any) => void} */ resolve) => {
      core.wake = resolve;
    });
  }
}

/** Where the renderer has virtual time stop for a frame (`stop` of begin_frame.rs). @param {number} frame */
function stopOf(frame) {
  // The rate may not be known yet.
  return frame === 0 ? LEAD_MS : N.Math.floor(10 * frameTime(frame) + TIME_EPSILON) / 10;
}

/** The frame behind which a timer of ours is due. */
let guardedFrame = -1;

/**
 * A timer of ours is due within the millisecond behind the time of `frame`, so that no other can be set to come before it. A budget first moves
 * the time on to where Chromium last wanted it, when its thread had nothing to do (`AutoAdvancingVirtualTimeDomain::SetVirtualTimeFence`). On a
 * busy machine that was before the frame: timers that the frame had set were passed, and came up to a whole frame late.
 * @param {number} frame
 * @param {number} now where the time stands
 */
function guardFrame(frame, now) {
  N.setTimeout(() => {}, N.Math.floor(stopOf(frame) - now + TIME_EPSILON) + 1);
  guardedFrame = frame;
}

/** Loaded, and what is due is done; then what the page says of itself. Another document than before can be asked as well. */
async function chromiumReopen() {
  if (N.readyState(document) !== "complete") {
    await new N.Promise((/** @type {(v?: any) => void} */ resolve) => N.addEventListener(window, "load", resolve, { once: true }));
  }
  for (let i = 0; i < core.realms.length; i++) findShadowRoots(core.realms[i]);
  mergeLexical();
  findContract();
  if (contract !== null) throw heliosError("page", `the page is made for ${contract.name}, which --capture beginframe cannot drive: use --capture tap or screenshot`);
  await settledTasks();
  guardFrame(0, 0);
  core.phase = "ready";
  const canvas = heliosCanvas();
  return { ...heliosDescribe(), canvas: canvas ? [canvas.width, canvas.height] : null };
}

/** @param {number} frame */
async function chromiumStep(frame) {
  core.frame = frame;
  core.frameTime = frameTime(frame);
  dropDeadRealms();
  for (let i = 0; i < core.realms.length; i++) {
    const calls = frameCallsOf.get(core.realms[i])(frame);
    for (let k = 0; k < calls.length; k++) guarded(core.realms[i], calls[k]);
  }
  if (N.querySelectorAll(document, "audio, video").length > 0) warnOnce("no-sound", "the sound of the page is not in the output: --capture beginframe cannot record it, tap and screenshot can");
  await untilSettled();
  // Frames may have been skipped.
  if (guardedFrame !== frame) guardFrame(frame, stopOf(frame));
  guardFrame(frame + 1, stopOf(frame));
  nativeFramesOf.get(realm)(() => {
    ranFrame = frame;
  });
  return { notes: takeNotes() };
}

/** The last frame whose callbacks Chromium has run: now and then it answers the renderer without having run them. */
let ranFrame = -1;

/** The tasks and timers that are due are done. */
async function settledTasks() {
  await new N.Promise((/** @type {(v?: any) => void} */ resolve) => N.setTimeout(resolve));
  await untilSettled();
}

/** After answers to requests. */
async function chromiumSettle() {
  await settledTasks();
  return { notes: takeNotes() };
}

/**
 * The next frame to run is drawn, and is to show no history (raster.js). Its callbacks run as a part of it, so that the last look
 * at the page is a callback too, behind all of its own in each window; and the first task after the frame is ours.
 * @param {number} frame
 */
function chromiumDrawing(frame) {
  nextDrawing(frame);
  for (let i = 0; i < core.realms.length; i++) {
    nativeFramesOf.get(core.realms[i])(() => {
      heliosDrawing();
      N.postTask(endRenewals, { priority: "user-blocking" });
    });
  }
}

if (isRoot) {
  core.api.leaveAnimation = () => {};
  core.api.flushStyles = () => eachAnimationList(() => {});
  core.api.longestAnimation = () => {
    let longest = 0;
    const shown = shownAnimations();
    for (let i = 0; i < shown.length; i++) {
      const effect = N.anim.effect(shown[i]);
      const rate = N.anim.rate(shown[i]);
      const end = effect && rate > 0 ? N.anim.computedTiming(effect).endTime / rate / 1000 : 0;
      if (end > longest && end < Infinity) longest = end;
    }
    return longest;
  };
}

N.defineProperty(window, HELIOS_KEY, {
  value: {
    core,
    realm,
    documentReplaced() {
      if (realmAlive(realm) && core.realms.indexOf(realm) < 0) core.realms[core.realms.length] = realm;
    },
  },
});
N.defineProperty(window, "__helios", {
  value: N.Object.freeze({
    reopen: chromiumReopen, step: chromiumStep, settle: chromiumSettle, drawing: chromiumDrawing, ran: () => ranFrame, pending: heliosPending,
    now: () => core.now,
  }),
});
