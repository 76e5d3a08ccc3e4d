/** What lies outside the input range: goes on as it was, stays, is itself, begins anew. @typedef {"extend" | "clamp" | "identity" | "wrap"} Extrapolation */
/**
 * @typedef {object} InterpolateOptions
 * @property {(progress: number) => number} [easing] from 0..1 to 0..1, within each piece
 * @property {Extrapolation} [extrapolateLeft] before the input range; "extend" unless said
 * @property {Extrapolation} [extrapolateRight] after the input range; "extend" unless said
 */
/**
 * Maps `input` from `inputRange` to `outputRange`: `interpolate(frame, [0, 30], [0, 1])`.
 * @param {number} input
 * @param {readonly number[]} inputRange rising numbers
 * @param {readonly number[]} outputRange as many numbers
 * @param {InterpolateOptions} [options]
 * @returns {number}
 */
export function interpolate(input: number, inputRange: readonly number[], outputRange: readonly number[], options?: InterpolateOptions): number;
/**
 * What lies outside the input range: goes on as it was, stays, is itself, begins anew.
 */
export type Extrapolation = "extend" | "clamp" | "identity" | "wrap";
export type InterpolateOptions = {
    /**
     * from 0..1 to 0..1, within each piece
     */
    easing?: ((progress: number) => number) | undefined;
    /**
     * before the input range; "extend" unless said
     */
    extrapolateLeft?: Extrapolation | undefined;
    /**
     * after the input range; "extend" unless said
     */
    extrapolateRight?: Extrapolation | undefined;
};
