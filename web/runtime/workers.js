// workers.js: dedicated workers on the virtual clock. A worker starts with our text (worker-side.js) and then the page's script;
// each frame it is told the time and answers when it has done everything up to it. What it sends to the page in between is
// handed on with that answer, so it arrives at the same point of a step however long the worker took.

const NativeWorker = heliosWindow.Worker;
const nativeWorkerPost = methodOf(NativeWorker.prototype, "postMessage");
const nativeTerminate = methodOf(NativeWorker.prototype, "terminate");
const defaultPrevented = getterOf(Event.prototype, "defaultPrevented");
const nativeRevoke = URL.revokeObjectURL.bind(URL);

/** @typedef {{ worker: any, realm: HeliosRealm, label: string, dirty: boolean, answer: (() => void) | null, queue: any[], heard: boolean, serial: number, draws: boolean, errors: any[] }} WorkerState */

/** @type {any} Worker -> WorkerState, of all windows */
const workers = isRoot ? hardMap() : core.api.workers;
/** @type {any} blob URLs that a worker still has to read */
const workerUrls = hardMap();
let workerCount = 0;

/** A function of the config, as text: what is to run in a worker before the page's script. */
function workerBoot() {
  let text = `((config) => { "use strict"; const { ${WORKER_NAMES} } = (${N.fnToString(heliosWorkerScope)})(config);\n`;
  for (const own of [
    getterOf, methodOf, lookNative, replaceMethod, replaceAccessor, replaceClass, isThenable, shortUrl,
    wallNow, calendarNow, virtualDates, localNow, virtualTimes, sfc32, virtualRandom, toDelay, clampDelay, virtualDelays,
    gatePromise, takeTurn, beginTurn, deliverAnswer, waitForEvent, trackAsync, trackMethods, answersElsewhere, virtualAnswers,
    heliosInnerWorkers, heliosWorkerSide,
  ]) text += N.fnToString(own) + "\n";
  return text + "heliosWorkerSide(config); })";
}

/** @param {any} url @param {any} options */
function workerScript(url, options) {
  const href = new URL(N.String(url), document.baseURI).href;
  const type = options && options.type === "module" ? "module" : "classic";
  const words = randomWords(realm.path + ":worker" + workerCount++);
  const boot = core.api.workerBoot;
  const config = { boot, now: core.now, lead: LEAD_MS, epochMs: CONFIG.epochMs, seed: [words(), words(), words(), words()], url: href, type };
  const first = `${boot}(${N.JSON.stringify(config)});\n`;
  const blob = (/** @type {string} */ text) => nativeObjectUrl(new Blob([text], { type: "text/javascript" }));
  const own = N.JSON.stringify(href);
  workerUrls.set(href, true);
  return { href, script: type === "module" ? blob(`import ${N.JSON.stringify(blob(first))};\nimport ${own};`) : blob(`${first}importScripts(${own});`) };
}

/** Tells a worker the time; its answer is waited for, and answers come in the order of asking. @param {WorkerState} s @param {boolean} frame */
function stepWorker(s, frame) {
  s.dirty = false;
  const serial = ++s.serial;
  const answered = new N.Promise((/** @type {any} */ resolve) => {
    // One that blocks (waiting for other threads) must not stop the render.
    const guard = N.setTimeout(() => {
      warnOnce("worker-silent", `the worker ${s.label} does not answer: it is not waited for any more`);
      dropWorker(s);
    }, CONFIG.timeoutMs / 2);
    s.answer = () => {
      N.clearTimeout(guard);
      resolve();
    };
  });
  N.then(gatePromise(`the worker ${s.label} did not finish its frame`, answered), () => deliverFromWorker(s));
  nativeWorkerPost(s.worker, { __helios: { to: core.now, frame, serial, draws: s.draws } });
}

/** Hands on what a worker sent. @param {WorkerState} s */
function deliverFromWorker(s) {
  const list = s.queue;
  s.queue = [];
  for (let i = 0; i < list.length; i++) {
    const { broadcast: said } = list[i];
    if (said) core.api.broadcast(said.name, said.data, s.worker);
    else guarded(s.realm, () => N.dispatchEvent(s.worker, new MessageEvent("message", list[i])));
  }
  if (list.length > 0) core.touched = true;
  kickWorker(s);
}

/** A page may need its workers to get through loading, when no step asks them. @param {WorkerState} s */
function kickWorker(s) {
  if (core.phase === "loading" && s.dirty && s.answer === null && workers.has(s.worker)) stepWorker(s, false);
}

/** @param {WorkerState} s */
function dropWorker(s) {
  workers.delete(s.worker);
  if (s.answer) s.answer();
  s.answer = null;
}

/** What a worker threw, with the worker named before the stack. @param {string} text @param {string} label */
function inWorker(text, label) {
  const end = text.indexOf("\n") < 0 ? text.length : text.indexOf("\n");
  return `${text.slice(0, end)} (in the worker ${label})${text.slice(end)}`;
}

/** @param {any} worker @param {string} href */
function adoptWorker(worker, href) {
  /** @type {WorkerState} */
  const s = { worker, realm, label: shortUrl(href), dirty: true, answer: null, queue: [], heard: false, serial: 0, draws: false, errors: [] };
  workers.set(worker, s);
  N.addEventListener(worker, "message", (/** @type {any} */ event) => {
    if (!event.isTrusted) return;
    const data = eventData(event);
    const said = data && data.__helios;
    if (said) {
      stopEvent(event);
      s.heard = true;
      if (said.stir) {
        s.dirty = true;
        kickWorker(s);
      }
      if (said.uncaught) {
        // What is thrown has been an event at the page's object too, and may have been answered for there.
        const event = said.thrown ? s.errors[0] : undefined;
        if (event) {
          for (let i = 1; i < s.errors.length; i++) s.errors[i - 1] = s.errors[i];
          s.errors.length -= 1;
        }
        if (!event || !defaultPrevented(event)) noteUncaught(inWorker(said.uncaught, s.label), said.at);
      }
      if (said.broadcast) {
        s.queue[s.queue.length] = said;
        s.dirty = true;
        kickWorker(s);
      }
      if (said.closed) dropWorker(s);
      else if (said.serial === s.serial && s.answer) {
        const answer = s.answer;
        s.answer = null;
        answer();
      }
    } else if (workers.has(worker)) {
      stopEvent(event);
      s.queue[s.queue.length] = { data, ports: event.ports, origin: event.origin };
      s.dirty = true;
      kickWorker(s);
    }
  });
  N.addEventListener(worker, "error", (/** @type {any} */ event) => {
    // A script that could not be loaded never answers.
    if (!s.heard) dropWorker(s);
    else s.errors[s.errors.length] = event;
  });
  kickWorker(s);
}

/** Every worker runs up to the frame's time. */
function stepWorkers() {
  workers.forEach((/** @type {WorkerState} */ s) => {
    if (!realmAlive(s.realm)) dropWorker(s);
    else if (s.answer === null) stepWorker(s, true);
  });
}

// Those that were sent something have to answer before the frame is taken.
if (isRoot) {
  core.api.workers = workers;
  core.api.workerBoot = workerBoot();
  core.collectors[core.collectors.length] = () => {
    workers.forEach((/** @type {WorkerState} */ s) => {
      if (s.dirty && s.answer === null) stepWorker(s, false);
    });
  };
}

replaceMethod(NativeWorker.prototype, "postMessage", function postMessage(/** @type {any[]} */ ...args) {
  // @ts-ignore
  const self = this;
  const s = workers.get(self);
  nativeWorkerPost(self, ...args);
  if (!s) return;
  const moved = args[1] && (args[1].transfer || args[1]);
  for (let i = 0; moved && i < moved.length; i++) if (typeof OffscreenCanvas === "function" && moved[i] instanceof OffscreenCanvas) s.draws = true;
  s.dirty = true;
  kickWorker(s);
});
replaceMethod(NativeWorker.prototype, "terminate", function terminate() {
  // @ts-ignore
  const self = this;
  const s = workers.get(self);
  if (s) dropWorker(s);
  return nativeTerminate(self);
});
replaceMethod(URL, "revokeObjectURL", function revokeObjectURL(/** @type {any} */ url) {
  if (!workerUrls.has(N.String(url))) nativeRevoke(url);
});

const VirtualWorker = function (/** @type {any} */ url, /** @type {any} */ options) {
  const { href, script } = workerScript(url, options);
  const worker = N.construct(NativeWorker, options === undefined ? [script] : [script, options], new.target || NativeWorker);
  adoptWorker(worker, href);
  return worker;
};
const NativeSharedWorker = heliosWindow.SharedWorker;
const VirtualSharedWorker = function (/** @type {any[]} */ ...args) {
  warnOnce("shared-worker", "the page starts a SharedWorker: its clock is the real one");
  return N.construct(NativeSharedWorker, args, new.target || NativeSharedWorker);
};
for (const [name, Native, Virtual] of /** @type {[string, any, any][]} */ ([["Worker", NativeWorker, VirtualWorker], ["SharedWorker", NativeSharedWorker, VirtualSharedWorker]])) {
  if (Native) replaceClass(name, Native, Virtual);
}
