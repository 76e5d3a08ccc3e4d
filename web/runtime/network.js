// network.js: notes requests and other slow asynchronous work the page starts, so that a frame waits for the outcome.
// It changes no request. WebSocket, EventSource and streams read piece by piece are not waited for: they have no end.

const nativeFetch = heliosWindow.fetch;
replaceMethod(window, "fetch", function fetch(/** @type {any[]} */ ...args) {
  const promise = N.apply(nativeFetch, window, args);
  const target = args[0] && typeof args[0] === "object" && "url" in args[0] ? args[0].url : args[0];
  return gatePromise(`${shortUrl(target)} did not load`, promise);
});

for (const owner of [Response.prototype, Blob.prototype, Request.prototype]) {
  for (const name of ["arrayBuffer", "blob", "bytes", "formData", "json", "text"]) {
    const native = N.getDescriptor(owner, name) && methodOf(owner, name);
    if (!native) continue;
    replaceMethod(owner, name, function (/** @type {any[]} */ ...args) {
      // @ts-ignore
      const self = this;
      return gatePromise(`the body of ${shortUrl(self.url || "a blob")} did not load`, native(self, ...args));
    });
  }
}

const nativeSend = methodOf(XMLHttpRequest.prototype, "send");
const nativeOpen = methodOf(XMLHttpRequest.prototype, "open");
const xhrUrls = hardWeakMap();
replaceMethod(XMLHttpRequest.prototype, "open", function open(/** @type {any[]} */ ...args) {
  // @ts-ignore
  xhrUrls.set(this, args[1]);
  // @ts-ignore
  return nativeOpen(this, ...args);
});
replaceMethod(XMLHttpRequest.prototype, "send", function send(/** @type {any} */ body) {
  // @ts-ignore
  const self = this;
  const done = addPending(`${shortUrl(xhrUrls.get(self))} did not load`);
  N.addEventListener(self, "loadend", done);
  try {
    return nativeSend(self, body);
  } catch (e) {
    done();
    throw e;
  }
});

/** Wraps functions that return a promise from work done elsewhere. @param {any} owner @param {string} name @param {string} label */
function trackAsync(owner, name, label) {
  const native = owner && typeof owner[name] === "function" ? owner[name] : null;
  if (!native || !N.getDescriptor(owner, name)) return;
  replaceMethod(owner, name, function (/** @type {any[]} */ ...args) {
    // @ts-ignore
    const result = N.apply(native, this, args);
    return isThenable(result) ? gatePromise(label, result) : result;
  });
}
trackAsync(window, "createImageBitmap", "createImageBitmap() did not finish");
trackAsync(HTMLImageElement.prototype, "decode", "an image's decode() did not finish");
trackAsync(FontFace.prototype, "load", "a font did not load");
trackAsync(FontFaceSet.prototype, "load", "fonts did not load");
trackAsync(WebAssembly, "compile", "WebAssembly.compile() did not finish");
trackAsync(WebAssembly, "instantiate", "WebAssembly.instantiate() did not finish");
trackAsync(WebAssembly, "compileStreaming", "WebAssembly.compileStreaming() did not finish");
trackAsync(WebAssembly, "instantiateStreaming", "WebAssembly.instantiateStreaming() did not finish");
if (typeof BaseAudioContext === "function") trackAsync(BaseAudioContext.prototype, "decodeAudioData", "decodeAudioData() did not finish");
if (typeof OfflineAudioContext === "function") trackAsync(OfflineAudioContext.prototype, "startRendering", "startRendering() did not finish");
if (typeof SubtleCrypto === "function") trackAsync(SubtleCrypto.prototype, "digest", "crypto.subtle.digest() did not finish");
if (typeof OffscreenCanvas === "function") trackAsync(OffscreenCanvas.prototype, "convertToBlob", "convertToBlob() did not finish");

const nativeToBlob = methodOf(HTMLCanvasElement.prototype, "toBlob");
replaceMethod(HTMLCanvasElement.prototype, "toBlob", function toBlob(/** @type {any} */ cb, /** @type {any[]} */ ...rest) {
  const done = addPending("toBlob() did not finish");
  const answered = (/** @type {any} */ blob) => {
    done();
    guarded(realm, () => cb(blob));
  };
  try {
    // @ts-ignore
    return nativeToBlob(this, typeof cb === "function" ? answered : cb, ...rest);
  } catch (e) {
    done();
    throw e;
  }
});
