// still.js: knows whether another drawing would show the same pixels as the one before: then the renderer repeats that frame
// and the browser paints nothing. It changes nothing itself. Root window only.
//
// A page stands still when since the last drawing none of its code has run, nothing has come that a frame waited for, nothing
// has moved (`core.changed`, set where it happens), and nothing draws by itself. Code may also run that nobody sees coming, such
// as a database's answer: what it does to the documents is noticed by observers, which watch while the page stands still.

/** Drawings of one state before it is repeated, as many as a chunk has before its first frame is kept. */
const STILL_DRAWINGS = 3;
const NativeMutationObserver = heliosWindow.MutationObserver;
const observe = methodOf(NativeMutationObserver.prototype, "observe");
const disconnect = methodOf(NativeMutationObserver.prototype, "disconnect");

/** Drawings of the state that the page is in. */
let sameDrawings = 0;
/** @type {any} watches the documents while the page stands still */
let watcher = null;

/** Counts a drawing, and renews what depends on those before (raster.js). */
function countDrawing() {
  sameDrawings = core.changed ? 1 : sameDrawings + 1;
  core.changed = false;
  heliosDrawing();
  if (sameDrawings >= STILL_DRAWINGS && watcher === null) watch();
}

function watch() {
  watcher = new NativeMutationObserver(() => {
    core.changed = true;
  });
  const what = { subtree: true, childList: true, attributes: true, characterData: true };
  for (let i = 0; i < core.realms.length; i++) {
    const r = core.realms[i];
    if (!realmAlive(r)) continue;
    observe(watcher, r.doc, what);
    r.shadowRoots.forEach((/** @type {ShadowRoot} */ root) => observe(watcher, root, what));
  }
}

/** Whether parts of the page draw by themselves: workers with a canvas, windows of other origins, view transitions. */
function drawsByItself() {
  let draws = core.remotes.size > 0 || core.viewTransitions > 0;
  workers.forEach((/** @type {WorkerState} */ s) => {
    if (s.draws) draws = true;
  });
  return draws;
}

/** Whether the frame that was just made looks like the last one drawn. */
function standsStill() {
  if (core.changed || sameDrawings < STILL_DRAWINGS || drawsByItself()) {
    if (watcher !== null) disconnect(watcher);
    watcher = null;
    return false;
  }
  return true;
}
