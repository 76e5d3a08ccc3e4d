// guard.js: decides whether the runtime belongs in this window at all.
// It does nothing in the host page, and nothing in a window that already has it. It installs nothing itself.

// The host page is Helios' own: it draws the frame strip and must live on the real clock.
// @ts-ignore TS1108: the files are concatenated into one function, so this return is legal there.
if (location.pathname === "/__helios__/host") return;

/** Where same-origin windows find each other's runtime. A symbol, so that pages enumerating `window` do not meet it. */
const HELIOS_KEY = Symbol.for("helios.runtime");

// Chromium may keep the Window of an initial about:blank and give it a new Document. The script runs again then, but
// the overrides are still in place and must not be stacked on top of themselves.
const heliosEarlier = /** @type {any} */ (window)[HELIOS_KEY];
if (heliosEarlier) {
  heliosEarlier.documentReplaced();
  // @ts-ignore TS1108
  return;
}
