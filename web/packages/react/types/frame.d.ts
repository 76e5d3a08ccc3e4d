/** The frame's number, counted from the start of the `<Sequence>` around. @returns {number} */
export function useFrame(): number;
/** Size, rate and length: of the video, the length of the `<Sequence>` around. @returns {import("@helios/core").VideoConfig} */
export function useVideoConfig(): import("@helios/core").VideoConfig;
/**
 * The values given with `--props`, over the defaults. They do not change while the page lives.
 * @template {object} T
 * @param {T} defaults
 * @returns {T}
 */
export function useProps<T extends object>(defaults: T): T;
/** The part of the video that the components below live in. @type {import("react").Context<{ from: number, durationInFrames: number }>} */
export const Part: import("react").Context<{
    from: number;
    durationInFrames: number;
}>;
export function useTime(): number;
