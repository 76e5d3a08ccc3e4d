// broadcast.js: BroadcastChannel between the windows and workers of a page. The browser's own messages take their way through its main
// process and come when they do; ours are tasks of the page, in the order of posting. Workers hear them by their own messages.

const NativeBroadcast = heliosWindow.BroadcastChannel;
const broadcastName = getterOf(NativeBroadcast.prototype, "name");
const nativeBroadcastPost = methodOf(NativeBroadcast.prototype, "postMessage");
const nativeBroadcastClose = methodOf(NativeBroadcast.prototype, "close");
const cloneHere = heliosWindow.structuredClone.bind(window);

/** @typedef {{ name: string, port: any }} Listening what is posted to the port becomes a message of the channel */

/** Those that are open, of all windows, in the order in which they were made. @type {Set<Listening>} */
const listening = isRoot ? hardSet() : core.api.listening;
/** @type {any} channel -> Listening */
const broadcasts = hardWeakMap();

/**
 * To everybody of that name, but the one it comes from.
 * @param {string} name @param {any} data @param {any} from a Listening or a worker
 */
function broadcast(name, data, from) {
  listening.forEach((/** @type {Listening} */ to) => {
    if (to === from || to.name !== name) return;
    core.api.noteMessage();
    N.portPost(to.port, data);
    core.api.flushAfter();
  });
  workers.forEach((/** @type {WorkerState} */ s) => {
    if (s.worker === from) return;
    nativeWorkerPost(s.worker, { __helios: { broadcast: { name, data } } });
    s.dirty = true;
    kickWorker(s);
  });
}

if (isRoot) {
  core.api.listening = listening;
  core.api.broadcast = broadcast;
}

const VirtualBroadcast = function (/** @type {any[]} */ ...args) {
  const channel = N.construct(NativeBroadcast, args, new.target || NativeBroadcast);
  const { port1, port2 } = new N.MessageChannel();
  const made = { name: broadcastName(channel), port: port2 };
  N.addEventListener(port1, "message", (/** @type {any} */ event) => {
    if (!listening.has(made)) return;
    if (realmAlive(realm)) N.dispatchEvent(channel, new MessageEvent("message", { data: eventData(event), origin: location.origin }));
    else listening.delete(made);
  });
  N.portStart(port1);
  listening.add(made);
  broadcasts.set(channel, made);
  return channel;
};
replaceClass("BroadcastChannel", NativeBroadcast, VirtualBroadcast);

replaceMethod(NativeBroadcast.prototype, "postMessage", /** @this {any} */ function postMessage(/** @type {any[]} */ ...args) {
  const from = broadcasts.get(this);
  // Closed ones, calls without a message and what cannot be sent are errors.
  if (!from || !listening.has(from) || args.length === 0) return nativeBroadcastPost(this, ...args);
  core.api.broadcast(from.name, cloneHere(args[0]), from);
});
replaceMethod(NativeBroadcast.prototype, "close", /** @this {any} */ function close() {
  const from = broadcasts.get(this);
  if (from) listening.delete(from);
  return nativeBroadcastClose(this);
});
