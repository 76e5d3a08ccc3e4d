// odds.js: small things that run on the browser's own clock and that a page cannot be asked about: the blinking caret,
// <marquee>, view transitions; and canvases that must be readable after their frame.

const activeElement = getterOf(Document.prototype, "activeElement");
const docBody = getterOf(Document.prototype, "body");
const inlineStyle = getterOf(HTMLElement.prototype, "style");
const setStyle = methodOf(CSSStyleDeclaration.prototype, "setProperty");
/** @type {any} document -> live collection */
const marquees = hardWeakMap();
/** @type {any} */
const stoppedMarquees = hardWeakMap();

/** The element with the focus, or null when it is the document that has it. @param {any} doc */
function focusedIn(doc) {
  let active = activeElement(doc);
  if (!active || active === docBody(doc)) return null;
  for (let root = N.shadowRoot(active); root && root.activeElement; root = N.shadowRoot(active)) active = root.activeElement;
  return active;
}

/** Those of all documents. */
function focusedElements() {
  const list = [];
  for (let i = 0; i < core.realms.length; i++) {
    const active = realmAlive(core.realms[i]) && focusedIn(core.realms[i].doc);
    if (active) list[list.length] = active;
  }
  return list;
}

if (isRoot) core.collectors[core.collectors.length] = () => {
  for (let i = 0; i < core.realms.length; i++) {
    const r = core.realms[i];
    if (!realmAlive(r)) continue;
    const active = focusedIn(r.doc);
    // It blinks with real time: no caret is the only one that is the same in every render.
    if (active && active.style) setStyle(inlineStyle(active), "caret-color", "transparent", "important");
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

/** Milliseconds of work in which the browser's display gets to copying a frame, if it gets as much of a busy machine as this thread. */
const COPY_TIME = 100;
/** Between two looks at the clock that are further apart, this thread did not run. */
const STOPPED = 1;
/** However busy the machine is, in milliseconds of real time. */
const LONGEST_COPY = 3000;
const copyChannel = new N.MessageChannel();
N.addEventListener(copyChannel.port1, "message", () => {
  const began = N.perfNow();
  let ran = 0;
  for (let last = began; ran < COPY_TIME && last - began < LONGEST_COPY; ) {
    const now = N.perfNow();
    if (now - last < STOPPED) ran += now - last;
    last = now;
  }
});
N.portStart(copyChannel.port1);

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
    // The old state is copied when the frame that asks for it is shown. Were the page's next frame there before that, the copies would be
    // empty; Chromium stops the frames of a page on top meanwhile, but not those of the page around an iframe. So the
    // thread that makes them is kept busy for a moment behind that frame.
    N.requestAnimationFrame(() => N.portPost(copyChannel.port2, 0));
    core.viewTransitions += 1;
    const ended = () => {
      core.viewTransitions -= 1;
    };
    N.then(finishedOf(transition), ended, ended);
    return transition;
  });
}
