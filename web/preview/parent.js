// parent.js: the line to the page around the preview. Messages of other origins and other windows are not heard, and the page's
// own scripts hear none of ours. It decides nothing.

/** Whether this window is the composition's topmost one: the others have no line of their own. */
const isPreview = isRoot && window.name.startsWith(PREVIEW_MARK) && window.parent !== window;
const parentPost = isPreview ? window.parent.postMessage.bind(window.parent) : null;

/** @param {string} type @param {object} [more] */
function tell(type, more) {
  if (parentPost) parentPost({ heliosPreview: preview.id, type, ...more }, HELIOS_STUDIO);
}

/** @type {Record<string, (message: any) => void>} what the parent may ask for */
const orders = {};

if (isPreview) {
  N.addEventListener(window, "message", (/** @type {any} */ event) => {
    const data = eventData(event);
    if (!data || typeof data !== "object" || data.heliosPreview === undefined) return;
    stopEvent(event);
    if (eventSource(event) !== window.parent || eventOrigin(event) !== HELIOS_STUDIO) return;
    if (data.heliosPreview === preview.id && orders[data.type]) orders[data.type](data);
  }, true);
}
