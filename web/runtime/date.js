// date.js: Date, Intl and Temporal on the virtual clock. Parsing, arithmetic and time zones stay the browser's. Workers have the same
// (worker-scope.js).

/** Now as an integer of milliseconds since 1970, like the browser's. */
function wallNow() {
  return N.floor(CONFIG.epochMs + core.now - LEAD_MS + TIME_EPSILON);
}

/**
 * Now as a date: never before the epoch. The page loads some milliseconds before frame 0, and "2026" must not be 2025 there.
 * Date.now() is not held back: libraries take it as a clock and need to see that time has passed until frame 0.
 */
function calendarNow() {
  const now = wallNow();
  return now < CONFIG.epochMs ? CONFIG.epochMs : now;
}

function virtualDates() {
  const NativeDate = N.Date;

  /** @this {any} @param {any[]} args */
  function VirtualDate(...args) {
    if (!new.target) return new NativeDate(calendarNow()).toString();
    return N.construct(NativeDate, args.length === 0 ? [calendarNow()] : args, new.target);
  }
  for (const name of ["parse", "UTC"]) {
    N.defineProperty(VirtualDate, name, { value: NativeDate[name], writable: true, enumerable: false, configurable: true });
  }
  N.defineProperty(VirtualDate, "now", {
    value: lookNative(() => wallNow(), "now", 0), writable: true, enumerable: false, configurable: true,
  });
  replaceClass("Date", NativeDate, VirtualDate);

  // Intl formats "now" when it is given nothing.
  const dtfProto = Intl.DateTimeFormat.prototype;
  const nativeFormatGetter = getterOf(dtfProto, "format");
  const boundFormats = hardWeakMap();
  replaceAccessor(dtfProto, "format", function () {
    // @ts-ignore
    const self = this;
    let bound = boundFormats.get(self);
    if (!bound) {
      const native = nativeFormatGetter(self);
      bound = lookNative((/** @type {any} */ d) => native(d === undefined ? calendarNow() : d), "", 1);
      boundFormats.set(self, bound);
    }
    return bound;
  });
  const nativeFormatToParts = methodOf(dtfProto, "formatToParts");
  replaceMethod(dtfProto, "formatToParts", function formatToParts(/** @type {any} */ d) {
    // @ts-ignore
    return nativeFormatToParts(this, d === undefined ? calendarNow() : d);
  });

  const temporal = heliosWindow.Temporal;
  if (temporal && temporal.Now) {
    const instant = () => temporal.Instant.fromEpochMilliseconds(calendarNow());
    const zoneId = temporal.Now.timeZoneId.bind(temporal.Now);
    const zoned = (/** @type {any} */ zone) => instant().toZonedDateTimeISO(zone === undefined ? zoneId() : zone);
    replaceMethod(temporal.Now, "instant", () => instant());
    replaceMethod(temporal.Now, "zonedDateTimeISO", zoned);
    replaceMethod(temporal.Now, "plainDateTimeISO", (/** @type {any} */ z) => zoned(z).toPlainDateTime());
    replaceMethod(temporal.Now, "plainDateISO", (/** @type {any} */ z) => zoned(z).toPlainDate());
    replaceMethod(temporal.Now, "plainTimeISO", (/** @type {any} */ z) => zoned(z).toPlainTime());
  }
}
virtualDates();
