// spring.js: a mass on a damped spring, let go. The differential equation m x'' + c x' + k x = 0 is solved, not stepped through, so any time can
// be asked for by itself and nothing accumulates.

/**
 * @typedef {object} SpringOptions
 * @property {number} [from] where it is at time 0; 0 unless said
 * @property {number} [to] where it comes to rest; 1 unless said
 * @property {number} [mass] 1 unless said
 * @property {number} [stiffness] 100 unless said
 * @property {number} [damping] 10 unless said; 2 √(stiffness · mass) is the least without overshoot
 * @property {number} [velocity] units per second at time 0
 * @property {boolean} [clamp] stops at `to` instead of going beyond
 */

/**
 * Where a spring is, `seconds` after it was let go: `spring(time - 0.5, { damping: 14 })`. Before that it is where it starts.
 * @param {number} seconds
 * @param {SpringOptions} [options]
 * @returns {number}
 */
export function spring(seconds, options = {}) {
  const all = checked(options);
  if (!(seconds > 0)) return all.from;
  const { at, firstZero } = motion(all);
  return all.to + (all.clamp && seconds >= firstZero ? 0 : at(seconds));
}

/**
 * Seconds until a spring stays within `rest` of its way (0.005: half a per cent) of where it comes to rest. `Infinity` without damping.
 * @param {SpringOptions} [options]
 * @param {number} [rest]
 * @returns {number}
 */
export function springDuration(options = {}, rest = 0.005) {
  const all = checked(options);
  const { at, firstZero, swing, decay, slowest } = motion(all);
  const bound = rest * (Math.abs(all.from - all.to) || 1);
  if (swing === 0 || slowest === 0) return swing === 0 ? 0 : Infinity;
  // A spring that rings is done when what it swings within is small enough. The others turn round once at most: looked at from the end.
  let end = Math.max(0, Math.log(swing / bound) / decay);
  if (slowest !== decay) {
    const step = (Math.log(swing / bound) + 10) / slowest / 4000;
    end = 4000 * step;
    while (end > 0 && Math.abs(at(end)) <= bound) end -= step;
    end = Math.max(0, end + step);
  }
  return all.clamp ? Math.min(end, firstZero) : end;
}

/**
 * How far from rest it is at a time, when it first passes there, what it swings within at first, and how quickly that decays.
 * @param {Required<SpringOptions>} all
 */
function motion({ from, to, mass, stiffness, damping, velocity }) {
  const x0 = from - to;
  const omega = Math.sqrt(stiffness / mass);
  const decay = damping / (2 * mass);
  const slope = velocity + decay * x0;
  const square = omega * omega - decay * decay;
  if (square > 1e-9 * omega * omega) {
    const ringing = Math.sqrt(square);
    const [swing, phase] = [Math.hypot(x0, slope / ringing), Math.atan2(slope / ringing, x0)];
    /** @param {number} t */
    const at = (t) => Math.exp(-decay * t) * (x0 * Math.cos(ringing * t) + (slope / ringing) * Math.sin(ringing * t));
    const zero = phase + Math.PI / 2;
    return { at, firstZero: (zero > 0 ? zero % Math.PI || Math.PI : zero + Math.PI) / ringing, swing, decay, slowest: decay };
  }
  // Critically damped is the border between the other two, where both divide by nearly nothing.
  const split = Math.sqrt(Math.max(0, -square));
  const critical = split < 1e-4 * omega;
  const [slow, fast] = [split - decay, -split - decay];
  /** @param {number} t */
  const at = (t) =>
    critical
      ? Math.exp(-decay * t) * (x0 + slope * t)
      : ((velocity - fast * x0) * Math.exp(slow * t) - (velocity - slow * x0) * Math.exp(fast * t)) / (2 * split);
  const zero = critical ? -x0 / slope : Math.log((velocity - slow * x0) / (velocity - fast * x0)) / (2 * split);
  return { at, firstZero: zero > 0 ? zero : Infinity, swing: Math.abs(x0) + Math.abs(slope) / omega, decay, slowest: -slow * (1 - 1e-12) };
}

/** @param {SpringOptions} options @returns {Required<SpringOptions>} */
function checked(options) {
  const all = { from: 0, to: 1, mass: 1, stiffness: 100, damping: 10, velocity: 0, clamp: false, ...options };
  for (const key of /** @type {const} */ (["from", "to", "mass", "stiffness", "damping", "velocity"])) {
    if (!Number.isFinite(all[key])) throw new RangeError(`spring: ${key} is ${all[key]}; it must be a finite number`);
  }
  for (const key of /** @type {const} */ (["mass", "stiffness"])) {
    if (all[key] <= 0) throw new RangeError(`spring: ${key} is ${all[key]}; it must be greater than 0`);
  }
  if (all.damping < 0) throw new RangeError(`spring: damping is ${all.damping}; it must not be less than 0`);
  return all;
}
