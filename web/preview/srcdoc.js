// srcdoc.js: documents that stand in an iframe's `srcdoc`. Nobody serves them, so nobody puts this script into them; we do, before they begin
// to load. In every window of the composition; those in shadow roots are not seen.

/** This script, as markup. */
const OWN_TAG = ownTag(/** @type {HTMLScriptElement | null} */ (document.currentScript));
const setAttribute = methodOf(Element.prototype, "setAttribute");

/** @param {HTMLScriptElement | null} script */
function ownTag(script) {
  if (!script) return "";
  return script.src ? `<script src="${script.src.replaceAll("&", "&amp;").replaceAll('"', "&quot;")}"></script>` : `<script>${script.text}</script>`;
}

function fillSrcdocs() {
  const list = N.byTag(document, "iframe");
  for (let i = 0; i < list.length; i++) {
    const html = N.getAttribute(list[i], "srcdoc");
    // Before a doctype is no harm: these documents are never in quirks mode.
    if (html !== null && html !== undefined && !html.startsWith(OWN_TAG)) setAttribute(list[i], "srcdoc", OWN_TAG + html);
  }
}

// Told in a microtask, while the browser begins to load such a document in a task of its own.
if (OWN_TAG !== "") {
  observe(new NativeMutationObserver(fillSrcdocs), document, { subtree: true, childList: true, attributes: true, attributeFilter: ["srcdoc"] });
}
