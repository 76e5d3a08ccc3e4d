// contract-helios-ts.js: pages with an instance of @helios-project/core as window.helios, the TypeScript Helios. Its renderer sets
// __HELIOS_VIRTUAL_TIME__, calls helios.seek(frame) and waits for helios.waitUntilStable(); so do we. CSS animations, timers and media
// are on the clock without it.
//
// The instance knows its length, rate and size, as signals. What it draws depends on the frame alone.

/** @param {any} instance @param {string} name */
function signalOf(instance, name) {
  const signal = instance[name];
  return signal !== null && typeof signal === "object" && "value" in signal ? signal.value : signal;
}

function findHeliosTs() {
  const instance = heliosForeign;
  if (!instance || typeof instance.seek !== "function" || typeof instance.getState !== "function") return null;
  /** @type {any} */
  const says = {};
  for (const name of ["width", "height", "fps", "duration"]) says[name] = signalOf(instance, name);
  const w = /** @type {any} */ (window);
  /** @type {HeliosContract} */
  const own = {
    name: "helios-ts", version: null, says, seekable: true, runsOn: true,
    async prepare() {
      // Media plays from the beginning unless it says otherwise. What the library seeks for its preview does not count.
      for (const element of /** @type {any} */ (document.querySelectorAll("audio, video"))) {
        if (!element.hasAttribute("data-helios-offset")) element.setAttribute("data-helios-offset", "0");
        core.api.media.own(element, realm, { volume: element.volume, muted: element.muted || element.hasAttribute("data-helios-no-audio") });
      }
      if (isPlain(CONFIG.props) && typeof instance.setInputProps === "function") instance.setInputProps({ ...signalOf(instance, "inputProps"), ...CONFIG.props });
      own.frame = (/** @type {number} */ frame) => {
        const time = compositionTime(frame);
        w.__HELIOS_VIRTUAL_TIME__ = time;
        // Its rate may be another than the video's.
        instance.seek(N.Math.floor((time / 1000) * signalOf(instance, "fps") + TIME_EPSILON));
        return typeof instance.waitUntilStable === "function" ? instance.waitUntilStable() : undefined;
      };
    },
    frame: null, gather: null, list: null,
  };
  return own;
}

if (mayBe("helios-ts")) lateContracts[lateContracts.length] = { name: "helios-ts", found: findHeliosTs };
