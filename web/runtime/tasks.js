// tasks.js: running page callbacks in real browser tasks, and waiting until the page's own queued tasks are done.
// It does not decide what runs when; timers.js and step.js do.
//
// Every callback needs its own microtask checkpoint. A native event with several listeners gives exactly that: after each
// listener the stack is empty, so Blink drains the microtasks. One message therefore runs a whole batch of callbacks
// in a single task, where no real frame and no other task can come in between.

const pumpChannel = new N.MessageChannel();
/** @type {(() => boolean) | null} runs one callback; false when there is none left */
let pumpPull = null;
/** @type {(() => void) | null} */
let pumpDone = null;
let pumpSlots = 0;
let pumpUsed = 0;

function pumpSlot() {
  if (!pumpPull || !pumpDone) return;
  core.nesting = 0;
  if (pumpPull()) {
    core.touched = true;
    pumpUsed += 1;
    if (pumpUsed < pumpSlots) return;
    pumpUsed = 0;
    N.portPost(pumpChannel.port2, 0);
    return;
  }
  const done = pumpDone;
  pumpPull = null;
  pumpDone = null;
  done();
}

/** @param {number} count */
function growPump(count) {
  while (pumpSlots < count) {
    N.addEventListener(pumpChannel.port1, "message", () => pumpSlot());
    pumpSlots += 1;
  }
}

/**
 * Calls `pull` again and again, each time with an empty stack before and after, until it returns false.
 * @param {() => boolean} pull @param {number} [expected] how many callbacks must share one task
 */
function pump(pull, expected = 0) {
  growPump(expected < 4096 ? expected + 1 : 4096);
  return new N.Promise((/** @type {(v?: any) => void} */ resolve) => {
    pumpPull = pull;
    pumpDone = resolve;
    pumpUsed = 0;
    N.portPost(pumpChannel.port2, 0);
  });
}

/** How many messages a page may send itself within one settle before we stop listening. */
const SETTLE_POSTS = 500;
let settlePosts = 0;
/** @type {(() => void) | null} */
let settleFinish = null;

/** Tasks of the page that nobody saw being queued (of events, of the browser's own promises) may queue another one. */
const SETTLE_ROUNDS = 2;
const roundChannel = new N.MessageChannel();
/** @type {(() => void) | null} */
let roundDone = null;

/** Resolves behind the tasks of normal priority that are queued now: of one priority the oldest comes first. */
function round() {
  return new N.Promise((/** @type {(v?: any) => void} */ resolve) => {
    roundDone = resolve;
    N.portPost(roundChannel.port2, 0);
  });
}

/**
 * Resolves when the tasks queued so far, and those they queue (React's scheduler posts message after message), have run.
 * When no page code has run since, there are none, and nothing is waited for: whenever a step leaves the stack to the browser, it
 * may paint a half-way state, which costs as much as a frame. For that reason the tasks are waited for as shortly as can be.
 * @param {boolean} [all] whether tasks of any priority are, as those of a page that loads
 */
async function settle(all = core.phase === "loading" || core.priorities) {
  if (!core.unsettled) return;
  if (all) await settleAll();
  else {
    settlePosts = 0;
    for (let rounds = 0, seen = -1; rounds < SETTLE_ROUNDS || seen !== settlePosts; rounds++) {
      seen = settlePosts;
      await round();
      if (settlePosts > SETTLE_POSTS) break;
    }
  }
  core.unsettled = false;
}

/**
 * The same for tasks of any priority: a background-priority task runs after all others. A page that posts to itself for ever would
 * starve it, so the posts are counted (deterministic), and a real timer is the last resort for channels we cannot see.
 */
function settleAll() {
  return new N.Promise((/** @type {(v?: any) => void} */ resolve) => {
    settlePosts = 0;
    const guard = N.setTimeout(() => finish(), 250);
    const finish = () => {
      if (settleFinish !== finish) return;
      settleFinish = null;
      N.clearTimeout(guard);
      resolve();
    };
    settleFinish = finish;
    if (N.postTask) N.postTask(finish, { priority: "background" });
    else N.setTimeout(finish, 0);
  });
}

// Styles are flushed after every message task of the page. A real frame may come in between two of them and would flush
// too, and start transitions from half-way states; when there always is a flush, it makes no difference.
const flushChannel = new N.MessageChannel();
if (isRoot) {
  N.addEventListener(flushChannel.port1, "message", () => core.api.flushStyles());
  N.portStart(flushChannel.port1);
}

/** A message the page sent to itself or to a frame: a task is on its way, and our flush right behind it. */
function noteMessage() {
  core.activity = true;
  core.touched = true;
  stir();
  settlePosts += 1;
  if (settlePosts > SETTLE_POSTS && settleFinish) settleFinish();
}

/** Waits for one real frame of the browser: the only thing that delivers native animation and observer events. */
async function realFrame() {
  await new N.Promise((/** @type {(v?: any) => void} */ resolve) => {
    // A hidden page gets no frames; it must not hang.
    const guard = N.setTimeout(resolve, 500);
    N.requestAnimationFrame(() => {
      N.clearTimeout(guard);
      resolve();
    });
  });
  core.touched = true;
  core.unsettled = true;
  await sendHeldEvents();
  await settle();
}

if (isRoot) {
  growPump(16);
  N.portStart(pumpChannel.port1);
  N.addEventListener(roundChannel.port1, "message", () => roundDone && roundDone());
  N.portStart(roundChannel.port1);
  core.api.noteMessage = noteMessage;
  core.api.flushAfter = () => N.portPost(flushChannel.port2, 0);
}
// A window sees who posted: the browser takes that from the script that calls. So the function stays the browser's own, and that it
// is asked for says that a message is coming.
const nativeWindowPost = N.windowPost;
N.defineProperty(window, "postMessage", {
  get: lookNative(() => {
    core.api.noteMessage();
    N.then(N.Promise.resolve(), core.api.flushAfter);
    return nativeWindowPost;
  }, "get postMessage", 0),
  set: lookNative((/** @type {any} */ value) => {
    N.defineProperty(window, "postMessage", { value, writable: true, enumerable: true, configurable: true });
  }, "set postMessage", 1),
  enumerable: true,
  configurable: true,
});
// Their event is a task of its own.
for (const [owner, names] of /** @type {[any, string[]][]} */ ([
  [HTMLElement.prototype, ["showPopover", "hidePopover", "togglePopover"]],
  [HTMLDialogElement.prototype, ["show", "showModal", "close", "requestClose"]],
])) {
  for (const name of names) {
    const native = methodOf(owner, name);
    if (!native) continue;
    replaceMethod(owner, name, function (/** @type {any[]} */ ...args) {
      core.api.noteMessage();
      // @ts-ignore
      return native(this, ...args);
    });
  }
}
replaceMethod(MessagePort.prototype, "postMessage", function postMessage(/** @type {any[]} */ ...args) {
  core.api.noteMessage();
  // @ts-ignore
  N.portPost(this, ...args);
  core.api.flushAfter();
});
