/** @returns {{ width: number | null, height: number | null, fps: number | null, duration: number | null }} */
export function declared(): {
    width: number | null;
    height: number | null;
    fps: number | null;
    duration: number | null;
};
