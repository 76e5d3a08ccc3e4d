// contract.js: pages that were made for other tools. Each tool has a file of its own (contract-*.js), which finds out whether the
// page is one of its own and then says what the page is, gets it ready, tells it the frame and hears its sound. Here: which of them
// is in charge, and what they have in common. Root window only.

/**
 * `version`: of the tool, where the page tells; `says`: width, height, fps, duration and composition; `runsOn`: the page's animation
 * frames and timers go on while a frame waits for its holds; `prepare`: after the load, before frame 0; `frame`: called in each
 * frame before the page's own callbacks; `gather`: takes in what is heard up to now; `list`: all compositions, with `--list` alone
 * @typedef {{ name: string, version: string | null, says: Record<string, any>, seekable: boolean, runsOn: boolean, prepare: () => Promise<void>, frame: ((frame: number) => any) | null, gather: (() => void) | null, list: (() => Promise<any[]>) | null }} HeliosContract
 */

/** @type {HeliosContract | null} */
let contract = null;

/** Those that are looked for in the page once it has loaded, in this order. @type {{ name: string, found: () => HeliosContract | null }[]} */
const lateContracts = [];

/** Whether the job leaves room for this one. @param {string} name */
function mayBe(name) {
  return isRoot && (CONFIG.contract === "auto" || CONFIG.contract === name);
}

/** @param {string} text in the words of an error: the render ends with it */
function contractFails(text) {
  if (core.failure === null) core.failure = heliosError("page", text);
  if (core.wake) core.wake();
}

function throwIfFailed() {
  const failure = core.failure;
  if (failure === null) return;
  core.failure = null;
  throw failure;
}

/** What a promise of the page brings, while the page's tasks, timers and requests go on. @param {string} label @param {any} promise */
async function answerOf(label, promise) {
  /** @type {any} */
  let outcome = null;
  const done = addPending(label, true);
  N.then(promise, (/** @type {any} */ value) => {
    outcome = { value };
    done();
  }, (/** @type {any} */ error) => {
    outcome = { error };
    done();
  });
  await untilReady(true);
  if (outcome === null) throw heliosError("late", label);
  if ("error" in outcome) throw heliosError("page", N.String((outcome.error && outcome.error.message) || outcome.error));
  return outcome.value;
}

/** Finds out, once the page has loaded, which contract it speaks. */
function findContract() {
  for (let i = 0; contract === null && i < lateContracts.length; i++) {
    if (mayBe(lateContracts[i].name)) contract = lateContracts[i].found();
  }
  const wanted = CONFIG.contract;
  if (contract === null && wanted !== "auto" && wanted !== "helios" && wanted !== "timecut") {
    throw heliosError("page", `the page does not speak the contract ${wanted}, which --contract asks for: leave it out to have the contract found`);
  }
  if (CONFIG.composition !== null && (contract === null || contract.list === null)) {
    throw heliosError("page", `--composition ${N.JSON.stringify(CONFIG.composition)}: the page is a single composition: leave it out`);
  }
}

/** The page has loaded: the contract that it speaks is taken up. */
async function takeUpContract() {
  findContract();
  if (contract === null) return;
  core.runsOn = contract.runsOn;
  await contract.prepare();
}

/** The calls of a frame that come before the page's own. @param {number} frame @param {(() => void)[]} calls */
function contractCalls(frame, calls) {
  if (contract === null || contract.frame === null) return;
  const tell = contract.frame;
  calls[calls.length] = () => {
    const result = tell(frame);
    if (isThenable(result)) trackPromise(`the promise of frame ${frame} was not settled`, result);
  };
}

/** Rounds of animation frames that a hold may take before they come at the pace of a display. */
const QUICK_ROUNDS = 10;

/**
 * For pages that need more than the frame to release a hold: their animation frames and timers go on meanwhile, and then their clock
 * is set back to the frame's. @param {number} waited milliseconds of real time @param {number} rounds how often it was done already
 * @returns {Promise<boolean>} whether anything ran
 */
async function runOn(waited, rounds) {
  if (!core.runsOn || !onlyHolds()) return false;
  if (rounds >= QUICK_ROUNDS && waited < (rounds - QUICK_ROUNDS) * 16) return false;
  const now = core.now;
  const next = heapPeek();
  const timers = next !== null && next.due <= now + waited;
  if (!timers && callbacksNow("raf").length === 0) return false;
  if (timers) {
    await runTimers(now + waited);
    core.now = now;
  }
  await runFrameCallbacks([]);
  await settle();
  return true;
}

/** What the page is, for describe(); null for one of our own. */
function describedContract() {
  if (contract === null) return CONFIG.contract === "timecut" ? { name: "timecut", version: null, composition: null } : null;
  return { name: contract.name, version: contract.version, composition: contract.says.composition ?? null };
}

/** All compositions of the input, when they are asked for. */
let listed = /** @type {any[] | null} */ (null);
async function listContract() {
  if (CONFIG.list && contract !== null && contract.list !== null) listed = await contract.list();
}
