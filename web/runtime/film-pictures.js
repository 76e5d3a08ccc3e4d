// film-pictures.js: pictures of videos, as the renderer decodes them (crates/helios-renderer/src/films.rs). Who plays a video is asked for
// times at even distances: so the picture of the next frame is on its way while this one is painted, and seldom waited for.
// Which picture belongs to a time does not depend on that: each one says from when to when it is shown.

/** `url`: an address of the picture that is loaded and decoded; `given`: the page has it, and gives it back @typedef {{ from: number, to: number, blob: any, url: string, img: any, given: boolean }} FilmPicture */

const revokePicture = URL.revokeObjectURL.bind(URL);
const headerOf = methodOf(Headers.prototype, "get");
const responseHeaders = getterOf(Response.prototype, "headers");

/** @param {string} query */
const askFilm = (query) => N.apply(nativeFetch, window, [`${CONFIG.films}?${query}`, { cache: "no-store" }]);

/** The end of the last picture, in nanoseconds, is the end of time. */
const LAST_PICTURE = 2 ** 62;

/** @param {string} url @param {string} id of the decoder @param {number} nanos @returns {Promise<FilmPicture>} */
async function loadPicture(url, id, nanos) {
  const answer = await askFilm(`url=${encodeURIComponent(url)}&id=${id}&at=${nanos}`);
  if (!answer.ok) throw new N.Error(await N.responseText(answer));
  const headers = responseHeaders(answer);
  const blob = await N.responseBlob(answer);
  const made = nativeObjectUrl(blob);
  const img = new NativeImage();
  N.img.setSrc(img, made);
  // Nobody needs to look whether it moves.
  films.set(made, null);
  await N.img.decode(img);
  // What the file says of times is rounded: the answer is the frame of this time in any case.
  return { from: N.Math.min(N.Number(headerOf(headers, "x-from")), nanos), to: N.Number(headerOf(headers, "x-to")), blob, url: made, img, given: false };
}

/** @param {FilmPicture | null} picture @param {number} nanos */
function isPictureOf(picture, nanos) {
  return picture !== null && nanos >= picture.from && nanos < picture.to;
}

/** A moment later: what shows it may be about to show another. @param {FilmPicture | null} picture */
function dropPicture(picture) {
  if (picture === null) return;
  N.setTimeout(() => {
    films.delete(picture.url);
    if (!picture.given) revokePicture(picture.url);
  }, 2000);
}

/** What is to be asked for while the frame is painted. @type {(() => void)[]} */
let expectedPictures = [];

/** The frame is ready to be painted. */
function askForExpected() {
  const expected = expectedPictures;
  expectedPictures = [];
  for (let i = 0; i < expected.length; i++) expected[i]();
}

/**
 * Looks at a video, one time after the other. @param {string} url @param {string} id of the decoder, which nobody else has
 * @returns {(nanos: number) => Promise<FilmPicture>}
 */
function filmReader(url, id) {
  let asked = -1;
  /** @type {FilmPicture | null} */
  let last = null;
  /** @type {Promise<FilmPicture | null> | null} */
  let coming = null;
  return async (nanos) => {
    const step = asked < 0 ? 0 : nanos - asked;
    asked = nanos;
    if (last === null || !isPictureOf(last, nanos)) {
      let next = coming === null ? null : await coming;
      coming = null;
      if (next === null || !isPictureOf(next, nanos)) {
        dropPicture(next);
        next = await loadPicture(url, id, nanos);
      }
      dropPicture(last);
      last = next;
    }
    const { to } = last;
    if (step > 0 && to < LAST_PICTURE && coming === null) {
      expectedPictures[expectedPictures.length] = () => {
        if (asked === nanos && coming === null) coming = N.then(loadPicture(url, id, N.Math.max(to, nanos + step)), (/** @type {any} */ picture) => picture, () => null);
      };
    }
    return last;
  };
}
