// What the pages of this folder show: named values, one line each, and the last events as they came, with the time of the page.
document.head.insertAdjacentHTML("beforeend", `<style>
  body { margin: 6px; background: #10131a; color: #dfe5f0; font: 11px/1.25 "Liberation Mono", monospace; overflow: hidden }
  #values, #events { position: absolute; top: 6px; margin: 0; white-space: pre } #values { left: 6px } #events { right: 6px; color: #8fd3a8 }
  .box { position: absolute; width: 24px; height: 24px; background: #ff7a45 }
</style>`);
const values = document.createElement("pre"), events = document.createElement("pre"), shown = new Map(), told = [];
values.id = "values";
events.id = "events";
document.body.append(values, events);

/** A number as it is compared by eye: three places. */
const number = (value) => (typeof value === "number" ? String(Math.round(value * 1000) / 1000) : String(value));

/** Shows a value under its name, in place of its last one. */
function show(name, value) {
  shown.set(name, number(value));
  values.textContent = [...shown].map(([key, text]) => `${key} ${text}`).join("\n");
}

/** Notes that something happened now. The last ones are shown. Chromium's own clock tells a timer a time up to 0.1 ms too early. */
function note(what) {
  told.push(`${Math.round(performance.now())} ${what}`);
  events.textContent = told.slice(-12).join("\n");
}

/**
 * Notes something in the next animation frame. An event or answer of which only the frame is the same on Chromium's own clock (it
 * comes at the end of a frame here, at the beginning of the next one there) is noted alike.
 */
const noteInFrame = (what) => requestAnimationFrame(() => note(what));

/** Runs it in the first animation frame after so many milliseconds. Between frames, Chromium guesses what time animations are at. */
const inFrame = (ms, run) => setTimeout(() => requestAnimationFrame(run), ms);

/** A box in the page, `top` pixels from above. */
function box(top, style = "") {
  const made = document.createElement("div");
  made.className = "box";
  made.style.cssText = `left: 8px; top: ${top}px; ${style}`;
  document.body.append(made);
  return made;
}
