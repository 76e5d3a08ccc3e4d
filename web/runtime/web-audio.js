// web-audio.js: an AudioContext whose time is the clock's. Behind it stands an OfflineAudioContext that is rendered up to the
// time of each frame, and then waits for the page: so its sound is exact, analysers see what they would, and the result is
// read at the end. What comes from media elements is web-audio-media.js'.

/** A context holds all of its sound in memory: 23 MB a minute. */
const LONGEST_GRAPH_SECONDS = 1200;
/** Web Audio renders so many samples at a time. */
const QUANTUM = 128;

/**
 * `at`: seconds so far; `since`: virtual time from which they count on, or null while suspended; `rendered`: samples that are;
 * `result`: promise of the sound, once rendering has begun; `runs`: when it ran
 * @typedef {{ context: any, rate: number, length: number, at: number, since: number | null, closed: boolean, active: boolean, rendered: number, result: any, runs: { from: number, to: number | null, at: number }[] }} SoundGraph
 */

/** @type {any} context -> SoundGraph */
const soundGraphs = isRoot ? hardMap() : core.api.soundGraphs;
if (isRoot) core.api.soundGraphs = soundGraphs;

/** Seconds of a context's own time. @param {SoundGraph} g */
function graphTime(g) {
  return g.at + (g.since === null || core.now < g.since ? 0 : (core.now - g.since) / 1000);
}

const NativeOffline = heliosWindow.OfflineAudioContext;
const NativeContext = heliosWindow.AudioContext;
const offlineProto = NativeOffline && NativeOffline.prototype;
const nativeGraph = {
  suspend: methodOf(offlineProto, "suspend"),
  resume: methodOf(offlineProto, "resume"),
  start: N.audio.startRendering,
};

/** Promises that must be kept before rendering may go on: media that is being decoded. @type {any} */
const graphWaits = isRoot ? hardSet() : core.api.graphWaits;
if (isRoot) core.api.graphWaits = graphWaits;

/** Renders every context that makes sound up to the clock's time. */
async function advanceGraphs() {
  const waits = /** @type {any[]} */ ([]);
  graphWaits.forEach((/** @type {any} */ promise) => (waits[waits.length] = promise));
  for (let i = 0; i < waits.length; i++) await inTime(waits[i], "a sound for Web Audio did not load");
  const busy = /** @type {any[]} */ ([]);
  soundGraphs.forEach((/** @type {SoundGraph} */ g) => {
    if (!g.active) return;
    const target = N.floor((graphTime(g) * g.rate) / QUANTUM + 1e-6) * QUANTUM;
    if (target <= g.rendered || target >= g.length) return;
    g.rendered = target;
    // Rounded down to whole quanta, which the division alone might fall short of.
    const there = nativeGraph.suspend(g.context, (target + 0.5) / g.rate);
    if (g.result) nativeGraph.resume(g.context);
    else g.result = nativeGraph.start(g.context);
    busy[busy.length] = there;
  });
  for (let i = 0; i < busy.length; i++) await inTime(busy[i], "Web Audio did not render");
}

/** @param {any} promise @param {string} label */
async function inTime(promise, label) {
  let guard = 0;
  const late = new N.Promise((/** @type {any} */ _resolve, /** @type {any} */ reject) => {
    guard = N.setTimeout(() => reject(heliosError("late", `${label} within ${CONFIG.timeoutMs} ms`)), CONFIG.timeoutMs);
  });
  try {
    return await N.Promise.race([promise, late]);
  } finally {
    N.clearTimeout(guard);
  }
}

/** The context's part of the recording: a WAV of 32-bit floats that begins at sample `first`. @param {any} buffer @param {number} first @param {number} last */
function graphWav(buffer, first, last) {
  const samples = N.Math.max(0, last - first);
  const channels = [buffer.getChannelData(0), buffer.getChannelData(1)];
  const data = new Float32Array(2 * samples);
  for (let i = 0; i < samples; i++) {
    data[2 * i] = channels[0][first + i];
    data[2 * i + 1] = channels[1][first + i];
  }
  const head = new DataView(new ArrayBuffer(44));
  const text = (/** @type {number} */ at, /** @type {string} */ s) => [...s].forEach((c, i) => head.setUint8(at + i, c.charCodeAt(0)));
  text(0, "RIFF");
  head.setUint32(4, 36 + data.byteLength, true);
  text(8, "WAVEfmt ");
  head.setUint32(16, 16, true);
  head.setUint16(20, 3, true);
  head.setUint16(22, 2, true);
  head.setUint32(24, buffer.sampleRate, true);
  head.setUint32(28, buffer.sampleRate * 8, true);
  head.setUint16(32, 8, true);
  head.setUint16(34, 32, true);
  text(36, "data");
  head.setUint32(40, data.byteLength, true);
  return nativeObjectUrl(new Blob([head.buffer, data.buffer]));
}

/** @param {number} a @param {number} b @returns {number} */
const commonDivisor = (a, b) => (b === 0 ? a : commonDivisor(b, a % b));

/**
 * What contexts make heard between two times, in milliseconds of the composition. They are spent by that: the page must be loaded anew.
 * @param {number} from @param {number} to
 */
async function graphStretches(from, to) {
  const graphs = /** @type {SoundGraph[]} */ ([]);
  soundGraphs.forEach((/** @type {SoundGraph} */ g) => g.active && g.result && (graphs[graphs.length] = g));
  const out = [];
  for (let i = 0; i < graphs.length; i++) {
    const g = graphs[i];
    nativeGraph.resume(g.context);
    const buffer = await g.result;
    // From a sample that both rates have, so that resampling has the same phase wherever the recording begins.
    const step = g.rate / commonDivisor(g.rate, 48000);
    for (let k = 0; k < g.runs.length; k++) {
      const run = g.runs[k];
      const [start, end] = [N.Math.max(from, run.from), N.Math.min(to, run.to ?? to)];
      if (start >= end) continue;
      const sample = (/** @type {number} */ t) => ((t - run.from) / 1000 + run.at) * g.rate;
      const first = N.Math.max(0, N.floor((sample(start) - 2048) / step) * step);
      const last = N.Math.min(buffer.length, N.Math.ceil(sample(end)) + 2048);
      out[out.length] = {
        url: graphWav(buffer, first, last), element: 1e6 + 1000 * i + k, from: run.from, to: run.to, anchor: run.from, position: run.at - first / g.rate,
        rate: 1, keepPitch: true, volume: 1, loop: null, fadeIn: null, fadeOut: null,
      };
    }
  }
  return out;
}

/** The graph of a context that is ours. @param {any} context @returns {SoundGraph | undefined} */
const graphOf = (context) => soundGraphs.get(context);

/** A time that misses a sample by the rounding of its arithmetic alone is that sample's. @param {number} time @param {number} rate */
function onSample(time, rate) {
  const sample = N.Math.round(time * rate);
  return N.Math.abs(sample - time * rate) < 1e-4 ? sample / rate : time;
}

/** Something in it makes sound. @param {SoundGraph | undefined} g */
function wakeGraph(g) {
  if (!g || g.active) return;
  g.active = g.length > 1;
  if (!g.active && CONFIG.durationSeconds) warnOnce("no-sound", `Web Audio is not in the output of compositions longer than ${LONGEST_GRAPH_SECONDS / 60} minutes`);
}

if (NativeContext && NativeOffline) {
  const seconds = CONFIG.durationSeconds && CONFIG.durationSeconds <= LONGEST_GRAPH_SECONDS ? CONFIG.durationSeconds : 0;
  const VirtualContext = function (/** @type {any} */ options) {
    const wanted = options && options.sampleRate > 0 ? +options.sampleRate : 48000;
    const length = N.Math.ceil(seconds * wanted / QUANTUM + 1) * QUANTUM;
    const context = new NativeOffline(2, seconds ? length : 1, wanted);
    Object.setPrototypeOf(context, (new.target || NativeContext).prototype);
    const since = startNow();
    soundGraphs.set(context, { context, rate: wanted, length: seconds ? length : 1, at: 0, since, closed: false, active: false, rendered: 0, result: null, runs: [{ from: soundTime(since), to: null, at: 0 }] });
    // It stops and goes on for each frame: of that the page hears nothing.
    N.addEventListener(context, "statechange", (/** @type {any} */ event) => event.isTrusted && stopEvent(event));
    return context;
  };
  replaceClass("AudioContext", NativeContext, VirtualContext);
  // An old name of the same class.
  if (N.getDescriptor(window, "webkitAudioContext")) {
    N.defineProperty(window, "webkitAudioContext", { value: VirtualContext, writable: true, enumerable: false, configurable: true });
  }
  /** @param {any} owner @param {string} name @param {(g: SoundGraph) => any} read */
  const ours = (owner, name, read) => {
    const native = getterOf(owner, name);
    replaceAccessor(owner, name, function () {
      // @ts-ignore
      const self = this;
      const g = graphOf(self);
      return g ? read(g) : native(self);
    });
  };
  ours(BaseAudioContext.prototype, "currentTime", graphTime);
  ours(BaseAudioContext.prototype, "state", (g) => (g.closed ? "closed" : g.since === null ? "suspended" : "running"));
  ours(NativeContext.prototype, "baseLatency", () => 0.01);
  ours(NativeContext.prototype, "outputLatency", () => 0);
  ours(NativeContext.prototype, "sinkId", () => "");
  replaceMethod(NativeContext.prototype, "setSinkId", () => N.Promise.resolve());
  replaceMethod(NativeContext.prototype, "getOutputTimestamp", function () {
    // @ts-ignore
    return { contextTime: graphTime(graphOf(this)), performanceTime: core.now - realm.origin };
  });
  for (const name of ["suspend", "resume", "close"]) {
    replaceMethod(NativeContext.prototype, name, function () {
      // @ts-ignore
      const context = this;
      const g = graphOf(context);
      if (!g || g.closed || (g.since !== null) === (name === "resume")) return N.Promise.resolve();
      g.at = graphTime(g);
      if (name === "resume") g.runs[g.runs.length] = { from: soundTime(startNow()), to: null, at: g.at };
      else if (g.since !== null) g.runs[g.runs.length - 1].to = soundTime(startNow());
      g.since = name === "resume" ? startNow() : null;
      g.closed = name === "close";
      core.api.addTimer(realm, 0, null, () => N.dispatchEvent(context, new N.Event("statechange")));
      return N.Promise.resolve();
    });
  }
  // What starts "now" starts at the clock's time, not at the end of the last samples that were rendered.
  const contextOf = getterOf(AudioNode.prototype, "context");
  for (const proto of [heliosWindow.AudioScheduledSourceNode.prototype, AudioBufferSourceNode.prototype]) {
    for (const name of ["start", "stop"]) {
      const native = N.getDescriptor(proto, name) && methodOf(proto, name);
      if (!native) continue;
      replaceMethod(proto, name, function (/** @type {any[]} */ ...args) {
        // @ts-ignore
        const self = this;
        const g = graphOf(contextOf(self));
        if (!g) return native(self, ...args);
        wakeGraph(g);
        const now = onSample(graphTime(g), g.rate);
        return native(self, ...[args[0] > now ? args[0] : now, ...args.slice(1)]);
      });
    }
  }
  if (heliosWindow.AudioWorkletNode) {
    const NativeNode = heliosWindow.AudioWorkletNode;
    N.defineProperty(window, "AudioWorkletNode", {
      value: new N.Proxy(NativeNode, {
        construct(target, args, made) {
          wakeGraph(graphOf(args[0]));
          return N.construct(target, args, made);
        },
      }),
      writable: true, enumerable: false, configurable: true,
    });
  }
  replaceMethod(BaseAudioContext.prototype, "createScriptProcessor", function (/** @type {any[]} */ ...args) {
    warnOnce("no-sound", "the page makes sound with a ScriptProcessorNode, which is not in step with the clock: use an AudioWorklet");
    // @ts-ignore
    return methodOf(BaseAudioContext.prototype, "createGain")(this, ...args.slice(3));
  });
}
