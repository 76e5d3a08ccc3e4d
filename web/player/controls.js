// controls.js: the bar of the player, and its keys. It asks the element for everything and keeps nothing.

const ICONS = { play: "M5 3l9 5-9 5z", pause: "M4 3h3v10H4zM9 3h3v10H9z", sound: "M2 6v4h2.500l3.500 3V3L4.500 6zM10 5.500a3 3 0 0 1 0 5M12 3.500a6 6 0 0 1 0 9", muted: "M2 6v4h2.500l3.500 3V3L4.500 6zM10.500 6l4 4M14.500 6l-4 4", full: "M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4" };

/** @param {number} seconds */
export function clock(seconds) {
  const whole = Math.floor(Number.isFinite(seconds) ? seconds : 0);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

export const MARKUP = `
<div class="box" part="box">
  <div class="stage" inert><div class="mount"></div></div>
  <img class="poster" alt="" hidden>
  <p class="message" role="alert" hidden></p>
  <button class="big" type="button" aria-label="Play" hidden><svg viewBox="0 0 16 16" aria-hidden="true"><path d="${ICONS.play}"/></svg></button>
  <div class="controls" part="controls" role="group" aria-label="Player controls" hidden>
    <button class="toggle" type="button" aria-label="Play"><svg viewBox="0 0 16 16" aria-hidden="true"><path/></svg></button>
    <span class="now">0:00</span>
    <input class="seek" type="range" aria-label="Position" min="0" max="1" value="0" step="1">
    <span class="length">0:00</span>
    <button class="mute" type="button" aria-label="Mute"><svg viewBox="0 0 16 16" aria-hidden="true"><path/></svg></button>
    <button class="full" type="button" aria-label="Full screen"><svg viewBox="0 0 16 16" aria-hidden="true"><path d="${ICONS.full}"/></svg></button>
  </div>
</div>`;

export const STYLE = `
:host { display: inline-block; position: relative; width: 640px; max-width: 100%; background: #000; color: #fff; font: 13px/1 system-ui, sans-serif; outline: none; vertical-align: top }
:host([hidden]) { display: none }
:host(:focus-visible) { box-shadow: 0 0 0 3px #4c9bf5 }
:host(:fullscreen) { width: 100%; height: 100% }
.box, .stage, .poster { position: absolute; inset: 0; overflow: hidden }
.mount { position: absolute; left: 0; top: 0; transform-origin: 0 0; background: #fff }
.poster { width: 100%; height: 100%; object-fit: contain; background: #000; z-index: 1 }
[hidden] { display: none !important }
.message { position: absolute; inset: 0; margin: 0; padding: 1em; display: grid; place-items: center; text-align: center; line-height: 1.5; background: rgb(0 0 0 / .8); z-index: 3; overflow-wrap: anywhere }
.controls { position: absolute; left: 0; right: 0; bottom: 0; display: flex; align-items: center; gap: 8px; padding: 18px 10px 6px; background: linear-gradient(transparent, rgb(0 0 0 / .8)); z-index: 2; font-variant-numeric: tabular-nums; transition: opacity .2s }
:host([data-playing]:not(:hover, :focus-within)) .controls { opacity: 0 }
button { width: 32px; height: 32px; padding: 6px; border: 0; border-radius: 5px; background: none; color: inherit; cursor: pointer }
button:hover { background: rgb(255 255 255 / .2) }
button:focus-visible, input:focus-visible { outline: 2px solid #8cc4ff; outline-offset: 1px }
svg { width: 100%; height: 100%; fill: currentColor; stroke: currentColor; stroke-width: 1; stroke-linejoin: round; display: block }
.mute svg, .full svg { fill: none; stroke-width: 1.500 }
.seek { flex: 1; min-width: 0; accent-color: #fff }
.big { position: absolute; inset: 0; margin: auto; width: 68px; height: 68px; padding: 18px; border-radius: 50%; background: rgb(0 0 0 / .6); z-index: 2 }
@media (prefers-reduced-motion: reduce) { .controls { transition: none } }`;

/** @param {any} player the element @param {ShadowRoot} root */
export function wire(player, root) {
  const find = (/** @type {string} */ name) => /** @type {any} */ (root.querySelector(name));
  const toggle = () => (player.paused ? player.play().catch(() => undefined) : player.pause());
  find(".toggle").addEventListener("click", toggle);
  find(".big").addEventListener("click", toggle);
  find(".box").addEventListener("click", (/** @type {Event} */ event) => {
    if (player.controls && /** @type {Element} */ (event.target).matches(".box, .poster, .stage")) toggle();
  });
  find(".mute").addEventListener("click", () => (player.muted = !player.muted));
  find(".full").addEventListener("click", () => (document.fullscreenElement === player ? document.exitFullscreen() : player.requestFullscreen()).catch(() => undefined));
  find(".seek").addEventListener("input", (/** @type {any} */ event) => (player.currentFrame = Number(event.target.value)));
  player.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => key(player, event, toggle));
}

/** @param {any} player @param {KeyboardEvent} event @param {() => void} toggle */
function key(player, event, toggle) {
  if (event.ctrlKey || event.metaKey || event.altKey || !player.controls) return;
  const inner = /** @type {Element} */ (event.composedPath()[0]);
  if ((event.key === " " || event.key === "Enter") && inner.matches("button")) return;
  const actions = /** @type {Record<string, () => void>} */ ({
    " ": toggle, k: toggle, m: () => (player.muted = !player.muted), f: () => inner.getRootNode() && player.shadowRoot.querySelector(".full").click(),
    ArrowLeft: () => (player.currentTime -= 1), ArrowRight: () => (player.currentTime += 1), ",": () => (player.currentFrame -= 1), ".": () => (player.currentFrame += 1),
    Home: () => (player.currentFrame = 0), End: () => (player.currentFrame = player.totalFrames - 1),
  });
  const act = actions[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

/** Shows what the player is doing. @param {any} player @param {ShadowRoot} root */
export function refresh(player, root) {
  const find = (/** @type {string} */ name) => /** @type {any} */ (root.querySelector(name));
  const name = player.paused ? "Play" : "Pause";
  const button = find(".toggle");
  if (button.getAttribute("aria-label") !== name || !button.querySelector("path").hasAttribute("d")) {
    button.setAttribute("aria-label", name);
    button.querySelector("path").setAttribute("d", player.paused ? ICONS.play : ICONS.pause);
  }
  find(".mute").setAttribute("aria-pressed", String(player.muted));
  find(".mute path").setAttribute("d", player.muted ? ICONS.muted : ICONS.sound);
  find(".controls").hidden = !player.controls;
  find(".big").hidden = !player.controls || player.hasPlayed || player.error !== null;
  const seek = find(".seek");
  seek.max = String(Math.max(1, player.totalFrames - 1));
  seek.value = String(player.currentFrame);
  seek.setAttribute("aria-valuetext", `${clock(player.currentTime)} of ${clock(player.duration)}`);
  find(".now").textContent = clock(player.currentTime);
  find(".length").textContent = clock(player.duration);
}
