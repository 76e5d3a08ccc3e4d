// move.js: brings the composition to a frame as a worker of a render does: the frames before it are stepped through without
// being drawn, unless the page may be jumped about in. Back in time goes only a page of that kind; any other is loaded anew by the
// page around it.

/** Real milliseconds after which a run of frames stops to hear whether something else is wanted. */
const RUN_MS = 60;

const breather = () => new N.Promise((/** @type {(v?: any) => void} */ resolve) => N.setTimeout(resolve, 0));

/** Whether frame `n` can be reached from where the page is. @param {number} n */
const reachable = (n) => n > core.frame || n === core.frame || isSeekable();

/** One frame, as the renderer asks for it. @param {number} n @param {boolean} drawn */
async function oneFrame(n, drawn) {
  tellNotes(await heliosStep(n, drawn));
  if (drawn) countDrawing();
}

/** Requests that the runtime cannot see, such as `import()`: what has come since the last look. */
let arrived = 0;
if (isPreview) {
  const NativeObserver = heliosWindow.PerformanceObserver;
  new NativeObserver((/** @type {any} */ list) => {
    for (const entry of list.getEntries()) if (/^(script|link|css|other)$/.test(entry.initiatorType)) arrived++;
  }).observe({ type: "resource" });
}

/** Lets the page take in what has come since the frame was drawn. */
async function settleArrived() {
  for (let round = 0; round < 5 && arrived > 0; round++) {
    arrived = 0;
    tellNotes(await heliosSettle());
    countDrawing();
  }
}

/**
 * Goes to frame `n`, which must be reachable. Returns early, somewhere on the way, when `wanted()` turns false.
 * @param {number} n @param {() => boolean} wanted @param {(frame: number) => void} [told] hears of the way
 */
async function goTo(n, wanted, told) {
  if (n === core.frame) return;
  let began = N.perfNow();
  if (!isSeekable()) {
    for (let f = core.frame + 1; f < n; f++) {
      await oneFrame(f, false);
      if (N.perfNow() - began < RUN_MS) continue;
      if (told) told(f);
      await breather();
      if (!wanted()) return;
      began = N.perfNow();
    }
  }
  await oneFrame(n, true);
  if (findAnimations()) tell("found", { animations: listAnimations() });
}
