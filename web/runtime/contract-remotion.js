// contract-remotion.js: the folder that `remotion bundle` writes (or its address), driven as Remotion's own renderer does: input
// props and the like as globals before the bundle runs, setBundleMode, calculateComposition, then setFrame for each frame; a frame
// is ready when all delayRender handles are released. What is heard comes from collectAssets.
//
// Remotion draws any frame in any tab: so the page may be jumped about in.

/** Stands for Remotion's proxy, which hands out frames of videos. Nobody listens there. */
const REMOTION_PORT = 1;
/** delayRender's own time-outs lie behind every one of ours: they would run on the page's clock, which stands still. */
const REMOTION_TIMEOUT = 2 ** 31 - 1;

const remotionWindow = /** @type {any} */ (window);

/** @param {string} name a global of the bundle @param {string} otherwise what it means that it is not there */
function remotionGlobal(name, otherwise) {
  if (typeof remotionWindow[name] === "function") return remotionWindow[name];
  throw heliosError("page", `the page is no Remotion bundle: ${otherwise}; run \`npx remotion bundle\` and give its folder`);
}

/** The labels of the open delayRender handles. */
function remotionWaits() {
  const open = remotionWindow.remotion_delayRenderTimeouts || {};
  const labels = N.keys(open).map((/** @type {string} */ id) => (open[id].label === null ? "(no label)" : N.JSON.stringify(open[id].label)));
  const of = labels.length > 0 ? ` ${labels.join(", ")}` : "";
  return `Remotion's delayRender()${of} was not released by continueRender()`;
}

/** Replaces a global by one that is watched. @param {string} name @param {(value: any) => void} set */
function watchGlobal(name, set) {
  /** @type {any} */
  let value;
  N.defineProperty(window, name, {
    get: () => value,
    set(v) {
      value = v;
      set(v);
    },
    enumerable: true,
    configurable: true,
  });
}

/** Frames of <OffthreadVideo>: asked of the proxy, answered by us. Requests of one frame for one file each have a decoder. */
function serveRemotionVideos() {
  const fetchOfPage = window.fetch;
  let at = -1;
  const asked = hardMap();
  replaceMethod(window, "fetch", function fetch(/** @type {any[]} */ ...args) {
    const target = args[0];
    if (typeof target === "string" && target.startsWith(`http://localhost:${REMOTION_PORT}/proxy?`) && CONFIG.films) {
      if (at !== core.frame) asked.clear();
      at = core.frame;
      const query = new URL(target).searchParams;
      const src = query.get("src") || "";
      const slot = asked.get(src) || 0;
      asked.set(src, slot + 1);
      const nanos = N.Math.round(N.Number(query.get("time")) * 1e9);
      args[0] = `${CONFIG.films}?url=${encodeURIComponent(src)}&id=remotion-${slot}&at=${nanos}`;
    }
    return N.apply(fetchOfPage, window, args);
  });
}

/** The number of an asset, the same in every worker. @param {string} id FNV-1a */
function remotionElement(id) {
  let hash = 2166136261;
  for (let i = 0; i < id.length; i++) hash = N.Math.imul(hash ^ id.charCodeAt(i), 16777619);
  return hash >>> 0;
}

/** Asset id -> the stretch that it was last heard in. */
const remotionHeard = hardMap();

/** Takes what was registered for the frame. Each asset is told anew in each frame, with its place in the medium. */
function gatherRemotion() {
  if (typeof remotionWindow.remotion_collectAssets !== "function" || core.frame < 0) return;
  const seen = hardSet();
  const assets = remotionWindow.remotion_collectAssets();
  for (let i = 0; i < assets.length; i++) {
    const asset = assets[i];
    if (asset.type === "inline-audio") warnOnce("no-sound", "the sound of @remotion/media is not in the output: use <Html5Audio>, <Html5Video> or <OffthreadVideo>");
    if ((asset.type !== "audio" && asset.type !== "video") || seen.has(asset.id)) continue;
    seen.add(asset.id);
    hearRemotion(asset);
  }
}

/** @param {any} asset */
function hearRemotion(asset) {
  const rate = asset.playbackRate > 0 ? asset.playbackRate : 1;
  const trimmed = asset.audioStartFrame || 0;
  if (asset.toneFrequency && asset.toneFrequency !== 1) warnOnce("no-sound", `toneFrequency ${asset.toneFrequency} of ${shortUrl(asset.src)} is not heard: its pitch stays`);
  if (asset.audioStreamIndex) warnOnce("no-sound", `audioStreamIndex ${asset.audioStreamIndex} of ${shortUrl(asset.src)} is not heard: its first stream is`);
  const fps = CONFIG.fps.num / CONFIG.fps.den;
  // Where the medium would be at time 0, so that each frame, and each worker, says the same of a sound that goes on.
  const position = N.Math.round(((trimmed + (asset.mediaFrame - trimmed) * rate - asset.frame * rate) / fps) * 1e6) / 1e6;
  const from = compositionTime(asset.frame);
  const to = compositionTime(asset.frame + 1);
  const last = remotionHeard.get(asset.id);
  if (last && last.media.url === asset.src && last.rate === rate && last.volume === asset.volume && last.position === position && last.to >= from) {
    if (last.to < to) last.to = to;
    return;
  }
  if (!(asset.volume > 0)) return;
  const stretch = {
    media: { url: asset.src, length: 0 }, element: remotionElement(asset.id), from, to, anchor: 0, position, rate, keepPitch: true,
    volume: asset.volume, looping: false, fadeIn: 0, fadeOut: 0, began: from, until: null,
  };
  remotionHeard.set(asset.id, stretch);
  stretches[stretches.length] = stretch;
}

/** Gets the bundle from its root to the composition. */
async function prepareRemotion() {
  const setMode = remotionGlobal("remotion_setBundleMode", "window.remotion_setBundleMode is missing");
  setMode({ type: "evaluation" });
  await untilReady(true);
  if (CONFIG.list) return;
  const names = remotionGlobal("remotion_getCompositionNames", "it is of a Remotion too old")();
  const choose = `name one with --composition: ${names.join(", ")}`;
  if (names.length === 0) throw heliosError("page", "the Remotion bundle has no composition");
  if (CONFIG.composition === null && names.length > 1) throw heliosError("page", `the Remotion bundle has ${names.length} compositions, ${choose}`);
  const id = CONFIG.composition ?? names[0];
  if (names.indexOf(id) < 0) throw heliosError("page", `the Remotion bundle has no composition ${N.JSON.stringify(id)}, ${choose}`);
  const meta = await answerOf(`calculateMetadata() of ${N.JSON.stringify(id)} was not settled`, remotionWindow.remotion_calculateComposition(id));
  const own = /** @type {HeliosContract} */ (contract);
  own.says = { ...remotionSays(meta), composition: id };
  /** @type {any} */
  const mode = {
    type: "composition", compositionName: id, serializedResolvedPropsWithSchema: meta.serializedResolvedPropsWithCustomSchema,
    // What the job says goes before what the composition says.
    compositionDurationInFrames: CONFIG.totalFrames ?? meta.durationInFrames,
    compositionFps: heliosGiven.fps ? CONFIG.fps.num / CONFIG.fps.den : meta.fps,
    compositionHeight: CONFIG.height ?? meta.height,
    compositionWidth: CONFIG.width ?? meta.width,
  };
  for (const key of ["Codec", "OutName", "VideoImageFormat", "PixelFormat", "ProResProfile", "SampleRate"]) mode[`compositionDefault${key}`] = meta[`default${key}`] ?? null;
  setMode(mode);
  await untilReady(true);
  // As in Remotion's videos; with transparency there is nothing behind.
  document.body.style.background = CONFIG.alpha ? "transparent" : "black";
  own.frame = (/** @type {number} */ frame) => {
    gatherRemotion();
    remotionGlobal("remotion_setFrame", "window.remotion_setFrame is missing")(frame, id, 1);
  };
}

/** @param {any} meta */
function remotionSays(meta) {
  const { width, height, fps, durationInFrames } = meta;
  // A rate such as 29.97 is a rounded one: a quarter of a frame less is still the last frame's time, whatever it is rounded to.
  const frames = N.Math.floor(fps) === fps ? durationInFrames : durationInFrames - 0.25;
  return { width, height, fps, duration: frames / fps };
}

async function listRemotion() {
  const all = await answerOf("calculateMetadata() of the compositions was not settled", remotionGlobal("getStaticCompositions", "window.getStaticCompositions is missing")());
  return all.map((/** @type {any} */ meta) => ({
    ...remotionSays(meta), id: meta.id, frames: meta.durationInFrames, props: N.JSON.parse(meta.serializedDefaultPropsWithCustomSchema || "{}"),
  }));
}

/** Before the bundle's script runs. */
function installRemotion() {
  contract = {
    name: "remotion", version: null, says: {}, seekable: true, runsOn: true, prepare: prepareRemotion, frame: null, gather: gatherRemotion, list: listRemotion,
  };
  const own = contract;
  core.runsOn = true;
  const w = remotionWindow;
  w.remotion_puppeteerTimeout = REMOTION_TIMEOUT;
  w.remotion_isMainTab = true;
  w.remotion_mediaCacheSizeInBytes = null;
  w.remotion_initialMemoryAvailable = 2 ** 30;
  w.remotion_inputProps = N.JSON.stringify(CONFIG.props ?? {});
  w.remotion_initialFrame = 0;
  w.remotion_attempt = 1;
  w.remotion_proxyPort = REMOTION_PORT;
  w.remotion_logLevel = "info";
  w.remotion_broadcastChannel = new BroadcastChannel("remotion-video-frame-extraction");
  w.process = w.process || {};
  w.process.env = { ...w.process.env, NODE_ENV: "production" };
  watchGlobal("remotion_version", (version) => (own.version = version));
  watchGlobal("remotion_cancelledError", (error) => {
    if (error !== undefined) contractFails(`Remotion's render was cancelled: ${N.String(error).split("\n")[0]}`);
  });
  /** @type {(() => void) | null} */
  let release = null;
  watchGlobal("remotion_renderReady", (ready) => {
    if (ready && release) {
      release();
      release = null;
    } else if (!ready && !release) release = addPending(remotionWaits, true);
  });
  serveRemotionVideos();
}

if (CONFIG.contract === "remotion" && isRoot) installRemotion();
else if (mayBe("remotion")) {
  // The page of every bundle sets this before its script is loaded.
  N.defineProperty(window, "remotion_staticBase", {
    get: () => undefined,
    set(value) {
      N.defineProperty(window, "remotion_staticBase", { value, writable: true, enumerable: true, configurable: true });
      installRemotion();
    },
    enumerable: false,
    configurable: true,
  });
}
