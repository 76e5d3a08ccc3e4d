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
// them anew: an element that grew from scale 1 is no group, one first drawn at scale 2 is. So whenever the kind of a
// transform has changed, a property beside it changes for the length of that drawing: `transform-box`, between two values
// that mean the same for a CSS box. An animation does it, which changes nothing that the page can see or hears of.

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

/** @type {any} element -> the kind of its transform in the drawing before; pseudo-elements have a map for each selector */
let drawnKinds = hardWeakMap();
/** @type {any} pseudo-element selector -> such a map */
const drawnPseudoKinds = hardMap();
/** @type {any} elements with pseudo-elements that have been animated -> a set of selectors */
const animatedPseudos = hardMap();
/** @type {any[]} the animations of this drawing */
let renewals = [];

/** Whether it moves, turns and scales: as much as decides about the group. @param {string} transform as computed */
function transformKind(transform) {
  if (sliceText(transform, 0, 7) !== "matrix(") return "3d";
  const [a, b, c, d, x, y] = splitText(sliceText(transform, 7, -1), ", ");
  return `${x === "0" && y === "0"} ${b === "0" && c === "0"} ${a === "1" && d === "1"}`;
}

/** @param {Element} element @param {string | null} pseudo @param {any} kinds */
function renewIfChanged(element, pseudo, kinds) {
  const style = computedStyle(element, pseudo);
  const transform = propertyValue(style, "transform");
  // Getting a transform and losing it have the properties made anew in any case.
  if (transform === "none" || transform === "") {
    kinds.delete(element);
    return;
  }
  // The same holds for an element that was half transparent once: it stays a group.
  const kind = `${transformKind(transform)} ${propertyValue(style, "opacity") === "1"}`;
  if (kinds.get(element) === kind) return;
  kinds.set(element, kind);
  const box = SAME_BOX[propertyValue(style, "transform-box")];
  renew(element, pseudo, { transformBox: [box, box] });
}

/** @param {ArrayLike<Element>} list */
function renewAll(list) {
  for (let i = 0; i < list.length; i++) renewIfChanged(list[i], null, drawnKinds);
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
      if (!drawnPseudoKinds.has(pseudo)) drawnPseudoKinds.set(pseudo, hardWeakMap());
      renewIfChanged(element, pseudo, drawnPseudoKinds.get(pseudo));
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
function renewMixed(shown) {
  for (let i = 0; i < shown.length; i++) {
    const effect = N.anim.effect(shown[i]);
    const element = effect && N.anim.target(effect);
    if (!element || !isMixed(effect)) continue;
    const pseudo = N.anim.pseudoElement(effect);
    const transform = propertyValue(computedStyle(element, pseudo), "transform");
    if (sliceText(transform, 0, 7) !== "matrix(") continue;
    renew(element, pseudo, { transform: [transform, transform] });
  }
}

/** @param {Element} element @param {string | null} pseudo @param {any} keyframes */
function renew(element, pseudo, keyframes) {
  const renewal = N.animate(element, keyframes, { duration: 1, fill: "both", pseudoElement: pseudo });
  core.api.leaveAnimation(renewal);
  renewals[renewals.length] = renewal;
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
  renewMixed(shown);
}

/** The frame that was drawn last. */
let drawnFrame = -1;

/**
 * Frame `frame` is drawn next. Where frames were passed, all elements are renewed: frames of Chromium's own may have come
 * between, from states that nobody looked at.
 * @param {number} frame
 */
function nextDrawing(frame) {
  if (frame !== drawnFrame && frame !== drawnFrame + 1) {
    drawnKinds = hardWeakMap();
    drawnPseudoKinds.clear();
  }
  drawnFrame = frame;
}

/** The first thing after a drawing, before page code runs again. */
function endRenewals() {
  for (let i = 0; i < renewals.length; i++) N.anim.cancel(renewals[i]);
  renewals = [];
}
