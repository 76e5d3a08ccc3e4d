// raster.js: pixels that do not depend on what was drawn before. An element with a layer of its own is drawn by history:
// Chromium keeps the scale at which it first drew a layer with `will-change: transform`, and smooths the edges of a scaled
// layer by whichever tiles are ready. `will-change: contents` on the root tells it that layers do not pay in this document:
// elements keep their stacking contexts and containing blocks, but none gets a layer for a hint or an animation. Layers
// by 3D transforms are left out by a flag of the renderer. Findings and cost: docs/capture.md.

/** The rule is in a sheet of its own, so that the page's elements and sheets stay as they are. */
const rasterSheet = new CSSStyleSheet();
rasterSheet.replaceSync(":root { will-change: contents !important }");

const adoptedSheets = getterOf(Document.prototype, "adoptedStyleSheets");
const setAdoptedSheets = setterOf(Document.prototype, "adoptedStyleSheets");

/** The page's list with our sheet in it, once. @param {any} list */
function withRasterSheet(list) {
  const sheets = [rasterSheet];
  for (const sheet of list) if (sheet !== rasterSheet) sheets[sheets.length] = sheet;
  return sheets;
}

setAdoptedSheets(document, withRasterSheet(adoptedSheets(document)));

// A list that the page sets replaces the one before.
replaceAccessor(Document.prototype, "adoptedStyleSheets", null, function (list) {
  setAdoptedSheets(this, this === document ? withRasterSheet(list) : list);
});
