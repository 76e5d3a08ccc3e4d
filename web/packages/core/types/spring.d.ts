/**
 * @typedef {object} SpringOptions
 * @property {number} [from] where it is at time 0; 0 unless said
 * @property {number} [to] where it comes to rest; 1 unless said
 * @property {number} [mass] 1 unless said
 * @property {number} [stiffness] 100 unless said
 * @property {number} [damping] 10 unless said; 2 √(stiffness · mass) is the least without overshoot
 * @property {number} [velocity] units per second at time 0
 * @property {boolean} [clamp] stops at `to` instead of going beyond
 */
/**
 * Where a spring is, `seconds` after it was let go: `spring(time - 0.5, { damping: 14 })`. Before that it is where it starts.
 * @param {number} seconds
 * @param {SpringOptions} [options]
 * @returns {number}
 */
export function spring(seconds: number, options?: SpringOptions): number;
/**
 * Seconds until a spring stays within `rest` of its way (0.005: half a per cent) of where it comes to rest. `Infinity` without damping.
 * @param {SpringOptions} [options]
 * @param {number} [rest]
 * @returns {number}
 */
export function springDuration(options?: SpringOptions, rest?: number): number;
export type SpringOptions = {
    /**
     * where it is at time 0; 0 unless said
     */
    from?: number | undefined;
    /**
     * where it comes to rest; 1 unless said
     */
    to?: number | undefined;
    /**
     * 1 unless said
     */
    mass?: number | undefined;
    /**
     * 100 unless said
     */
    stiffness?: number | undefined;
    /**
     * 10 unless said; 2 √(stiffness · mass) is the least without overshoot
     */
    damping?: number | undefined;
    /**
     * units per second at time 0
     */
    velocity?: number | undefined;
    /**
     * stops at `to` instead of going beyond
     */
    clamp?: boolean | undefined;
};
