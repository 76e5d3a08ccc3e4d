/** The frame's number, counted from the start of the `<Sequence>` around. @returns {import("vue").ComputedRef<number>} */
export function useFrame(): import("vue").ComputedRef<number>;
/** Seconds from the start of the `<Sequence>` around. @returns {import("vue").ComputedRef<number>} */
export function useTime(): import("vue").ComputedRef<number>;
/** Size, rate and length: of the video, the length of the `<Sequence>` around. @returns {import("vue").ComputedRef<import("@helios/core").VideoConfig>} */
export function useVideoConfig(): import("vue").ComputedRef<import("@helios/core").VideoConfig>;
export * from "@helios/core";
export function useProps<T extends object>(defaults: T): import("vue").DeepReadonly<import("vue").UnwrapNestedRefs<T>>;
/** Shows its slot from one frame on, for so many frames. To what is in it, that frame is frame 0. */
export const Sequence: import("vue").DefineComponent<import("vue").ExtractPropTypes<{
    from: {
        type: NumberConstructor;
        default: number;
    };
    durationInFrames: {
        type: NumberConstructor;
        default: number;
    };
}>, () => import("vue").VNode<import("vue").RendererNode, import("vue").RendererElement, {
    [key: string]: any;
}>[] | null | undefined, {}, {}, {}, import("vue").ComponentOptionsMixin, import("vue").ComponentOptionsMixin, {}, string, import("vue").PublicProps, Readonly<import("vue").ExtractPropTypes<{
    from: {
        type: NumberConstructor;
        default: number;
    };
    durationInFrames: {
        type: NumberConstructor;
        default: number;
    };
}>> & Readonly<{}>, {
    durationInFrames: number;
    from: number;
}, {}, {}, {}, string, import("vue").ComponentProvideOptions, true, {}, any>;
export type Part = {
    from: number;
    durationInFrames: number;
};
