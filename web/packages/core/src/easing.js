// easing.js: functions from progress to progress, 0 to 0 and 1 to 1. The plain ones start slowly; `easeOut` and `easeInOut` turn them round.

/** @typedef {(progress: number) => number} Easing */

/** @type {Easing} */
export const linear = (x) => x;
/** @type {Easing} */
export const quad = (x) => x * x;
/** @type {Easing} */
export const cubic = (x) => x * x * x;
/** @type {Easing} */
export const sine = (x) => 1 - Math.cos((x * Math.PI) / 2);
/** @type {Easing} */
export const circle = (x) => 1 - Math.sqrt(1 - x * x);
/** Its ends are 0 and 1 exactly, which 2^(10(x-1)) alone misses. @type {Easing} */
export const expo = (x) => (2 ** (10 * x) - 1) / 1023;

/** x to the n. @param {number} n @returns {Easing} */
export const power = (n) => (x) => x ** n;

/** Goes back a little first. @param {number} [overshoot] @returns {Easing} */
export const back = (overshoot = 1.70158) => (x) => x * x * ((overshoot + 1) * x - overshoot);

/** Swings ever wider. @param {number} [swings] @returns {Easing} */
export const elastic = (swings = 3) => (x) => x ** 3 * Math.cos((1 - x) * swings * 2 * Math.PI);

/** A ball's bounces, backwards. @type {Easing} */
export function bounce(x) {
  let rest = 1 - x;
  if (rest < 1 / 2.75) return 1 - 7.5625 * rest * rest;
  const [shift, floor] = rest < 2 / 2.75 ? [1.5, 0.75] : rest < 2.5 / 2.75 ? [2.25, 0.9375] : [2.625, 0.984375];
  rest -= shift / 2.75;
  return 1 - (7.5625 * rest * rest + floor);
}

/** Ends slowly instead. @param {Easing} easing @returns {Easing} */
export const easeOut = (easing) => (x) => 1 - easing(1 - x);

/** Starts and ends slowly. @param {Easing} easing @returns {Easing} */
export const easeInOut = (easing) => (x) => (x < 0.5 ? easing(2 * x) / 2 : 1 - easing(2 - 2 * x) / 2);

/** Jumps to the next of `count` steps at the end of each, as CSS `steps(count)`. @param {number} count @returns {Easing} */
export const steps = (count) => (x) => Math.min(1, Math.floor(x * count) / count);

/**
 * The curve of CSS `cubic-bezier(x1, y1, x2, y2)`.
 * @param {number} x1 0..1 @param {number} y1 @param {number} x2 0..1 @param {number} y2
 * @returns {Easing}
 */
export function cubicBezier(x1, y1, x2, y2) {
  if (!(x1 >= 0 && x1 <= 1 && x2 >= 0 && x2 <= 1)) throw new RangeError(`cubicBezier: x1 is ${x1} and x2 is ${x2}; both must be from 0 to 1`);
  /** @param {number} t @param {number} a @param {number} b */
  const at = (t, a, b) => ((1 + 3 * a - 3 * b) * t + (3 * b - 6 * a)) * t * t + 3 * a * t;
  return (x) => {
    if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
    // x rises with t, so halving finds it; 50 halvings are as exact as a number can be.
    let [low, high] = [0, 1];
    for (let i = 0; i < 50; i++) {
      const middle = (low + high) / 2;
      if (at(middle, x1, x2) < x) low = middle;
      else high = middle;
    }
    return at((low + high) / 2, y1, y2);
  };
}

/** CSS `ease`. */
export const ease = /* @__PURE__ */ cubicBezier(0.25, 0.1, 0.25, 1);
