// declared.js: what the page itself says of its video: script before meta element, as in web/runtime/describe.js.

/** @param {unknown} value `30`, `"30"`, `"5s"`, `"30000/1001"` @returns {number | null} */
function positive(value) {
  const [over, under = "1"] = String(value ?? "").split("/");
  const number = parseFloat(over) / parseFloat(under);
  return number > 0 && number < Infinity ? number : null;
}

/** @returns {{ width: number | null, height: number | null, fps: number | null, duration: number | null }} */
export function declared() {
  const said = /** @type {any} */ (globalThis).helios ?? {};
  const content = globalThis.document?.querySelector('meta[name="helios" i]')?.getAttribute("content") ?? "";
  const meta = Object.fromEntries(content.split(/[,;]/).map((part) => part.split("=").map((word) => word.trim())));
  /** @param {string} key */
  const value = (key) => positive(said[key]) ?? positive(meta[key]);
  return { width: value("width"), height: value("height"), fps: value("fps"), duration: value("duration") };
}
