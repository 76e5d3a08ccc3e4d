// realtime.js: names what a page uses that lives in real time and cannot be held: connections to others, devices, places.
// It changes nothing about them, but for what development servers push.

/** @param {string} code @param {string} what */
const inRealTime = (code, what) => warnOnce(code, `${what}: what it brings comes when it comes, not at a frame`);

/** Whether a development server wants to tell of changes: a render is of what is there when it begins. @param {any[]} args */
function pushesChanges([address, protocols]) {
  return /^vite-(hmr|ping)$/.test(N.String(protocols)) || /\/(webpack-hmr|sockjs-node)/.test(N.String(address));
}
/** A connection on which nothing ever happens. */
const silentSocket = () => N.Object.assign(new EventTarget(), { readyState: 0, send() {}, close() {} });

/** @param {string} name of a constructor @param {string} code */
function noteConstructor(name, code) {
  const native = heliosWindow[name];
  if (typeof native !== "function") return;
  // A proxy keeps the constants, the prototype and what `toString` says.
  const noting = new N.Proxy(native, {
    construct(target, args, made) {
      if (name === "WebSocket" && pushesChanges(args)) return silentSocket();
      inRealTime(code, `the page opens ${name === "EventSource" ? "an" : "a"} ${name}`);
      return N.construct(target, args, made);
    },
  });
  N.defineProperty(native.prototype, "constructor", { value: noting, writable: true, configurable: true });
  N.defineProperty(window, name, { value: noting, writable: true, enumerable: false, configurable: true });
}
noteConstructor("WebSocket", "live-connection");
noteConstructor("WebSocketStream", "live-connection");
noteConstructor("WebTransport", "live-connection");
noteConstructor("EventSource", "live-connection");
noteConstructor("RTCPeerConnection", "live-connection");

/** @param {any} owner a prototype @param {string[]} names @param {string} code @param {string} what */
function noteMethods(owner, names, code, what) {
  for (const name of owner ? names : []) {
    const native = methodOf(owner, name);
    if (!native) continue;
    replaceMethod(owner, name, function (/** @type {any[]} */ ...args) {
      inRealTime(code, what);
      // @ts-ignore
      return native(this, ...args);
    });
  }
}
const prototypeOf = (/** @type {string} */ name) => heliosWindow[name] && heliosWindow[name].prototype;
noteMethods(prototypeOf("Geolocation"), ["getCurrentPosition", "watchPosition"], "device", "the page asks where it is");
noteMethods(prototypeOf("MediaDevices"), ["getUserMedia", "getDisplayMedia"], "device", "the page asks for a camera, a microphone or a screen");
noteMethods(prototypeOf("SpeechSynthesis"), ["speak"], "device", "the page speaks");
noteMethods(prototypeOf("MediaRecorder"), ["start"], "device", "the page records a stream");

// What differs from machine to machine. Only a check of the page says so: libraries ask all the time.
for (const name of ["hardwareConcurrency", "deviceMemory", "connection"]) {
  const get = getterOf(Navigator.prototype, name);
  if (!get) continue;
  replaceAccessor(Navigator.prototype, name, function () {
    warnOnce("machine", `the page reads navigator.${name}, which differs from machine to machine`);
    // @ts-ignore
    return get(this);
  });
}
