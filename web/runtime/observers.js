// observers.js: ResizeObserver and IntersectionObserver report only in real frames of the browser (reports.js). This file knows when they
// have something to report, so that a frame (drawn or not) waits for a real one exactly then. It reports nothing itself.

/** @type {any} element -> its style, which is live */
const watchedStyles = hardWeakMap();
const observerRoot = getterOf(IntersectionObserver.prototype, "root");
const slotOf = getterOf(Element.prototype, "assignedSlot");
const parentNodeOf = getterOf(Node.prototype, "parentNode");
const nodeTypeOf = getterOf(Node.prototype, "nodeType");

/** @param {any} element @param {string} name */
function styleNow(element, name) {
  let style = watchedStyles.get(element);
  if (!style) watchedStyles.set(element, (style = computedStyle(element)));
  return propertyValue(style, name);
}

/** @param {any} element */
function boxNow(element) {
  const b = N.boundingBox(element);
  return `${b.x},${b.y},${b.width},${b.height},${element.clientWidth},${element.clientHeight}`;
}

/** The element around one, through shadow roots and out of iframes, up to the composition's own window. @param {any} element */
function around(element) {
  const parent = slotOf(element) || parentNodeOf(element);
  const type = parent ? nodeTypeOf(parent) : 0;
  if (type === Node.ELEMENT_NODE) return parent;
  if (type === Node.DOCUMENT_FRAGMENT_NODE) return parent.host || null;
  const view = type === Node.DOCUMENT_NODE ? N.defaultView(parent) : null;
  return view && view !== core.realms[0].win ? view.frameElement : null;
}

/**
 * What cuts off the contents of an element: its own box and those around it, as far as they clip.
 * @param {any} element @param {any} known what was found for others a moment ago: most have the same elements around them
 * @returns {string}
 */
function clipsNow(element, known) {
  if (element === null) return "";
  let clips = known.get(element);
  if (clips === undefined) {
    const how = `${styleNow(element, "overflow")},${styleNow(element, "clip-path")},${styleNow(element, "contain")}`;
    const own = how === "visible,none,none" ? "" : `${how},${boxNow(element)};`;
    known.set(element, (clips = own + clipsNow(around(element), known)));
  }
  return clips;
}

/** The content box is the border box without these. @param {any} _observer @param {any} element */
function sizeNow(_observer, element) {
  return `${styleNow(element, "padding")},${styleNow(element, "border-width")}`;
}

/** @param {any} observer @param {any} element @param {any} known */
function sightNow(observer, element, known) {
  const root = observerRoot(observer);
  return `${root instanceof Element ? boxNow(root) : ""},${styleNow(element, "clip-path")},${clipsNow(around(element), known)}`;
}

/**
 * @param {any} active the observers of a class that look at something (reports.js)
 * @param {(observer: any, element: any, known: any) => string} more what its reports depend on beside the element's box
 */
function watchGeometry(active, more) {
  core.observers.add(() => {
    if (active.size === 0 || N.defaultView(document) === null) return false;
    let changed = false;
    const known = hardMap();
    active.forEach((/** @type {Reporter} */ { observer, watched: all }) => {
      all.forEach((/** @type {Watched} */ watched, /** @type {any} */ element) => {
        const is = `${boxNow(element)},${N.isConnected(element)},${more(observer, element, known)}`;
        if (is === watched.geometry) return;
        changed = true;
        watched.geometry = is;
      });
    });
    return changed;
  });
}
watchGeometry(resizeReporters, sizeNow);
watchGeometry(sightReporters, sightNow);

// When it was seen: the time of the frame that told, as for events.
const intersectionTimes = hardWeakMap();
replaceAccessor(IntersectionObserverEntry.prototype, "time", function () {
  // @ts-ignore
  const self = this;
  if (!intersectionTimes.has(self)) intersectionTimes.set(self, localNow());
  return intersectionTimes.get(self);
});

/** Does any observer of any window wait for a real frame? */
function observersChanged() {
  let changed = false;
  core.observers.forEach((/** @type {() => boolean} */ check) => {
    if (check()) changed = true;
  });
  return changed;
}
