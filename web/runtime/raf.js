// raf.js: requestAnimationFrame and requestIdleCallback for this window, and running everybody's callbacks for a frame.
// Callbacks added while a frame runs belong to the next one; those cancelled while it runs do not run.

replaceMethod(window, "requestAnimationFrame", function requestAnimationFrame(/** @type {any} */ cb) {
  if (typeof cb !== "function") throw new TypeError("Failed to execute 'requestAnimationFrame' on 'Window': parameter 1 is not of type 'Function'.");
  const id = realm.nextRafId++;
  realm.raf.set(id, cb);
  return id;
});
replaceMethod(window, "cancelAnimationFrame", function cancelAnimationFrame(/** @type {any} */ id) {
  realm.raf.delete(+id);
});
if (heliosWindow.webkitRequestAnimationFrame) {
  replaceMethod(window, "webkitRequestAnimationFrame", function (/** @type {any} */ cb) {
    return heliosWindow.requestAnimationFrame(cb);
  });
  replaceMethod(window, "webkitCancelAnimationFrame", function (/** @type {any} */ id) {
    realm.raf.delete(+id);
  });
}

replaceMethod(window, "requestIdleCallback", function requestIdleCallback(/** @type {any} */ cb) {
  const id = realm.nextRafId++;
  realm.idle.set(id, cb);
  return id;
});
replaceMethod(window, "cancelIdleCallback", function cancelIdleCallback(/** @type {any} */ id) {
  realm.idle.delete(+id);
});

/** @param {"raf" | "idle"} kind @returns {{realm: HeliosRealm, id: number}[]} what is registered now, windows in tree order */
function callbacksNow(kind) {
  /** @type {{realm: HeliosRealm, id: number}[]} */
  const list = [];
  for (let i = 0; i < core.realms.length; i++) {
    const r = core.realms[i];
    r[kind].forEach((/** @type {any} */ _cb, /** @type {number} */ id) => {
      list[list.length] = { realm: r, id };
    });
  }
  return list;
}

/**
 * Runs `first` (the frame event) and then every animation-frame callback, each with its own microtask checkpoint,
 * all in one browser task so that no real frame can show or flush half of it.
 * @param {(() => void)[]} first
 */
async function runFrameCallbacks(first) {
  const list = callbacksNow("raf");
  const total = first.length + list.length;
  if (total === 0) return;
  let next = 0;
  await pump(() => {
    while (next < total) {
      const i = next++;
      if (i < first.length) {
        guarded(realm, first[i]);
        return true;
      }
      const { realm: r, id } = list[i - first.length];
      const cb = r.raf.get(id);
      if (!cb || !realmAlive(r)) continue;
      r.raf.delete(id);
      guarded(r, () => N.apply(cb, r.win, [core.frameTime - r.origin]));
      return true;
    }
    return false;
  }, total);
}

/** A deadline that runs out by being asked: `while (deadline.timeRemaining() > 0)` must end on a clock that stands still. */
function idleDeadline() {
  let left = 12;
  return {
    didTimeout: false,
    timeRemaining() {
      left = left > 0.1 ? left - 0.1 : 0;
      return left;
    },
  };
}

async function runIdleCallbacks() {
  const list = callbacksNow("idle");
  if (list.length === 0) return;
  let next = 0;
  await pump(() => {
    while (next < list.length) {
      const { realm: r, id } = list[next++];
      const cb = r.idle.get(id);
      if (!cb || !realmAlive(r)) continue;
      r.idle.delete(id);
      guarded(r, () => N.apply(cb, r.win, [idleDeadline()]));
      return true;
    }
    return false;
  }, list.length);
}
