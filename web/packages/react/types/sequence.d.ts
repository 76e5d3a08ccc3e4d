/**
 * Shows its children from one frame on, for so many frames. To them, that frame is frame 0.
 * @param {{ from?: number, durationInFrames?: number, children?: import("react").ReactNode }} props
 * @returns {import("react").ReactElement | null}
 */
export function Sequence({ from, durationInFrames, children }: {
    from?: number;
    durationInFrames?: number;
    children?: import("react").ReactNode;
}): import("react").ReactElement | null;
/**
 * A `div` that fills what is around it, as a column.
 * @param {import("react").ComponentProps<"div">} props
 * @returns {import("react").ReactElement}
 */
export function AbsoluteFill({ style, ...rest }: import("react").ComponentProps<"div">): import("react").ReactElement;
