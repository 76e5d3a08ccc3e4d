// worker-inner.js: workers that workers start, on the clock of the outer one: it tells them the time when it has come there, and
// answers when they have answered. The function below is sent to each worker as text, as that of worker-side.js is, which calls it.

/**
 * @param {any} scope the outer worker's @param {any} config its own @param {{ now: () => number, word: () => number, resolve: (url: any) => any, post: (message: any) => void, put: (owner: any, name: string, value: any) => void, spread: (message: any, from: any) => void }} own
 * @returns {{ answers: (to: number, frame: boolean) => Promise<void>, broadcast: (message: any, from: any) => void }} `answers` brings the inner
 * ones to a time, or only lets those answer that have something to do
 */
function heliosInnerWorkers(scope, config, own) {
  const NativeWorker = scope.Worker;
  if (!NativeWorker) return { answers: async () => {}, broadcast: () => {} };
  const apply = Reflect.apply;
  const { postMessage, terminate } = NativeWorker.prototype;
  const objectUrl = URL.createObjectURL.bind(URL);
  const nativeRevoke = URL.revokeObjectURL.bind(URL);
  const blob = (/** @type {string} */ text) => objectUrl(new Blob([text], { type: "text/javascript" }));
  /** How often workers may set each other to work within one frame. */
  const MOST_TURNS = 200;
  /** @type {Map<any, any>} worker -> what is known of it */
  const inner = new Map();
  /** @type {Set<string>} blob URLs that a worker still has to read */
  const urls = new Set();

  const drop = (/** @type {any} */ worker) => {
    const child = inner.get(worker);
    inner.delete(worker);
    if (child && child.answer) child.answer();
  };

  /** @param {any} worker @param {any} child */
  const listen = (worker, child) => {
    worker.addEventListener("message", (/** @type {any} */ event) => {
      if (!event.isTrusted) return;
      const said = event.data && event.data.__helios;
      if (!said && !inner.has(worker)) return;
      event.stopImmediatePropagation();
      if (!said) {
        child.queue.push({ data: event.data, ports: event.ports, origin: event.origin });
        child.dirty = true;
      } else {
        child.heard = true;
        if (said.stir) child.dirty = true;
        // What is thrown comes here as an error event, and from here to the page.
        if (said.uncaught && !said.thrown) own.post({ uncaught: said.uncaught, thrown: false, at: said.at });
        if (said.broadcast) {
          own.spread(said.broadcast, worker);
          child.dirty = true;
        }
        if (said.closed) drop(worker);
        else if (said.serial === child.serial && child.answer) child.answer();
      }
      // Outside of a step somebody has to ask.
      if (child.dirty && !child.answer) own.post({ stir: true });
    });
    worker.addEventListener("error", () => {
      if (!child.heard) drop(worker);
    });
  };

  own.put(scope, "Worker", new Proxy(NativeWorker, {
    construct(target, [url, options], made) {
      const href = new URL(own.resolve(String(url)), scope.location.href).href;
      const type = options && options.type === "module" ? "module" : "classic";
      const words = [own.word(), own.word(), own.word(), own.word()];
      const first = `${config.boot}(${JSON.stringify({ ...config, now: own.now(), seed: words, url: href, type })});\n`;
      const name = JSON.stringify(href);
      urls.add(href);
      const script = type === "module" ? blob(`import ${JSON.stringify(blob(first))};\nimport ${name};`) : blob(`${first}importScripts(${name});`);
      const worker = Reflect.construct(target, options === undefined ? [script] : [script, options], made);
      const child = { dirty: true, answer: null, serial: 0, queue: [], heard: false, draws: false };
      inner.set(worker, child);
      listen(worker, child);
      return worker;
    },
  }));
  own.put(NativeWorker.prototype, "constructor", scope.Worker);
  own.put(NativeWorker.prototype, "postMessage", function (/** @type {any[]} */ ...args) {
    // @ts-ignore
    const self = this;
    const child = inner.get(self);
    apply(postMessage, self, args);
    if (!child) return;
    const moved = args[1] && (args[1].transfer || args[1]);
    for (const one of Array.isArray(moved) ? moved : []) if (scope.OffscreenCanvas && one instanceof scope.OffscreenCanvas) child.draws = true;
    child.dirty = true;
  });
  own.put(NativeWorker.prototype, "terminate", function () {
    // @ts-ignore
    const self = this;
    drop(self);
    return apply(terminate, self, []);
  });
  own.put(URL, "revokeObjectURL", (/** @type {any} */ url) => {
    if (!urls.has(String(url))) nativeRevoke(url);
  });

  const answers = async (/** @type {number} */ to, /** @type {boolean} */ frame) => {
    for (let turn = 0; turn < MOST_TURNS; turn++) {
      const asked = [];
      for (const [worker, child] of inner) {
        if (!child.dirty && !(frame && turn === 0)) continue;
        child.dirty = false;
        child.serial += 1;
        const answered = new Promise((/** @type {(v?: any) => void} */ go) => {
          child.answer = () => {
            child.answer = null;
            go();
          };
        });
        apply(postMessage, worker, [{ __helios: { to, frame: frame && turn === 0, serial: child.serial, draws: child.draws } }]);
        asked.push({ worker, child, answered });
      }
      if (asked.length === 0) return;
      // In the order of asking, whichever is quicker.
      for (const { worker, child, answered } of asked) {
        await answered;
        for (const message of child.queue.splice(0)) worker.dispatchEvent(new MessageEvent("message", message));
      }
    }
  };

  const broadcast = (/** @type {any} */ message, /** @type {any} */ from) => {
    for (const [worker, child] of inner) {
      if (worker === from) continue;
      apply(postMessage, worker, [{ __helios: { broadcast: message } }]);
      child.dirty = true;
    }
  };
  return { answers, broadcast };
}
