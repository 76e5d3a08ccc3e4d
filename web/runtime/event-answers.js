// event-answers.js: work done elsewhere that answers by events: XMLHttpRequest, FileReader, locks, IndexedDB. A frame waits for it, and where
// several are under way at a time, each begins when those before it are done: so their events have an order.

/** What of it a window and a worker have: all but locks, of which a worker's may be the page's to let go. */
function virtualAnswers() {
  /** @type {any} the object -> its turn, until its last event */
  const turns = hardWeakMap();

  /**
   * Lets an object wait for its turn. @param {any} target @param {string} label @param {string[]} ends the events of which one is the last
   * @param {() => void} run begins the work
   */
  function waitTurn(target, label, ends, run) {
    const turn = takeTurn(label, run);
    const end = () => {
      for (const type of ends) N.removeEventListener(target, type, end);
      if (turns.get(target) === known) turns.delete(target);
      turn.done();
    };
    const known = { begin: turn.begin, end };
    turns.set(target, known);
    for (const type of ends) N.addEventListener(target, type, end);
  }

  /** Begins what waits for its turn, before something is asked of it that needs it to be under way. @param {any} target */
  function beginNow(target) {
    const turn = turns.get(target);
    if (turn) turn.begin();
  }

  const xhr = {
    open: methodOf(XMLHttpRequest.prototype, "open"),
    send: methodOf(XMLHttpRequest.prototype, "send"),
    state: getterOf(XMLHttpRequest.prototype, "readyState"),
  };
  /** @type {any} request -> what it was opened for */
  const opened = hardWeakMap();
  replaceMethod(XMLHttpRequest.prototype, "open", /** @this {any} */ function open(/** @type {any[]} */ ...args) {
    const self = this;
    xhr.open(self, ...args);
    opened.set(self, { url: args[1], waits: args.length < 3 || Boolean(args[2]) });
    // What it was asked for before is given up, without an event.
    const turn = turns.get(self);
    if (turn) turn.end();
  });
  replaceMethod(XMLHttpRequest.prototype, "send", /** @this {any} */ function send(/** @type {any} */ body) {
    const self = this;
    beginNow(self);
    const request = opened.get(self);
    // Whoever sends twice is told so by the browser, and who does not wait gets the answer at once.
    if (!request || !request.waits || turns.has(self) || xhr.state(self) !== XMLHttpRequest.OPENED) return xhr.send(self, body);
    waitTurn(self, `${shortUrl(request.url)} did not load`, ["loadend"], () => xhr.send(self, body));
  });
  for (const name of ["abort", "setRequestHeader"]) {
    const native = methodOf(XMLHttpRequest.prototype, name);
    replaceMethod(XMLHttpRequest.prototype, name, /** @this {any} */ function (/** @type {any[]} */ ...args) {
      beginNow(this);
      return native(this, ...args);
    });
  }

  const readerState = getterOf(FileReader.prototype, "readyState");
  const blobSize = getterOf(Blob.prototype, "size");
  for (const name of ["readAsArrayBuffer", "readAsBinaryString", "readAsDataURL", "readAsText"]) {
    const native = methodOf(FileReader.prototype, name);
    replaceMethod(FileReader.prototype, name, /** @this {any} */ function (/** @type {any[]} */ ...args) {
      const self = this;
      const turn = turns.get(self);
      // A handler of its last event may read on.
      if (turn && readerState(self) === FileReader.DONE) turn.end();
      beginNow(self);
      if (turns.has(self) || !isBlob(args[0])) return native(self, ...args);
      waitTurn(self, "a FileReader did not finish", ["load", "error", "abort"], () => native(self, ...args));
    });
  }
  const nativeReaderAbort = methodOf(FileReader.prototype, "abort");
  replaceMethod(FileReader.prototype, "abort", /** @this {any} */ function abort() {
    beginNow(this);
    return nativeReaderAbort(this);
  });

  /** @param {any} value */
  function isBlob(value) {
    try {
      return blobSize(value) >= 0;
    } catch {
      return false;
    }
  }

  // A transaction lives by its events, so it cannot be held back; those of one database keep their order by themselves. One whose opening
  // is blocked waits for the page.
  for (const name of ["open", "deleteDatabase"]) {
    const native = methodOf(IDBFactory.prototype, name);
    replaceMethod(IDBFactory.prototype, name, /** @this {any} */ function (/** @type {any[]} */ ...args) {
      const request = native(this, ...args);
      waitForEvent(request, `the database ${shortUrl(args[0])} did not answer`, ["success", "error", "blocked"]);
      return request;
    });
  }
  const nativeTransaction = methodOf(IDBDatabase.prototype, "transaction");
  replaceMethod(IDBDatabase.prototype, "transaction", /** @this {any} */ function transaction(/** @type {any[]} */ ...args) {
    const made = nativeTransaction(this, ...args);
    waitForEvent(made, "a transaction of a database did not finish", ["complete", "abort"]);
    return made;
  });
  trackMethods("IDBFactory", "databases", "indexedDB");
}
virtualAnswers();

const nativeLockRequest = methodOf(LockManager.prototype, "request");
/** How many requests of a name are not over yet, of all windows. @type {any} */
const locks = isRoot ? hardMap() : core.api.locks;
if (isRoot) core.api.locks = locks;
replaceMethod(LockManager.prototype, "request", /** @this {any} */ function request(/** @type {any[]} */ ...args) {
  const last = args.length - 1;
  const callback = args[last];
  if (last < 1 || typeof callback !== "function") return nativeLockRequest(this, ...args);
  const name = N.String(args[0]);
  const before = locks.get(name) || 0;
  locks.set(name, before + 1);
  return new N.Promise((/** @type {any} */ resolve, /** @type {any} */ reject) => {
    /** @type {() => void} */
    let granted = () => {};
    args[last] = (/** @type {any} */ lock) => {
      granted();
      return callback(lock);
    };
    const over = () => {
      granted();
      locks.set(name, locks.get(name) - 1);
    };
    const run = () => void N.then(nativeLockRequest(this, ...args), (/** @type {any} */ v) => (over(), resolve(v)), (/** @type {any} */ e) => (over(), reject(e)));
    // One that somebody has comes when it is let go, which may need more of the frame.
    if (before > 0) run();
    else granted = takeTurn(`the lock ${shortUrl(name)} was not granted`, run).done;
  });
});
trackMethods("LockManager", "query", "navigator.locks");
