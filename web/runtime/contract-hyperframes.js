// contract-hyperframes.js: HyperFrames compositions: a root with data-composition-id, elements that say when they are there
// (data-start, data-duration), paused timelines in window.__timelines, compositions within compositions (data-composition-src), and
// variables. The tool seeks everything to the frame's time, and so do we. Sound and video are media.js', which knows the attributes.

const hyperWindow = /** @type {any} */ (window);

/** A number of seconds in an attribute, or null. @param {any} element @param {string} name */
function hyperNumber(element, name) {
  const text = N.getAttribute(element, name);
  const value = text === null || text.trim() === "" ? NaN : N.Number(text);
  return value === value && value !== Infinity ? value : null;
}

/** @param {any} element the composition that it is a part of, which its times count from */
function hyperHost(element) {
  return element.parentElement && element.parentElement.closest("[data-composition-id]");
}

/** When an element begins, in seconds: a number counts from its composition, `intro + 2` from the end of another element. @param {any} element @param {number} depth @returns {number} */
function hyperStart(element, depth = 0) {
  const text = (N.getAttribute(element, "data-start") || "").trim();
  const host = hyperHost(element);
  const base = host && depth < 50 ? hyperStart(host, depth + 1) : 0;
  if (text === "") return base;
  const value = N.Number(text);
  if (value === value) return base + N.Math.max(0, value);
  const said = /^([\w-]+?)(?:\s*([+-])\s*([\d.]+))?$/.exec(text);
  const other = said && (document.getElementById(said[1]) || document.querySelector(`[data-composition-id="${said[1]}"]`));
  if (!said || !other || depth >= 50) return base;
  const offset = said[3] ? N.Number(said[3]) * (said[2] === "-" ? -1 : 1) : 0;
  return hyperStart(other, depth + 1) + (hyperLength(other) || 0) + offset;
}

/** How long an element is there, in seconds, or null for as long as the video. @param {any} element @returns {number | null} */
function hyperLength(element) {
  const stated = hyperNumber(element, "data-duration");
  if (stated !== null && stated > 0) return stated;
  const end = hyperNumber(element, "data-end");
  const start = hyperNumber(element, "data-start") || 0;
  if (end !== null && end > start) return end - start;
  const id = N.getAttribute(element, "data-composition-id");
  const timeline = id === null ? null : (hyperWindow.__timelines || {})[id];
  const length = timeline && typeof timeline.duration === "function" ? timeline.duration() : 0;
  return length > 0 && length < Infinity ? length : null;
}

/** @param {any} timeline @param {number} time seconds */
function hyperSeek(timeline, time) {
  if (!timeline) return;
  if (typeof timeline.pause === "function") timeline.pause();
  if (typeof timeline.totalTime === "function") timeline.totalTime(time, false);
  else if (typeof timeline.seek === "function") timeline.seek(time, false);
}

/** Puts a composition of a file into its host: styles first, scripts last, each in order. @param {any} host */
async function hyperMount(host) {
  const source = N.getAttribute(host, "data-composition-src");
  const id = N.getAttribute(host, "data-composition-id");
  const url = new URL(source, document.baseURI);
  const answer = await N.apply(nativeFetch, window, [url.href]);
  if (!answer.ok) throw new N.Error(`data-composition-src ${source}: HTTP ${answer.status}`);
  const parsed = new DOMParser().parseFromString(await N.responseText(answer), "text/html");
  const template = (id && parsed.querySelector(`template[id="${id}-template"]`)) || parsed.querySelector("template");
  const content = template ? /** @type {any} */ (template).content : parsed.body;
  // Inside the template, or in the head of a page of its own.
  const all = [...(template ? [] : parsed.head.querySelectorAll("style, link[rel=stylesheet], script")), ...content.querySelectorAll("style, link[rel=stylesheet], script")];
  const inner = content.querySelector("[data-composition-id]");
  hyperDefaults(parsed.documentElement, host);
  for (const element of all) element.remove();
  for (const element of content.querySelectorAll("[src], [href]")) {
    for (const name of ["src", "href"]) {
      const value = element.getAttribute(name);
      if (value && !/^(#|[a-z]+:|\/)/i.test(value)) element.setAttribute(name, new URL(value, url).href);
    }
  }
  if (inner) {
    for (const name of ["data-width", "data-height", "data-duration"]) {
      if (!host.hasAttribute(name) && inner.hasAttribute(name)) host.setAttribute(name, inner.getAttribute(name));
    }
    if (!id) host.setAttribute("data-composition-id", inner.getAttribute("data-composition-id"));
    // The host stands for it, in the page as in styles.
    if (!host.id && inner.id) host.id = inner.id;
    host.classList.add(...inner.classList);
    host.replaceChildren(...inner.childNodes);
  } else host.replaceChildren(...content.childNodes);
  for (const element of all) if (element.localName !== "script") host.append(element);
  for (const element of all) if (element.localName === "script") await hyperRun(host, element, url);
}

/** @param {any} host @param {any} script as it was parsed, which never runs @param {URL} base */
async function hyperRun(host, script, base) {
  const made = document.createElement("script");
  for (const { name, value } of script.attributes) made.setAttribute(name, value);
  made.textContent = script.textContent;
  if (!script.src) {
    host.append(made);
    return;
  }
  made.src = new URL(script.getAttribute("src"), base).href;
  if (document.querySelector(`script[src="${script.getAttribute("src")}"], script[src="${made.src}"]`)) return;
  await new N.Promise((/** @type {any} */ resolve) => {
    for (const type of ["load", "error"]) N.addEventListener(made, type, resolve, { once: true });
    host.append(made);
  });
}

/** The compositions in files, and those within them. */
async function hyperMountAll() {
  for (let depth = 0; depth < 20; depth++) {
    const hosts = [...document.querySelectorAll("[data-composition-src]:not([data-helios-mounted])")];
    if (hosts.length === 0) return;
    for (const host of hosts) {
      host.setAttribute("data-helios-mounted", "");
      await hyperMount(host);
    }
  }
  throw new N.Error("data-composition-src: compositions within compositions without end");
}

/** @type {Record<string, any>} what variables are when nobody says otherwise */
const hyperVariables = {};

/** @param {any} declares @param {any} [host] */
function hyperDefaults(declares, host) {
  for (const [element, name] of [[declares, "data-composition-variables"], [host, "data-variable-values"]]) {
    const text = element && N.getAttribute(element, name);
    if (!text) continue;
    let said;
    try {
      said = N.JSON.parse(text);
    } catch {
      throw heliosError("page", `${name} is no JSON: ${shortUrl(text)}`);
    }
    if (said instanceof Array) for (const { id, default: value } of said) hyperVariables[id] = value;
    else for (const key of N.keys(said)) hyperVariables[key] = said[key];
  }
}

/** Elements of the flow that are not there -> their own `display`. */
const hyperGone = hardWeakMap();

/** What is not there takes no place in the flow, unless parts of it have times of their own. @param {any} element @param {boolean} shown */
function hyperPlace(element, shown) {
  if (shown) {
    if (hyperGone.has(element)) element.style.display = hyperGone.get(element);
    hyperGone.delete(element);
    return;
  }
  if (hyperGone.has(element) || element.querySelector("[data-start]")) return;
  if (!/^(static|relative|sticky)$/.test(computedStyle(element).position)) return;
  hyperGone.set(element, element.style.display === "none" ? "" : element.style.display);
  element.style.display = "none";
}

/** Shows and hides what says when it is there. @param {number} time seconds @param {number} whole the video's length */
function hyperShow(time, whole) {
  const root = document.querySelector("[data-composition-id]");
  for (const element of /** @type {any} */ (document.querySelectorAll("[data-start]"))) {
    if (element === root || /^(script|style|link|meta|audio)$/.test(element.localName)) continue;
    const start = hyperStart(element);
    const length = hyperLength(element);
    // The last frame of the video still has what lasts to its end.
    const end = length === null ? whole : start + length;
    const shown = time >= start - 1e-6 && time < end - 1e-6;
    element.style.visibility = shown ? "visible" : "hidden";
    hyperPlace(element, shown);
    if (shown && start > 0) hyperAnimations(element, time - start);
  }
}

/** CSS animations count from the element that they are in. @param {any} element @param {number} time seconds */
function hyperAnimations(element, time) {
  for (const animation of element.getAnimations({ subtree: true })) {
    const target = animation.effect && animation.effect.target;
    if (animation instanceof CSSAnimation && target && target.closest("[data-start]") === element) animation.currentTime = time * 1000;
  }
}

/** @param {number} frame @param {any} root */
function hyperFrame(frame, root) {
  const time = compositionTime(frame) / 1000;
  const timelines = hyperWindow.__timelines || {};
  for (const id of N.keys(timelines)) {
    const host = document.querySelector(`[data-composition-id="${id}"]`);
    const own = host && host !== root ? time - hyperStart(host) : time;
    hyperSeek(timelines[id], N.Math.max(0, own));
  }
  for (const animation of hyperWindow.__hfLottie || []) animation.goToAndStop(time * 1000, false);
  for (const animation of hyperWindow.__hfAnime || []) animation.seek(time * 1000);
  if (hyperWindow.__hf && typeof hyperWindow.__hf.seek === "function") hyperWindow.__hf.seek(time);
  hyperShow(time, CONFIG.durationSeconds ?? Infinity);
}

/** HyperFrames has all text of its pages painted without rounding to whole pixels, unless a page says otherwise. */
function hyperText() {
  const style = document.createElement("style");
  style.textContent = "html, body, * { text-rendering: geometricPrecision }";
  // A page may have thrown its head away.
  (document.head || document.documentElement).prepend(style);
}

function findHyperFrames() {
  const root = document.querySelector("[data-composition-id]");
  const has = (/** @type {string} */ name) => root !== null && root.hasAttribute(name);
  if (root === null || !(has("data-start") || has("data-no-timeline") || N.keys(hyperTimelines).length > 0 || document.querySelector("[data-composition-src]"))) return null;
  /** @type {HeliosContract} */
  const own = {
    name: "hyperframes", version: null, says: { composition: N.getAttribute(root, "data-composition-id") }, seekable: true, runsOn: false,
    async prepare() {
      hyperText();
      await answerOf("data-composition-src did not load", hyperMountAll());
      await untilReady(true);
      const loaded = /** @type {any} */ (document.querySelector("[data-composition-id]"));
      own.says = {
        composition: N.getAttribute(loaded, "data-composition-id"), width: hyperNumber(loaded, "data-width"), height: hyperNumber(loaded, "data-height"),
        fps: N.getAttribute(loaded, "data-fps"), duration: hyperLength(loaded),
      };
      own.frame = (/** @type {number} */ frame) => hyperFrame(frame, loaded);
      hyperFrame(0, loaded);
    },
    frame: null, gather: null, list: null,
  };
  return own;
}

/** @type {Record<string, any>} */
let hyperTimelines = {};
if (mayBe("hyperframes")) {
  // There before the page's scripts, which put their timelines into it; not seen by pages that do not ask.
  N.defineProperty(window, "__timelines", {
    get: () => hyperTimelines,
    set(value) {
      hyperTimelines = value;
    },
    enumerable: false,
    configurable: true,
  });
  N.defineProperty(window, "__hyperframes", {
    value: {
      getVariables() {
        if (document.documentElement) hyperDefaults(document.documentElement);
        return { ...hyperVariables, ...(isPlain(CONFIG.props) ? CONFIG.props : {}) };
      },
    },
    writable: true, enumerable: false, configurable: true,
  });
  lateContracts[lateContracts.length] = { name: "hyperframes", found: findHyperFrames };
}
