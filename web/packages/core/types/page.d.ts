/** The frame that is shown now. @returns {Moment} */
export function currentMoment(): Moment;
/** Size, rate and length: of the render, or else as the page declares them. @returns {VideoConfig} */
export function videoConfig(): VideoConfig;
/** Says size, rate, length and more from script, as `<meta name="helios">` does in HTML. @param {Declaration} declaration */
export function defineVideo(declaration: Declaration): void;
export function page(): Page;
export function isDriven(): boolean;
export function onFrame(callback: (moment: Moment) => unknown): () => void;
export function hold(reason: string): () => void;
export function props<T extends object>(defaults: T): T;
/**
 * One frame of the video.
 */
export type Moment = {
    /**
     * counted from 0
     */
    frame: number;
    /**
     * seconds from frame 0
     */
    time: number;
    /**
     * frames per second
     */
    fps: number;
    /**
     * 0 at the first frame, 1 at the last
     */
    progress: number;
};
/**
 * Size, rate and length of the video.
 */
export type VideoConfig = {
    /**
     * CSS pixels
     */
    width: number;
    /**
     * CSS pixels
     */
    height: number;
    /**
     * frames per second
     */
    fps: number;
    /**
     * seconds
     */
    duration: number;
    durationInFrames: number;
};
/**
 * What a page may say of itself. Flags of the command line win over it.
 */
export type Declaration = {
    /**
     * CSS pixels
     */
    width?: number | undefined;
    /**
     * CSS pixels
     */
    height?: number | undefined;
    /**
     * 30, 29.97, "30000/1001"
     */
    fps?: string | number | undefined;
    /**
     * seconds
     */
    duration?: number | undefined;
    /**
     * the picture depends on the frame alone, so a worker may jump to its part
     */
    seekable?: boolean | undefined;
    /**
     * values that `--props` replaces one by one
     */
    props?: Record<string, unknown> | undefined;
    /**
     * JSON Schema of the props, from which the Studio makes its form
     */
    schema?: object | undefined;
};
/**
 * `window.helios` of the runtime, as far as it is used here; the preview clock has the same shape.
 */
export type Page = {
    frame: number;
    time: number;
    props: any;
    video?: {
        width: number | null;
        height: number | null;
        fps: number | null;
        frames: number | null;
        duration: number | null;
    } | undefined;
    onFrame: (callback: (moment: Moment) => unknown) => () => void;
    hold: (reason: string) => () => void;
};
