// worker-side.js: the clock inside a dedicated worker. The function below is sent to the worker as text (workers.js) and runs
// there before the page's script, so it may use nothing from outside but what is sent with it and what worker-scope.js has.

/** @param {any} config what workers.js knows: times, seed, URL of the page's script */
function heliosWorkerSide(config) {
  const scope = /** @type {any} */ (self);
  const NativePromise = N.Promise;
  const later = N.setTimeout;
  const stopReal = N.clearTimeout;
  const nativeFrame = scope.requestAnimationFrame ? scope.requestAnimationFrame.bind(scope) : null;
  const post = scope.postMessage.bind(scope);
  const apply = N.apply;
  let seq = 0;
  let nextId = 1;
  let nesting = 0;
  /** By id; a delay that has none (`AbortSignal.timeout`) is its own key. @type {Map<any, any>} */
  const timers = new Map();
  /** @type {Map<number, any>} */
  let frames = new Map();

  /** @param {any} owner @param {string} name @param {any} value */
  const put = (owner, name, value) => N.defineProperty(owner, name, { value, writable: true, configurable: true, enumerable: false });

  /** @param {number} delay @param {number | null} interval @param {() => void} run */
  const timer = (delay, interval, run) => ({ due: core.now + clampDelay(delay, nesting), seq: seq++, interval, level: nesting + 1, run, live: true });
  core.api.addTimer = (/** @type {any} */ _realm, /** @type {number} */ delay, /** @type {number | null} */ interval, /** @type {() => void} */ run) => {
    const made = timer(delay, interval, run);
    timers.set(made, made);
    return made;
  };
  /** @param {any} handler @param {any} delay @param {any[]} args @param {boolean} repeat */
  const start = (handler, delay, args, repeat) => {
    const ms = toDelay(delay);
    const interval = repeat ? (ms < 1 ? 1 : ms) : null;
    const run = typeof handler === "function" ? () => apply(handler, scope, args) : () => (0, eval)(String(handler));
    timers.set(nextId, timer(interval ?? ms, interval, run));
    return nextId++;
  };
  const stop = (/** @type {any} */ id) => void timers.delete(+id);
  put(scope, "setTimeout", (/** @type {any} */ f, /** @type {any} */ ms, /** @type {any[]} */ ...args) => start(f, ms, args, false));
  put(scope, "setInterval", (/** @type {any} */ f, /** @type {any} */ ms, /** @type {any[]} */ ...args) => start(f, ms, args, true));
  put(scope, "clearTimeout", stop);
  put(scope, "clearInterval", stop);
  if (scope.requestAnimationFrame) {
    put(scope, "requestAnimationFrame", (/** @type {any} */ cb) => {
      frames.set(nextId, cb);
      return nextId++;
    });
    put(scope, "cancelAnimationFrame", (/** @type {any} */ id) => void frames.delete(+id));
  }

  const word = sfc32(config.seed[0], config.seed[1], config.seed[2], config.seed[3]);
  virtualDates();
  virtualTimes();
  virtualRandom(word, word);

  // The script comes from a blob: what is relative must stay relative to the page's own file.
  const based = /^(https?|file):/.test(config.url);
  const resolve = (/** @type {any} */ url) => (based && (typeof url === "string" || url instanceof URL) ? new URL(url, config.url).href : url);
  if (based) put(scope, "location", Object.freeze(new URL(config.url)));
  if (config.type !== "module") {
    const native = scope.importScripts;
    put(scope, "importScripts", (/** @type {any[]} */ ...urls) => apply(native, scope, urls.map(resolve)));
  }
  const nativeFetch = scope.fetch;
  put(scope, "fetch", (/** @type {any[]} */ ...args) => gatePromise("", apply(nativeFetch, scope, [resolve(args[0]), ...args.slice(1)])));
  const nativeBitmap = scope.createImageBitmap;
  put(scope, "createImageBitmap", (/** @type {any[]} */ ...args) => gatePromise("", apply(nativeBitmap, scope, args)));
  const nativeOpen = methodOf(XMLHttpRequest.prototype, "open");
  replaceMethod(XMLHttpRequest.prototype, "open", function open(/** @type {any[]} */ ...args) {
    // @ts-ignore
    return nativeOpen(this, args[0], resolve(args[1]), ...args.slice(2));
  });
  answersElsewhere();
  virtualAnswers();

  /** Counts a task of the worker until it is over. @param {Promise<any>} promise @param {() => void} over */
  const counted = (promise, over) => new NativePromise((/** @type {any} */ resolve, /** @type {any} */ reject) => {
    N.then(promise, (/** @type {any} */ v) => (over(), resolve(v)), (/** @type {any} */ e) => (over(), reject(e)));
  });
  // Tasks of low priority run when all others have: an answer to the page waits for each of them, but not for what it returns.
  if (N.postTask) {
    const nativePost = N.postTask;
    N.postTask = (/** @type {any} */ fn, /** @type {any} */ options) => {
      const over = addPending("");
      return counted(nativePost(typeof fn === "function" ? () => (over(), fn()) : fn, options), over);
    };
    const proto = N.getProto(scope.scheduler);
    const nativeYield = methodOf(proto, "yield");
    replaceMethod(proto, "yield", /** @this {any} */ function () {
      return counted(nativeYield(this), addPending(""));
    });
  }
  virtualDelays();

  /** A task of its own, behind those that wait: messages, answers. */
  const hop = () => new NativePromise((/** @type {any} */ go) => later(go, 0));
  const guarded = (/** @type {() => void} */ run) => {
    try {
      run();
    } catch (e) {
      scope.reportError(e);
    }
  };

  // Errors of a worker are heard in the worker alone. Whoever wants to answer for one may do so first.
  const ours = /\b(?:blob|data):[^\s)]+?(?=:\d+:\d+)/.exec(new Error().stack || "");
  const isOurs = (/** @type {string} */ line) => ours !== null && line.includes(ours[0]);
  const describe = (/** @type {any} */ thrown) => {
    const stack = thrown && typeof thrown === "object" && typeof thrown.stack === "string" ? thrown.stack : "";
    return stack ? stack.split("\n").filter((/** @type {string} */ line) => !isOurs(line)).join("\n") : String(thrown);
  };
  // The browser tells of rejections late, perhaps after the answer to the page: the time says which frame it was.
  const uncaught = (/** @type {any} */ event, /** @type {() => string} */ text) => {
    const at = core.now;
    later(() => {
      if (!event.defaultPrevented) post({ __helios: { uncaught: text(), thrown: event.type === "error", at } });
    }, 0);
  };
  scope.addEventListener("error", (/** @type {any} */ event) => {
    if (event.target === scope) uncaught(event, () => (event.error ? describe(event.error) : `${event.message} (${event.filename}:${event.lineno})`));
  });
  scope.addEventListener("unhandledrejection", (/** @type {any} */ event) => uncaught(event, () => describe(event.reason)));

  /** The browser takes the picture of a worker's canvas at the end of the worker's own real frame. */
  const shown = () => new NativePromise((/** @type {any} */ go) => {
    const guard = later(go, 500);
    nativeFrame(() => {
      stopReal(guard);
      go();
    });
  });

  /** Waits until nothing is under way. What is asked is answered in the order of asking, as in pending.js. */
  const answered = async () => {
    while (core.pendingCount > 0) {
      deliverAnswer();
      await hop();
    }
  };
  let stepping = false;
  /** The page has sent something, or started us: a step is sure to come. */
  let owed = true;
  // Answers wait for a step. Where none need come (a message came over a port of its own), they go on by themselves, in order.
  core.api.answerCame = async () => {
    await hop();
    while (!stepping && !owed && deliverAnswer()) await hop();
  };

  /** The timer that is next, among those up to a time. @param {number} to */
  const nextTimer = (to) => {
    let next = null;
    for (const [id, t] of timers) {
      if (!t.live) timers.delete(id);
      else if (t.due <= to + TIME_EPSILON && (next === null || t.due < next.t.due || (t.due === next.t.due && t.seq < next.t.seq))) next = { id, t };
    }
    return next;
  };

  /** @param {number} to */
  const runTimers = async (to) => {
    for (let next = nextTimer(to); next !== null; next = nextTimer(to)) {
      const { id, t } = next;
      if (t.due > core.now) core.now = t.due;
      nesting = t.level;
      if (t.interval === null) timers.delete(id);
      else [t.due, t.seq, t.level] = [t.due + clampDelay(t.interval, t.level), seq++, t.level + 1];
      guarded(t.run);
      nesting = 0;
      await hop();
      await answered();
    }
  };

  // BroadcastChannel as in broadcast.js: what is said goes to this worker's own channels, to its page, and to its workers.
  /** @type {Set<any>} */
  const channels = new Set();
  const { BroadcastChannel: NativeBroadcast } = scope;
  const { postMessage: nativeBroadcast, close: nativeBroadcastClose } = NativeBroadcast.prototype;
  /** @param {{ name: string, data: any }} message @param {any} from a channel, a worker, or nothing for the page */
  const spread = (message, from) => {
    for (const to of channels) {
      if (to === from || to.name !== message.name) continue;
      const data = structuredClone(message.data);
      later(() => channels.has(to) && to.dispatchEvent(new MessageEvent("message", { data, origin: scope.origin })), 0);
    }
    if (from) post({ __helios: { broadcast: message } });
    inner.broadcast(message, from);
  };
  put(scope, "BroadcastChannel", new Proxy(NativeBroadcast, {
    construct(target, args, made) {
      const channel = Reflect.construct(target, args, made);
      channels.add(channel);
      return channel;
    },
  }));
  put(NativeBroadcast.prototype, "constructor", scope.BroadcastChannel);
  put(NativeBroadcast.prototype, "postMessage", function (/** @type {any[]} */ ...args) {
    // @ts-ignore
    const self = this;
    if (!channels.has(self) || args.length === 0) return apply(nativeBroadcast, self, args);
    spread({ name: self.name, data: structuredClone(args[0]) }, self);
  });
  put(NativeBroadcast.prototype, "close", function () {
    // @ts-ignore
    const self = this;
    channels.delete(self);
    return apply(nativeBroadcastClose, self, []);
  });

  const inner = heliosInnerWorkers(scope, config, {
    now: () => core.now, word, resolve, put, spread, post: (/** @type {any} */ said) => post({ __helios: said }),
  });

  /** @param {{ to: number, frame: boolean, serial: number, draws: boolean }} order */
  const step = async (order) => {
    stepping = true;
    owed = false;
    await hop();
    await answered();
    await runTimers(order.to);
    core.now = order.to;
    await inner.answers(core.now, order.frame);
    if (order.frame) {
      const list = frames;
      frames = new Map();
      for (const cb of list.values()) guarded(() => cb(localNow()));
    }
    await hop();
    await answered();
    await inner.answers(core.now, false);
    if (order.draws && nativeFrame) {
      await shown();
      await hop();
    }
    stepping = false;
    post({ __helios: { serial: order.serial } });
  };

  scope.addEventListener("message", (/** @type {any} */ event) => {
    const order = event.data && event.data.__helios;
    if (!order || order.broadcast) owed = true;
    if (!order) return;
    event.stopImmediatePropagation();
    if (order.broadcast) spread(order.broadcast, null);
    else step(order);
  });
  const nativeClose = scope.close.bind(scope);
  put(scope, "close", () => {
    post({ __helios: { closed: true } });
    nativeClose();
  });
}
