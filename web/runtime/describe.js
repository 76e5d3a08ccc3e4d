// describe.js: what the page says about itself, and which rule each value came from. It decides nothing about the job.

const DESCRIBED = ["width", "height", "fps", "duration"];

/** @param {any} v @returns {string | number | null} as the page gave it; nonsense is null */
function statedValue(v) {
  if (typeof v === "number") return v > 0 && v < Infinity ? v : null;
  if (typeof v !== "string") return null;
  const text = v.trim();
  return text === "" ? null : text;
}

/** `<meta name="helios" content="width=1920,height=1080">` @param {string} content @returns {Record<string, string>} */
function parseMeta(content) {
  /** @type {Record<string, string>} */
  const out = {};
  for (const part of content.split(/[,;]/)) {
    const at = part.indexOf("=");
    if (at > 0) out[part.slice(0, at).trim().toLowerCase()] = part.slice(at + 1).trim();
  }
  return out;
}

/** Sizes and durations as numbers, "5s" and "1920px" included; fps stays as written, "30000/1001" must reach Rust exactly. @param {string} key @param {any} v */
function describedValue(key, v) {
  const stated = statedValue(v);
  if (stated === null || key === "fps") return stated;
  const n = typeof stated === "number" ? stated : parseFloat(stated) * (key === "duration" && /^[\d.]+\s*ms$/.test(stated) ? 0.001 : 1);
  return n > 0 && n < Infinity ? n : null;
}

function heliosDescribe() {
  mergeLexical();
  core.api.flushStyles();
  /** @type {any} */
  const out = { width: null, height: null, fps: null, duration: null };
  /** @type {Record<string, string | null>} */
  const source = { width: null, height: null, fps: null, duration: null };
  /** @param {string} rule @param {(key: string) => any} read */
  const take = (rule, read) => {
    for (const key of DESCRIBED) {
      if (out[key] !== null) continue;
      const value = describedValue(key, read(key));
      if (value === null) continue;
      out[key] = value;
      source[key] = rule;
    }
  };
  // A page may also set the values one by one on the API object, or bring an instance of its own.
  const spoken = describedContract();
  if (contract !== null) take(contract.name, (key) => contract && contract.says[key]);
  take("window.helios", (key) => heliosSaid[key] ?? heliosApi[key] ?? (heliosForeign ? heliosForeign[key] : undefined));
  const meta = document.querySelector('meta[name="helios" i]');
  const stated = parseMeta((meta && meta.getAttribute("content")) || "");
  take("meta", (key) => stated[key]);
  for (const selector of ["html", "body", "[data-composition-id]"]) {
    const element = document.querySelector(selector);
    if (element) take(`data on ${selector}`, (key) => element.getAttribute("data-" + key));
  }
  take("animations", (key) => (key === "duration" ? core.api.longestAnimation() : null));
  return {
    ...out,
    seekable: isSeekable(),
    contract: spoken,
    compositions: listed,
    title: document.title,
    hasCanvas: heliosCanvas() !== null,
    schema: heliosApi.schema ?? null,
    source,
  };
}

function isSeekable() {
  if (contract !== null) return contract.seekable;
  const said = heliosForeign && typeof heliosForeign.seekable === "boolean" ? heliosForeign.seekable : heliosApi.seekable;
  return said === true;
}

/** The page's main canvas: the one with the most pixels. */
function heliosCanvas() {
  /** @type {any} */
  let best = null;
  const visit = (/** @type {any} */ list) => {
    for (let i = 0; i < list.length; i++) {
      if (!best || list[i].width * list[i].height > best.width * best.height) best = list[i];
    }
  };
  visit(N.querySelectorAll(document, "canvas"));
  realm.shadowRoots.forEach((/** @type {any} */ root) => visit(N.rootQuerySelectorAll(root, "canvas")));
  return best;
}
