// random.js: Math.random and crypto's random numbers from the job's seed. Not for secrets, and it does not pretend to be.
// Each window has its own streams, so what an iframe draws does not depend on what its parent drew in between.

/** @param {string} text @param {number} seed FNV-1a, then mixed: one bit of difference reaches the whole state */
function hashText(text, seed) {
  let h = (2166136261 ^ seed) >>> 0;
  for (let i = 0; i < text.length; i++) h = N.Math.imul(h ^ text.charCodeAt(i), 16777619) >>> 0;
  h = N.Math.imul(h ^ (h >>> 16), 0x85ebca6b) >>> 0;
  h = N.Math.imul(h ^ (h >>> 13), 0xc2b2ae35) >>> 0;
  return (h ^ (h >>> 16)) >>> 0;
}

/** A small counter-free generator with 128 bits of state (sfc32). @param {number} a @param {number} b @param {number} c @param {number} d @returns {() => number} 32-bit words */
function sfc32(a, b, c, d) {
  return () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  };
}

/** @param {string} stream */
function randomWords(stream) {
  const a = hashText(stream, CONFIG.seed);
  const b = hashText(stream, a ^ 0x9e3779b9);
  const c = hashText(stream, b ^ 0x243f6a88);
  const next = sfc32(a, b, c, 1);
  for (let i = 0; i < 12; i++) next();
  return next;
}

/** A worker has the same, of one stream. @param {() => number} mathWords @param {() => number} cryptoWords */
function virtualRandom(mathWords, cryptoWords) {
  replaceMethod(Math, "random", function random() {
    // 53 bits, as in V8.
    return ((mathWords() >>> 5) * 67108864 + (mathWords() >>> 6)) / 9007199254740992;
  });

  if (typeof Crypto === "function") {
    const nativeGetRandomValues = methodOf(Crypto.prototype, "getRandomValues");
    const bufferOf = getterOf(N.getProto(Uint8Array.prototype), "buffer");
    const offsetOf = getterOf(N.getProto(Uint8Array.prototype), "byteOffset");
    const byteLengthOf = getterOf(N.getProto(Uint8Array.prototype), "byteLength");
    const Bytes = Uint8Array;
    replaceMethod(Crypto.prototype, "getRandomValues", function getRandomValues(/** @type {any} */ view) {
      // @ts-ignore
      nativeGetRandomValues(this, view); // throws what it must for wrong kinds and sizes
      const bytes = new Bytes(bufferOf(view), offsetOf(view), byteLengthOf(view));
      let word = 0;
      for (let i = 0; i < bytes.length; i++) {
        if ((i & 3) === 0) word = cryptoWords();
        bytes[i] = word >>> (8 * (i & 3));
      }
      return view;
    });
    replaceMethod(Crypto.prototype, "randomUUID", function randomUUID() {
      let hex = "";
      for (let i = 0; i < 4; i++) hex += ("0000000" + cryptoWords().toString(16)).slice(-8);
      const variant = "89ab"[parseInt(hex[16], 16) & 3];
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
    });
  }
}
virtualRandom(randomWords(realm.path + ":math"), randomWords(realm.path + ":crypto"));
