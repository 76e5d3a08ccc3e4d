// trouble.js: what goes wrong in the page, told to the page around it: errors nobody caught, files that did not come, the
// console's warnings. Each once, and never more than can be read.

const MOST_TROUBLES = 200;
const troublesTold = hardSet();

/** @param {"error" | "warning"} level @param {string} text @param {string} [place] @param {string} [code] */
function trouble(level, text, place = "", code = "page") {
  const key = `${level} ${text} ${place}`;
  if (troublesTold.has(key) || troublesTold.size >= MOST_TROUBLES) return;
  troublesTold.add(key);
  tell("trouble", { level, text: N.String(text).slice(0, 2000), place, code, frame: core.frame < 0 ? 0 : core.frame });
}

/** What the runtime says of a frame. @param {{ notes?: { code: string, text: string }[] }} result */
function tellNotes(result) {
  for (const note of result.notes ?? []) {
    // Libraries ask for these all the time, and mostly it shows nowhere.
    if (note.code !== "machine") trouble(note.code === "page-error" ? "error" : "warning", note.text, "", note.code);
  }
}

/** @param {any} value */
function spoken(value) {
  if (value instanceof N.Error) return value.message;
  try {
    return typeof value === "object" && value !== null ? N.JSON.stringify(value) : N.String(value);
  } catch {
    return N.String(value);
  }
}

if (isPreview) {
  N.addEventListener(window, "error", (/** @type {any} */ event) => {
    const element = event.target;
    if (element && element !== window && element.localName) {
      const url = element.src || element.href;
      if (url) trouble("error", `${element.localName} ${shortUrl(url)} could not be loaded`, "", "file-failed");
      return;
    }
    const place = event.filename ? `${shortUrl(event.filename)}:${event.lineno}:${event.colno}` : "";
    trouble("error", event.message || "an error without words", place, "page-error");
  }, true);
  N.addEventListener(window, "unhandledrejection", (/** @type {any} */ event) => trouble("error", `a promise was rejected: ${spoken(event.reason)}`, "", "page-error"), true);
  for (const [name, level] of /** @type {["warn" | "error", "warning" | "error"][]} */ ([["warn", "warning"], ["error", "error"]])) {
    const native = console[name].bind(console);
    replaceMethod(console, name, (/** @type {any[]} */ ...args) => {
      native(...args);
      let text = "";
      for (let i = 0; i < args.length; i++) text += (i > 0 ? " " : "") + spoken(args[i]);
      trouble(level, text, "", "console");
    });
  }
}
