// frames.js: iframes. Those of the same origin share the root's clock and only have to be waited for while they load;
// those of other origins have a clock of their own that is driven by messages, one step per frame, with an answer.

const frameDocument = getterOf(HTMLIFrameElement.prototype, "contentDocument");
const frameSrc = getterOf(HTMLIFrameElement.prototype, "src");
const frameLoading = getterOf(HTMLIFrameElement.prototype, "loading");
const frameSetLoading = setterOf(HTMLIFrameElement.prototype, "loading");

/** @type {any} iframe -> the source it was waited for with */
const knownFrames = hardWeakMap();
/** @type {any} document -> live collection of its iframes */
const frameCollections = hardWeakMap();

/** @param {any} element */
function checkFrame(element) {
  if (frameLoading(element) === "lazy") frameSetLoading(element, "eager");
  const source = frameSrc(element) || (N.getAttribute(element, "srcdoc") === null ? "" : "about:srcdoc");
  if (knownFrames.get(element) === source) return;
  knownFrames.set(element, source);
  // The root's load event comes after those of the iframes that were there from the start.
  if (!source || source === "about:blank" || !core.loaded) return;
  const doc = frameDocument(element);
  if (doc && doc.readyState === "complete" && doc.URL !== "about:blank") return;
  waitForLoad(element, `iframe ${shortUrl(source)} did not load`);
}

function collectFrames() {
  dropDeadRealms();
  for (let i = 0; i < core.realms.length; i++) {
    const r = core.realms[i];
    let list = frameCollections.get(r.doc);
    if (!list) frameCollections.set(r.doc, (list = N.byTag(r.doc, "iframe")));
    for (let k = 0; k < list.length; k++) checkFrame(list[k]);
  }
}
if (isRoot) core.collectors[core.collectors.length] = collectFrames;

/** @param {any} target window @param {any} message */
function postTo(target, message) {
  try {
    N.apply(N.windowPost, target, [{ __helios: message }, "*"]);
  } catch {
    target.postMessage({ __helios: message }, "*"); // a window of another origin has only its own
  }
}

/** Sends every window of another origin to the frame; its answer is waited for like an image. @param {number} frame */
function stepRemotes(frame) {
  core.remotes.forEach((/** @type {any} */ remote, /** @type {any} */ target) => {
    if (target.closed) {
      core.remotes.delete(target);
      return;
    }
    remote.done = addPending(`the iframe of ${remote.origin} did not finish frame ${frame}`);
    postTo(target, { kind: "step", frame });
  });
}

const eventData = getterOf(MessageEvent.prototype, "data");
const eventSource = getterOf(MessageEvent.prototype, "source");
const eventOrigin = getterOf(MessageEvent.prototype, "origin");
const stopEvent = methodOf(Event.prototype, "stopImmediatePropagation");

/** @param {any} source @param {any} message @param {string} origin */
function takeMessage(source, message, origin) {
  const remote = core.remotes.get(source);
  if (message.kind === "hello") {
    core.remotes.set(source, { origin, done: null });
    postTo(source, { kind: "welcome", now: core.now, frame: core.frame });
  } else if (message.kind === "stepped" && remote) {
    for (const { code, text } of message.notes) code === "page-error" ? noteUncaught(text) : warnOnce(code, text);
    if (message.error) warnOnce("iframe", `the iframe of ${origin}: ${message.error}`);
    if (remote.done) remote.done();
  } else if (message.kind === "welcome" && isRoot && source === window.parent) {
    core.now = message.now;
    if (message.frame >= 0) core.frameTime = message.now;
    core.frame = message.frame;
    realm.origin = message.now;
  } else if (message.kind === "step" && isRoot && source === window.parent) {
    answerStep(source, message.frame);
  }
}

/** @param {any} source @param {number} frame */
async function answerStep(source, frame) {
  /** @type {any[]} */
  let notes = [];
  let error = null;
  try {
    notes = (await heliosStep(frame)).notes;
    countDrawing();
  } catch (e) {
    error = N.String(e && /** @type {any} */ (e).message);
  }
  postTo(source, { kind: "stepped", frame, notes, error });
}

// Registered before any listener of the page, and our messages stop here: the page does not see them.
N.addEventListener(window, "message", (/** @type {any} */ event) => {
  const data = eventData(event);
  if (!data || typeof data !== "object" || !data.__helios) return;
  stopEvent(event);
  takeMessage(eventSource(event), data.__helios, eventOrigin(event));
}, true);

if (isRoot && window.parent !== window) {
  let foreign = false;
  try {
    void window.parent.document;
  } catch {
    foreign = true;
  }
  if (foreign) {
    // It may have to talk to its parent before that one asks for a frame.
    goOnLoading();
    postTo(window.parent, { kind: "hello" });
  }
}
