// install.js: hands out what the host calls (`__helios`) and what same-origin windows share. The last file.

/** The window got another document (initial about:blank replaced): per-document state starts anew. */
function documentReplaced() {
  realm.doc = document;
  realm.timers = hardMap();
  realm.raf = hardMap();
  realm.idle = hardMap();
  realm.shadowRoots = hardSet();
  realm.origin = core.now;
  if (core.realms.indexOf(realm) < 0) core.realms[core.realms.length] = realm;
}

N.defineProperty(window, HELIOS_KEY, { value: { core, realm, documentReplaced } });

// A same-origin iframe has no clock of its own: whoever asks it, asks the root.
if (isRoot) core.api.helios = { ready: heliosReady, step: heliosStep };

// Not writable, not configurable, not enumerable: no page script replaces it or trips over it.
N.defineProperty(window, "__helios", {
  value: N.Object.freeze({ ...core.api.helios, describe: heliosDescribe, canvas: heliosCanvas }),
});
