// films.js: GIF, APNG, animated WebP and AVIF in <img> on the virtual clock. Their native animation cannot be stopped, so the
// picture that belongs to the time is decoded here and put over it as CSS `content`; everything else of the element stays.
// As in Chromium all elements with one URL share one clock. In styles and SVG they are only named in a warning.

const NativeImageDecoder = heliosWindow.ImageDecoder;
const nativeObjectUrl = URL.createObjectURL.bind(URL);
const styleOf = getterOf(HTMLElement.prototype, "style");
const setStyleProperty = methodOf(CSSStyleDeclaration.prototype, "setProperty");
const removeStyleProperty = methodOf(CSSStyleDeclaration.prototype, "removeProperty");

/** @typedef {{ decoder: any, ends: number[], plays: number, start: number, urls: (string | null)[], keep: any[], width: number }} Film */

/** URL -> Film, or null while it is not known and for those that stand still. @type {any} */
const films = hardMap();
/** @type {any} <img> -> what it shows in `content` */
const filmShown = hardWeakMap();

/** @param {Uint8Array} b @param {number} at @param {string} text */
function hasText(b, at, text) {
  for (let i = 0; i < text.length; i++) if (b[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** What the first bytes of a file say: the type of an image that may move, or null. @param {Uint8Array} b */
function filmType(b) {
  if (hasText(b, 0, "GIF8")) return "image/gif";
  if (hasText(b, 0, "RIFF") && hasText(b, 12, "VP8X") && (b[20] & 2) !== 0) return "image/webp";
  if (hasText(b, 4, "ftypavis")) return "image/avif";
  if (!hasText(b, 1, "PNG")) return null;
  for (let at = 8; at + 8 <= b.length; ) {
    if (hasText(b, at + 4, "acTL")) return "image/png";
    if (hasText(b, at + 4, "IDAT")) return null;
    at += 12 + b[at] * 16777216 + b[at + 1] * 65536 + b[at + 2] * 256 + b[at + 3];
  }
  return null;
}

/** Loads a file as far as needed to know whether it moves. @param {string} url @returns {Promise<Film | null>} */
async function loadFilm(url) {
  let answer;
  try {
    answer = await N.apply(nativeFetch, window, [url, { cache: "force-cache" }]);
  } catch {
    if (/\.(gif|apng)$/i.test(url.split(/[?#]/)[0])) warnOnce("moving-image", `image ${shortUrl(url)} of another origin moves with real time, if it moves: serve it with the page`);
    return null;
  }
  const reader = answer.body.getReader();
  /** @type {Uint8Array[]} */
  const parts = [];
  let type = null;
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts[parts.length] = value;
    size += value.length;
    if (parts.length > 1) continue;
    type = filmType(value);
    if (type === null) {
      await reader.cancel();
      return null;
    }
  }
  if (type === null) return null;
  if (!NativeImageDecoder) {
    warnOnce("moving-image", `image ${shortUrl(url)} moves with real time: only pages of a secure origin can decode it`);
    return null;
  }
  const data = new Uint8Array(size);
  let at = 0;
  for (let i = 0; i < parts.length; i++) {
    data.set(parts[i], at);
    at += parts[i].length;
  }
  const decoder = new NativeImageDecoder({ data, type, preferAnimation: true });
  await decoder.tracks.ready;
  await decoder.completed;
  const track = decoder.tracks.selectedTrack;
  if (track.frameCount < 2) return null;
  const film = { decoder, ends: /** @type {number[]} */ ([]), plays: track.repetitionCount + 1, start: startNow(), urls: /** @type {any[]} */ ([]), keep: /** @type {any[]} */ ([]), width: 0 };
  let end = 0;
  for (let i = 0; i < track.frameCount; i++) {
    const { image } = await decoder.decode({ frameIndex: i });
    const ms = (image.duration || 0) / 1000;
    film.width = image.displayWidth;
    image.close();
    // All browsers: what is to be shown for up to a hundredth of a second is shown for a tenth.
    end += ms <= 10 ? 100 : ms;
    film.ends[i] = end;
    film.urls[i] = null;
  }
  return film;
}

/** @param {Film} film @param {number} t */
function filmFrame(film, t) {
  const total = film.ends[film.ends.length - 1];
  let at = t - film.start;
  if (at >= film.plays * total) return film.ends.length - 1;
  at = at > 0 ? at % total : 0;
  let i = 0;
  while (i < film.ends.length - 1 && film.ends[i] <= at + TIME_EPSILON) i++;
  return i;
}

/** Makes one picture of a film into a URL that styles find loaded. @param {Film} film @param {number} index */
async function makePicture(film, index) {
  const { image } = await film.decoder.decode({ frameIndex: index });
  const flat = new OffscreenCanvas(image.displayWidth, image.displayHeight);
  const context = /** @type {any} */ (flat.getContext("2d"));
  context.drawImage(image, 0, 0);
  image.close();
  const url = nativeObjectUrl(await N.convertToBlob(flat));
  const img = new NativeImage();
  N.img.setSrc(img, url);
  await N.img.decode(img);
  film.keep[index] = img;
  film.urls[index] = url;
}

/** Puts the picture of the time over an image. @param {any} img @param {string} source */
function showFilm(img, source) {
  const film = films.get(source);
  if (film === undefined) startFilm(source);
  if (!film) {
    if (filmShown.get(img)) {
      removeStyleProperty(styleOf(img), "content");
      filmShown.delete(img);
    }
    return;
  }
  const index = filmFrame(film, startNow());
  const url = film.urls[index];
  if (url === null) {
    film.urls[index] = "";
    const done = addPending(`image ${shortUrl(source)}: its picture ${index} was not decoded`);
    N.then(makePicture(film, index), done, done);
  } else if (url !== "" && filmShown.get(img) !== url) {
    filmShown.set(img, url);
    core.changed = true;
    const density = film.width / N.img.width(img);
    setStyleProperty(styleOf(img), "content", density === 1 ? `url("${url}")` : `image-set(url("${url}") ${density}x)`, "important");
  }
}

/** @param {string} source */
function startFilm(source) {
  films.set(source, null);
  if (/^data:image\/(svg|jpe?g)|\.(svgz?|jpe?g)([?#]|$)/i.test(source.slice(0, 2000))) return;
  const done = addPending(`image ${shortUrl(source)} did not load`);
  const known = (/** @type {any} */ film) => {
    films.set(source, film || null);
    done();
  };
  N.then(loadFilm(source), known, () => known(null));
}

/** @type {any} URL -> true: films in styles that were warned of */
const styleFilms = hardMap();

/** Styles cannot be shown another picture. @param {string} url */
function noteStyleFilm(url) {
  if (styleFilms.has(url)) return;
  styleFilms.set(url, true);
  const done = addPending(`image ${shortUrl(url)} did not load`);
  const known = (/** @type {any} */ film) => {
    if (film) warnOnce("moving-image", `the moving image ${shortUrl(url)} in a style or an SVG moves with real time: use <img>`);
    done();
  };
  if (/\.(gif|a?png|webp|avif)$/i.test(url.split(/[?#]/)[0])) N.then(loadFilm(url), known, () => known(null));
  else done();
}
