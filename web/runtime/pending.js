// pending.js: the list of everything a frame has to wait for, and the holds of pages. It does not wait (readiness.js).

/**
 * Notes something a frame must wait for.
 * @param {string | (() => string)} label what to say when it takes too long; " within 30000 ms" is put behind it
 * @param {boolean} [hold] the page releases it itself, perhaps after more of the frame ran @returns {() => void} call it when it is done
 */
function addPending(label, hold = false) {
  const token = { label, since: -1 };
  if (hold) core.holdCount += 1;
  core.pending.add(token);
  core.pendingCount += 1;
  return () => {
    if (!core.pending.has(token)) return;
    core.pending.delete(token);
    stir();
    core.pendingCount -= 1;
    if (hold) core.holdCount -= 1;
    if (core.wake) core.wake();
  };
}

/** @param {any} token @returns {string} */
function labelOf(token) {
  return typeof token.label === "function" ? token.label() : token.label;
}

/** What is being waited for, in words, and whether everything else of the frame is done. */
function heliosPending() {
  /** @type {string[]} */
  const labels = [];
  core.pending.forEach((/** @type {any} */ token) => {
    labels[labels.length] = labelOf(token);
  });
  return { labels, resting: core.resting };
}

/** Forgets how long things have been waited for: each frame waits anew. */
function restartWaits() {
  core.pending.forEach((/** @type {any} */ token) => {
    token.since = -1;
  });
}

/** @param {number} now real time @returns {string | null} the label of something that was waited for too long */
function overdue(now) {
  /** @type {string | null} */
  let late = null;
  core.pending.forEach((/** @type {any} */ token) => {
    if (token.since < 0) token.since = now;
    else if (late === null && now - token.since >= CONFIG.timeoutMs) late = labelOf(token);
  });
  return late;
}

/** Waits for one of these events of an object. @param {any} target @param {string} label @param {string[]} types */
function waitForEvent(target, label, types) {
  const done = addPending(label);
  const finish = () => {
    for (const type of types) N.removeEventListener(target, type, finish);
    done();
  };
  for (const type of types) N.addEventListener(target, type, finish);
}

/** @template T @param {string} label @param {T} promise @returns {T} the same promise, waited for */
function trackPromise(label, promise) {
  const done = addPending(label, true);
  // Nobody else may look at it: an error must still be reported as unhandled.
  N.then(promise, done, (/** @type {any} */ e) => {
    done();
    throw e;
  });
  return promise;
}

/** Answers that came, or are to come, in the order in which they were asked for. @type {{ begin: (() => void) | null, came: boolean, deliver: () => void }[]} */
const gate = isRoot ? [] : core.api.gate;
if (isRoot) core.api.gate = gate;

/**
 * A promise for work done elsewhere (network, decoders) whose answer reaches the page at a fixed point of the step and in the
 * order of asking. When it really came, early or late, must not decide what else of the frame ran before it.
 * @param {string} label @param {any} promise @returns {any}
 */
function gatePromise(label, promise) {
  const done = addPending(label);
  return new N.Promise((/** @type {any} */ resolve, /** @type {any} */ reject) => {
    /** @type {{ begin: null, came: boolean, deliver: () => void }} */
    const entry = { begin: null, came: false, deliver: done };
    gate[gate.length] = entry;
    const came = (/** @type {() => void} */ settleIt) => {
      entry.came = true;
      entry.deliver = () => {
        done();
        settleIt();
      };
      core.api.answerCame();
    };
    N.then(promise, (/** @type {any} */ v) => came(() => resolve(v)), (/** @type {any} */ e) => came(() => reject(e)));
  });
}

/**
 * The same for work whose answer is an event, which nobody can hold back: it is begun when everything that was asked for before it
 * has been answered. `begin()` begins it at once, for a page that asks something of it; `done()` says that its event came.
 * @param {string} label @param {() => void} run begins it
 */
function takeTurn(label, run) {
  /** @type {{ begin: (() => void) | null, came: boolean, deliver: () => void }} */
  const entry = { begin: run, came: false, deliver: addPending(label) };
  gate[gate.length] = entry;
  core.api.answerCame();
  return {
    begin: () => beginTurn(entry),
    done() {
      entry.begin = null;
      entry.came = true;
      core.api.answerCame();
    },
  };
}

/** @param {{ begin: (() => void) | null }} entry */
function beginTurn(entry) {
  const { begin } = entry;
  entry.begin = null;
  if (begin) begin();
}

/** Hands one answer to the page, when the next in order has come. @returns {boolean} */
function deliverAnswer() {
  if (gate.length === 0) return false;
  const entry = gate[0];
  beginTurn(entry);
  if (!entry.came) return false;
  for (let i = 1; i < gate.length; i++) gate[i - 1] = gate[i];
  gate.length -= 1;
  entry.deliver();
  return true;
}

/** Before the first step nobody waits in steps: answers go on as they come, in order, when the page has loaded. */
function answerCame() {
  if (core.wake) core.wake();
  if (core.phase !== "loading" || !core.loaded) return;
  exclusive(async () => {
    while (core.phase === "loading" && deliverAnswer()) await settle();
  });
}
if (isRoot) core.api.answerCame = answerCame;

/** @param {any} thing */
function isThenable(thing) {
  return thing !== null && typeof thing === "object" && typeof thing.then === "function";
}

/** URLs can be megabytes (data:) and end up in error texts. @param {any} url */
function shortUrl(url) {
  const text = N.String(url);
  return text.length > 120 ? text.slice(0, 100) + "…" : text;
}
