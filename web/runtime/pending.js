// pending.js: the list of everything a frame has to wait for, and the holds of pages. It does not wait (readiness.js).

/**
 * Notes something a frame must wait for.
 * @param {string} label what to say when it takes too long; " within 30000 ms" is put behind it @returns {() => void} call it when it is done
 */
function addPending(label) {
  const token = { label, since: -1 };
  core.pending.add(token);
  core.pendingCount += 1;
  return () => {
    if (!core.pending.has(token)) return;
    core.pending.delete(token);
    core.pendingCount -= 1;
    if (core.wake) core.wake();
  };
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
    else if (late === null && now - token.since >= CONFIG.timeoutMs) late = token.label;
  });
  return late;
}

/** @template T @param {string} label @param {T} promise @returns {T} the same promise, waited for */
function trackPromise(label, promise) {
  const done = addPending(label);
  N.then(promise, done, done);
  return promise;
}

/** @param {any} thing */
function isThenable(thing) {
  return thing !== null && typeof thing === "object" && typeof thing.then === "function";
}

/** URLs can be megabytes (data:) and end up in error texts. @param {any} url */
function shortUrl(url) {
  const text = N.String(url);
  return text.length > 120 ? text.slice(0, 100) + "…" : text;
}
