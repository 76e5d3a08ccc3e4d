// ruler.ts: which ticks a ruler has and what stands beside them. Pure.

export interface Tick {
  frame: number;
  /** Empty for a small one. */
  text: string;
}

const NICE = [1, 2, 5];

/** Whole frames between labelled ticks, so that labels have `room` pixels. */
export function labelStep(pixelsPerFrame: number, fps: number, room: number): number {
  const least = room / pixelsPerFrame;
  const second = Math.max(1, Math.round(fps));
  if (least <= second / 2) {
    for (const step of [1, 2, 5, 10, 15, 20, 25, 30]) if (step >= least && second % step === 0) return step;
  }
  for (const step of [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600]) if (step * second >= least) return step * second;
  return 3600 * second * Math.ceil(least / (3600 * second));
}

/** The ticks that can be seen between two frames. */
export function ticks(from: number, to: number, pixelsPerFrame: number, fps: number, room = 76): Tick[] {
  const step = labelStep(pixelsPerFrame, fps, room);
  const second = Math.max(1, Math.round(fps));
  const small = NICE.flatMap((n) => [n, n * 10, n * 100]).concat(second).filter((n) => step % n === 0 && n * pixelsPerFrame >= 7);
  const minor = small.length > 0 ? Math.min(...small) : step;
  const found: Tick[] = [];
  for (let frame = Math.max(0, Math.floor(from / minor) * minor); frame <= to; frame += minor) {
    found.push({ frame, text: frame % step === 0 ? tickText(frame, second) : "" });
  }
  return found;
}

function tickText(frame: number, second: number): string {
  const whole = Math.floor(frame / second);
  const clock = `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  return frame % second === 0 ? clock : `${clock}+${frame % second}`;
}
