// web-audio-media.js: media elements whose sound goes through Web Audio (createMediaElementSource). The element stays silent;
// its source is decoded and played into the graph by the element's own state in media.js.

/** @type {any} URL -> promise of its samples, or of null */
const graphBuffers = isRoot ? hardMap() : core.api.graphBuffers;
if (isRoot) core.api.graphBuffers = graphBuffers;
const nativeGain = typeof BaseAudioContext === "function" ? methodOf(BaseAudioContext.prototype, "createGain") : null;
const nativeSource = typeof BaseAudioContext === "function" ? methodOf(BaseAudioContext.prototype, "createBufferSource") : null;
const connectNode = typeof AudioNode === "function" ? methodOf(AudioNode.prototype, "connect") : null;

/** @param {any} context @param {string} url */
function graphBuffer(context, url) {
  let promise = graphBuffers.get(url);
  if (promise) return promise;
  const load = async () => {
    const answer = await N.apply(nativeFetch, window, [url]);
    return await N.audio.decode(context, await N.responseBuffer(answer));
  };
  promise = N.then(load(), (/** @type {any} */ b) => b, () => {
    warnOnce("no-sound", `the sound of ${shortUrl(url)} cannot be read for Web Audio: it is missing, damaged, or of another origin without CORS`);
    return null;
  });
  graphBuffers.set(url, promise);
  return promise;
}

/** Brings what the graph plays of an element in line with the element. @param {any} m its state in media.js @param {any} next what would be heard of it, or null */
function playIntoGraph(m, next) {
  const { context, gain } = m.graph;
  const g = graphOf(context);
  if (!g) return;
  const last = m.graph.node;
  m.graph.node = null;
  // Silenced at the same moment, whether or not it has begun by then.
  if (last) last.stop = graphTime(g);
  if (last && last.node) N.audio.stop(last.node, last.stop);
  if (!next) return;
  wakeGraph(g);
  const playing = { node: /** @type {any} */ (null), stop: /** @type {number | null} */ (null) };
  m.graph.node = playing;
  const at = graphTime(g) - (soundTime(startNow()) - next.anchor) / 1000;
  const wait = N.then(graphBuffer(context, next.media.url), (/** @type {any} */ buffer) => {
    graphWaits.delete(wait);
    if (!buffer || (playing.stop !== null && playing.stop <= at)) return;
    const node = nativeSource(context);
    node.buffer = buffer;
    node.playbackRate.value = next.rate;
    node.loop = next.looping;
    gain.gain.value = next.volume;
    connectNode(node, gain);
    // What has been rendered is over: it begins where it would be by now.
    const begun = N.Math.max(0, g.rendered / g.rate - at);
    if (begun < 1e-6) N.audio.start(node, onSample(at, g.rate), next.position);
    else N.audio.start(node, at + begun, next.position + begun * next.rate);
    playing.node = node;
    if (playing.stop !== null) N.audio.stop(node, playing.stop);
  });
  graphWaits.add(wait);
}
if (isRoot) core.api.playIntoGraph = playIntoGraph;

if (NativeContext && NativeOffline) {
  replaceMethod(NativeContext.prototype, "createMediaElementSource", function (/** @type {any} */ element) {
    // @ts-ignore
    const context = this;
    const m = core.api.media.state(element, realm);
    const gain = nativeGain(context);
    N.defineProperty(gain, "mediaElement", { value: element });
    m.graph = { context, gain, node: null };
    core.api.hear(element, m);
    return gain;
  });
  for (const name of ["createMediaStreamSource", "createMediaStreamTrackSource", "createMediaStreamDestination"]) {
    replaceMethod(NativeContext.prototype, name, function () {
      warnOnce("live-media", `the page uses ${name}(): streams are not in the output`);
      // @ts-ignore
      const gain = nativeGain(this);
      if (name === "createMediaStreamDestination") N.defineProperty(gain, "stream", { value: new MediaStream() });
      return gain;
    });
  }
}
