// fonts.js: fonts are loaded before a frame is taken. It loads none itself: layout decides which are needed.

/** @type {any} documents whose fonts are being waited for */
const waitingFonts = hardSet();

function collectFonts() {
  for (let i = 0; i < core.realms.length; i++) {
    const r = core.realms[i];
    if (!realmAlive(r)) continue;
    const fonts = N.fonts.of(r.doc);
    if (N.fonts.size(fonts) === 0 || waitingFonts.has(r.doc)) continue;
    let unloaded = false;
    let name = "";
    N.fonts.forEach(fonts, (/** @type {any} */ face) => {
      const status = N.fonts.faceStatus(face);
      if (status === "unloaded") unloaded = true;
      else if (status === "loading") name = N.fonts.family(face);
      else if (status === "error") warnOnce("font-failed", `font ${N.fonts.family(face)} could not be loaded`);
    });
    // Text asks for its font during layout, and layout may not have happened yet.
    if (unloaded && N.documentElement(r.doc)) N.boundingBox(N.documentElement(r.doc));
    if (N.fonts.status(fonts) !== "loading") continue;
    waitingFonts.add(r.doc);
    const done = addPending(`font ${name || "of the page"} did not load`);
    const settled = () => {
      waitingFonts.delete(r.doc);
      done();
    };
    N.then(N.fonts.ready(fonts), settled, settled);
  }
}

/** Whether a font of any window is on its way. */
function fontsLoading() {
  for (let i = 0; i < core.realms.length; i++) {
    const r = core.realms[i];
    if (realmAlive(r) && N.fonts.status(N.fonts.of(r.doc)) === "loading") return true;
  }
  return false;
}

if (isRoot) core.api.fontsLoading = fontsLoading;
if (isRoot) core.collectors[core.collectors.length] = collectFonts;
