// raster.js: pixels that do not depend on what was drawn before. An element with a layer of its own is drawn by history:
// Chromium keeps the scale at which it first drew a layer with `will-change: transform`, and smooths the edges of a scaled
// layer by whichever tiles are ready. `will-change: contents` on the root tells it that layers do not pay in this document:
// elements keep their stacking contexts and containing blocks, but none gets a layer for a hint or an animation. Layers
// by 3D transforms are left out by a flag of the renderer. Groups: see below. Findings and cost: docs/capture.md.

/** The rule is in a sheet of its own, so that the page's elements and sheets stay as they are. */
const rasterSheet = new CSSStyleSheet();
rasterSheet.replaceSync(":root { will-change: contents !important }");

const adoptedSheets = getterOf(Document.prototype, "adoptedStyleSheets");
const setAdoptedSheets = setterOf(Document.prototype, "adoptedStyleSheets");

/** The page's list with our sheet in it, once. @param {any} list */
function withRasterSheet(list) {
  const sheets = [rasterSheet];
  for (const sheet of list) if (sheet !== rasterSheet) sheets[sheets.length] = sheet;
  return sheets;
}

setAdoptedSheets(document, withRasterSheet(adoptedSheets(document)));

// A list that the page sets replaces the one before.
replaceAccessor(Document.prototype, "adoptedStyleSheets", null, function (list) {
  setAdoptedSheets(this, this === document ? withRasterSheet(list) : list);
});

// An element whose `transform` is nothing but a scale is drawn as a group, which rounds edges and gradients differently.
// Chromium decides that when it makes the element's paint properties anew, but a change of `transform` alone does not make
// them anew: an element that grew from scale 1 is no group, one first drawn at scale 2 is. And where letters stand to a part
// of a pixel is kept from when they were painted, maybe in a frame of Chromium's own between two of ours. So whenever a
// transform has changed, and in the drawing after, when it may have come to rest, two properties change with
// that drawing: `perspective-origin`, which means nothing without `perspective`, has the paint properties made anew,
// and `print-color-adjust`, which means nothing on a screen, is inherited and so has the element painted with its text. (Not a
// colour: an inherited one would set off a child's `transition: all`.) An animation does it, the element's *renewer*: it stands still
// at one of two times, and at the other with the next drawing. The page does not find it. It goes when the element rests, so that
// what is inherited from a moving parent comes through. (One for each drawing would take twice as long.)
// Elements with `perspective`, and pseudo-elements, have a renewal for the length of a drawing instead, by `transform-box`, between two values
// that mean the same for a CSS box. (A view transition goes on as long as its pseudo-elements have any animation.)

const XHTML = "http://www.w3.org/1999/xhtml";
const SVG = "http://www.w3.org/2000/svg";
const computedStyle = window.getComputedStyle.bind(window);
const propertyValue = methodOf(CSSStyleDeclaration.prototype, "getPropertyValue");
const sliceText = methodOf(String.prototype, "slice");
const splitText = methodOf(String.prototype, "split");

/** @type {Record<string, string>} transform-box -> another value with the same box */
const SAME_BOX = {
  "view-box": "border-box", "border-box": "stroke-box", "stroke-box": "border-box",
  "fill-box": "content-box", "content-box": "fill-box",
};

/** @type {Record<string, string>} */
const OTHER_PRINT = { economy: "exact", exact: "economy" };

/**
 * What an element looked like when it was last renewed, in which era, and whether that was a second time; its renewer, if it has one, and
 * whether that stands at its end.
 * @typedef {{ look: string, era: number, again: boolean, renewer: any, atEnd: boolean }} Look
 */

/** @type {any} element -> Look; pseudo-elements have a map for each selector */
const looks = hardWeakMap();
/** @type {any} pseudo-element selector -> such a map */
const pseudoLooks = hardMap();
/** Looks of an era before this one are forgotten. */
let era = 0;
/** @type {any} elements with pseudo-elements that have been animated -> a set of selectors */
const animatedPseudos = hardMap();
/** @type {{ element: any, pseudo: string | null, known: Look | null, keyframes: any }[]} what is to be renewed in this drawing: by its renewer, or for its length */
let toRenew = [];
/** @type {Look[]} what needs its renewer no longer */
let resting = [];
/** @type {any[]} the animations for the length of this drawing */
let renewals = [];

/** @param {Look} known */
function endRenewer(known) {
  if (known.renewer === null) return;
  N.anim.cancel(known.renewer);
  known.renewer = null;
}

/** @param {Element} element @param {string | null} pseudo @param {any} looks */
function lookAt(element, pseudo, looks) {
  const style = computedStyle(element, pseudo);
  const transform = propertyValue(style, "transform");
  /** @type {Look | undefined} */
  let known = looks.get(element);
  // Getting a transform and losing it have the properties made anew in any case.
  if (transform === "none" || transform === "") {
    if (known) resting[resting.length] = known;
    looks.delete(element);
    return;
  }
  const flat = propertyValue(style, "perspective") === "none";
  // An element that was half transparent once stays a group.
  const look = `${transform} ${propertyValue(style, "opacity") === "1"} ${flat}`;
  if (!known) looks.set(element, (known = { look, era: -1, again: false, renewer: null, atEnd: false }));
  const same = known.era === era && known.look === look;
  if (same && known.again) {
    resting[resting.length] = known;
    return;
  }
  known.look = look;
  known.era = era;
  known.again = same;
  const print = propertyValue(style, "print-color-adjust");
  /** @type {any} */
  let keyframes = { printColorAdjust: [print, OTHER_PRINT[print]], perspectiveOrigin: ["50% 50%", "50% 51%"] };
  const lasting = flat && pseudo === null;
  if (!lasting) {
    resting[resting.length] = known;
    const box = SAME_BOX[propertyValue(style, "transform-box")];
    keyframes = { transformBox: [box, box], printColorAdjust: [OTHER_PRINT[print], OTHER_PRINT[print]] };
  }
  toRenew[toRenew.length] = { element, pseudo, known: lasting ? known : null, keyframes };
}

/** @param {ArrayLike<Element>} list */
function renewAll(list) {
  for (let i = 0; i < list.length; i++) lookAt(list[i], null, looks);
}

/** Pseudo-elements are not listed anywhere; those whose transform changes from frame to frame are animated. @param {any[]} shown */
function renewPseudos(shown) {
  for (let i = 0; i < shown.length; i++) {
    const effect = N.anim.effect(shown[i]);
    const pseudo = effect && N.anim.pseudoElement(effect);
    if (!pseudo) continue;
    const element = N.anim.target(effect);
    if (!animatedPseudos.has(element)) animatedPseudos.set(element, hardSet());
    animatedPseudos.get(element).add(pseudo);
  }
  animatedPseudos.forEach((/** @type {any} */ pseudos, /** @type {Element} */ element) => {
    if (!N.isConnected(element)) {
      animatedPseudos.delete(element);
      return;
    }
    pseudos.forEach((/** @type {string} */ pseudo) => {
      if (!pseudoLooks.has(pseudo)) pseudoLooks.set(pseudo, hardWeakMap());
      lookAt(element, pseudo, pseudoLooks.get(pseudo));
    });
  });
}

// Between transforms of different functions (`translateY()` and `scale()`) Chromium interpolates matrices, takes what comes
// out for a 3D transform, and gives the element a layer. For the length of a drawing such a matrix is put there as a value.

/** @type {any} effect -> whether its keyframes have transforms of different functions */
const mixedEffects = hardWeakMap();

/** The names of the functions, in order. @param {string} transform */
function functionNames(transform) {
  let names = "";
  const parts = splitText(transform, "(");
  for (let i = 0; i + 1 < parts.length; i++) {
    const words = splitText(parts[i], " ");
    names += words[words.length - 1] + "(";
  }
  return names;
}

/** @param {any} effect */
function isMixed(effect) {
  if (!mixedEffects.has(effect)) {
    const keyframes = N.anim.keyframes(effect);
    let mixed = false;
    let before = null;
    for (let i = 0; i < keyframes.length; i++) {
      const transform = keyframes[i].transform;
      if (transform === undefined || transform === "none") continue;
      const names = functionNames(transform);
      if (before !== null && before !== names) mixed = true;
      before = names;
    }
    mixedEffects.set(effect, mixed);
  }
  return mixedEffects.get(effect);
}

/** @param {any[]} shown */
function findMixed(shown) {
  for (let i = 0; i < shown.length; i++) {
    const effect = N.anim.effect(shown[i]);
    const element = effect && N.anim.target(effect);
    if (!element || !isMixed(effect)) continue;
    const pseudo = N.anim.pseudoElement(effect);
    const transform = propertyValue(computedStyle(element, pseudo), "transform");
    if (sliceText(transform, 0, 7) !== "matrix(") continue;
    toRenew[toRenew.length] = { element, pseudo, known: null, keyframes: { transform: [transform, transform] } };
  }
}

/** @param {typeof toRenew[number]} what */
function renew({ element, pseudo, known, keyframes }) {
  if (known === null || known.renewer === null) {
    const made = N.animate(element, keyframes, { duration: 1, fill: "both", pseudoElement: pseudo });
    core.api.leaveAnimation(made);
    core.renewing.set(made, true);
    core.renews = true;
    if (known === null) {
      renewals[renewals.length] = made;
      return;
    }
    N.anim.pause(made);
    known.renewer = made;
    // It begins with the page's own values.
    known.atEnd = false;
  }
  known.atEnd = !known.atEnd;
  N.anim.setCurrent(known.renewer, known.atEnd ? 1 : 0);
}

/** The last thing before a drawing. */
function heliosDrawing() {
  for (let i = 0; i < core.realms.length; i++) {
    const r = core.realms[i];
    if (!realmAlive(r)) continue;
    renewAll(N.byTagNS(r.doc, XHTML, "*"));
    renewAll(N.byTagNS(r.doc, SVG, "svg"));
    r.shadowRoots.forEach((/** @type {ShadowRoot} */ root) => {
      if (N.isConnected(root)) renewAll(N.rootQuerySelectorAll(root, "*"));
    });
  }
  const shown = shownAnimations();
  renewPseudos(shown);
  findMixed(shown);
  // After all styles were read: a change between two readings would have all styles computed again each time.
  for (let i = 0; i < resting.length; i++) endRenewer(resting[i]);
  for (let i = 0; i < toRenew.length; i++) renew(toRenew[i]);
  resting = [];
  toRenew = [];
}

/** The frame that was drawn last. */
let drawnFrame = -1;

/**
 * Frame `frame` is drawn next. Where frames were passed, all elements are renewed: frames of Chromium's own may have come
 * between, from states that nobody looked at.
 * @param {number} frame
 */
function nextDrawing(frame) {
  if (frame !== drawnFrame && frame !== drawnFrame + 1) era += 1;
  drawnFrame = frame;
}

/** The first thing after a drawing, before page code runs again. */
function endRenewals() {
  for (let i = 0; i < renewals.length; i++) N.anim.cancel(renewals[i]);
  renewals = [];
}
