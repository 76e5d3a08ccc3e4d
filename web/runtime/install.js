// install.js: hands out what the host calls (`__helios`) and what same-origin windows share. The last file.

/** The window got another document (initial about:blank replaced). */
function documentReplaced() {
  if (realmAlive(realm) && core.realms.indexOf(realm) < 0) core.realms[core.realms.length] = realm;
}

N.defineProperty(window, HELIOS_KEY, { value: { core, realm, documentReplaced } });

const nativeThen = Promise.prototype.then;

/** The host's window awaits our promises through their `then`, which a page may have patched. @template T @param {Promise<T>} promise */
function ownThen(promise) {
  N.defineProperty(promise, "then", { value: nativeThen, configurable: true });
  return promise;
}

// A same-origin iframe has no clock of its own: whoever asks it, asks the root.
if (isRoot) {
  core.api.helios = {
    ready: () => ownThen(heliosReady()),
    step: (/** @type {number} */ frame, /** @type {boolean} */ drawn) => ownThen(heliosStep(frame, drawn)),
    drawing: countDrawing,
    settle: () => ownThen(heliosSettle()),
    pending: heliosPending,
    sound: (/** @type {number} */ from, /** @type {number} */ to) => ownThen(heliosSound(from, to)),
  };
}

// Not writable, not configurable, not enumerable: no page script replaces it or trips over it.
N.defineProperty(window, "__helios", {
  value: N.Object.freeze({ ...core.api.helios, describe: heliosDescribe, canvas: heliosCanvas }),
});
