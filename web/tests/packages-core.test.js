// @helios/core without a page: its functions against formulas and numbers known otherwise.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Easing, interpolate, loop, noise, random, sequence, series, spring, springDuration, videoConfig } from "../packages/core/src/index.js";

/** @param {number} a @param {number} b @param {number} [by] @param {string} [what] */
const near = (a, b, by = 1e-9, what = "") => assert.ok(Math.abs(a - b) <= by, `${what} ${a} is not ${b}`);

test("interpolate: pieces, ends, easings, refusals", () => {
  const at = (/** @type {number} */ x, /** @type {any} */ options) => interpolate(x, [0, 10, 20], [0, 100, 50], options);
  assert.deepEqual([0, 5, 10, 15, 20].map((x) => at(x, {})), [0, 50, 100, 75, 50]);
  assert.deepEqual([-1, 22].map((x) => at(x, {})), [-10, 40], "goes on");
  assert.deepEqual([-1, 22].map((x) => at(x, { extrapolateLeft: "clamp", extrapolateRight: "clamp" })), [0, 50]);
  assert.deepEqual([-1, 22].map((x) => at(x, { extrapolateLeft: "identity", extrapolateRight: "identity" })), [-1, 22]);
  assert.deepEqual([-5, 25].map((x) => at(x, { extrapolateLeft: "wrap", extrapolateRight: "wrap" })), [75, 50]);
  assert.deepEqual([5, 15, -2].map((x) => at(x, { easing: Easing.quad })), [25, 87.5, -20]);
  assert.throws(() => interpolate(1, [0, 1], [0]), /2 inputs and 1 outputs/);
  assert.throws(() => interpolate(1, [0, 0], [0, 1]), /\[0, 0\] must be finite numbers, each greater/);
  assert.throws(() => interpolate(NaN, [0, 1], [0, 1]), /the input is NaN/);
});

/** The equation of motion, stepped through in small steps (Runge-Kutta): slow, and it cannot share a mistake with a closed form. */
function simulated(/** @type {any} */ { mass, stiffness, damping, velocity = 0 }, /** @type {number} */ seconds) {
  let [x, v] = [-1, velocity];
  const n = 20_000, h = seconds / n;
  const acc = (/** @type {number} */ p, /** @type {number} */ q) => (-stiffness * p - damping * q) / mass;
  for (let i = 0; i < n; i++) {
    const [a1, b1] = [v, acc(x, v)];
    const [a2, b2] = [v + (h / 2) * b1, acc(x + (h / 2) * a1, v + (h / 2) * b1)];
    const [a3, b3] = [v + (h / 2) * b2, acc(x + (h / 2) * a2, v + (h / 2) * b2)];
    const [a4, b4] = [v + h * b3, acc(x + h * a3, v + h * b3)];
    x += (h / 6) * (a1 + 2 * a2 + 2 * a3 + a4);
    v += (h / 6) * (b1 + 2 * b2 + 2 * b3 + b4);
  }
  return 1 + x;
}

const SPRINGS = {
  ringing: { mass: 1, stiffness: 100, damping: 10 },
  loose: { mass: 0.5, stiffness: 180, damping: 1, velocity: 12 },
  critical: { mass: 1, stiffness: 100, damping: 20, velocity: -3 },
  "nearly critical": { mass: 1, stiffness: 100, damping: 20.0001 },
  stiff: { mass: 2, stiffness: 60, damping: 50, velocity: 4 },
  free: { mass: 1, stiffness: 10, damping: 0 },
};

test("spring: the solution of its equation of motion, at any time by itself", () => {
  for (const [name, options] of Object.entries(SPRINGS)) {
    for (const t of [0.05, 0.3, 1, 2.5]) near(spring(t, options), simulated(options, t), 1e-6, `${name} at ${t}:`);
    assert.deepEqual([spring(0, options), spring(-1, options)], [0, 0], name);
  }
  // Undamped it is a cosine; scaled and moved it is the same spring.
  near(spring(0.7, SPRINGS.free), 1 - Math.cos(Math.sqrt(10) * 0.7));
  near(spring(0.2, { from: 50, to: 250 }), 50 + 200 * spring(0.2));
  assert.throws(() => spring(1, { mass: 0 }), /mass is 0; it must be greater than 0/);
  assert.throws(() => spring(1, { damping: NaN }), /damping is NaN/);
});

test("spring: clamped it stops at its first pass; its duration is the last time it is away", () => {
  const first = [...Array(1000).keys()].map((i) => i / 500).find((t) => spring(t) > 1) ?? 0;
  assert.ok(first > 0.1 && spring(first - 0.01, { clamp: true }) < 1);
  for (const t of [first, first + 0.2, first + 0.5, 3]) assert.equal(spring(t, { clamp: true }), 1);
  for (const [name, options] of Object.entries(SPRINGS)) {
    const end = springDuration(options);
    if (name === "free") {
      assert.equal(end, Infinity);
      continue;
    }
    for (let i = 1; i < 200; i++) assert.ok(Math.abs(spring(end + i / 50, options) - 1) <= 0.00501, `${name} is away after ${end}`);
    const before = [...Array(100).keys()].map((i) => Math.abs(spring((end * (i + 1)) / 100, options) - 1));
    assert.ok(Math.max(...before.slice(60)) > 0.002, `${name} had come to rest long before ${end}`);
  }
});

test("easings: ends, known values, and the browser's own curves", () => {
  const { linear, quad, cubic, sine, circle, expo, power, back, elastic, bounce, easeOut, easeInOut, cubicBezier, ease, steps } = Easing;
  for (const [name, f] of Object.entries({ linear, quad, cubic, sine, circle, expo, p: power(5), back: back(), elastic: elastic(), bounce, ease, out: easeOut(cubic), both: easeInOut(bounce), s: steps(4) })) {
    near(f(0), 0, 1e-12, name);
    near(f(1), 1, 1e-12, name);
  }
  near(easeOut(cubic)(0.5), 0.875);
  near(easeInOut(quad)(0.25), 0.125);
  near(back()(0.5), -0.0876975, 1e-7);
  near(easeOut(bounce)(0.5), 0.765625);
  assert.deepEqual([0, 0.24, 0.25, 0.99].map(steps(4)), [0, 0, 0.25, 0.75]);
  near(ease(0.5), 0.8024033877399112, 1e-9, "ease, as Chromium has it");
  near(cubicBezier(0.42, 0, 0.58, 1)(0.25), 0.12916193104731, 1e-9);
  near(cubicBezier(1 / 3, 1 / 3, 2 / 3, 2 / 3)(0.3), 0.3);
  assert.throws(() => cubicBezier(2, 0, 0, 1), /x1 is 2/);
});

test("sequence, series, loop", () => {
  assert.deepEqual(sequence(5, 10, 11), { frame: -5, active: false, progress: 0 });
  assert.deepEqual(sequence(15, 10, 11), { frame: 5, active: true, progress: 0.5 });
  assert.deepEqual(sequence(21, 10, 11), { frame: 11, active: false, progress: 1 });
  assert.deepEqual(sequence(21, 10), { frame: 11, active: true, progress: 0 });
  assert.deepEqual(series([{ durationInFrames: 30, name: "a" }, { durationInFrames: 20, offset: -10 }, { durationInFrames: 5 }]).map((part) => part.from), [0, 20, 40]);
  assert.deepEqual([loop(0, 10), loop(25, 10)], [{ frame: 0, iteration: 0 }, { frame: 5, iteration: 2 }]);
});

test("random and noise: the same for the same seed, spread evenly, smooth", () => {
  assert.equal(random("a"), random("a"));
  assert.notEqual(random("1"), random(1));
  const many = [...Array(4000).keys()].map((i) => random(`s${i}`));
  assert.ok(many.every((x) => x >= 0 && x < 1));
  for (let tenth = 0; tenth < 10; tenth++) near(many.filter((x) => Math.floor(x * 10) === tenth).length, 400, 80, `tenth ${tenth}:`);
  const curve = [...Array(3000).keys()].map((i) => noise("n", i / 100));
  const wide = [...Array(3000).keys()].map((i) => noise("n", i / 7));
  assert.ok(wide.every((x) => Math.abs(x) <= 1.1) && Math.max(...wide) > 0.7 && Math.min(...wide) < -0.7, `${Math.min(...wide)} to ${Math.max(...wide)}`);
  assert.ok(curve.every((x, i) => i === 0 || Math.abs(x - curve[i - 1]) < 0.05), "no jumps");
  assert.deepEqual([noise("n", 1.5, 2.5, 3.5), noise("m", 0.3)], [noise("n", 1.5, 2.5, 3.5), noise("m", 0.3)]);
  assert.notEqual(noise("n", 0.3), noise("m", 0.3));
});

test("without a page there are defaults", () => {
  assert.deepEqual(videoConfig(), { width: 1920, height: 1080, fps: 30, duration: 10, durationInFrames: 300 });
});
