// observers.js: ResizeObserver and IntersectionObserver report only in real frames of the browser. This file knows when
// they have something to report, so that a frame (drawn or not) waits for a real one exactly then. It reports nothing itself.

/** @param {any} owner the constructor @param {any} proto */
function watchObserver(owner, proto) {
  const nativeObserve = methodOf(proto, "observe");
  const nativeUnobserve = methodOf(proto, "unobserve");
  const nativeDisconnect = methodOf(proto, "disconnect");
  /** @type {any} observer -> Map of element -> last geometry */
  const targets = hardWeakMap();
  /** @type {any} */
  const active = hardSet();

  replaceMethod(proto, "observe", function observe(/** @type {any} */ element, /** @type {any[]} */ ...rest) {
    // @ts-ignore
    const self = this;
    nativeObserve(self, element, ...rest);
    let map = targets.get(self);
    if (!map) targets.set(self, (map = hardMap()));
    map.set(element, "");
    active.add(self);
  });
  replaceMethod(proto, "unobserve", function unobserve(/** @type {any} */ element) {
    // @ts-ignore
    const self = this;
    nativeUnobserve(self, element);
    const map = targets.get(self);
    if (map) map.delete(element);
  });
  replaceMethod(proto, "disconnect", function disconnect() {
    // @ts-ignore
    const self = this;
    nativeDisconnect(self);
    targets.delete(self);
    active.delete(self);
  });

  core.observers.add(() => {
    if (N.defaultView(document) === null) return false;
    let changed = false;
    active.forEach((/** @type {any} */ observer) => {
      const map = targets.get(observer);
      map.forEach((/** @type {string} */ was, /** @type {any} */ element) => {
        const b = N.boundingBox(element);
        const is = `${b.x},${b.y},${b.width},${b.height},${element.clientWidth},${element.clientHeight},${N.isConnected(element)}`;
        if (is !== was) {
          changed = true;
          map.set(element, is);
        }
      });
    });
    return changed;
  });
}
watchObserver(ResizeObserver, ResizeObserver.prototype);
watchObserver(IntersectionObserver, IntersectionObserver.prototype);

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
