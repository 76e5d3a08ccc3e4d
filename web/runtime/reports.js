// reports.js: what ResizeObserver and IntersectionObserver report, handed to the page at one point of a frame: behind its frame
// callbacks, as in a browser. It does not say when there is something to report (observers.js).
//
// The browser reports in every real frame, and those come when they come: between the scripts of a page that loads, and in the middle
// of a step. So what it says is kept, the last of each element, and told when a real frame that was waited for has been; not what the page
// has been told already, since an element may have changed and changed back.

/**
 * An element that an observer looks at: its geometry when observers.js last looked, the box that a ResizeObserver asked for, what the page
 * was told of it last, and what the browser has said since.
 * @typedef {{ geometry: string, box: string, told: string, entry: any }} Watched
 */
/**
 * An observer. `keep` takes what the browser says, for the elements in `watched`; two reports of one key are the same to the page.
 * @typedef {{
 *   observer: any, realm: HeliosRealm, callback: any, rank: number, serial: number, watched: any,
 *   keyOf: (entry: any, watched: Watched, observer: any) => string, keep: (entries: any[]) => void,
 * }} Reporter
 */

/** @type {any} observer -> Reporter */
const reporters = isRoot ? hardWeakMap() : core.api.reporters;
/** @type {any} those that have something to say */
const reporting = isRoot ? hardSet() : core.api.reporting;
if (isRoot) {
  core.api.reporters = reporters;
  core.api.reporting = reporting;
  core.api.reporterCount = 0;
}

/**
 * @param {string} name the class of the observers
 * @param {any} Entry of what they report
 * @param {number} rank those of rank 0 report before those of rank 1
 * @param {string} first what the page knows before it was told anything
 * @param {Reporter["keyOf"]} keyOf what has to change for the browser to report again
 * @returns {any} the set of those that look at something
 */
function virtualObserver(name, Entry, rank, first, keyOf) {
  const Native = heliosWindow[name];
  const targetOf = getterOf(Entry.prototype, "target");
  const active = hardSet();
  replaceClass(name, Native, function (/** @type {any[]} */ ...args) {
    if (!new.target) return Native();
    const callback = args[0];
    /** @type {Reporter["keep"]} */
    const keep = (entries) => {
      for (let i = 0; i < entries.length; i++) {
        const watched = reporter.watched.get(targetOf(entries[i]));
        if (!watched) continue;
        watched.entry = entries[i];
        reporting.add(reporter);
      }
    };
    /** @type {Reporter} */
    const reporter = { observer: null, realm, callback, rank, serial: core.api.reporterCount++, watched: hardMap(), keyOf, keep };
    if (typeof callback === "function") args[0] = keep;
    const made = N.construct(Native, args, new.target);
    reporter.observer = made;
    reporters.set(made, reporter);
    return made;
  });

  /** @param {string} method @param {(reporter: Reporter, element: any, options: any) => void} also called behind the browser's own */
  const extend = (method, also) => {
    const native = methodOf(Native.prototype, method);
    replaceMethod(Native.prototype, method, /** @this {any} */ function (/** @type {any[]} */ ...args) {
      native(this, ...args);
      const reporter = reporters.get(this);
      if (reporter) also(reporter, args[0], args[1]);
    });
  };
  extend("observe", (reporter, element, options) => {
    const box = (options && options.box) || "content-box";
    const before = reporter.watched.get(element);
    if (before && before.box === box) before.geometry = "";
    else {
      // For another box the browser begins anew.
      reporter.watched.delete(element);
      reporter.watched.set(element, { geometry: "", box, told: first, entry: null });
    }
    active.add(reporter);
  });
  extend("unobserve", (reporter, element) => reporter.watched.delete(element));
  extend("disconnect", (reporter) => {
    reporter.watched.clear();
    active.delete(reporter);
  });
  return active;
}

/** @param {Reporter} a @param {Reporter} b */
function reportsBefore(a, b) {
  if (a.rank !== b.rank) return a.rank - b.rank;
  if (a.realm !== b.realm) return windowBefore(a.realm, b.realm) ? -1 : 1;
  return a.serial - b.serial;
}

/** What is new to the page, in the order in which it asked for the elements. @param {Reporter} reporter @returns {any[]} */
function takeNews(reporter) {
  /** @type {any[]} */
  const news = [];
  reporter.watched.forEach((/** @type {Watched} */ watched) => {
    const { entry } = watched;
    if (entry === null) return;
    watched.entry = null;
    const key = reporter.keyOf(entry, watched, reporter.observer);
    if (key === watched.told) return;
    watched.told = key;
    news[news.length] = entry;
  });
  return news;
}

/** Tells the page, in tree order of the windows and in the order in which the observers were made. */
async function deliverReports() {
  if (reporting.size === 0) return;
  /** @type {Reporter[]} */
  const list = [];
  reporting.forEach((/** @type {Reporter} */ reporter) => {
    list[list.length] = reporter;
  });
  reporting.clear();
  N.apply(N.sort, list, [reportsBefore]);
  let next = 0;
  await pump(() => {
    while (next < list.length) {
      const reporter = list[next++];
      const news = realmAlive(reporter.realm) ? takeNews(reporter) : [];
      if (news.length === 0) continue;
      guarded(reporter.realm, () => N.apply(reporter.callback, reporter.observer, [news, reporter.observer]));
      return true;
    }
    return false;
  }, list.length);
}

const boxSizes = {
  "content-box": getterOf(ResizeObserverEntry.prototype, "contentBoxSize"),
  "border-box": getterOf(ResizeObserverEntry.prototype, "borderBoxSize"),
  "device-pixel-content-box": getterOf(ResizeObserverEntry.prototype, "devicePixelContentBoxSize"),
};
const boxWidth = getterOf(ResizeObserverSize.prototype, "inlineSize");
const boxHeight = getterOf(ResizeObserverSize.prototype, "blockSize");

// What has no size is not reported at first.
const resizeReporters = virtualObserver("ResizeObserver", ResizeObserverEntry, 0, "0,0", (entry, { box }) => {
  const size = boxSizes[/** @type {keyof typeof boxSizes} */ (box)](entry)[0];
  return `${boxWidth(size)},${boxHeight(size)}`;
});

const isIntersecting = getterOf(IntersectionObserverEntry.prototype, "isIntersecting");
const isVisible = getterOf(IntersectionObserverEntry.prototype, "isVisible");
const intersectionRatio = getterOf(IntersectionObserverEntry.prototype, "intersectionRatio");
const thresholdsOf = getterOf(IntersectionObserver.prototype, "thresholds");

const sightReporters = virtualObserver("IntersectionObserver", IntersectionObserverEntry, 1, "", (entry, _watched, observer) => {
  if (!isIntersecting(entry)) return "out";
  const thresholds = thresholdsOf(observer);
  const ratio = intersectionRatio(entry);
  let passed = 0;
  while (passed < thresholds.length && thresholds[passed] <= ratio) passed++;
  return `${passed},${isVisible ? isVisible(entry) : ""}`;
});

const nativeTakeRecords = methodOf(IntersectionObserver.prototype, "takeRecords");
replaceMethod(IntersectionObserver.prototype, "takeRecords", /** @this {any} */ function takeRecords() {
  const records = nativeTakeRecords(this);
  const reporter = reporters.get(this);
  if (!reporter) return records;
  // What there is between two frames is there by chance.
  reporter.keep(records);
  return [];
});
