// sound.js: what <audio> and <video> would be heard playing, recorded on the clock: which source, from when to when, where in
// it, how fast, how loud. Nothing is heard here: the recording is mixed outside the page. Root window only.

/**
 * What plays without a break. Times are milliseconds from the beginning of the composition, positions seconds. The length of
 * the medium may become known later, at a moment that is nobody's to foresee: what depends on it is worked out at the end.
 * @typedef {{ media: { url: string, length: number }, element: number, from: number, to: number | null, anchor: number, position: number, rate: number, keepPitch: boolean, volume: number, looping: boolean, fadeIn: number, fadeOut: number, began: number, until: number | null }} Stretch
 */

const mediaVolume = getterOf(HTMLMediaElement.prototype, "volume");
const mediaMuted = getterOf(HTMLMediaElement.prototype, "muted");
const mediaLoop = getterOf(HTMLMediaElement.prototype, "loop");
const mediaPitch = getterOf(HTMLMediaElement.prototype, "preservesPitch");
const mediaStream = getterOf(HTMLMediaElement.prototype, "srcObject");

/** Everything that was heard so far, in the order in which it began. @type {Stretch[]} */
const stretches = isRoot ? [] : core.api.stretches;
if (isRoot) core.api.stretches = stretches;
/** @type {any} element -> { number, stretch: Stretch | null } */
const heard = isRoot ? hardWeakMap() : null;
let heardElements = 0;

/** A time of the clock, in milliseconds from the beginning of the composition: what the page does while it loads begins with it. @param {number} t */
function soundTime(t) {
  return t > LEAD_MS ? t - LEAD_MS : 0;
}

/** A number of seconds in an attribute, or the default. @param {any} element @param {string[]} names @param {number | null} otherwise @returns {any} */
function secondsIn(element, names, otherwise) {
  for (let i = 0; i < names.length; i++) {
    const text = N.getAttribute(element, names[i]);
    const seconds = text === null || text === "" ? NaN : N.Number(text);
    if (seconds >= 0 && seconds < Infinity) return seconds;
  }
  return otherwise;
}

/** Whether another origin does not let the page have what an element asks for. What reads sounds afterwards would not be stopped. @param {any} element @param {any} m its state in media.js */
function isBlocked(element, m) {
  return m.failed && N.getAttribute(element, "crossorigin") !== null && new URL(m.media.url).origin !== location.origin;
}

/** What is heard of an element from now on, or null. @param {any} element @param {any} m its state in media.js @returns {Stretch | null} */
function hearing(element, m) {
  if (!m.playing || !(m.rate > 0) || (m.owned ? m.owned.muted : mediaMuted(element)) || isBlocked(element, m)) return null;
  const volume = (m.owned ? m.owned.volume : mediaVolume(element)) * secondsIn(element, ["data-volume"], 1);
  if (!(volume > 0) || !mediaUrl(element, m)) return null;
  return {
    media: m.media, element: 0, from: soundTime(startNow()), to: null, anchor: soundTime(m.anchorT), position: m.anchorCur, rate: m.rate,
    keepPitch: mediaPitch(element) !== false, volume, looping: mediaLoop(element),
    fadeIn: secondsIn(element, ["data-helios-fade-in", "data-fade-in"], 0) * 1000,
    fadeOut: secondsIn(element, ["data-helios-fade-out", "data-fade-out"], 0) * 1000,
    began: soundTime(m.began), until: m.until === null ? null : soundTime(m.until),
  };
}

/** @param {any} a @param {any} b */
function sameHearing(a, b) {
  for (const key of ["media", "anchor", "position", "rate", "keepPitch", "volume", "looping", "fadeIn", "fadeOut", "began", "until"]) if (a[key] !== b[key]) return false;
  return true;
}

/** Notes what is heard of an element now. To be called whenever that may have changed. @param {any} element @param {any} m */
function hear(element, m) {
  let known = heard.get(element);
  if (!known) heard.set(element, (known = { number: heardElements++, stretch: null, graph: false }));
  const next = hearing(element, m);
  const last = known.stretch;
  const graph = m.graph !== null;
  if (known.graph === graph && (last === next || (last && next && sameHearing(last, next)))) return;
  known.stretch = next;
  known.graph = graph;
  if (last) last.to = soundTime(startNow());
  if (graph) core.api.playIntoGraph(m, next);
  else if (next) {
    next.element = known.number;
    stretches[stretches.length] = next;
  }
}

/**
 * What the page has been heard playing up to now; what still plays has no end. Of Web Audio, what is heard between two times, in
 * milliseconds of the composition: reading it ends it, and the page must be loaded anew (`spent`).
 * @param {number} from @param {number} to
 */
async function heliosSound(from, to) {
  if (contract !== null && contract.gather !== null) contract.gather();
  const graphs = await graphStretches(from, to);
  return { stretches: [...heardStretches(), ...graphs], spent: graphs.length > 0 };
}

function heardStretches() {
  const out = [];
  for (let i = 0; i < stretches.length; i++) {
    const { media, looping, fadeIn, fadeOut, began, until, ...rest } = stretches[i];
    // Said and taken back in the same moment: in truth it never played.
    if (rest.to !== null && rest.to <= rest.from) continue;
    const repeats = looping && media.length > 0;
    let end = CONFIG.durationSeconds ? CONFIG.durationSeconds * 1000 : Infinity;
    if (until !== null && until < end) end = until;
    if (!repeats && media.length > 0) end = N.Math.min(end, rest.anchor + ((media.length - rest.position) / rest.rate) * 1000);
    out[out.length] = {
      ...rest, url: media.url, loop: repeats ? media.length : null,
      fadeIn: fadeIn > 0 ? [began, began + fadeIn] : null,
      fadeOut: fadeOut > 0 && end < Infinity ? [N.Math.max(0, end - fadeOut), N.Math.max(0, end)] : null,
    };
  }
  return out;
}

if (isRoot) core.api.hear = hear;
