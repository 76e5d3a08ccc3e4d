// driver.js: the orders of the page around the preview: go to a frame, play, stop. One of them at a time; the last one wins.
// The last file.

/** Counts the orders that move the page: an older one gives up when there is a newer. */
let order = 0;
/** @type {Promise<any>} the order under way */
let busy = N.Promise.resolve();

/** @param {unknown} error */
function failed(error) {
  tell("failed", { message: spoken(error), frame: core.frame < 0 ? 0 : core.frame });
}

/** Runs `work` after what is under way, which is told to end. @param {(wanted: () => boolean) => Promise<void>} work */
function move(work) {
  const mine = ++order;
  const wanted = () => mine === order;
  const next = busy.then(() => (wanted() ? work(wanted) : undefined)).catch(failed);
  busy = next;
}

/** Two real frames: the first draws what has changed, the second begins when that is done. */
async function painted() {
  await realFrame();
  await realFrame();
}

orders.seek = ({ frame }) => move(async (wanted) => {
  if (!reachable(frame)) {
    tell("reload", { frame });
    return;
  }
  await goTo(frame, wanted, (at) => tell("passing", { frame: at, to: frame }));
  if (core.frame !== frame) return;
  // What has been drawn is told even when there is a newer order: orders that come faster than frames, as those of a pointer that
  // scrubs or of playing backwards do on a slow machine, would show nothing else.
  await painted();
  if (wanted()) await settleArrived();
  tell("shown", { frame: core.frame, tracks: listTracks(), sound: heardStretches() });
});

orders.stop = () => move(async (wanted) => {
  await painted();
  if (wanted()) tell("stopped", { frame: core.frame });
});

/** Plays from where the page is to the frame before `to`, in real time times `speed`. A page that is slower than that is shown slower. */
orders.play = ({ speed, to }) => move(async (wanted) => {
  const rate = (speed * CONFIG.fps.num) / (1000 * CONFIG.fps.den);
  let from = core.frame;
  let began = N.perfNow();
  let slow = false;
  while (wanted()) {
    await realFrame();
    if (!wanted()) return;
    const now = N.perfNow();
    const due = N.Math.min(to - 1, from + N.floor((now - began) * rate));
    if (due > core.frame) {
      await playTo(due);
      // Not to run after what cannot be reached: time goes on from here.
      slow = core.frame < due || N.perfNow() - now > 250;
      if (slow) {
        from = core.frame;
        began = N.perfNow();
      }
      tell("playing", { frame: core.frame, slow, sound: heardStretches() });
    }
    if (core.frame >= to - 1) {
      await painted();
      if (wanted()) tell("ended", { frame: core.frame });
      return;
    }
  }
});

/** Plays up to `due`, or as far as half a run of time allows: what is seen should move. @param {number} due */
async function playTo(due) {
  const began = N.perfNow();
  if (isSeekable()) await oneFrame(due, true);
  else {
    for (let f = core.frame + 1; f <= due; f++) {
      const last = f === due || N.perfNow() - began > RUN_MS / 2;
      await oneFrame(f, last);
      if (last) break;
    }
  }
  if (findAnimations()) tell("found", { animations: listAnimations() });
}

async function begin() {
  await heliosReady();
  arrived = 0;
  const canvas = heliosCanvas();
  findAnimations();
  const api = heliosForeign ?? heliosApi;
  tell("ready", {
    described: { ...heliosDescribe(), canvas: canvas ? [canvas.width, canvas.height] : null },
    props: jsonOf(api.props), animations: listAnimations(), tracks: listTracks(), url: location.href,
  });
}

/** A copy that can be sent, of a value that a page may have put anything into. @param {any} value */
function jsonOf(value) {
  try {
    return N.JSON.parse(N.JSON.stringify(value) ?? "null");
  } catch {
    return null;
  }
}

if (isPreview) {
  tell("started", { url: location.href });
  begin().catch(failed);
}
