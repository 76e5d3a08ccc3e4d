/** The moment: frame, time, fps and progress. */
export const moment: Readonly<Signal<import("./page.js").Moment>>;
/** The frame's number, from 0. */
export const frame: Readonly<Signal<number>>;
/** Seconds from frame 0. */
export const time: Readonly<Signal<number>>;
export type Signal<T> = {
    /**
     * now
     */
    value: T;
    /**
     * calls `run` now and once for each frame, until the returned function is called
     */
    subscribe: (run: (value: T) => void) => () => void;
};
