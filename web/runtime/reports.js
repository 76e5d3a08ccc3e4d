// reports.js: what ResizeObserver and IntersectionObserver report, handed to the page at one point of a frame: behind its frame
// callbacks, as in a browser. It does not say when there is something to report (observers.js).
//
// The browser reports in every real frame, and those come when they come: between the scripts of a page that loads, and in the middle
// of a step. So what it says is kept, the last of each element, and told when a real frame that was waited for has been; not what the page
// has been told already, since an element may have changed and changed back.

/** @typedef {{ observer: any, realm: HeliosRealm, callback: any, kind: number, serial: number, entries: any, told: any, boxes: any, keyOf: (reporter: any, entry: any) => string }} Reporter */

/** @type {any} observer -> Reporter */
const reporters = isRoot ? hardWeakMap() : core.api.reporters;
/** @type {any} those that have something to say */
const reporting = isRoot ? hardSet() : core.api.reporting;
if (isRoot) {
  core.api.reporters = reporters;
  core.api.reporting = reporting;
  core.api.reporterCount = 0;
}

/** @param {Reporter} reporter @param {any[]} entries @param {(entry: any) => any} targetOf */
function keepReports(reporter, entries, targetOf) {
  for (let i = 0; i < entries.length; i++) reporter.entries.set(targetOf(entries[i]), entries[i]);
  if (entries.length > 0) reporting.add(reporter);
}

/**
 * @param {string} name the class of the observers @param {any} Entry of what they report
 * @param {number} kind those of kind 0 report before those of kind 1
 * @param {(reporter: any, entry: any) => string} keyOf what has to change for the browser to report again
 */
function virtualReports(name, Entry, kind, keyOf) {
  const Native = heliosWindow[name];
  const targetOf = getterOf(Entry.prototype, "target");
  replaceClass(name, Native, function (/** @type {any[]} */ ...args) {
    if (!new.target) return Native();
    const callback = args[0];
    /** @type {Reporter} */
    const reporter = {
      observer: null, realm, callback, kind, serial: core.api.reporterCount++, entries: hardMap(), told: hardMap(), boxes: hardMap(), keyOf,
    };
    if (typeof callback === "function") args[0] = (/** @type {any[]} */ entries) => keepReports(reporter, entries, targetOf);
    const made = N.construct(Native, args, new.target);
    reporter.observer = made;
    reporters.set(made, reporter);
    return made;
  });
  const nativeTake = methodOf(Native.prototype, "takeRecords");
  replaceMethod(Native.prototype, "takeRecords", /** @this {any} */ function takeRecords() {
    const records = nativeTake(this);
    const reporter = reporters.get(this);
    // What there is between two frames is there by chance.
    if (reporter) keepReports(reporter, records, targetOf);
    return reporter ? [] : records;
  });
}

/** An observer looks away from an element. @param {any} observer @param {any} element */
function forgetReports(observer, element) {
  const reporter = reporters.get(observer);
  if (!reporter) return;
  reporter.entries.delete(element);
  reporter.told.delete(element);
  reporter.boxes.delete(element);
}

/** @param {any} observer */
function forgetAllReports(observer) {
  const reporter = reporters.get(observer);
  if (!reporter) return;
  reporter.entries.clear();
  reporter.told.clear();
  reporter.boxes.clear();
}

/** @param {Reporter} a @param {Reporter} b */
function reportsBefore(a, b) {
  if (a.kind !== b.kind) return a.kind - b.kind;
  if (a.realm !== b.realm) return windowBefore(a.realm, b.realm) ? -1 : 1;
  return a.serial - b.serial;
}

/** What is new to the page. @param {Reporter} reporter @returns {any[]} */
function takeNews(reporter) {
  /** @type {any[]} */
  const news = [];
  reporter.entries.forEach((/** @type {any} */ entry, /** @type {any} */ target) => {
    const key = reporter.keyOf(reporter, entry);
    if (reporter.told.get(target) === key) return;
    reporter.told.set(target, key);
    news[news.length] = entry;
  });
  reporter.entries.clear();
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
const resizeTarget = getterOf(ResizeObserverEntry.prototype, "target");

/** What has no size is not reported at first. @param {any} observer @param {any} element @param {any} options of `observe` */
function beginResizes(observer, element, options) {
  const reporter = reporters.get(observer);
  const box = (options && options.box) || "content-box";
  if (!reporter || reporter.boxes.get(element) === box) return;
  reporter.boxes.set(element, box);
  reporter.told.set(element, "0,0");
}

virtualReports("ResizeObserver", ResizeObserverEntry, 0, (reporter, entry) => {
  const box = /** @type {keyof typeof boxSizes} */ (reporter.boxes.get(resizeTarget(entry)) || "content-box");
  const size = boxSizes[box](entry)[0];
  return `${boxWidth(size)},${boxHeight(size)}`;
});

const isIntersecting = getterOf(IntersectionObserverEntry.prototype, "isIntersecting");
const isVisible = getterOf(IntersectionObserverEntry.prototype, "isVisible");
const intersectionRatio = getterOf(IntersectionObserverEntry.prototype, "intersectionRatio");
const thresholdsOf = getterOf(IntersectionObserver.prototype, "thresholds");

virtualReports("IntersectionObserver", IntersectionObserverEntry, 1, ({ observer }, entry) => {
  if (!isIntersecting(entry)) return "out";
  const thresholds = thresholdsOf(observer);
  const ratio = intersectionRatio(entry);
  let passed = 0;
  while (passed < thresholds.length && thresholds[passed] <= ratio) passed++;
  return `${passed},${isVisible ? isVisible(entry) : ""}`;
});
