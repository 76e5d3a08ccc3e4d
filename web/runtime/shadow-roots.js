// shadow-roots.js: knows the shadow roots of this window, which no list of the browser has, and with them all animations. It
// changes nothing about them.

const nativeAttachShadow = methodOf(Element.prototype, "attachShadow");
replaceMethod(Element.prototype, "attachShadow", function attachShadow(/** @type {any} */ options) {
  // @ts-ignore
  const root = nativeAttachShadow(this, options);
  foundRoot(realm, root);
  return root;
});
if (typeof ElementInternals === "function") {
  // The one way to a closed declarative root: its custom element asks for it.
  const nativeInternals = methodOf(HTMLElement.prototype, "attachInternals");
  const internalsRoot = getterOf(ElementInternals.prototype, "shadowRoot");
  replaceMethod(HTMLElement.prototype, "attachInternals", function attachInternals() {
    // @ts-ignore
    const internals = nativeInternals(this);
    const root = internalsRoot(internals);
    if (root) foundRoot(realm, root);
    return internals;
  });
}

/** @param {HeliosRealm} r @param {any} root @returns {boolean} whether it is a new one */
function foundRoot(r, root) {
  if (r.shadowRoots.has(root)) return false;
  r.shadowRoots.add(root);
  if (core.listens.css) core.api.holdStyleEventsIn(r, root);
  return true;
}

/** Finds shadow roots the parser made: they never passed attachShadow. @param {HeliosRealm} r @param {any} [within] */
function findShadowRoots(r, within) {
  const list = within ? N.rootQuerySelectorAll(within, "*") : N.querySelectorAll(r.doc, "*");
  for (let i = 0; i < list.length; i++) {
    const root = N.shadowRoot(list[i]);
    if (root && foundRoot(r, root)) findShadowRoots(r, root);
  }
}
for (const owner of [Element.prototype, ShadowRoot.prototype]) {
  const name = "setHTMLUnsafe";
  const native = methodOf(owner, name);
  if (!native) continue;
  replaceMethod(owner, name, function (/** @type {any[]} */ ...args) {
    // @ts-ignore
    const result = native(this, ...args);
    findShadowRoots(realm);
    return result;
  });
}

/** Without our own (raster.js). @param {any[]} list @returns {any[]} */
function pagesAnimations(list) {
  if (!core.renews) return list;
  /** @type {any[]} */
  const own = [];
  for (let i = 0; i < list.length; i++) if (!core.renewing.has(list[i])) own[own.length] = list[i];
  return own;
}

for (const owner of [Document.prototype, ShadowRoot.prototype, Element.prototype]) {
  const native = methodOf(owner, "getAnimations");
  replaceMethod(owner, "getAnimations", function getAnimations(/** @type {any[]} */ ...args) {
    // @ts-ignore
    return pagesAnimations(native(this, ...args));
  });
}

/** Hands on the animations of each document and each shadow root of all windows. @param {(r: HeliosRealm, list: any[]) => void} visit */
function eachAnimationList(visit) {
  for (let i = 0; i < core.realms.length; i++) {
    const r = core.realms[i];
    if (!realmAlive(r)) continue;
    visit(r, pagesAnimations(N.docAnimations(r.doc)));
    r.shadowRoots.forEach((/** @type {ShadowRoot} */ root) => {
      if (N.isConnected(root)) visit(r, pagesAnimations(N.rootAnimations(root)));
    });
  }
}

/** Every animation of all windows that shows, those included that have ended and fill. @returns {any[]} */
function shownAnimations() {
  /** @type {any[]} */
  const shown = [];
  eachAnimationList((_r, list) => {
    for (let i = 0; i < list.length; i++) shown[shown.length] = list[i];
  });
  return shown;
}
