// check.js: looks at a composition as it stands, for `helios check`: fonts, sizes, media, pictures. It is no part of the
// runtime: the host page calls it between two frames. It changes nothing in the composition.
//
// It answers with [{ code, message, place }]; how much a code matters and what to do about it is in the renderer (rules.rs).

(async (/** @type {any} */ win) => {
  const GENERIC = /^(serif|sans-serif|monospace|cursive|fantasy|system-ui|ui-serif|ui-sans-serif|ui-monospace|ui-rounded|math|emoji|fangsong)$/;
  // Names that a style sheet lists for the sake of other systems, and whose absence here nobody wonders about.
  const ELSEWHERE = /^(-apple-system|blinkmacsystemfont|(segoe ui|apple color|noto color|helvetica neue|sf mono|sfmono|menlo|consolas|monaco).*)$/;
  /** How many times the frame's area something may have before it is called huge. */
  const HUGE = 16;

  const doc = win.document;
  const frameArea = win.innerWidth * win.innerHeight;
  /** @type {{ code: string, message: string, place: string | null }[]} */
  const found = [];
  const say = (/** @type {string} */ code, /** @type {string} */ message, /** @type {string | null} */ place = null) => found.push({ code, message, place });

  /** An element as its author would find it. @param {Element} element */
  const named = (element) => {
    const name = element.localName + (element.id ? `#${element.id}` : "");
    const first = typeof element.className === "string" ? element.className.trim().split(/\s+/)[0] : "";
    return `<${first && !element.id ? `${name}.${first}` : name}>`;
  };

  const pen = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
  const widthIn = (/** @type {string} */ families) => {
    pen.font = `72px ${families}`;
    return pen.measureText("mmMMwwWWiillLI0123456789@#").width;
  };
  /** Whether the system has a family: text in it is as wide as in none of two very different others. @param {string} family */
  const isInstalled = (family) => ["monospace", "serif"].some((other) => widthIn(`${JSON.stringify(family)}, ${other}`) !== widthIn(other));

  /** The lists of families in which the text under a node is set, shadow roots included. @param {any} root @param {Set<string>} lists */
  const familiesUnder = (root, lists) => {
    const nodes = doc.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = nodes.currentNode; node; node = nodes.nextNode()) {
      if (node.shadowRoot) familiesUnder(node.shadowRoot, lists);
      const parent = node.parentElement ?? node.parentNode?.host;
      if (node.nodeType !== Node.TEXT_NODE || !parent || !node.data.trim()) continue;
      if (!/^(script|style|noscript|template|title)$/.test(parent.localName)) lists.add(win.getComputedStyle(parent).fontFamily);
    }
    return lists;
  };

  /** The document and those of its frames that can be looked into. @param {any} document @returns {any[]} */
  const documentsIn = (document) => [document, ...[...document.querySelectorAll("iframe")].flatMap((frame) => (frame.contentDocument ? documentsIn(frame.contentDocument) : []))];

  const fonts = () => {
    const system = new Set();
    const missing = new Map();
    for (const each of documentsIn(doc)) fontsOf(each, system, missing);
    for (const [family, drawn] of missing) say("font-missing", `the font "${family}" is neither installed nor loaded: text is drawn in ${drawn}`);
    if (system.size > 0) say("system-font", `text is drawn with fonts of this machine: ${[...system].sort().join(", ")}`);
  };

  /** @param {any} document @param {Set<string>} system fonts of this machine that are drawn @param {Map<string, string>} missing family -> what is drawn in its place */
  const fontsOf = (document, system, missing) => {
    const shipped = new Set();
    document.fonts.forEach((/** @type {FontFace} */ face) => face.status !== "error" && shipped.add(face.family.replace(/["']/g, "").toLowerCase()));
    for (const list of familiesUnder(document.body ?? document, new Set())) {
      const families = [...list.matchAll(/\s*(?:"([^"]*)"|'([^']*)'|([^,]+))\s*(?:,|$)/g)].map((m) => (m[1] ?? m[2] ?? m[3]).trim());
      const absent = [];
      let drawn = null;
      for (const family of families) {
        const key = family.toLowerCase();
        if (!shipped.has(key) && !GENERIC.test(key) && !isInstalled(family)) {
          if (!ELSEWHERE.test(key)) absent.push(family);
          continue;
        }
        drawn = family;
        if (!shipped.has(key)) system.add(family);
        break;
      }
      // Only what comes before the family that is drawn is missed.
      for (const family of absent) missing.set(family, drawn ?? "the browser's default font");
      if (drawn === null) system.add("the browser's default font");
    }
  };

  const sizes = () => {
    const all = doc.getElementsByTagName("*");
    if (all.length > 10000) say("large-dom", `the page has more than ${Math.floor(all.length / 1000) * 1000} elements`);
    for (const canvas of doc.querySelectorAll("canvas")) {
      const times = (canvas.width * canvas.height) / frameArea;
      if (times > HUGE) say("huge-canvas", `${named(canvas)} has ${canvas.width} x ${canvas.height} pixels, ${Math.round(times)} times the frame`);
    }
    for (let i = 0; i < all.length && i < 5000; i++) {
      const { width, height } = all[i].getBoundingClientRect();
      if (all[i] === doc.documentElement || all[i] === doc.body || width * height <= HUGE * frameArea) continue;
      say("huge-element", `${named(all[i])} is ${Math.round(width)} x ${Math.round(height)} pixels large, ${Math.round((width * height) / frameArea)} times the frame`);
      break;
    }
    const heap = win.performance.memory?.usedJSHeapSize ?? 0;
    if (heap > 1e9) say("memory", `the page's scripts hold more than ${Math.floor(heap / 1e9)} GB`);
  };

  const media = () => {
    for (const element of doc.querySelectorAll("video, audio")) {
      if (element.srcObject) say("live-media", `${named(element)} plays a stream`);
    }
  };

  const drawings = async () => {
    const urls = new Set([...doc.images].map((/** @type {HTMLImageElement} */ img) => img.currentSrc).filter((url) => /\.svg([?#]|$)/i.test(url)));
    for (const url of urls) {
      try {
        const text = await (await fetch(url)).text();
        if (/<animate|<set\b|@keyframes/i.test(text)) say("moving-svg", "an SVG file that moves, in <img>, moves with real time", url);
      } catch {
        // Of another origin: nobody may look inside.
      }
    }
  };

  fonts();
  sizes();
  media();
  await drawings();
  return found;
})
