// sequence.js: parts of a video, in frames.

/**
 * A part of the video, seen from a frame.
 * @typedef {object} Part
 * @property {number} frame counted from the start of the part; negative before it
 * @property {boolean} active whether the part is shown
 * @property {number} progress 0 at its first frame and before, 1 at its last and after
 */

/**
 * The part that begins at `from` and is `durationInFrames` long.
 * @param {number} frame @param {number} from @param {number} [durationInFrames]
 * @returns {Part}
 */
export function sequence(frame, from, durationInFrames = Infinity) {
  const local = frame - from;
  const last = durationInFrames - 1;
  const progress = last > 0 ? Math.min(1, Math.max(0, local / last)) : local >= 0 ? 1 : 0;
  return { frame: local, active: local >= 0 && local < durationInFrames, progress: last === Infinity ? 0 : progress };
}

/**
 * Parts one after the other. An `offset` moves a part and those after it: -10 overlaps by ten frames.
 * @template {{ durationInFrames: number, offset?: number }} T
 * @param {readonly T[]} parts
 * @returns {(T & { from: number })[]}
 */
export function series(parts) {
  let end = 0;
  return parts.map((part) => {
    const from = end + (part.offset ?? 0);
    end = from + part.durationInFrames;
    return { ...part, from };
  });
}

/**
 * The frame within a loop, and how often it has begun anew.
 * @param {number} frame @param {number} durationInFrames
 * @returns {{ frame: number, iteration: number }}
 */
export function loop(frame, durationInFrames) {
  const iteration = Math.floor(frame / durationInFrames);
  return { frame: frame - iteration * durationInFrames, iteration };
}
