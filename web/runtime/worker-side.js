// worker-side.js: the clock inside a dedicated worker. The function below is sent to the worker as text (workers.js) and runs
// there before the page's script, so it may use nothing from outside.

/** @param {any} config what workers.js knows: times, seed, URL of the page's script */
function heliosWorkerSide(config) {
  const scope = /** @type {any} */ (self);
  const NativeDate = Date;
  const NativePromise = Promise;
  const later = scope.setTimeout.bind(scope);
  const stopReal = scope.clearTimeout.bind(scope);
  const nativeFrame = scope.requestAnimationFrame ? scope.requestAnimationFrame.bind(scope) : null;
  const post = scope.postMessage.bind(scope);
  const floor = Math.floor;
  const apply = Reflect.apply;
  let now = config.now;
  let seq = 0;
  let nextId = 1;
  let nesting = 0;
  /** Requests and the like that an answer to the page waits for. */
  let asked = 0;
  /** @type {Map<number, any>} */
  const timers = new Map();
  /** @type {Map<number, any>} */
  let frames = new Map();

  /** @param {any} owner @param {string} name @param {any} value */
  const put = (owner, name, value) => Object.defineProperty(owner, name, { value, writable: true, configurable: true, enumerable: false });
  const wall = () => floor(config.epochMs + now - config.lead + 1e-6);
  const calendar = () => (wall() < config.epochMs ? config.epochMs : wall()); // as in date.js

  put(scope, "Date", new Proxy(NativeDate, {
    construct: (target, args, made) => Reflect.construct(target, args.length === 0 ? [calendar()] : args, made),
    apply: () => new NativeDate(calendar()).toString(),
    get: (target, key, self) => (key === "now" ? wall : Reflect.get(target, key, self)),
  }));
  put(NativeDate.prototype, "constructor", scope.Date);
  put(Performance.prototype, "now", () => now - config.now);
  Object.defineProperty(Performance.prototype, "timeOrigin", { get: () => config.epochMs - config.lead + config.now, configurable: true });

  /** @param {any} handler @param {any} delay @param {any[]} args @param {boolean} repeat */
  const start = (handler, delay, args, repeat) => {
    const ms = (+delay | 0) > 0 ? +delay | 0 : 0;
    const level = nesting;
    const wait = level > 5 && ms < 4 ? 4 : ms;
    const run = typeof handler === "function" ? () => apply(handler, scope, args) : () => (0, eval)(String(handler));
    timers.set(nextId, { due: now + (repeat && wait < 1 ? 1 : wait), seq: seq++, interval: repeat ? (ms < 1 ? 1 : ms) : 0, level: level + 1, run });
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

  let [a, b, c, d] = config.seed;
  const word = () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return t >>> 0;
  };
  put(Math, "random", () => ((word() >>> 5) * 67108864 + (word() >>> 6)) / 9007199254740992);
  const nativeValues = scope.crypto.getRandomValues;
  put(Crypto.prototype, "getRandomValues", (/** @type {any} */ view) => {
    apply(nativeValues, scope.crypto, [view]);
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    for (let i = 0; i < bytes.length; i++) bytes[i] = word();
    return view;
  });

  // The script comes from a blob: what is relative must stay relative to the page's own file.
  const based = /^(https?|file):/.test(config.url);
  const resolve = (/** @type {any} */ url) => (based && (typeof url === "string" || url instanceof URL) ? new URL(url, config.url).href : url);
  if (based) put(scope, "location", Object.freeze(new URL(config.url)));
  if (config.type !== "module") {
    const native = scope.importScripts;
    put(scope, "importScripts", (/** @type {any[]} */ ...urls) => apply(native, scope, urls.map(resolve)));
  }
  /** @param {any} owner @param {string} name @param {(args: any[]) => any[]} [change] */
  const track = (owner, name, change) => {
    const native = owner && owner[name];
    if (typeof native !== "function") return;
    put(owner, name, function (/** @type {any[]} */ ...args) {
      // @ts-ignore
      const result = apply(native, this, change ? change(args) : args);
      if (!(result instanceof NativePromise)) return result;
      asked += 1;
      const done = () => later(() => (asked -= 1), 0);
      result.then(done, done);
      return result;
    });
  };
  track(scope, "fetch", (args) => [resolve(args[0]), ...args.slice(1)]);
  for (const name of ["arrayBuffer", "blob", "json", "text", "formData"]) {
    track(Response.prototype, name);
    track(Blob.prototype, name);
  }
  for (const name of ["compile", "instantiate", "compileStreaming", "instantiateStreaming"]) track(WebAssembly, name);
  track(scope, "createImageBitmap");
  if (scope.OffscreenCanvas) track(OffscreenCanvas.prototype, "convertToBlob");
  const nativeOpen = XMLHttpRequest.prototype.open;
  put(XMLHttpRequest.prototype, "open", function (/** @type {any[]} */ ...args) {
    // @ts-ignore
    return apply(nativeOpen, this, [args[0], resolve(args[1]), ...args.slice(2)]);
  });

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
    const at = now;
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

  /** @param {number} to */
  const runTimers = async (to) => {
    for (;;) {
      let id = 0;
      let first = null;
      for (const [k, t] of timers) if (t.due <= to + 1e-6 && (first === null || t.due < first.due || (t.due === first.due && t.seq < first.seq))) [id, first] = [k, t];
      if (first === null) return;
      if (first.due > now) now = first.due;
      nesting = first.level;
      if (first.interval === 0) timers.delete(id);
      else [first.due, first.seq, first.level] = [first.due + (first.level > 5 && first.interval < 4 ? 4 : first.interval), seq++, first.level + 1];
      guarded(first.run);
      nesting = 0;
      await hop();
      while (asked > 0) await hop();
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
    now: () => now, word, resolve, put, spread, post: (/** @type {any} */ said) => post({ __helios: said }),
  });

  /** @param {{ to: number, frame: boolean, serial: number, draws: boolean }} order */
  const step = async (order) => {
    await hop();
    while (asked > 0) await hop();
    await runTimers(order.to);
    now = order.to;
    await inner.answers(now, order.frame);
    if (order.frame) {
      const list = frames;
      frames = new Map();
      for (const cb of list.values()) guarded(() => cb(now - config.now));
    }
    await hop();
    while (asked > 0) await hop();
    await inner.answers(now, false);
    if (order.draws && nativeFrame) {
      await shown();
      await hop();
    }
    post({ __helios: { serial: order.serial } });
  };

  scope.addEventListener("message", (/** @type {any} */ event) => {
    const order = event.data && event.data.__helios;
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
