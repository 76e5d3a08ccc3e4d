// core.js: the state shared by all windows of one composition: the clock, and the registers the other files hang on it.
// The window that has no same-origin parent with a runtime makes it; same-origin iframes use their parent's.
// No behaviour here, only state.

/** @returns {any} the parent's runtime, when there is a parent we may touch that has one */
function parentRuntime() {
  try {
    if (window.parent === window) return null;
    return /** @type {any} */ (window.parent)[HELIOS_KEY] || null;
  } catch {
    return null; // another origin: see frames.js
  }
}

function createCore() {
  return {
    /** Virtual time, milliseconds. Inside a timer it is the timer's due time. */
    now: 0,
    /** Time of the frame being prepared: what requestAnimationFrame and document.timeline show. */
    frameTime: LEAD_MS,
    frame: -1,
    /** @type {"loading" | "ready" | "stepping" | "idle"} */
    phase: "loading",
    /** Its documents have loaded: timers and answers, which wait for that, may come. */
    loaded: false,
    /** @type {HeliosRealm[]} */
    realms: [],
    /** Set by anything that queued a task of its own (MessageChannel): time must not move before that task ran. */
    activity: false,
    /** True when page code ran since animations were last looked for: asking for them costs 7 µs each. */
    touched: true,
    /** True when page code ran since its tasks were last waited for (tasks.js). */
    unsettled: true,
    /** True when something happened since the last drawing that may show (still.js). */
    changed: true,
    /** The page gives its tasks priorities: those of the lowest are to be waited for as well. */
    priorities: false,
    /** Timer nesting level of the callback that is running, as in the HTML standard. */
    nesting: 0,
    /** Which kinds of frame events somebody listens to. */
    listens: { css: false, prefixed: false, finish: false, scroll: false, frame: false },
    /** True when something happened whose event only a real frame can deliver. */
    frameWanted: false,
    /** Something scrolled that a page listens to. */
    scrolled: false,
    /** View transitions that run: only a real frame notices their end. */
    viewTransitions: 0,
    /** Addresses of what pages put together by MediaSource (video-frames.js). */
    mediaSources: hardSet(),
    /** Animations that are ours (raster.js), and whether there ever was one. */
    renewing: hardWeakMap(),
    renews: false,
    /** The error that ends the render: the page has said itself that it fails (contract.js). @type {any} */
    failure: null,
    /** While a frame waits for its holds, the page's animation frames and timers go on (contract.js). */
    runsOn: false,
    /** Functions that say whether a native observer has something to report (observers.js). */
    observers: hardSet(),
    /** Called before a frame is taken: each adds what it must wait for. @type {(() => void)[]} */
    collectors: [],
    /** Iframes of other origins: window -> remote (frames.js). */
    remotes: hardMap(),
    /** What the user should know. @type {{ code: string, text: string, frame?: number }[]} */
    notes: [],
    warned: hardSet(),
    /** Everything a frame has to wait for (pending.js). */
    pending: hardSet(),
    pendingCount: 0,
    /** How many of them are holds: released by the page itself. */
    holdCount: 0,
    /** Pages that may be jumped about in (helios.seekable). */
    seekable: false,
    /** Whether the frame is drawn; what nobody sees need not be fetched. */
    drawn: true,
    /** Whether scripts may look at pixels: then every frame of a video counts. */
    readsPixels: false,
    /** The frame is done but for what it waits for. */
    resting: false,
    /** @type {(() => void) | null} wakes the readiness loop */
    wake: null,
    /** @type {any} functions of the root window that the other windows call */
    api: {},
  };
}

const heliosParent = parentRuntime();
const core = /** @type {ReturnType<typeof createCore>} */ (heliosParent ? heliosParent.core : createCore());
const isRoot = !heliosParent;

/** The time from which something that starts now counts: what starts while the page loads begins with frame 0. */
function startNow() {
  return core.frame < 0 ? LEAD_MS : core.now;
}

/**
 * An error whose kind the renderer acts upon, whatever its words: "late", when something was waited for too long.
 * @param {string} kind @param {string} text
 */
function heliosError(kind, text) {
  const error = /** @type {any} */ (new N.Error(text));
  error.heliosKind = kind;
  return error;
}

/**
 * Says something once per render; it reaches the user through the result of step().
 * @param {string} code what it is about, for programs: these names do not change @param {string} text
 */
function warnOnce(code, text) {
  if (core.warned.has(text)) return;
  core.warned.add(text);
  core.notes[core.notes.length] = { code, text };
}

/**
 * An error that nobody caught, of a place that the renderer cannot listen to.
 * @param {string} text @param {number} [at] the time at which it was, where that may be one of an earlier frame
 */
function noteUncaught(text, at = core.now) {
  const frame = N.Math.ceil(((at - LEAD_MS) * CONFIG.fps.num) / (1000 * CONFIG.fps.den) - TIME_EPSILON);
  core.notes[core.notes.length] = { code: "page-error", text, frame: frame > 0 ? frame : 0 };
}

/** What was said since this was last asked. */
function takeNotes() {
  const out = core.notes;
  core.notes = [];
  return out;
}

/** Something happened that may show, and may have queued tasks: page code ran, or what a frame waited for has come. */
function stir() {
  core.unsettled = true;
  core.changed = true;
}
