// timers-api.js: setTimeout, setInterval and the things built on delays, for this window, on the shared queue.

/** HTML's conversion of a delay: a signed 32-bit number, negative is 0. @param {any} v */
function toDelay(v) {
  const n = +v | 0;
  return n > 0 ? n : 0;
}

/** @param {any} handler @param {any} delay @param {any[]} args @param {boolean} repeat */
function startTimer(handler, delay, args, repeat) {
  const code = typeof handler === "function" ? null : N.String(handler);
  const ms = toDelay(delay);
  const interval = repeat ? (ms < 1 ? 1 : ms) : null;
  const run = code === null ? () => N.apply(handler, window, args) : () => realm.evalString(code);
  const timer = core.api.addTimer(realm, interval ?? ms, interval, run);
  timer.id = realm.nextTimerId++;
  realm.timers.set(timer.id, timer);
  return timer.id;
}

/** @param {any} id */
function stopTimer(id) {
  const timer = realm.timers.get(+id);
  if (!timer) return;
  timer.live = false;
  realm.timers.delete(timer.id);
}

replaceMethod(window, "setTimeout", function setTimeout(/** @type {any} */ handler, /** @type {any} */ delay, /** @type {any[]} */ ...args) {
  return startTimer(handler, delay, args, false);
});
replaceMethod(window, "setInterval", function setInterval(/** @type {any} */ handler, /** @type {any} */ delay, /** @type {any[]} */ ...args) {
  return startTimer(handler, delay, args, true);
});
// One list of ids for both kinds: either function clears either.
replaceMethod(window, "clearTimeout", function clearTimeout(/** @type {any} */ id) {
  stopTimer(id);
});
replaceMethod(window, "clearInterval", function clearInterval(/** @type {any} */ id) {
  stopTimer(id);
});

/** What else is built on delays, in windows and workers. */
function virtualDelays() {
  replaceMethod(AbortSignal, "timeout", function timeout(/** @type {any} */ ms) {
    const controller = new N.AbortController();
    core.api.addTimer(realm, +ms || 0, null, () => controller.abort(new N.DOMException("signal timed out", "TimeoutError")));
    return controller.signal;
  });

  const isAborted = getterOf(AbortSignal.prototype, "aborted");
  const abortReason = getterOf(AbortSignal.prototype, "reason");

  if (heliosWindow.scheduler && N.postTask) {
    const proto = N.getProto(heliosWindow.scheduler);
    replaceMethod(proto, "postTask", function postTask(/** @type {any} */ fn, /** @type {any} */ options) {
      const delay = options && +options.delay > 0 ? +options.delay : 0;
      core.priorities = true;
      core.api.noteMessage();
      const run = () => {
        core.api.flushAfter();
        return fn();
      };
      if (delay === 0) return N.postTask(typeof fn === "function" ? run : fn, options);
      const rest = { ...options, delay: 0 };
      const signal = options.signal;
      return new N.Promise((/** @type {any} */ resolve, /** @type {any} */ reject) => {
        const timer = core.api.addTimer(realm, delay, null, () => {
          core.api.noteMessage();
          resolve(N.postTask(run, rest));
        });
        // Whoever is told to stop while it waits hears so at once.
        const abort = () => {
          if (!timer.live) return;
          timer.live = false;
          reject(abortReason(signal));
        };
        if (!(signal instanceof AbortSignal)) return;
        if (isAborted(signal)) abort();
        else N.addEventListener(signal, "abort", abort, { once: true });
      });
    });
    const nativeYield = methodOf(proto, "yield");
    if (nativeYield) {
      replaceMethod(proto, "yield", function () {
        core.priorities = true;
        core.unsettled = true;
        // @ts-ignore
        return nativeYield(this);
      });
    }
  }
}
virtualDelays();
