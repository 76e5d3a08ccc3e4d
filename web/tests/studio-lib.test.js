// The Studio's rules without the Studio: numbers, schemas, times of captions, the ruler; and the preview's, which are the renderer's.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import ts from "typescript";
import { fpsText, frameCount, parseFps, resolveMeta, timecode } from "../preview/meta.js";

/** A module of the Studio that imports nothing but types. @param {string} name */
async function lib(name) {
  const source = readFileSync(new URL(`../studio/src/lib/${name}.ts`, import.meta.url), "utf8");
  const { outputText } = ts.transpileModule(source, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } });
  return await import(`data:text/javascript,${encodeURIComponent(outputText)}`);
}

test("rates and lengths are read as the renderer reads them", () => {
  const read = (/** @type {any} */ text) => {
    const fps = parseFps(text);
    return fps && fpsText(fps);
  };
  assert.deepEqual(["30", 24, "29.97", "23.976", "30000/1001", "12.5", " 60 ", "50/2"].map(read), ["30", "24", "30000/1001", "24000/1001", "30000/1001", "25/2", "60", "25"]);
  assert.deepEqual(["", "0", "-1", "1001", "1/61", "30fps", "1e2", "29.9701", null, "1/0"].map(read), Array(10).fill(null));
  assert.deepEqual([[5, 30, 1], [0.333334, 30, 1], [0.34, 30, 1], [2, 30000, 1001], [0.001, 24, 1]].map(([s, num, den]) => frameCount(s, { num, den })), [150, 10, 11, 60, 1]);
  const page = { width: 320, height: 180, fps: "24", duration: 2, seekable: true, title: "T" };
  assert.deepEqual(resolveMeta(page, { width: 640 }), { width: 640, height: 180, fps: { num: 24, den: 1 }, frames: 48, duration: 2, seekable: true, title: "T", guessed: false });
  assert.deepEqual([resolveMeta({}).width, resolveMeta({}).guessed, resolveMeta({ width: NaN, fps: "x" }).fps.num], [1920, true, 30]);
  assert.deepEqual([timecode(0, { num: 30, den: 1 }), timecode(108_029, { num: 30, den: 1 }), timecode(61, { num: 30000, den: 1001 })], ["00:00:00:00", "01:00:00:29", "00:00:02:01"]);
});

test("numbers and names as people read them", async () => {
  const { clock, bytes, percent, rate, shellWord, stemOf } = await lib("format");
  assert.deepEqual(["index.html", "a/b/index.html", "a/two.htm", "src/Title.tsx", "build/index.html#Main", "a#b.html", "app", "."].map(stemOf), ["", "b", "two", "Title", "Main", "a#b", "app", ""]);
  assert.deepEqual([0, 59.6, 65, 3605].map(clock), ["0:00", "1:00", "1:05", "1:00:05"]);
  assert.deepEqual([0, 999, 1000, 4_240_000, 999_600].map(bytes), ["0 B", "999 B", "1.0 kB", "4.2 MB", "1.0 MB"]);
  assert.deepEqual([0, 0.12345, 0.99999, 1, 2].map(percent), ["0.0 %", "12.3 %", "99.9 %", "100 %", "100 %"]);
  assert.deepEqual([9.96, 123.4].map(rate), ["10.0", "123"]);
  assert.deepEqual(["a/b.mp4", "it's", ""].map(shellWord), ["a/b.mp4", "'it'\\''s'", "''"]);
});

test("a schema becomes fields, and so do values without one", async () => {
  const { fieldsOf, emptyValue, problemOf, labelOf } = await lib("schema");
  const schema = { properties: {
    title: { type: "string", title: "Name", default: "x" }, text: { type: "string", maxLength: 500 }, size: { type: "integer", minimum: 1, maximum: 9 }, on: { type: "boolean" }, mood: { enum: ["a", "b"] },
    tint: { type: "string", format: "color" }, day: { type: "string", format: "date" }, logo: { type: "string", format: "file" }, tags: { type: "array", items: { type: "string" }, maxItems: 3 },
    box: { type: "object", properties: { x: { type: "number" } } }, odd: { anyOf: [{ type: "string" }] }, pick: { oneOf: [{ const: 1 }, { const: 2 }] }, maybe: { type: ["null", "number"] },
  } };
  const fields = fieldsOf(schema, {});
  assert.deepEqual(fields.map((/** @type {any} */ f) => f.kind), ["text", "longtext", "number", "boolean", "choice", "colour", "date", "file", "list", "object", "json", "choice", "number"]);
  assert.deepEqual([fields[0].label, fields[0].fallback, fields[8].item.kind, fields[8].maxItems, fields[9].fields[0].kind], ["Name", "x", "text", 3, "number"]);
  assert.deepEqual([fields[2], fields[8], fields[9], fields[4]].map(emptyValue), [1, [], { x: 0 }, "a"]);
  assert.deepEqual([5, 0, 10, 1.5, "x"].map((value) => problemOf(fields[2], value)), ["", "not below 1", "not above 9", "a whole number, please", "a number, please"]);
  assert.deepEqual(fieldsOf(null, { backgroundColor: "#fff", n: 1, list: [{ a: 1 }], what: null }).map((/** @type {any} */ f) => [f.label, f.kind]), [["Background color", "colour"], ["N", "number"], ["List", "list"], ["What", "json"]]);
  assert.equal(labelOf("max_width-px"), "Max width px");
  for (const nonsense of [3, [], "x", { properties: 3 }, { properties: { a: 7, b: null, c: { type: 3, enum: "no" } } }]) assert.doesNotThrow(() => fieldsOf(nonsense, {}));
  let deep = /** @type {any} */ ({});
  deep = { properties: { a: deep } };
  deep.properties.a = { ...deep };
  deep.properties.a.properties = deep.properties;
  assert.doesNotThrow(() => fieldsOf(deep, {}), "a schema that holds itself ends somewhere");
});

test("times of captions, whole numbers, ticks", async () => {
  const { cueTime, parseCueTime, cueProblem } = await lib("cues");
  assert.deepEqual([0, 1500, 61_002, 3_661_000].map(cueTime), ["0:00.000", "0:01.500", "1:01.002", "1:01:01.000"]);
  assert.deepEqual(["1.5", "0:01,5", "1:00:01.25", "90", "1:75", "x", "-1", ""].map(parseCueTime), [1500, 1500, 3_601_250, 90_000, null, null, null, null]);
  const cue = (/** @type {number} */ startMs, /** @type {number} */ endMs) => ({ startMs, endMs, text: "", settings: "" });
  assert.deepEqual([0, 1, 2].map((i) => cueProblem([cue(0, 5), cue(9, 9), cue(3, 12)], i)), ["", "ends before it begins", "begins before the one above"]);
  const { integerProblem, folders } = await lib("request");
  assert.deepEqual([folders(["b/x.ttf", "a.otf", "b/y.ttf", "c/d/z.ttf"], ""), folders(["b/x.ttf"], "gone"), folders([], "")], [[".", "b", "c/d"], ["b", "gone"], []]);
  assert.deepEqual(["1", "32", "0", "33", "", "2.5", "1e9", "x"].map((text) => integerProblem(text, 1, 32) === ""), [true, true, false, false, false, false, false, false]);
  const { ticks, labelStep } = await lib("ruler");
  assert.deepEqual([labelStep(24, 30, 76), labelStep(0.06, 30, 76), labelStep(3, 30, 76)], [5, 1800, 30]);
  for (const perFrame of [0.01, 0.06, 0.5, 3, 24]) {
    const seen = ticks(0, 2000 / perFrame, perFrame, 30);
    assert.ok(seen.length < 400, `${seen.length} ticks at ${perFrame}`);
    assert.ok(seen.some((/** @type {any} */ tick) => tick.text), `no label at ${perFrame}`);
  }
});

test("lengths as they are typed; a range is the same time at another rate", async () => {
  const { boundaryAt, parseSeconds } = await lib("request");
  assert.deepEqual(["5", "2.5s", "1m30s", "1h", "500ms", " 7 "].map(parseSeconds), [5, 2.5, 90, 3600, 0.5, 7]);
  assert.deepEqual(["", "0", "s", "1.2.3", "-5", "5 s", "30s1m", "x"].map(parseSeconds), Array(8).fill(null));
  const at = (/** @type {number} */ frame, /** @type {string} */ from, /** @type {string} */ to) => boundaryAt(frame, parseFps(from), parseFps(to));
  // From one to two seconds, whatever the rates.
  assert.deepEqual([["30", "60"], ["60", "24"], ["30", "29.97"], ["29.97", "60"], ["25", "30"]].map(([from, to]) => {
    const second = Math.round(parseFps(from).num / parseFps(from).den);
    return [at(second, from, to), at(2 * second, from, to)];
  }), [[60, 120], [24, 48], [30, 60], [60, 120], [30, 60]]);
  assert.deepEqual([at(0, "30", "60"), at(7, "30", "30"), at(1, "60", "30"), at(31, "30", "24")], [0, 7, 1, 25]);
  // A day at rates whose product no float holds.
  assert.equal(at(86_399_999, "999.999", "999.998"), 86_399_913);
});

test("turns are given in order, and given back once", async () => {
  const { Turns } = await lib("turns");
  const turns = new Turns(2);
  /** @type {string[]} */
  const begun = [];
  const [a, b, c, d, e] = ["a", "b", "c", "d", "e"].map((name) => turns.take(() => begun.push(name)));
  assert.deepEqual(begun, ["a", "b"]);
  d(); // does not wait any more
  b();
  b();
  assert.deepEqual(begun, ["a", "b", "c"]);
  a();
  c();
  e();
  assert.deepEqual(begun, ["a", "b", "c", "e"]);
  const more = ["f", "g", "h"].map((name) => turns.take(() => begun.push(name)));
  assert.deepEqual(begun.slice(4), ["f", "g"]);
  more.forEach((end) => end());
});
