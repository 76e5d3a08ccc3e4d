// smil.js: SVG's own animation (<animate>, <set>, …) on the virtual clock. Root window only, except for the page-visible part.
// SVG files shown through <img> have a clock of their own that cannot be reached; readiness.js does not know them either.

const SVG_NS = "http://www.w3.org/2000/svg";
const SMIL_TAGS = ["animate", "animateTransform", "animateMotion", "set"];
const svgPause = methodOf(SVGSVGElement.prototype, "pauseAnimations");
const svgSetTime = methodOf(SVGSVGElement.prototype, "setCurrentTime");
const svgGetTime = methodOf(SVGSVGElement.prototype, "getCurrentTime");
const svgOwner = getterOf(SVGElement.prototype, "ownerSVGElement");

/** @typedef {{ anchorT: number, anchorCur: number, paused: boolean, shown: number }} SvgClock */

/** @type {any} svg -> SvgClock */
const svgClocks = isRoot ? hardWeakMap() : null;
/** @type {any} document -> live collections of its animation elements */
const smilCollections = hardWeakMap();

/** @param {any} svg @returns {SvgClock} */
function svgClock(svg) {
  let clock = svgClocks.get(svg);
  if (!clock) {
    // An svg that comes late starts at 0 when it comes, as in Chromium.
    clock = { anchorT: startNow(), anchorCur: 0, paused: false, shown: -1 };
    svgClocks.set(svg, clock);
    svgPause(svg);
  }
  return clock;
}

/** @param {SvgClock} clock */
function svgTime(clock) {
  return clock.paused || core.now < clock.anchorT ? clock.anchorCur : clock.anchorCur + (core.now - clock.anchorT) / 1000;
}

/** @param {any} element @returns {any} */
function outermostSvg(element) {
  let svg = svgOwner(element);
  for (let up = svg; up; up = svgOwner(up)) svg = up;
  return svg;
}

/** Sets every svg that has animation elements to the clock's time. */
function advanceSmil() {
  /** @type {any} */
  let seen = null;
  /** @param {any} element */
  const visit = (element) => {
    const svg = outermostSvg(element);
    seen = seen || hardSet();
    if (!svg || seen.has(svg)) return;
    seen.add(svg);
    const clock = svgClock(svg);
    const time = svgTime(clock);
    if (time !== clock.shown) {
      // Its events come in tasks of their own.
      clock.shown = time;
      stir();
    }
    svgSetTime(svg, time);
  };
  for (let i = 0; i < core.realms.length; i++) {
    const r = core.realms[i];
    if (!realmAlive(r)) continue;
    let lists = smilCollections.get(r.doc);
    if (!lists) {
      lists = [];
      for (let k = 0; k < SMIL_TAGS.length; k++) lists[k] = N.byTagNS(r.doc, SVG_NS, SMIL_TAGS[k]);
      smilCollections.set(r.doc, lists);
    }
    for (let k = 0; k < lists.length; k++) for (let j = 0; j < lists[k].length; j++) visit(lists[k][j]);
    r.shadowRoots.forEach((/** @type {any} */ root) => {
      const list = N.rootQuerySelectorAll(root, "animate,animateTransform,animateMotion,set");
      for (let j = 0; j < list.length; j++) visit(list[j]);
    });
  }
}

if (isRoot) core.api.svg = { clock: svgClock, time: svgTime };

replaceMethod(SVGSVGElement.prototype, "pauseAnimations", function pauseAnimations() {
  // @ts-ignore
  const clock = core.api.svg.clock(outermostOf(this));
  clock.anchorCur = core.api.svg.time(clock);
  clock.anchorT = startNow();
  clock.paused = true;
});
replaceMethod(SVGSVGElement.prototype, "unpauseAnimations", function unpauseAnimations() {
  // @ts-ignore
  const clock = core.api.svg.clock(outermostOf(this));
  if (clock.paused) clock.anchorT = startNow();
  clock.paused = false;
});
replaceMethod(SVGSVGElement.prototype, "animationsPaused", function animationsPaused() {
  // @ts-ignore
  return core.api.svg.clock(outermostOf(this)).paused;
});
replaceMethod(SVGSVGElement.prototype, "getCurrentTime", function getCurrentTime() {
  // @ts-ignore
  return core.api.svg.time(core.api.svg.clock(outermostOf(this)));
});
replaceMethod(SVGSVGElement.prototype, "setCurrentTime", function setCurrentTime(/** @type {any} */ seconds) {
  // @ts-ignore
  const svg = outermostOf(this);
  const clock = core.api.svg.clock(svg);
  clock.anchorCur = +seconds || 0;
  clock.anchorT = startNow();
  svgSetTime(svg, clock.anchorCur);
});

// What begins "now" begins at the time of the clock, not at that of the last frame, where the svg stands. It is not moved there: what
// has begun by the time it is moved to is never told.
for (const name of ["beginElement", "endElement"]) {
  const nativeAt = methodOf(SVGAnimationElement.prototype, name + "At");
  const begin = function (/** @type {any} */ self, /** @type {any} */ offset) {
    const svg = outermostSvg(self);
    const ahead = svg && N.isConnected(svg) ? core.api.svg.time(core.api.svg.clock(svg)) - svgGetTime(svg) : 0;
    return nativeAt(self, (+offset || 0) + ahead);
  };
  replaceMethod(SVGAnimationElement.prototype, name, function () {
    // @ts-ignore
    return begin(this, 0);
  });
  replaceMethod(SVGAnimationElement.prototype, name + "At", function (/** @type {any} */ offset) {
    // @ts-ignore
    return begin(this, offset);
  });
}

/** @param {any} svg */
function outermostOf(svg) {
  return outermostSvg(svg) || svg;
}
