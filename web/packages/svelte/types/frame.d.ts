/** @returns {Part} */
export function currentPart(): Part;
/** The frame's number, counted from the start of the `<Sequence>` around. @returns {Live<number>} */
export function useFrame(): Live<number>;
/** Seconds from the start of the `<Sequence>` around. @returns {Live<number>} */
export function useTime(): Live<number>;
/** Size, rate and length: of the video, the length of the `<Sequence>` around. @returns {import("@helios/core").VideoConfig} */
export function useVideoConfig(): import("@helios/core").VideoConfig;
export function setPart(part: Part): Part;
export function useProps<T extends object>(defaults: T): T;
export type Part = {
    readonly from: number;
    readonly durationInFrames: number;
};
export type Live<T> = {
    readonly current: T;
    subscribe: (run: (value: T) => void) => () => void;
};
