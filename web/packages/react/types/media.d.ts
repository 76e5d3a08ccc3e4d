/**
 * An `<audio>` that plays with the `<Sequence>` around it.
 * @param {MediaTime & import("react").ComponentProps<"audio">} props
 * @returns {import("react").ReactElement}
 */
export function Audio({ startAt, volume, fadeIn, fadeOut, ...rest }: MediaTime & import("react").ComponentProps<"audio">): import("react").ReactElement;
/**
 * A `<video>` that plays with the `<Sequence>` around it.
 * @param {MediaTime & import("react").ComponentProps<"video">} props
 * @returns {import("react").ReactElement}
 */
export function Video({ startAt, volume, fadeIn, fadeOut, ...rest }: MediaTime & import("react").ComponentProps<"video">): import("react").ReactElement;
export type MediaTime = {
    /**
     * seconds of the file that are left out at its beginning
     */
    startAt?: number | undefined;
    /**
     * 0..1
     */
    volume?: number | undefined;
    /**
     * seconds
     */
    fadeIn?: number | undefined;
    /**
     * seconds
     */
    fadeOut?: number | undefined;
};
