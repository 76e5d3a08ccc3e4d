// network.js: notes requests and other slow asynchronous work the page starts, so that a frame waits for the outcome. What answers
// by events is event-answers.js'. It changes no request. WebSocket, EventSource and streams read piece by piece are not waited for: they have no end.

const nativeFetch = heliosWindow.fetch;
replaceMethod(window, "fetch", function fetch(/** @type {any[]} */ ...args) {
  const promise = N.apply(nativeFetch, window, args);
  const target = args[0] && typeof args[0] === "object" && "url" in args[0] ? args[0].url : args[0];
  return gatePromise(`${shortUrl(target)} did not load`, promise);
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

/** @param {string} type a class @param {string} names its methods @param {string} label */
function trackMethods(type, names, label) {
  const Type = heliosWindow[type];
  if (Type) for (const name of names.split(" ")) trackAsync(Type.prototype, name, `${label}.${name}() did not finish`);
}

/** What of it a window and a worker have. */
function answersElsewhere() {
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
  trackAsync(FontFace.prototype, "load", "a font did not load");
  trackAsync(FontFaceSet.prototype, "load", "fonts did not load");
  trackAsync(WebAssembly, "compile", "WebAssembly.compile() did not finish");
  trackAsync(WebAssembly, "instantiate", "WebAssembly.instantiate() did not finish");
  trackAsync(WebAssembly, "compileStreaming", "WebAssembly.compileStreaming() did not finish");
  trackAsync(WebAssembly, "instantiateStreaming", "WebAssembly.instantiateStreaming() did not finish");
  trackMethods("SubtleCrypto", "digest sign verify encrypt decrypt generateKey importKey exportKey deriveKey deriveBits wrapKey unwrapKey", "crypto.subtle");
  trackMethods("CacheStorage", "open match has delete keys", "caches");
  trackMethods("Cache", "match matchAll add addAll put delete keys", "cache");
  trackMethods("StorageManager", "getDirectory estimate persist persisted", "navigator.storage");
  trackMethods("FileSystemDirectoryHandle", "getFileHandle getDirectoryHandle removeEntry resolve", "folder");
  trackMethods("FileSystemFileHandle", "getFile createWritable", "file");
  trackMethods("FileSystemWritableFileStream", "write seek truncate close", "file");
  if (typeof OffscreenCanvas === "function") trackAsync(OffscreenCanvas.prototype, "convertToBlob", "convertToBlob() did not finish");
}
answersElsewhere();
trackAsync(window, "createImageBitmap", "createImageBitmap() did not finish");
trackAsync(HTMLImageElement.prototype, "decode", "an image's decode() did not finish");
if (typeof BaseAudioContext === "function") trackAsync(BaseAudioContext.prototype, "decodeAudioData", "decodeAudioData() did not finish");
if (typeof OfflineAudioContext === "function") trackAsync(OfflineAudioContext.prototype, "startRendering", "startRendering() did not finish");

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
