// shortcuts.ts: the keys of video tools. They are the window's, unless something that is being typed in or operated wants them.

import { stage } from "../state/stage.svelte";
import { ui } from "../state/ui.svelte";
import { view } from "../state/view.svelte";

export const SHORTCUTS: [string, string][] = [
  ["Space", "Play, pause"],
  ["J  K  L", "Backwards, stop, forwards; again: faster"],
  ["← →", "One frame back, on"],
  ["Shift+← Shift+→", "Ten frames back, on"],
  ["Home End", "First, last frame (of the range)"],
  ["↑ ↓", "Marker before, behind"],
  ["I  O", "Range begins, ends here"],
  ["Shift+I Shift+O", "Go to the beginning, the end of the range"],
  ["X", "The whole video again"],
  ["M", "Marker here, or take it away"],
  ["R", "Loop"],
  ["C", "Copy this frame as a picture"],
  ["F", "Fit the stage"],
  ["+ −", "Zoom"],
  ["G  A", "Checkerboard, safe areas"],
  ["?", "This list"],
];

/** Faster with each press in the same direction. */
function shuttle(direction: 1 | -1): void {
  const faster = stage.playing && stage.direction === direction;
  stage.setSpeed(faster ? Math.min(8, stage.speed * 2) : 1);
  if (!faster) stage.play(direction);
}

function nextMarker(direction: 1 | -1): void {
  const frames = stage.markers.map((marker) => marker.frame).filter((frame) => (frame - stage.frame) * direction > 0);
  if (frames.length > 0) stage.seek(direction === 1 ? Math.min(...frames) : Math.max(...frames));
}

const KEYS: Record<string, () => void> = {
  " ": () => stage.toggle(),
  j: () => shuttle(-1),
  k: () => stage.pause(),
  l: () => shuttle(1),
  ArrowLeft: () => stage.step(-1),
  ArrowRight: () => stage.step(1),
  "Shift+ArrowLeft": () => stage.step(-10),
  "Shift+ArrowRight": () => stage.step(10),
  Home: () => stage.seek(stage.from),
  End: () => stage.seek(stage.to - 1),
  ArrowUp: () => nextMarker(-1),
  ArrowDown: () => nextMarker(1),
  i: () => stage.setRange(stage.frame, stage.outFrame !== null && stage.outFrame < stage.frame ? null : stage.outFrame),
  o: () => stage.setRange(stage.inFrame !== null && stage.inFrame > stage.frame ? null : stage.inFrame, stage.frame),
  "Shift+I": () => stage.seek(stage.from),
  "Shift+O": () => stage.seek(stage.to - 1),
  x: () => stage.setRange(null, null),
  m: () => stage.mark(),
  r: () => stage.setLoop(!stage.loop),
  c: () => void view.copyStill(),
  f: () => view.setZoom("fit"),
  "+": () => view.zoomBy(1),
  "=": () => view.zoomBy(1),
  "-": () => view.zoomBy(-1),
  g: () => (view.checker = !view.checker),
  a: () => (view.safe = !view.safe),
  "?": () => (ui.helpOpen = !ui.helpOpen),
};

/** Elements that have a use of their own for a key. */
function isTaken(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("dialog")) return true;
  if (target.closest("select, textarea, video, [contenteditable], [role=slider], [role=separator]")) return true;
  if (target.closest("input")) return !target.matches("[type=checkbox]") || key === " ";
  if (target.closest("button, a, summary, [role=tab], [role=option]")) return key === " " || key === "Enter" || (target.closest("[role=listbox]") !== null && key.startsWith("Arrow"));
  return false;
}

export function shortcut(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTaken(event.target, event.key)) return;
  const lower = event.key.length === 1 && !event.shiftKey ? event.key.toLowerCase() : event.key;
  const act = (event.shiftKey && KEYS[`Shift+${event.key}`]) || KEYS[lower];
  if (!act) return;
  event.preventDefault();
  act();
}
