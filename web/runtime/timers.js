// timers.js: the one queue of timers of all windows, and running them up to a time. Root window only.
// It does not offer setTimeout itself (timers-api.js), and does not know about frames.

/**
 * @param {HeliosRealm} r @param {number} delay @param {number | null} interval @param {() => void} run @returns {HeliosTimer}
 */
function addTimer(r, delay, interval, run) {
  const level = core.nesting;
  /** @type {HeliosTimer} */
  const timer = { id: 0, realm: r, due: core.now + clampDelay(delay, level), seq: 0, interval, level: level + 1, run, live: true };
  if (core.activity && timersRun && timer.due === core.now) {
    queueBehindMessages(timer);
    return timer;
  }
  heapPush(timer);
  if (timer.due <= core.now + TIME_EPSILON) dueNow();
  return timer;
}

/** Whether runTimers() is at work, and waits for what it started. */
let timersRun = false;

// A timer without a delay is a task like a message, and comes behind those that were posted before it.
const zeroChannel = new N.MessageChannel();
/** @type {HeliosTimer[]} */
let zeroTimers = [];
let nextZero = 0;

/** @param {HeliosTimer} timer */
function queueBehindMessages(timer) {
  zeroTimers[zeroTimers.length] = timer;
  N.portPost(zeroChannel.port2, 0);
}

function runZeroTimer() {
  const timer = zeroTimers[nextZero++];
  if (nextZero === zeroTimers.length) {
    zeroTimers = [];
    nextZero = 0;
  }
  if (!timer.live || !realmAlive(timer.realm)) return;
  timer.live = false;
  timer.realm.timers.delete(timer.id);
  core.nesting = timer.level;
  core.touched = true;
  guarded(timer.realm, timer.run);
  core.nesting = 0;
}

/** HTML: more than five nested levels cannot be shorter than 4 ms. @param {number} delay @param {number} level */
function clampDelay(delay, level) {
  return level > 5 && delay < 4 ? 4 : delay;
}

/** @param {HeliosTimer} timer */
function fireTimer(timer) {
  heapPop();
  core.nesting = timer.level;
  if (timer.interval === null) {
    timer.live = false;
    timer.realm.timers.delete(timer.id);
  } else {
    // Chromium arms the next beat before the callback runs, from the due time: no drift, however long frames are apart.
    timer.due += clampDelay(timer.interval, timer.level);
    timer.level += 1;
    heapPush(timer);
  }
  guarded(timer.realm, timer.run);
}

/** A page's author saw a display of 60 Hz: where it would have drawn between two timers, styles are flushed too. @param {number} t */
function displayTick(t) {
  return N.floor((t * 60) / 1000 + 1e-4);
}

/** Runs every timer due up to `limit`, in order of due time; the clock shows each timer's due time. @param {number} limit */
async function runTimers(limit) {
  timersRun = true;
  try {
    await runDueTimers(limit);
  } finally {
    timersRun = false;
  }
}

/** @param {number} limit */
async function runDueTimers(limit) {
  for (;;) {
    const first = heapPeek();
    if (!first || first.due > limit + TIME_EPSILON) return;
    if (displayTick(first.due) !== displayTick(core.now)) core.api.flushStyles();
    if (first.due > core.now) core.now = first.due;
    core.activity = false;
    const asked = core.pendingCount - core.holdCount;
    await pump(() => {
      const next = heapPeek();
      if (!next || next.due > limit + TIME_EPSILON) return false;
      // What the last timer asked the network for is answered before the next one runs.
      if (core.pendingCount - core.holdCount > asked) return false;
      if (next.due > core.now) {
        // Later timers must find the tasks of earlier ones done, and the styles as a display would have left them.
        if (core.activity || displayTick(next.due) !== displayTick(core.now)) return false;
        core.now = next.due;
      }
      fireTimer(next);
      return true;
    });
    core.nesting = 0;
    // That one is there is told by a task of its own.
    if (core.api.fontsLoading()) core.activity = true;
    if (core.activity) {
      // A real frame may come in while we wait. Flushing first makes the result the same whether it does or not.
      core.api.flushStyles();
      await settle();
    }
    if (core.phase === "stepping" && core.wake === null && core.pendingCount > core.holdCount) await untilAnswered();
  }
}

/** @type {Promise<any>} */
let lastExclusive = N.Promise.resolve();

/**
 * Only one of load-time timers, ready() and step() drives the clock at a time.
 * (Always `return await`: returning a promise would look up its `then`, which a page may have patched.)
 * @template T @param {() => Promise<T>} work @returns {Promise<T>}
 */
async function exclusive(work) {
  const before = lastExclusive;
  /** @type {any} */
  let release;
  lastExclusive = new N.Promise((/** @type {any} */ resolve) => {
    release = resolve;
  });
  await before;
  try {
    return await work();
  } finally {
    release();
  }
}

let dueScheduled = false;

/**
 * Time stands still until the first step, but a page needs its zero-delay timers to be ready, and later to release what a frame
 * waits for. While it loads they wait: which of its scripts come before them must not depend on the network.
 */
function dueNow() {
  if (core.wake) {
    core.wake();
    return;
  }
  if (core.phase !== "loading" || !core.loaded || dueScheduled) return;
  dueScheduled = true;
  N.setTimeout(() => {
    dueScheduled = false;
    exclusive(async () => {
      if (core.phase === "loading") await runTimers(core.now);
    });
  }, 0);
}

if (isRoot) {
  core.api.addTimer = addTimer;
  N.addEventListener(zeroChannel.port1, "message", runZeroTimer);
  N.portStart(zeroChannel.port1);
}
