// natives.js: keeps the browser's own functions before any page script can replace them.
// It only captures. Everything below must use `N.*` instead of the globals, or a page's polyfill would run inside our clock.

/** Turns a method into a function that takes its receiver first; safe against later changes of Function.prototype. */
const uncurry = /** @type {(fn: any) => any} */ (Function.prototype.bind.bind(Function.prototype.call));

/** @param {any} proto @param {string} name @returns {any} the getter, taking its receiver as argument */
function getterOf(proto, name) {
  const d = proto && Object.getOwnPropertyDescriptor(proto, name);
  return d && d.get ? uncurry(d.get) : undefined;
}

/** @param {any} proto @param {string} name @returns {any} the setter, taking receiver and value */
function setterOf(proto, name) {
  const d = proto && Object.getOwnPropertyDescriptor(proto, name);
  return d && d.set ? uncurry(d.set) : undefined;
}

/** @param {any} owner @param {string} name */
function methodOf(owner, name) {
  return owner && typeof owner[name] === "function" ? uncurry(owner[name]) : undefined;
}

const heliosWindow = /** @type {any} */ (window);

const N = {
  Object, Reflect, Promise, Error, Map, Set, WeakMap, Math, Number, String, JSON, Proxy,
  Date: heliosWindow.Date,
  MessageChannel, DOMException, CustomEvent, Event, AbortController, Image,
  setTimeout: heliosWindow.setTimeout.bind(window),
  clearTimeout: heliosWindow.clearTimeout.bind(window),
  requestAnimationFrame: heliosWindow.requestAnimationFrame.bind(window),
  reportError: heliosWindow.reportError.bind(window),
  eval: heliosWindow.eval,
  console: { warn: console.warn.bind(console), log: console.log.bind(console) },
  postTask: heliosWindow.scheduler ? heliosWindow.scheduler.postTask.bind(heliosWindow.scheduler) : null,
  perfNow: performance.now.bind(performance),
  addEventListener: methodOf(EventTarget.prototype, "addEventListener"),
  removeEventListener: methodOf(EventTarget.prototype, "removeEventListener"),
  dispatchEvent: methodOf(EventTarget.prototype, "dispatchEvent"),
  portPost: methodOf(MessagePort.prototype, "postMessage"),
  portStart: methodOf(MessagePort.prototype, "start"),
  windowPost: heliosWindow.postMessage,
  then: methodOf(Promise.prototype, "then"),
  fnToString: methodOf(Function.prototype, "toString"),
  defineProperty: Object.defineProperty,
  getDescriptor: Object.getOwnPropertyDescriptor,
  getProto: Object.getPrototypeOf,
  keys: Object.keys,
  objectToString: methodOf(Object.prototype, "toString"),
  apply: Reflect.apply,
  indexOf: Array.prototype.indexOf,
  sort: Array.prototype.sort,
  unshift: Array.prototype.unshift,
  construct: Reflect.construct,
  floor: Math.floor,
  convertToBlob: methodOf(OffscreenCanvas.prototype, "convertToBlob"),
  docAnimations: methodOf(Document.prototype, "getAnimations"),
  rootAnimations: methodOf(ShadowRoot.prototype, "getAnimations"),
  querySelectorAll: methodOf(Document.prototype, "querySelectorAll"),
  rootQuerySelectorAll: methodOf(DocumentFragment.prototype, "querySelectorAll"),
  byTag: methodOf(Document.prototype, "getElementsByTagName"),
  byTagNS: methodOf(Document.prototype, "getElementsByTagNameNS"),
  getAttribute: methodOf(Element.prototype, "getAttribute"),
  boundingBox: methodOf(Element.prototype, "getBoundingClientRect"),
  documentElement: getterOf(Document.prototype, "documentElement"),
  defaultView: getterOf(Document.prototype, "defaultView"),
  readyState: getterOf(Document.prototype, "readyState"),
  isConnected: getterOf(Node.prototype, "isConnected"),
  shadowRoot: getterOf(Element.prototype, "shadowRoot"),
  animate: methodOf(Element.prototype, "animate"),
  img: {
    inDocument: getterOf(Document.prototype, "images"),
    decode: methodOf(HTMLImageElement.prototype, "decode"),
    complete: getterOf(HTMLImageElement.prototype, "complete"),
    src: getterOf(HTMLImageElement.prototype, "src"),
    setSrc: setterOf(HTMLImageElement.prototype, "src"),
    currentSrc: getterOf(HTMLImageElement.prototype, "currentSrc"),
    width: getterOf(HTMLImageElement.prototype, "naturalWidth"),
    loading: getterOf(HTMLImageElement.prototype, "loading"),
    setLoading: setterOf(HTMLImageElement.prototype, "loading"),
  },
  responseBlob: methodOf(Response.prototype, "blob"),
  responseText: methodOf(Response.prototype, "text"),
  responseBuffer: methodOf(Response.prototype, "arrayBuffer"),
  audio: {
    start: methodOf(heliosWindow.AudioBufferSourceNode && heliosWindow.AudioBufferSourceNode.prototype, "start"),
    stop: methodOf(heliosWindow.AudioScheduledSourceNode && heliosWindow.AudioScheduledSourceNode.prototype, "stop"),
    startRendering: methodOf(heliosWindow.OfflineAudioContext && heliosWindow.OfflineAudioContext.prototype, "startRendering"),
    decode: methodOf(heliosWindow.BaseAudioContext && heliosWindow.BaseAudioContext.prototype, "decodeAudioData"),
  },
  fonts: {
    of: getterOf(Document.prototype, "fonts"),
    status: getterOf(FontFaceSet.prototype, "status"),
    ready: getterOf(FontFaceSet.prototype, "ready"),
    size: getterOf(FontFaceSet.prototype, "size"),
    forEach: methodOf(FontFaceSet.prototype, "forEach"),
    faceStatus: getterOf(FontFace.prototype, "status"),
    family: getterOf(FontFace.prototype, "family"),
  },
  anim: {
    cancel: methodOf(Animation.prototype, "cancel"),
    play: methodOf(Animation.prototype, "play"),
    pause: methodOf(Animation.prototype, "pause"),
    finish: methodOf(Animation.prototype, "finish"),
    playState: getterOf(Animation.prototype, "playState"),
    pending: getterOf(Animation.prototype, "pending"),
    rate: getterOf(Animation.prototype, "playbackRate"),
    setRate: setterOf(Animation.prototype, "playbackRate"),
    current: getterOf(Animation.prototype, "currentTime"),
    setCurrent: setterOf(Animation.prototype, "currentTime"),
    start: getterOf(Animation.prototype, "startTime"),
    setStart: setterOf(Animation.prototype, "startTime"),
    effect: getterOf(Animation.prototype, "effect"),
    timeline: getterOf(Animation.prototype, "timeline"),
    overallProgress: getterOf(Animation.prototype, "overallProgress"),
    computedTiming: methodOf(AnimationEffect.prototype, "getComputedTiming"),
    keyframes: methodOf(KeyframeEffect.prototype, "getKeyframes"),
    target: getterOf(KeyframeEffect.prototype, "target"),
    pseudoElement: getterOf(KeyframeEffect.prototype, "pseudoElement"),
    timelineNow: getterOf(AnimationTimeline.prototype, "currentTime"),
  },
};

/** @param {any} proto @returns {[string, any][]} */
function methodTable(proto) {
  /** @type {[string, any][]} */
  const table = [];
  for (const name of ["get", "set", "has", "add", "delete", "clear", "forEach"]) {
    if (typeof proto[name] === "function") table[table.length] = [name, { value: proto[name] }];
  }
  return table;
}
const mapMethods = methodTable(Map.prototype);
const setMethods = methodTable(Set.prototype);
const weakMapMethods = methodTable(WeakMap.prototype);

/**
 * A Map, Set or WeakMap whose methods are its own, so that a page which patches the prototypes cannot reach into it.
 * @param {any} collection @param {[string, any][]} methods @returns {any}
 */
function hardened(collection, methods) {
  for (let i = 0; i < methods.length; i++) N.defineProperty(collection, methods[i][0], methods[i][1]);
  return collection;
}
const hardMap = () => hardened(new N.Map(), mapMethods);
const hardSet = () => hardened(new N.Set(), setMethods);
const hardWeakMap = () => hardened(new N.WeakMap(), weakMapMethods);
