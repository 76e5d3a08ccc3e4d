// config.js: whether this document is a preview at all, and what the runtime is to know of it. The first file, before the runtime.
//
// The page around us (Studio, player) names the iframe; the name is there before anything has loaded, whatever the origins. It
// outlives a page that replaces itself while it loads. Windows inside the composition ask the one above them.
// A page that is opened by itself has no such name: nothing is installed, and it plays as in any browser.

const PREVIEW_MARK = "helios-preview:";
/** Where windows of the composition find the settings of the one above. */
const PREVIEW_KEY = Symbol.for("helios.preview");

/** @returns {any} */
function previewSettings() {
  if (window.name.startsWith(PREVIEW_MARK)) {
    try {
      return JSON.parse(window.name.slice(PREVIEW_MARK.length));
    } catch {
      return null;
    }
  }
  try {
    return window.parent === window ? null : /** @type {any} */ (window.parent)[PREVIEW_KEY] ?? null;
  } catch {
    return null; // another origin, which is no preview
  }
}

const preview = previewSettings();
// @ts-ignore TS1108: the files are concatenated into one function, so this return is legal there.
if (!preview) return;
Object.defineProperty(window, PREVIEW_KEY, { value: preview, configurable: true });

const HELIOS_CONFIG = { ...preview.config, films: HELIOS_FILMS };
