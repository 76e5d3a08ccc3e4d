// found.js: what there is to show of the composition beside its picture: its animations, and the tracks it declares. It only looks.

/** @typedef {{ id: number, name: string, kind: string, start: number, length: number | null, target: string }} FoundAnimation */

/** @type {any} Animation (or GSAP tween) -> its number */
const animationNumbers = hardWeakMap();
let animationsSeen = 0;
/** @type {any} number -> FoundAnimation */
const foundAnimations = hardMap();
const MOST_ANIMATIONS = 500;

/** What people call an element. @param {any} element */
function elementName(element) {
  if (!element || typeof element.localName !== "string") return "";
  const cls = typeof element.className === "string" ? element.className.trim().split(/\s+/)[0] : "";
  return element.localName + (element.id ? `#${element.id}` : cls ? `.${cls}` : "");
}

/** Seconds with the noise of floating-point taken off. @param {number} ms */
const roundedSeconds = (ms) => N.Math.round(ms * 1000) / 1e6;

/** @param {any} anim @param {HeliosAnimation} s */
function describeAnimation(anim, s) {
  const effect = N.anim.effect(anim);
  if (!effect || s.rate <= 0) return null;
  const timing = N.anim.computedTiming(effect);
  const begin = s.anchorT - LEAD_MS + (timing.delay - s.anchorCur) / s.rate;
  const length = timing.activeDuration / s.rate;
  const element = N.anim.target(effect);
  const pseudo = N.anim.pseudoElement(effect) || "";
  const kind = anim.animationName ? "css" : anim.transitionProperty ? "transition" : "script";
  return {
    name: N.String(anim.animationName || anim.transitionProperty || anim.id || "animate()"), kind, target: elementName(element) + pseudo,
    start: roundedSeconds(N.Math.max(0, begin)), length: length < Infinity ? roundedSeconds(length) : null,
  };
}

/** A GSAP timeline says itself what is in it. @param {(item: any, entry: any) => void} add */
function findTweens(add) {
  const gsap = /** @type {any} */ (window).gsap;
  const root = gsap && gsap.globalTimeline;
  if (!root || typeof root.getChildren !== "function") return;
  for (const tween of root.getChildren(true, true, false)) {
    let start = tween.startTime();
    for (let up = tween.parent; up && up !== root; up = up.parent) start = up.startTime() + start / up.timeScale();
    const length = tween.totalDuration();
    add(tween, {
      name: N.String(tween.vars.id || N.keys(tween.vars).filter((key) => !/^(id|ease|delay|duration|stagger|repeat|yoyo|on|start|overwrite|immediate|run|parent|data)/.test(key)).join(", ") || "tween"),
      kind: "gsap", target: elementName(tween.targets()[0]), start: roundedSeconds(start * 1000), length: length < 1e8 ? roundedSeconds(length * 1000) : null,
    });
  }
}

/** Looks for animations that were not there before. Returns whether there are any. */
function findAnimations() {
  const before = foundAnimations.size;
  const add = (/** @type {any} */ item, /** @type {any} */ entry) => {
    if (!entry || animationNumbers.has(item) || foundAnimations.size >= MOST_ANIMATIONS) return;
    const id = ++animationsSeen;
    animationNumbers.set(item, id);
    foundAnimations.set(id, { id, ...entry });
  };
  liveAnimations.forEach((/** @type {any} */ anim) => {
    const s = animationNumbers.has(anim) ? null : animationStates.get(anim);
    if (s && !s.pending) add(anim, describeAnimation(anim, s));
  });
  try {
    findTweens(add);
  } catch {
    // Not the GSAP that we know: then it has no rows.
  }
  return foundAnimations.size > before;
}

/** @returns {FoundAnimation[]} */
function listAnimations() {
  /** @type {FoundAnimation[]} */
  const list = [];
  foundAnimations.forEach((/** @type {FoundAnimation} */ entry) => list.push(entry));
  return list;
}

/** Elements that say when they are there, and media that have been heard. */
function listTracks() {
  /** @type {{ name: string, kind: string, start: number, length: number | null, url: string | null }[]} */
  const tracks = [];
  for (const element of N.querySelectorAll(document, "[data-start],[data-helios-offset]")) {
    const start = secondsIn(element, ["data-helios-offset", "data-start"], null);
    if (start === null) continue;
    tracks.push({
      name: N.getAttribute(element, "data-name") || elementName(element), kind: element.localName, start,
      length: secondsIn(element, ["data-duration"], null), url: element.currentSrc || element.src || null,
    });
  }
  for (const stretch of heardStretches()) {
    if (tracks.some((track) => track.url === stretch.url)) continue;
    const length = stretch.to === null ? null : (stretch.to - stretch.from) / 1000;
    tracks.push({ name: shortUrl(stretch.url), kind: "audio", start: stretch.from / 1000, length, url: stretch.url });
  }
  return tracks;
}
