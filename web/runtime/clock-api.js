// clock-api.js: performance, Event.timeStamp and document.timeline on the virtual clock. Entries of the network stay real.

/** Time since this window's own origin. */
function localNow() {
  return core.now - realm.origin;
}

/** What a window and a worker have of it. */
function virtualTimes() {
  replaceMethod(Performance.prototype, "now", function now() {
    return localNow();
  });
  replaceAccessor(Performance.prototype, "timeOrigin", () => CONFIG.epochMs - LEAD_MS + realm.origin);

  const nativeMark = methodOf(Performance.prototype, "mark");
  replaceMethod(Performance.prototype, "mark", function mark(/** @type {any} */ name, /** @type {any} */ options) {
    const given = options && typeof options === "object" ? options : {};
    // @ts-ignore
    return nativeMark(this, name, { startTime: localNow(), ...given });
  });
  const nativeMeasure = methodOf(Performance.prototype, "measure");
  replaceMethod(Performance.prototype, "measure", function measure(/** @type {any} */ name, /** @type {any} */ from, /** @type {any} */ to) {
    // Left out, the end means "now" and the start means the origin; the native clock must fill in neither. Times can be given in
    // the form with options alone: in the other one they are names of marks.
    const options = from && typeof from === "object" ? { ...from } : { start: from, end: to };
    if (options.start === undefined && (options.duration === undefined || options.end === undefined)) options.start = 0;
    if (options.end === undefined && options.duration === undefined) options.end = localNow();
    // @ts-ignore
    return nativeMeasure(this, name, options);
  });

  // An event is stamped when it is first looked at or when it passes our listeners; both happen at its own virtual time
  // unless a page keeps an event unread for a frame.
  const eventStamps = hardWeakMap();
  replaceAccessor(Event.prototype, "timeStamp", function () {
    // @ts-ignore
    const self = this;
    let stamp = eventStamps.get(self);
    if (stamp === undefined) {
      stamp = localNow();
      eventStamps.set(self, stamp);
    }
    return stamp;
  });
}
virtualTimes();

// The old form of performance: milliseconds since 1970. Loading takes no time here; what has not happened yet is 0, as it is.
if (typeof PerformanceTiming === "function") {
  for (const name of N.Object.keys(PerformanceTiming.prototype)) {
    const d = N.getDescriptor(PerformanceTiming.prototype, name);
    if (!d || !d.get) continue;
    const native = getterOf(PerformanceTiming.prototype, name);
    replaceAccessor(PerformanceTiming.prototype, name, function () {
      // @ts-ignore
      return native(this) === 0 ? 0 : N.floor(CONFIG.epochMs - LEAD_MS + realm.origin);
    });
  }
}

/** The time the document's timeline shows: as in a browser that of the last frame, not of the running timer. */
function timelineNow() {
  return core.frameTime - realm.origin;
}

const nativeTimelineNow = N.anim.timelineNow;
replaceAccessor(AnimationTimeline.prototype, "currentTime", function () {
  // @ts-ignore
  const self = this;
  // Scroll and view timelines are positions, not times.
  if (!(self instanceof DocumentTimeline)) return nativeTimelineNow(self);
  return timelineNow() - (timelineOrigins.get(self) || 0);
});

// `new DocumentTimeline({originTime})`: its zero is shifted.
const timelineOrigins = hardWeakMap();
const NativeDocumentTimeline = DocumentTimeline;
replaceClass("DocumentTimeline", NativeDocumentTimeline, function (/** @type {any} */ options) {
  const made = N.construct(NativeDocumentTimeline, options === undefined ? [] : [options], new.target || NativeDocumentTimeline);
  timelineOrigins.set(made, (options && +options.originTime) || 0);
  return made;
});

const nativePlaybackTimeline = N.getDescriptor(AnimationPlaybackEvent.prototype, "timelineTime");
if (nativePlaybackTimeline) replaceAccessor(AnimationPlaybackEvent.prototype, "timelineTime", () => timelineNow());
