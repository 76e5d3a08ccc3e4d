// odds.js: small things that run on the browser's own clock and that a page cannot be asked about: the blinking caret,
// <marquee>, view transitions, the time of Web Audio; and canvases that must be readable after their frame.

const activeElement = getterOf(Document.prototype, "activeElement");
const docBody = getterOf(Document.prototype, "body");
const inlineStyle = getterOf(HTMLElement.prototype, "style");
const setStyle = methodOf(CSSStyleDeclaration.prototype, "setProperty");
/** @type {any} document -> live collection */
const marquees = hardWeakMap();
/** @type {any} */
const stoppedMarquees = hardWeakMap();

if (isRoot) core.collectors[core.collectors.length] = () => {
  for (let i = 0; i < core.realms.length; i++) {
    const r = core.realms[i];
    if (!realmAlive(r)) continue;
    let active = activeElement(r.doc);
    if (active && active !== docBody(r.doc)) {
      for (let root = N.shadowRoot(active); root && root.activeElement; root = N.shadowRoot(active)) active = root.activeElement;
      // It blinks with real time: no caret is the only one that is the same in every render.
      if (active.style) setStyle(inlineStyle(active), "caret-color", "transparent", "important");
    }
    let list = marquees.get(r.doc);
    if (!list) marquees.set(r.doc, (list = N.byTag(r.doc, "marquee")));
    for (let k = 0; k < list.length; k++) {
      if (stoppedMarquees.has(list[k])) continue;
      stoppedMarquees.set(list[k], true);
      list[k].stop();
      warnOnce("marquee", "<marquee> stands still: use a CSS animation");
    }
  }
};

if (CONFIG.canvasMode) {
  for (const proto of [HTMLCanvasElement.prototype, OffscreenCanvas.prototype]) {
    const nativeContext = methodOf(proto, "getContext");
    replaceMethod(proto, "getContext", function getContext(/** @type {any} */ kind, /** @type {any} */ attributes) {
      // The canvas is read after the frame was shown, when a drawing buffer that is not preserved has been emptied.
      // @ts-ignore
      return nativeContext(this, kind, /webgl/i.test(kind) ? { ...attributes, preserveDrawingBuffer: true } : attributes);
    });
  }
}

const nativeViewTransition = methodOf(Document.prototype, "startViewTransition");
if (nativeViewTransition) {
  const readyOf = getterOf(ViewTransition.prototype, "ready");
  const finishedOf = getterOf(ViewTransition.prototype, "finished");
  replaceMethod(Document.prototype, "startViewTransition", function startViewTransition(/** @type {any[]} */ ...args) {
    // @ts-ignore
    const transition = nativeViewTransition(this, ...args);
    // Two real frames take the pictures; the animations between them are CSS animations on the virtual clock.
    const done = addPending("a view transition did not get ready");
    const begun = () => {
      core.touched = true;
      done();
    };
    N.then(readyOf(transition), begun, begun);
    core.viewTransitions += 1;
    const ended = () => {
      core.viewTransitions -= 1;
    };
    N.then(finishedOf(transition), ended, ended);
    return transition;
  });
}

if (typeof AudioContext === "function") {
  // Nothing is heard, but pages take this time for their clock. It runs from the making on, but for suspend() … resume().
  /** @type {any} context -> { at: seconds so far, since: virtual time, or null while suspended, closed } */
  const audioClocks = hardWeakMap();
  const nativeAudioTime = getterOf(BaseAudioContext.prototype, "currentTime");
  const audioTime = (/** @type {any} */ clock) => clock.at + (clock.since === null || core.now < clock.since ? 0 : (core.now - clock.since) / 1000);
  const NativeAudioContext = AudioContext;
  const VirtualAudioContext = lookNative(function (/** @type {any[]} */ ...args) {
    const context = N.construct(NativeAudioContext, args, new.target || NativeAudioContext);
    audioClocks.set(context, { at: 0, since: startNow(), closed: false });
    return context;
  }, "AudioContext", 0);
  N.defineProperty(VirtualAudioContext, "prototype", { value: NativeAudioContext.prototype });
  N.defineProperty(NativeAudioContext.prototype, "constructor", { value: VirtualAudioContext, writable: true, configurable: true });
  for (const name of ["AudioContext", "webkitAudioContext"]) {
    if (N.getDescriptor(window, name)) N.defineProperty(window, name, { value: VirtualAudioContext, writable: true, enumerable: false, configurable: true });
  }
  replaceAccessor(BaseAudioContext.prototype, "currentTime", function () {
    // @ts-ignore
    const self = this;
    const clock = audioClocks.get(self);
    return clock ? audioTime(clock) : nativeAudioTime(self);
  });
  // Its state follows the same clock: when the device really starts and stops, nobody can foresee. Only the event is real.
  const nativeState = getterOf(BaseAudioContext.prototype, "state");
  replaceAccessor(BaseAudioContext.prototype, "state", function () {
    // @ts-ignore
    const self = this;
    const clock = audioClocks.get(self);
    if (!clock) return nativeState(self);
    return clock.closed ? "closed" : clock.since === null ? "suspended" : "running";
  });
  for (const name of ["suspend", "resume", "close"]) {
    const native = methodOf(NativeAudioContext.prototype, name);
    replaceMethod(NativeAudioContext.prototype, name, function () {
      // @ts-ignore
      const self = this;
      const clock = audioClocks.get(self);
      const promise = native(self);
      if (!clock || clock.closed) return promise;
      N.then(promise, () => {}, () => {});
      clock.at = audioTime(clock);
      clock.since = name === "resume" ? startNow() : null;
      clock.closed = name === "close";
      return N.Promise.resolve();
    });
  }
}
