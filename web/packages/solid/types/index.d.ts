/** The frame's number, counted from the start of the `<Sequence>` around. @returns {import("solid-js").Accessor<number>} */
export function useFrame(): import("solid-js").Accessor<number>;
/** Seconds from the start of the `<Sequence>` around. @returns {import("solid-js").Accessor<number>} */
export function useTime(): import("solid-js").Accessor<number>;
/** Size, rate and length: of the video, the length of the `<Sequence>` around. @returns {import("solid-js").Accessor<import("@helios/core").VideoConfig>} */
export function useVideoConfig(): import("solid-js").Accessor<import("@helios/core").VideoConfig>;
/**
 * Shows its children from one frame on, for so many frames. To them, that frame is frame 0.
 * @param {{ from?: number, durationInFrames?: number, children?: import("solid-js").JSX.Element }} props
 * @returns {import("solid-js").JSX.Element}
 */
export function Sequence(props: {
    from?: number;
    durationInFrames?: number;
    children?: import("solid-js").JSX.Element;
}): import("solid-js").JSX.Element;
export * from "@helios/core";
export function useProps<T extends object>(defaults: T): T;
export type Part = {
    from: number;
    durationInFrames: number;
};
