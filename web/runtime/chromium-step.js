// chromium-step.js: ready() and step() where Chromium's own virtual time is the clock. The last file of order-chromium.txt.
//
// The renderer moves the time, which runs timers, and draws the frame, which runs requestAnimationFrame and animations. Between
// the two it calls step(), for what Chromium does not know: the frame's number, the page's own callbacks, holds and fonts.

/** Frame callbacks get the exact time of the frame: Chromium's is blurred by chance. */
for (const name of ["requestAnimationFrame", "webkitRequestAnimationFrame"]) {
  const native = methodOf(window, name);
  if (!native) continue;
  replaceMethod(window, name, (/** @type {any} */ cb) =>
    native(window, typeof cb === "function" ? () => cb(core.frameTime - realm.origin) : cb));
}

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

async function chromiumReady() {
  if (N.readyState(document) !== "complete") {
    await new N.Promise((/** @type {(v?: any) => void} */ resolve) => N.addEventListener(window, "load", resolve, { once: true }));
  }
  mergeLexical();
  await chromiumSettle();
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
  await untilSettled();
  const warnings = core.warnings;
  core.warnings = [];
  return { warnings };
}

/** After the load, or after answers to requests: the tasks and timers that are due are done. */
async function chromiumSettle() {
  await new N.Promise((/** @type {(v?: any) => void} */ resolve) => N.setTimeout(resolve));
  await untilSettled();
}

/** What is waited for, in words. */
function chromiumPending() {
  /** @type {string[]} */
  const labels = [];
  core.pending.forEach((/** @type {{ label: string }} */ token) => (labels[labels.length] = token.label));
  return labels;
}

if (isRoot) {
  core.api.flushStyles = () => N.docAnimations(document);
  core.api.longestAnimation = () => {
    let longest = 0;
    for (const anim of N.docAnimations(document)) {
      const effect = N.anim.effect(anim);
      const rate = N.anim.rate(anim);
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
  value: N.Object.freeze({ ready: chromiumReady, step: chromiumStep, settle: chromiumSettle, pending: chromiumPending, now: () => core.now }),
});
