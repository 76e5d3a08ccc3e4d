// page-api.js: window.helios, what a page may say to us and hear from us. Which value wins over a command line is decided
// elsewhere (describe.js, and Rust).

/** Frame callbacks of this window. */
const frameCallbacks = hardSet();
const givenProps = CONFIG.props;

/** @param {any} v */
function isPlain(v) {
  if (v === null || typeof v !== "object") return false;
  const proto = N.getProto(v);
  return proto === null || (N.getProto(proto) === null && typeof proto.hasOwnProperty === "function");
}

/** @param {any} defaults what the page gives: the job's props win, key by key */
function mergeProps(defaults) {
  if (givenProps === undefined || givenProps === null) return defaults;
  return isPlain(givenProps) && isPlain(defaults) ? { ...defaults, ...givenProps } : givenProps;
}

/** @type {any} */
let shownProps = givenProps === undefined || givenProps === null ? {} : givenProps;

/** @type {any} */
const heliosApi = {
  /** Called once per output frame with {frame, time, fps, progress}; a promise it returns is waited for. @param {any} cb */
  onFrame(cb) {
    if (typeof cb !== "function") throw new TypeError("helios.onFrame needs a function");
    const entry = { cb };
    frameCallbacks.add(entry);
    return () => frameCallbacks.delete(entry);
  },
  /** The frame is not taken until the returned function is called. @param {any} [reason] */
  hold(reason) {
    return addPending(`hold ${N.JSON.stringify(reason === undefined ? "(no reason given)" : N.String(reason))} was not released`, true);
  },
  seekable: false,
  schema: null,
  get props() {
    return shownProps;
  },
  set props(defaults) {
    shownProps = mergeProps(defaults);
  },
  /** Size, rate and length as the job has them, flags included; null while a page is only asked what it says of itself. */
  get video() {
    const { width, height, fps, totalFrames, durationSeconds } = CONFIG;
    return { width, height, fps: CONFIG.fpsGiven ? fps.num / fps.den : null, frames: totalFrames, duration: durationSeconds };
  },
  get frame() {
    return core.frame < 0 ? 0 : core.frame;
  },
  get time() {
    return compositionTime(core.frame < 0 ? 0 : core.frame) / 1000;
  },
};
for (const name of ["onFrame", "hold"]) N.defineProperty(heliosApi, name, { enumerable: false });

/** What the page has said itself, for describe(). @type {any} */
const heliosSaid = {};
/** A class instance (such as @helios-project/core's) that took our place. @type {any} */
let heliosForeign = null;

/** @param {any} given */
function mergeGiven(given) {
  for (const key of N.keys(given)) {
    const value = given[key];
    heliosSaid[key] = value;
    if (key === "onFrame" && typeof value === "function") heliosApi.onFrame(value);
    else if (key !== "frame" && key !== "time" && key !== "video" && key !== "hold" && key !== "onFrame") heliosApi[key] = value;
  }
}

// Configurable, or a page's top-level `const helios = …` would be a SyntaxError.
N.defineProperty(window, "helios", {
  get: lookNative(() => heliosForeign ?? heliosApi, "get helios", 0),
  set: lookNative((/** @type {any} */ v) => {
    if (v === heliosApi) return;
    if (isPlain(v)) mergeGiven(v);
    else if (v !== null && v !== undefined) heliosForeign = v;
  }, "set helios", 1),
  enumerable: false,
  configurable: true,
});

let lexicalMerged = false;

/** `const helios = {…}` at the top of a classic script is no property of window; only a global eval sees it. */
function mergeLexical() {
  if (lexicalMerged) return;
  /** @type {any} */
  let value;
  try {
    value = (0, N.eval)("typeof helios === 'object' ? helios : undefined");
  } catch {
    return; // a policy forbids eval, or the script did not get that far
  }
  if (!value || value === heliosApi || value === heliosForeign) return;
  lexicalMerged = true;
  if (isPlain(value)) mergeGiven(value);
  else heliosForeign = value;
}

/** @param {number} frame @returns {(() => void)[]} the frame's calls for this window: first the event, then the callbacks */
function frameCalls(frame) {
  const total = CONFIG.totalFrames;
  const detail = {
    frame,
    time: compositionTime(frame) / 1000,
    fps: CONFIG.fps.num / CONFIG.fps.den,
    progress: total && total > 1 ? N.Math.min(1, frame / (total - 1)) : 0,
  };
  /** @type {(() => void)[]} */
  const calls = [];
  if (core.listens.frame) calls[0] = () => void N.dispatchEvent(window, new N.CustomEvent("helios:frame", { detail }));
  frameCallbacks.forEach((/** @type {any} */ entry) => {
    calls[calls.length] = () => {
      const result = entry.cb(detail);
      if (isThenable(result)) trackPromise(`the promise of a frame callback was not settled`, result);
    };
  });
  return calls;
}

/** @type {any} realm -> frameCalls of its window */
const frameCallsOf = isRoot ? hardWeakMap() : core.api.frameCallsOf;
if (isRoot) core.api.frameCallsOf = frameCallsOf;
frameCallsOf.set(realm, frameCalls);
