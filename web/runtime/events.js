// events.js: knows whether anybody listens to events that only a real frame of the browser delivers.
// Without a listener no real frame is needed, and replay stays fast. It changes nothing about the events themselves. The same for
// our own `helios:frame`: without a listener it is not sent.

/** @type {Record<string, "css" | "finish" | "scroll" | "frame">} */
const FRAME_EVENTS = {
  animationstart: "css", animationiteration: "css", animationend: "css", animationcancel: "css",
  webkitanimationstart: "css", webkitanimationiteration: "css", webkitanimationend: "css",
  transitionrun: "css", transitionstart: "css", transitionend: "css", transitioncancel: "css", webkittransitionend: "css",
  finish: "finish", cancel: "finish",
  scroll: "scroll", scrollend: "scroll",
  "helios:frame": "frame",
};

/** @param {any} type */
function noteListener(type) {
  const name = N.String(type).toLowerCase();
  const kind = FRAME_EVENTS[name];
  if (kind === "css") noteStyleListener();
  else if (kind) core.listens[kind] = true;
  if (kind === "css" && name[0] === "w") core.listens.prefixed = true;
}

function noteStyleListener() {
  // Ours are to be the first.
  if (!core.listens.css) core.api.holdStyleEvents();
  core.listens.css = true;
}

const nativeAdd = N.addEventListener;
replaceMethod(EventTarget.prototype, "addEventListener", function addEventListener(/** @type {any[]} */ ...args) {
  noteListener(args[0]);
  // @ts-ignore
  return nativeAdd(this === undefined || this === null ? window : this, ...args);
});

/** @type {any[]} */
const handlerOwners = [Window.prototype, window, Document.prototype, HTMLElement.prototype, SVGElement.prototype, Animation.prototype];
if (typeof MathMLElement === "function") handlerOwners[handlerOwners.length] = MathMLElement.prototype;
for (const owner of handlerOwners) {
  for (const type of N.keys(FRAME_EVENTS)) {
    const d = N.getDescriptor(owner, "on" + type);
    if (!d || !d.set) continue;
    const nativeSet = uncurry(d.set);
    replaceAccessor(owner, "on" + type, null, function (/** @type {any} */ v) {
      if (v) noteListener(type);
      // @ts-ignore
      nativeSet(this === undefined || this === null ? window : this, v);
    });
  }
}

// Handlers written as attributes come from the parser, innerHTML or setAttribute; one query per changed tree finds them.
const INLINE_HANDLERS = "[onanimationstart],[onanimationiteration],[onanimationend],[onanimationcancel],[ontransitionrun],[ontransitionstart],[ontransitionend],[ontransitioncancel]";
const INLINE_SCROLL = "[onscroll],[onscrollend]";

/** @param {Document} doc */
function noteInlineHandlers(doc) {
  if (!core.listens.css && N.querySelectorAll(doc, INLINE_HANDLERS).length > 0) noteStyleListener();
  if (!core.listens.scroll && N.querySelectorAll(doc, INLINE_SCROLL).length > 0) core.listens.scroll = true;
}
