// random.js: numbers that look random and are functions of what they are asked with: the same in every frame, on every machine, in any order.

/** MurmurHash3 of the text's UTF-16 units. @param {string} text @returns {number} 32 bits */
function hash(text) {
  let h = 0x9747b28c;
  for (let i = 0; i < text.length; i++) {
    let k = Math.imul(text.charCodeAt(i), 0xcc9e2d51);
    k = (k << 15) | (k >>> 17);
    h ^= Math.imul(k, 0x1b873593);
    h = (h << 13) | (h >>> 19);
    h = (Math.imul(h, 5) + 0xe6546b64) | 0;
  }
  return finish(h ^ text.length);
}

/** @param {number} h @returns {number} 32 bits, each of which depends on every bit of `h` */
function finish(h) {
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * A number from 0 up to, not including, 1: `random("star " + i)`.
 * @param {string | number} seed the same seed gives the same number
 * @returns {number}
 */
export const random = (seed) => hash(`${typeof seed}${seed}`) / 2 ** 32;

/**
 * Smooth noise (Perlin's) from about -1 to 1: `noise("wind", time * 0.5, x)`.
 * @param {string | number} seed
 * @param {number} x @param {number} [y] @param {number} [z]
 * @returns {number}
 */
export function noise(seed, x, y = 0, z = 0) {
  const base = hash(`${typeof seed}${seed}`);
  // Half a step away from the grid's planes, on which it would be 0 at every corner: so one dimension varies as much as three.
  const [py, pz] = [y + 0.5, z + 0.5];
  const [ix, iy, iz] = [Math.floor(x), Math.floor(py), Math.floor(pz)];
  const [fx, fy, fz] = [x - ix, py - iy, pz - iz];
  /** @param {number} t */
  const fade = (t) => t * t * t * (t * (t * 6 - 15) + 10);
  /** @param {number} a @param {number} b @param {number} k */
  const mix = (a, b, k) => a + (b - a) * k;
  /** The corner's slope, along one of the twelve edges of a cube. @param {number} dx @param {number} dy @param {number} dz */
  const corner = (dx, dy, dz) => {
    const h = finish(base ^ Math.imul(ix + dx, 0x27d4eb2f) ^ Math.imul(iy + dy, 0x165667b1) ^ Math.imul(iz + dz, 0x9e3779b1)) & 15;
    const [a, b, c] = [fx - dx, fy - dy, fz - dz];
    const u = h < 8 ? a : b;
    const v = h < 4 ? b : h === 12 || h === 14 ? a : c;
    return (h & 1 ? -u : u) + (h & 2 ? -v : v);
  };
  const [u, v, w] = [fade(fx), fade(fy), fade(fz)];
  /** @param {number} dz */
  const plane = (dz) => mix(mix(corner(0, 0, dz), corner(1, 0, dz), u), mix(corner(0, 1, dz), corner(1, 1, dz), u), v);
  return mix(plane(0), plane(1), w);
}
