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
