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
export function sequence(frame: number, from: number, durationInFrames?: number): Part;
/**
 * Parts one after the other. An `offset` moves a part and those after it: -10 overlaps by ten frames.
 * @template {{ durationInFrames: number, offset?: number }} T
 * @param {readonly T[]} parts
 * @returns {(T & { from: number })[]}
 */
export function series<T extends {
    durationInFrames: number;
    offset?: number;
}>(parts: readonly T[]): (T & {
    from: number;
})[];
/**
 * The frame within a loop, and how often it has begun anew.
 * @param {number} frame @param {number} durationInFrames
 * @returns {{ frame: number, iteration: number }}
 */
export function loop(frame: number, durationInFrames: number): {
    frame: number;
    iteration: number;
};
/**
 * A part of the video, seen from a frame.
 */
export type Part = {
    /**
     * counted from the start of the part; negative before it
     */
    frame: number;
    /**
     * whether the part is shown
     */
    active: boolean;
    /**
     * 0 at its first frame and before, 1 at its last and after
     */
    progress: number;
};
