// scroll.js: scrolling on the virtual clock. Smooth scrolling is moved frame by frame along Chromium's own curve, and scroll
// events come at the point of a step where events of a frame belong, whether a real frame came in before or not.
// Wheels and fingers do not exist here; scrolling by fragment (#id) stays native.

const scrollTopOf = getterOf(Element.prototype, "scrollTop");
const scrollLeftOf = getterOf(Element.prototype, "scrollLeft");
const nativeScroll = methodOf(Element.prototype, "scrollTo");
const nativeIntoView = methodOf(Element.prototype, "scrollIntoView");
const nativeFocus = methodOf(HTMLElement.prototype, "focus");
const computedStyleOf = heliosWindow.getComputedStyle.bind(window);
const parentOf = getterOf(Node.prototype, "parentElement");

/** @typedef {{ element: any, left: number, top: number, toLeft: number, toTop: number, start: number, length: number }} Glide */

/** @type {any} element -> Glide, of all windows */
const glides = isRoot ? hardMap() : core.api.glides;
/** Native scroll events that wait for their place: target -> types. @type {any} */
const scrollEvents = isRoot ? hardMap() : core.api.scrollEvents;

/** Somebody may have to hear of it: a real frame finds out what moved. */
function noteScroll() {
  if (core.listens.scroll) core.scrolled = true;
}

/** @param {any} element @param {any} left @param {any} top */
function jump(element, left, top) {
  nativeScroll(element, { left, top, behavior: "instant" });
}

/** @param {any} element @param {any} behavior what the caller asked for */
function isSmooth(element, behavior) {
  if (behavior === "smooth") return true;
  return (behavior === undefined || behavior === "auto") && computedStyleOf(element).scrollBehavior === "smooth";
}

/**
 * Lets `move` scroll at once, and turns the way of each element that moved and should do so smoothly into a glide.
 * @param {any[]} elements @param {any} behavior @param {() => void} move
 */
function scrollBy(elements, behavior, move) {
  const before = elements.map((e) => ({ e, left: scrollLeftOf(e), top: scrollTopOf(e), smooth: isSmooth(e, behavior) }));
  move();
  noteScroll();
  for (const { e, left, top, smooth } of before) {
    glides.delete(e);
    const toLeft = scrollLeftOf(e);
    const toTop = scrollTopOf(e);
    const way = N.Math.max(N.Math.abs(toLeft - left), N.Math.abs(toTop - top));
    if (!smooth || way === 0) continue;
    jump(e, left, top);
    // Chromium: a 60th of a second times the root of the way, at most 0.72 s.
    const length = (N.Math.min(N.Math.sqrt(way), 43.2) / 60) * 1000;
    glides.set(e, { element: e, left, top, toLeft, toTop, start: startNow(), length });
  }
}

/** cubic-bezier(.42, 0, .58, 1), solved by halving. @param {number} x */
function easeInOut(x) {
  let a = 0;
  let b = 1;
  for (let i = 0; i < 30; i++) {
    const m = (a + b) / 2;
    const at = 3 * m * (1 - m) * ((1 - m) * 0.42 + m * 0.58) + m * m * m;
    if (at < x) a = m;
    else b = m;
  }
  const u = (a + b) / 2;
  return u * u * (3 - 2 * u);
}

/** @param {number} t */
function advanceGlides(t) {
  glides.forEach((/** @type {Glide} */ g, /** @type {any} */ element) => {
    const x = (t - g.start) / g.length;
    const k = x >= 1 ? 1 : x <= 0 ? 0 : easeInOut(x);
    if (k === 1) glides.delete(element);
    jump(element, g.left + (g.toLeft - g.left) * k, g.top + (g.toTop - g.top) * k);
    noteScroll();
  });
}

/** Hands the scroll events that real frames brought to the page. */
async function deliverScrolls() {
  /** @type {[any, string][]} */
  const list = [];
  scrollEvents.forEach((/** @type {any} */ types, /** @type {any} */ target) => {
    const gliding = glides.has(target) || glides.has(target.scrollingElement);
    for (const type of ["scroll", "scrollend"]) if (types.has(type) && !(gliding && type === "scrollend")) list[list.length] = [target, type];
  });
  scrollEvents.clear();
  let next = 0;
  if (list.length > 0) await pump(() => {
    if (next === list.length) return false;
    const [target, type] = list[next++];
    N.dispatchEvent(target, new N.Event(type, { bubbles: target.nodeType === 9 }));
    return true;
  }, list.length);
}

if (isRoot) {
  core.api.glides = glides;
  core.api.scrollEvents = scrollEvents;
}

for (const type of ["scroll", "scrollend"]) {
  N.addEventListener(window, type, (/** @type {any} */ event) => {
    if (!event.isTrusted || !core.listens.scroll) return;
    stopEvent(event);
    let types = scrollEvents.get(event.target);
    if (!types) scrollEvents.set(event.target, (types = hardSet()));
    types.add(type);
    core.scrolled = true;
  }, true);
}

/** @param {any} args @param {boolean} relative @param {any} element */
function scrollTarget(args, relative, element) {
  const given = args.length === 1 && args[0] !== null && typeof args[0] === "object" ? args[0] : args.length > 1 ? { left: args[0], top: args[1] } : {};
  const value = (/** @type {any} */ v, /** @type {number} */ at) => (v === undefined ? at : (N.Number.isFinite(+v) ? +v : 0) + (relative ? at : 0));
  return { left: value(given.left, scrollLeftOf(element)), top: value(given.top, scrollTopOf(element)), behavior: given.behavior };
}

for (const name of ["scroll", "scrollTo", "scrollBy"]) {
  const scroll = (/** @type {any} */ element, /** @type {any[]} */ args) => {
    if (!element || args.length === 0) return;
    const to = scrollTarget(args, name === "scrollBy", element);
    scrollBy([element], to.behavior, () => jump(element, to.left, to.top));
  };
  replaceMethod(Element.prototype, name, function (/** @type {any[]} */ ...args) {
    // @ts-ignore
    scroll(this, args);
  });
  replaceMethod(window, name, (/** @type {any[]} */ ...args) => scroll(document.scrollingElement, args));
}
for (const name of ["scrollTop", "scrollLeft"]) {
  replaceAccessor(Element.prototype, name, null, function (v) {
    // @ts-ignore
    const self = this;
    const to = +v || 0;
    scrollBy([self], "auto", () => jump(self, name === "scrollLeft" ? to : scrollLeftOf(self), name === "scrollTop" ? to : scrollTopOf(self)));
  });
}
replaceMethod(Element.prototype, "scrollIntoView", function scrollIntoView(/** @type {any} */ how) {
  // @ts-ignore
  const self = this;
  const options = how && typeof how === "object" ? how : { block: how === false ? "end" : "start", inline: "nearest" };
  /** @type {any[]} */
  const scrollers = [];
  for (let up = parentOf(self); up; up = parentOf(up)) scrollers[scrollers.length] = up;
  if (document.scrollingElement && scrollers.indexOf(document.scrollingElement) < 0) scrollers[scrollers.length] = document.scrollingElement;
  scrollBy(scrollers, options.behavior, () => nativeIntoView(self, { ...options, behavior: "instant" }));
});
replaceMethod(HTMLElement.prototype, "focus", function focus(/** @type {any[]} */ ...args) {
  noteScroll();
  // @ts-ignore
  return nativeFocus(this, ...args);
});
