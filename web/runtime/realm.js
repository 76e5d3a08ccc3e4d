// realm.js: what belongs to one window: its document, its timer ids, its animation-frame callbacks, its shadow roots.
// It does not run anything.

/** The index of this window among its parent's frames: part of the seed, so equal pages in two iframes differ. */
function framePath() {
  if (isRoot) return "0";
  let index = 0;
  const siblings = window.parent.frames;
  for (let i = 0; i < siblings.length; i++) if (siblings[i] === window) index = i;
  return heliosParent.realm.path + "/" + index;
}

/** @type {HeliosRealm} */
const realm = {
  win: window,
  doc: document,
  currentDoc: () => document,
  parent: heliosParent ? heliosParent.realm : null,
  path: framePath(),
  // A window born late has its own time origin, as in a browser: its performance.now() starts at 0.
  origin: core.now,
  timers: hardMap(),
  nextTimerId: 1,
  raf: hardMap(),
  nextRafId: 1,
  idle: hardMap(),
  shadowRoots: hardSet(),
  reportError: N.reportError,
  evalString: (code) => (0, N.eval)(code),
  children: 0,
};

core.realms[core.realms.length] = realm;

/**
 * A document without a view was navigated away or its iframe removed: its callbacks must not run. But the window of an
 * initial about:blank may live on with the document that replaces it, and Chromium does not always run us again then.
 * @param {HeliosRealm} r
 */
function realmAlive(r) {
  const doc = r.currentDoc();
  if (doc !== r.doc) {
    r.doc = doc;
    r.origin = core.now;
    r.shadowRoots.clear();
  }
  return N.defaultView(doc) !== null;
}

/** Forgets the windows that are gone. */
function dropDeadRealms() {
  const alive = [];
  for (let i = 0; i < core.realms.length; i++) {
    if (realmAlive(core.realms[i])) alive[alive.length] = core.realms[i];
  }
  if (alive.length !== core.realms.length) core.realms = alive;
}

/** Tree order: a window before those inside it, siblings by their index. @param {HeliosRealm} a @param {HeliosRealm} b */
function windowBefore(a, b) {
  const [left, right] = [a.path, b.path];
  let i = 0;
  while (i < left.length && left[i] === right[i]) i++;
  if (i === left.length && right[i] === "/") return true;
  if (i === right.length && left[i] === "/") return false;
  // The numbers in which they differ, from their first digit on.
  let from = i;
  while (from > 0 && left[from - 1] !== "/") from--;
  return pathNumber(left, from) < pathNumber(right, from);
}

/** @param {string} path @param {number} at */
function pathNumber(path, at) {
  let value = 0;
  for (let i = at; i < path.length && path[i] !== "/"; i++) value = value * 10 + (path.charCodeAt(i) - 48);
  return value;
}

/** Windows in tree order, whichever loaded first. */
function orderRealms() {
  for (let i = 1; i < core.realms.length; i++) {
    const r = core.realms[i];
    let k = i;
    while (k > 0 && windowBefore(r, core.realms[k - 1])) {
      core.realms[k] = core.realms[k - 1];
      k--;
    }
    core.realms[k] = r;
  }
}

/** Calls page code; what it throws is reported as an uncaught error of its window, and life goes on. @param {HeliosRealm} r @param {() => void} fn */
function guarded(r, fn) {
  stir();
  try {
    fn();
  } catch (e) {
    r.reportError(e);
  }
}
