// interpolate.js: a number from one range to another, piece by piece.

/** What lies outside the input range: goes on as it was, stays, is itself, begins anew. @typedef {"extend" | "clamp" | "identity" | "wrap"} Extrapolation */

/**
 * @typedef {object} InterpolateOptions
 * @property {(progress: number) => number} [easing] from 0..1 to 0..1, within each piece
 * @property {Extrapolation} [extrapolateLeft] before the input range; "extend" unless said
 * @property {Extrapolation} [extrapolateRight] after the input range; "extend" unless said
 */

/**
 * Maps `input` from `inputRange` to `outputRange`: `interpolate(frame, [0, 30], [0, 1])`.
 * @param {number} input
 * @param {readonly number[]} inputRange rising numbers
 * @param {readonly number[]} outputRange as many numbers
 * @param {InterpolateOptions} [options]
 * @returns {number}
 */
export function interpolate(input, inputRange, outputRange, options = {}) {
  check(input, inputRange, outputRange);
  const { easing, extrapolateLeft = "extend", extrapolateRight = "extend" } = options;
  const first = inputRange[0];
  const last = inputRange[inputRange.length - 1];
  const how = input < first ? extrapolateLeft : input > last ? extrapolateRight : "extend";
  if (how === "identity") return input;
  const length = last - first;
  const x = how === "clamp" ? Math.min(last, Math.max(first, input)) : how === "wrap" ? first + ((((input - first) % length) + length) % length) : input;

  let piece = 1;
  while (piece < inputRange.length - 1 && x > inputRange[piece]) piece++;
  const [from, to] = [inputRange[piece - 1], inputRange[piece]];
  const progress = (x - from) / (to - from);
  // Outside of 0..1 easings mean nothing: beyond the ranges the line goes on straight.
  const eased = easing && progress >= 0 && progress <= 1 ? easing(progress) : progress;
  return outputRange[piece - 1] + eased * (outputRange[piece] - outputRange[piece - 1]);
}

/** @param {number} input @param {readonly number[]} inputRange @param {readonly number[]} outputRange */
function check(input, inputRange, outputRange) {
  if (typeof input !== "number" || Number.isNaN(input)) throw new TypeError(`interpolate: the input is ${input}; it must be a number`);
  if (inputRange.length < 2 || inputRange.length !== outputRange.length) {
    throw new RangeError(`interpolate: ${inputRange.length} inputs and ${outputRange.length} outputs; give as many of each, two or more`);
  }
  for (let i = 0; i < inputRange.length; i++) {
    if (!Number.isFinite(inputRange[i]) || (i > 0 && inputRange[i] <= inputRange[i - 1])) {
      throw new RangeError(`interpolate: the inputs [${inputRange.join(", ")}] must be finite numbers, each greater than the one before`);
    }
    if (!Number.isFinite(outputRange[i])) throw new RangeError(`interpolate: the outputs [${outputRange.join(", ")}] must be finite numbers`);
  }
}
