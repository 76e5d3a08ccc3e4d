export function bounce(progress: number): number;
/**
 * The curve of CSS `cubic-bezier(x1, y1, x2, y2)`.
 * @param {number} x1 0..1 @param {number} y1 @param {number} x2 0..1 @param {number} y2
 * @returns {Easing}
 */
export function cubicBezier(x1: number, y1: number, x2: number, y2: number): Easing;
/** @typedef {(progress: number) => number} Easing */
/** @type {Easing} */
export const linear: Easing;
/** @type {Easing} */
export const quad: Easing;
/** @type {Easing} */
export const cubic: Easing;
/** @type {Easing} */
export const sine: Easing;
/** @type {Easing} */
export const circle: Easing;
/** Its ends are 0 and 1 exactly, which 2^(10(x-1)) alone misses. @type {Easing} */
export const expo: Easing;
export function power(n: number): Easing;
export function back(overshoot?: number): Easing;
export function elastic(swings?: number): Easing;
export function easeOut(easing: Easing): Easing;
export function easeInOut(easing: Easing): Easing;
export function steps(count: number): Easing;
/** CSS `ease`. */
export const ease: Easing;
export type Easing = (progress: number) => number;
