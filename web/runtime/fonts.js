// fonts.js: fonts are loaded before a frame is taken. It loads none itself: layout decides which are needed.

const fontSet = getterOf(Document.prototype, "fonts");
const fontSetStatus = getterOf(FontFaceSet.prototype, "status");
const fontSetReady = getterOf(FontFaceSet.prototype, "ready");
const fontSetSize = getterOf(FontFaceSet.prototype, "size");
const fontSetEach = methodOf(FontFaceSet.prototype, "forEach");
const fontStatus = getterOf(FontFace.prototype, "status");
const fontFamily = getterOf(FontFace.prototype, "family");
const docElement = getterOf(Document.prototype, "documentElement");
const boxOf = methodOf(Element.prototype, "getBoundingClientRect");

/** @type {any} documents whose fonts are being waited for */
const waitingFonts = hardSet();

function collectFonts() {
  for (let i = 0; i < core.realms.length; i++) {
    const r = core.realms[i];
    if (!realmAlive(r)) continue;
    const fonts = fontSet(r.doc);
    if (fontSetSize(fonts) === 0 || waitingFonts.has(r.doc)) continue;
    let unloaded = false;
    let name = "";
    fontSetEach(fonts, (/** @type {any} */ face) => {
      const status = fontStatus(face);
      if (status === "unloaded") unloaded = true;
      else if (status === "loading") name = fontFamily(face);
      else if (status === "error") warnOnce(`font ${fontFamily(face)} could not be loaded`);
    });
    // Text asks for its font during layout, and layout may not have happened yet.
    if (unloaded && docElement(r.doc)) boxOf(docElement(r.doc));
    if (fontSetStatus(fonts) !== "loading") continue;
    waitingFonts.add(r.doc);
    const done = addPending(`font ${name || "of the page"} did not load`);
    const settled = () => {
      waitingFonts.delete(r.doc);
      done();
    };
    N.then(fontSetReady(fonts), settled, settled);
  }
}
if (isRoot) core.collectors[core.collectors.length] = collectFonts;
