/**
 * Smooth noise (Perlin's) from about -1 to 1: `noise("wind", time * 0.5, x)`.
 * @param {string | number} seed
 * @param {number} x @param {number} [y] @param {number} [z]
 * @returns {number}
 */
export function noise(seed: string | number, x: number, y?: number, z?: number): number;
export function random(seed: string | number): number;
