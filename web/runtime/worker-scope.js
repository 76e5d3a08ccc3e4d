// worker-scope.js: what functions of the runtime (date.js, pending.js, …) find under their names in a dedicated worker, where they are sent
// as text (workers.js). As much of each as they use, and no behaviour: worker-side.js has that. Uses nothing from outside.

/** @param {any} config what workers.js knows: times, seed, URL of the page's script */
function heliosWorkerScope(config) {
  const window = /** @type {any} */ (self);
  const uncurry = /** @type {(fn: any) => any} */ (Function.prototype.bind.bind(Function.prototype.call));
  const { scheduler } = window;
  const N = {
    Promise, String, Date, AbortController, DOMException,
    defineProperty: Object.defineProperty,
    getDescriptor: Object.getOwnPropertyDescriptor,
    getProto: Object.getPrototypeOf,
    apply: Reflect.apply,
    construct: Reflect.construct,
    floor: Math.floor,
    then: uncurry(Promise.prototype.then),
    addEventListener: uncurry(EventTarget.prototype.addEventListener),
    removeEventListener: uncurry(EventTarget.prototype.removeEventListener),
    setTimeout: window.setTimeout.bind(window),
    clearTimeout: window.clearTimeout.bind(window),
    postTask: scheduler ? scheduler.postTask.bind(scheduler) : null,
  };
  /** What an answer to the page waits for is counted; nobody asks for its name. */
  const core = {
    now: config.now, pendingCount: 0, priorities: false, unsettled: false,
    api: { noteMessage: () => {}, flushAfter: () => {} },
  };
  const addPending = () => {
    let waits = true;
    core.pendingCount += 1;
    return () => {
      if (waits) core.pendingCount -= 1;
      waits = false;
    };
  };
  return {
    window, heliosWindow: window, uncurry, N, core, addPending,
    CONFIG: { epochMs: config.epochMs },
    LEAD_MS: config.lead,
    TIME_EPSILON: 1e-6,
    realm: { origin: config.now },
    gate: [],
    nativeLooks: new WeakMap(),
    hardWeakMap: () => new WeakMap(),
  };
}

/** The names of these. */
const WORKER_NAMES = "window, heliosWindow, uncurry, N, core, addPending, CONFIG, LEAD_MS, TIME_EPSILON, realm, gate, nativeLooks, hardWeakMap";
