// timer-heap.js: a binary heap of timers by due time, then by order of creation. Root window only; it runs nothing.

/** @type {HeliosTimer[]} */
const heap = [];
let heapSeq = 0;

/** @param {HeliosTimer} a @param {HeliosTimer} b */
function timerBefore(a, b) {
  return a.due !== b.due ? a.due < b.due : a.seq < b.seq;
}

/** @param {HeliosTimer} timer */
function heapPush(timer) {
  timer.seq = heapSeq++;
  let i = heap.length;
  heap[i] = timer;
  while (i > 0) {
    const up = (i - 1) >> 1;
    if (!timerBefore(heap[i], heap[up])) break;
    const t = heap[i];
    heap[i] = heap[up];
    heap[up] = t;
    i = up;
  }
}

/** Removes the top. */
function heapPop() {
  const last = heap[heap.length - 1];
  heap.length -= 1;
  if (heap.length === 0) return;
  heap[0] = last;
  let i = 0;
  for (;;) {
    const l = 2 * i + 1;
    const r = l + 1;
    let least = i;
    if (l < heap.length && timerBefore(heap[l], heap[least])) least = l;
    if (r < heap.length && timerBefore(heap[r], heap[least])) least = r;
    if (least === i) return;
    const t = heap[i];
    heap[i] = heap[least];
    heap[least] = t;
    i = least;
  }
}

/** The next timer to run. Cancelled ones and those of dead windows are dropped here, when they come up. @returns {HeliosTimer | null} */
function heapPeek() {
  while (heap.length > 0) {
    const top = heap[0];
    if (top.live && realmAlive(top.realm)) return top;
    heapPop();
  }
  return null;
}

/**
 * Once, when everything has loaded: which of several windows loaded first was the network's doing, and must not decide which of
 * their timers runs first when both are due at the same moment. Those of the outer window do, then the windows in tree order.
 */
function orderLoadedTimers() {
  /** @type {HeliosTimer[]} */
  const sorted = [];
  for (let i = 0; i < heap.length; i++) {
    const timer = heap[i];
    let k = sorted.length;
    while (k > 0 && loadedBefore(timer, sorted[k - 1])) {
      sorted[k] = sorted[k - 1];
      k--;
    }
    sorted[k] = timer;
  }
  // A sorted list is a heap.
  for (let i = 0; i < sorted.length; i++) {
    heap[i] = sorted[i];
    heap[i].seq = i;
  }
}

/** @param {HeliosTimer} a @param {HeliosTimer} b */
function loadedBefore(a, b) {
  if (a.due !== b.due || a.realm === b.realm) return timerBefore(a, b);
  return windowBefore(a.realm, b.realm);
}
