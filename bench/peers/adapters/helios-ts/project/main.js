// What the library is for: an instance that follows the page's clock, which its renderer moves, and everything drawn from its state.
// (The clock is Date: the renderer has Chromium's virtual time, which neither the document's timeline nor CSS animations follow in this Chromium.)
import { Helios, interpolate, spring } from "@helios-project/core";

const helios = new Helios({ duration: 3, fps: 30, width: 1280, height: 720 });
window.helios = helios;
const title = document.querySelector("h1");
const picture = document.querySelector("img");
const text = document.querySelector("p");
const dots = Array.from({ length: 24 }, (_, i) => {
  const dot = document.createElement("i");
  dot.style.cssText = `left: ${(i * 397) % 1260}px; top: ${(i * 211) % 700}px; background: hsl(${i * 15} 90% 65%)`;
  return document.body.appendChild(dot);
});
helios.subscribe(({ currentFrame, fps }) => {
  const frame = Math.round(currentFrame);
  const grown = spring({ frame, fps, from: 0, to: 1 });
  title.style.transform = `scale(${grown})`;
  title.style.transformOrigin = "0 50%";
  text.textContent = `frame ${frame}`;
  text.style.opacity = String(interpolate(frame, [0, 20], [0, 1], { extrapolateRight: "clamp" }));
  picture.style.transform = `rotate(${interpolate(frame, [0, 90], [-8, 8])}deg)`;
  dots.forEach((dot, i) => { dot.style.transform = `translateY(${40 * Math.sin(frame / 14 + i)}px)`; });
});
requestAnimationFrame(function follow() {
  helios.seek(Math.round((performance.now() / 1000) * helios.fps.value));
  requestAnimationFrame(follow);
});
