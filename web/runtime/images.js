// images.js: images are loaded and decoded before a frame is taken: <img>, SVG <image>, url() in styles, and images made
// by scripts. Those that move are films.js'. SVG files that move keep their own clock.

const NativeImage = N.Image;

/** @type {any} <img> -> the source that was decoded last */
const decodedSource = hardWeakMap();
/** @type {any} <img> -> true while decode() runs */
const decoding = hardWeakMap();
/** @type {any} URL -> Image kept alive, so that styles find it loaded */
const preloaded = hardMap();

/** @param {any} img */
function checkImage(img) {
  // A lazy image waits for a scroll position seen by real frames; a video has no reader to wait for.
  if (N.img.loading(img) === "lazy") N.img.setLoading(img, "eager");
  const source = N.img.currentSrc(img) || N.img.src(img);
  if (!source || decoding.get(img)) return;
  if (N.img.complete(img) && decodedSource.get(img) === source) {
    if (N.img.width(img) > 0) showFilm(img, source);
    return;
  }
  decoding.set(img, true);
  const done = addPending(`image ${shortUrl(source)} did not load`);
  const settled = () => {
    decoding.delete(img);
    if (N.img.complete(img)) {
      decodedSource.set(img, source);
      if (N.img.width(img) > 0) showFilm(img, source);
      else if ((N.img.currentSrc(img) || N.img.src(img)) === source) warnOnce("image-failed", `image ${shortUrl(source)} could not be shown`);
    }
    done();
  };
  N.then(N.img.decode(img), settled, settled);
}

/** @param {string} url absolute */
function preloadImage(url) {
  if (preloaded.has(url)) return;
  const img = new NativeImage();
  preloaded.set(url, img);
  N.img.setSrc(img, url);
  const done = addPending(`image ${shortUrl(url)} did not load`);
  N.then(N.img.decode(img), done, done);
  noteStyleFilm(url);
}

const URL_IN_CSS = /url\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^)"'\s]+))\s*\)/g;

/** @param {string} css @param {string} base */
function preloadUrls(css, base) {
  if (!css || css.indexOf("url(") < 0) return;
  for (const match of css.matchAll(URL_IN_CSS)) {
    const raw = match[1] ?? match[2] ?? match[3];
    if (!raw || raw[0] === "#" || raw.startsWith("data:")) continue;
    try {
      const url = new URL(raw, base);
      // A fragment alone names an SVG filter or mask, not a picture.
      if (url.protocol !== "about:" && !url.hash) preloadImage(url.href);
    } catch {
      // Not a URL; the browser ignores it too.
    }
  }
}

/** @type {any} stylesheet -> number of rules when it was read */
const readSheets = hardWeakMap();

/** @param {any} sheet @param {string} base */
function readSheet(sheet, base) {
  let rules;
  try {
    rules = sheet.cssRules;
  } catch {
    return; // another origin: its pictures are waited for by the load event only
  }
  if (!rules || readSheets.get(sheet) === rules.length) return;
  readSheets.set(sheet, rules.length);
  readRules(rules, sheet.href || base);
}

/** @param {any} rules @param {string} base */
function readRules(rules, base) {
  for (let i = 0; i < rules.length; i++) {
    const rule = rules[i];
    if (rule.styleSheet) readSheet(rule.styleSheet, base);
    else if (rule instanceof CSSFontFaceRule) continue;
    else if (rule.style) preloadUrls(rule.style.cssText, base);
    if (rule.cssRules && rule.cssRules.length > 0) readRules(rule.cssRules, base);
  }
}

function collectImages() {
  for (let i = 0; i < core.realms.length; i++) {
    const r = core.realms[i];
    if (!realmAlive(r)) continue;
    const images = N.img.inDocument(r.doc);
    for (let k = 0; k < images.length; k++) checkImage(images[k]);
    const sheets = r.doc.styleSheets;
    for (let k = 0; k < sheets.length; k++) readSheet(sheets[k], r.doc.baseURI);
    const inline = N.querySelectorAll(r.doc, "[style*='url('], svg image");
    for (let k = 0; k < inline.length; k++) collectInline(inline[k], r.doc.baseURI);
    r.shadowRoots.forEach((/** @type {any} */ root) => {
      const list = N.rootQuerySelectorAll(root, "img, image, [style*='url(']");
      for (let k = 0; k < list.length; k++) {
        if (list[k].localName === "img") checkImage(list[k]);
        else collectInline(list[k], r.doc.baseURI);
      }
      const own = root.styleSheets;
      for (let k = 0; k < own.length; k++) readSheet(own[k], r.doc.baseURI);
    });
  }
}

/** @type {any} element -> the style or href that was read last */
const readInline = hardWeakMap();

/** @param {any} element @param {string} base */
function collectInline(element, base) {
  const href = element.localName === "image" ? N.getAttribute(element, "href") || N.getAttribute(element, "xlink:href") : null;
  const text = href ? `url("${href}")` : N.getAttribute(element, "style") || "";
  if (readInline.get(element) === text) return;
  readInline.set(element, text);
  if (!href || !href.startsWith("data:")) preloadUrls(text, base);
}

if (isRoot) core.collectors[core.collectors.length] = collectImages;

// Images a script loads without putting them in the page (sprites, textures) are drawn when they arrive.
replaceAccessor(HTMLImageElement.prototype, "src", null, function (v) {
  // @ts-ignore
  const img = this;
  N.img.setSrc(img, v);
  if (N.img.complete(img) || N.img.loading(img) === "lazy") return;
  waitForLoad(img, `image ${shortUrl(v)} did not load`);
});

/** @param {any} target @param {string} label */
const waitForLoad = (target, label) => waitForEvent(target, label, ["load", "error"]);

// Scripts and style sheets added by scripts load once they are in the page; only then is there something to wait for.
/** @type {any} */
const loadingElements = hardMap();
for (const [owner, name] of /** @type {[any, string][]} */ ([[HTMLScriptElement.prototype, "src"], [HTMLLinkElement.prototype, "href"]])) {
  const set = setterOf(owner, name);
  replaceAccessor(owner, name, null, function (v) {
    // @ts-ignore
    const element = this;
    set(element, v);
    const forget = () => loadingElements.delete(element);
    loadingElements.set(element, shortUrl(v));
    N.addEventListener(element, "load", forget);
    N.addEventListener(element, "error", forget);
  });
}
core.collectors[core.collectors.length] = () => {
  loadingElements.forEach((/** @type {string} */ url, /** @type {any} */ element) => {
    if (!N.isConnected(element)) return;
    loadingElements.delete(element);
    // A link that is not a stylesheet (preload, icon) may never report.
    if (element.localName === "link" && !(/\bstylesheet\b/i.test(element.rel) && !element.disabled && !element.sheet)) return;
    waitForLoad(element, `${element.localName} ${url} did not load`);
  });
};
