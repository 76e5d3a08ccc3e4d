// The preview: a composition driven by a page of another origin shows the frames of a render, forwards, back and while it plays.
import assert from "node:assert/strict";
import { test } from "./harness.js";
import { openPreview } from "./preview-harness.js";

/** What a page carries from frame to frame: only a replay gets it right. */
const STATEFUL = `<!doctype html><meta name=helios content="width=320,height=180,fps=10,duration=3"><title>S</title><style>@keyframes m { to { translate: 100px } } p { animation: m 2s linear 0.5s }</style>
<p id=p>x</p><script>window.log = []; let sum = Math.random(); requestAnimationFrame(function f(t) { sum += t / 1000; log.push(+sum.toFixed(6)); document.title = log.length + " " + sum.toFixed(6) + " " + getComputedStyle(p).translate; requestAnimationFrame(f) })</script>`;

/** @param {any} options @param {(on: Awaited<ReturnType<typeof openPreview>>) => Promise<void>} use @param {string} [html] */
async function withPreview(options, use, html = STATEFUL) {
  const on = await openPreview(html, options);
  try {
    await use(on);
  } finally {
    await on.close();
  }
}

test("a page's frames are the same forwards, after scrubbing back, and when loaded there", async () => {
  await withPreview({}, async (on) => {
    await on.load({ seed: 7 });
    const title = () => on.eval(() => document.title);
    const seen = [];
    for (const n of [0, 3, 11, 20, 5, 19, 0]) {
      await on.show(n);
      seen.push([n, await title()]);
    }
    const [meta] = await on.said("meta");
    assert.deepEqual([meta.meta.width, meta.meta.height, meta.meta.frames, meta.meta.fps], [320, 180, 30, { num: 10, den: 1 }]);
    for (const [n, was] of seen) {
      await on.load({ seed: 7 }, /** @type {number} */ (n));
      assert.equal(await title(), was, `frame ${n}`);
    }
    assert.equal(new Set(seen.map(([n]) => n)).size, new Set(seen.map(([, text]) => text)).size);
    assert.match(String(seen[3][1]), /75px/);
    const animations = (await on.said("animations")).flatMap((s) => s.animations);
    assert.ok(animations.some((a) => a.name === "m" && a.start === 0.5 && a.length === 2), JSON.stringify(animations));
  });
});

test("playing goes through every frame of a page with a state, stops at the end of the range, loops", async () => {
  await withPreview({}, async (on) => {
    await on.load();
    await on.page.evaluate(async () => {
      const w = /** @type {any} */ (window);
      w.stage.play({ speed: 4, to: 15 });
      await w.until(() => w.said.some((/** @type {any[]} */ [type]) => type === "ended"), "the end");
    });
    assert.equal(await on.eval(() => window.log.length), 15);
    assert.equal((await on.said("ended"))[0].frame, 14);
    await on.page.evaluate(async () => {
      const w = /** @type {any} */ (window);
      w.said.length = 0;
      w.stage.play({ speed: 4, from: 5, to: 9, loop: true });
      const rounds = () => w.said.filter((/** @type {any[]} */ [type, d]) => type === "frame" && d.frame === 5).length;
      await w.until(() => rounds() >= 3, "three rounds");
      w.stage.pause();
    });
    assert.ok((await on.said("frame")).every((s) => s.frame >= 5 && s.frame < 9 || s.frame === 14));
  });
});

/** In the page around: `after(act, n)` gives the frames that are shown from `act` on, until one behind `n` has come. @param {import("playwright-core").Page} page */
const listen = (page) => page.evaluate(() => {
  const w = /** @type {any} */ (window);
  w.frames = () => w.said.flatMap((/** @type {any[]} */ [type, d]) => (type === "frame" ? [d.frame] : []));
  w.heard = (/** @type {string} */ type) => w.said.some((/** @type {any[]} */ [k]) => k === type);
  w.after = async (/** @type {(stage: any) => any} */ act, /** @type {number} */ n) => {
    w.said.length = 0;
    await act(w.stage);
    await w.until(() => w.frames().includes(n) && w.frames().at(-1) > n, `frame ${n} and those behind it`);
    return w.frames();
  };
});

/** @param {number[]} frames @param {number} n */
const playsOnFrom = (frames, n) => {
  const from = frames.slice(frames.indexOf(n));
  assert.deepEqual(from, [...from].sort((a, b) => a - b), `on from ${n}: ${frames}`);
};

test("a seek wins over what plays, and what plays goes on from there", async () => {
  await withPreview({}, async (on) => {
    await on.load();
    await listen(on.page);
    playsOnFrom(await on.page.evaluate(() => /** @type {any} */ (window).after(async (/** @type {any} */ stage) => {
      stage.play();
      await /** @type {any} */ (window).until(() => stage.frame > 0, "what plays");
      stage.seek(20, true);
    }, 20)), 20);
    // While the page is being loaded to go back in it.
    playsOnFrom(await on.page.evaluate(() => /** @type {any} */ (window).after(async (/** @type {any} */ stage) => {
      stage.seek(0);
      await /** @type {any} */ (window).until(() => /** @type {any} */ (window).heard("busy"), "the way back");
      stage.play();
    }, 0)), 0);
    await on.page.evaluate(async () => {
      const w = /** @type {any} */ (window);
      w.stage.play({ speed: 8 });
      await w.until(() => w.heard("ended"), "the end");
    });
    playsOnFrom(await on.page.evaluate(() => /** @type {any} */ (window).after((/** @type {any} */ stage) => {
      stage.seek(25);
      stage.play();
    }, 25)), 25);
    await on.page.evaluate(() => /** @type {any} */ (window).stage.pause());

    // A frame that was asked for before is told when it has been drawn; it is not the one to play on from.
    await on.load();
    const frames = await on.page.evaluate(() => /** @type {any} */ (window).after((/** @type {any} */ stage) => {
      stage.seek(3);
      stage.seek(9);
      stage.play();
    }, 9));
    assert.ok(frames.every((/** @type {number} */ frame) => frame === 3 || frame >= 9), String(frames));
  });
});

test("what plays hears of its loop, its range and its length", async () => {
  await withPreview({}, async (on) => {
    await on.load({ given: { duration: 1 } });
    await listen(on.page);
    const ranged = await on.page.evaluate(async ([url, origin]) => {
      const w = /** @type {any} */ (window);
      const rounds = () => w.frames().filter((/** @type {number} */ frame) => frame === 0).length;
      w.said.length = 0;
      w.stage.play({ speed: 2 });
      w.stage.play({ speed: 2, loop: true });
      await w.until(() => rounds() >= 2, "two rounds");
      w.stage.load({ url, origin }, { given: { duration: 2 } });
      await w.until(() => w.stage.frame >= 15, "a frame of the longer page");
      w.said.length = 0;
      w.stage.play({ speed: 2, to: 12, loop: true });
      await w.until(() => rounds() >= 2, "two rounds of a range");
      const ranged = w.frames();
      w.stage.play({ speed: 2 });
      await w.until(() => w.heard("ended"), "the end");
      return ranged.slice(ranged.indexOf(0));
    }, [`${on.origin}/page`, on.origin]);
    assert.ok(ranged.every((/** @type {number} */ frame) => frame < 12), String(ranged));
    assert.equal((await on.said("ended"))[0].frame, 19);
  });
});

test("a page that plays and is loaded anew goes on where it is by then; another one begins at its beginning", async () => {
  await withPreview({ files: { "/other.html": STATEFUL } }, async (on) => {
    await on.load({ given: { duration: 60 } });
    const [at, same, other] = await on.page.evaluate(async (origin) => {
      const w = /** @type {any} */ (window);
      /** The first frame of the page that comes; it plays on from there. @param {string} url */
      const load = async (url) => {
        w.said.length = 0;
        w.stage.load({ url: origin + url, origin }, { given: { duration: 60 }, props: { word: "given" } }, 0);
        await w.until(() => w.said.some((/** @type {any[]} */ [type]) => type === "reloaded"), url);
        const { frame } = w.said.slice(w.said.findIndex((/** @type {any[]} */ [type]) => type === "reloaded")).find((/** @type {any[]} */ [type]) => type === "frame")[1];
        await w.until(() => w.stage.frame > frame, "what plays");
        return frame;
      };
      w.stage.play();
      await w.until(() => w.stage.frame > 3, "what plays");
      return [w.stage.frame, await load("/page"), await load("/other.html")];
    }, on.origin);
    assert.ok(same >= at, `${same}, not before ${at}`);
    assert.equal(other, 0);
  });
});

test("props and seed are the page's, errors are told, and the page sees nothing of the orders", async () => {
  const html = `<!doctype html><meta name=helios content="width=320,height=180,fps=10,duration=1"><script>window.heard = []; addEventListener("message", (e) => heard.push(e.data)); helios.props = { text: "default", size: 2 };
    helios.schema = { type: "object", properties: { text: { type: "string" } } };
    helios.onFrame(({ frame }) => { document.title = helios.props.text + helios.props.size + " " + window.name; if (frame === 2) throw new Error("third frame") })</script>`;
  await withPreview({}, async (on) => {
    await on.load({ props: { text: "given" } });
    await on.show(2);
    const [meta] = await on.said("meta");
    assert.deepEqual(meta.props, { text: "given", size: 2 });
    assert.equal(meta.described.schema.properties.text.type, "string");
    assert.match(await on.eval(() => document.title), /^given2/);
    assert.deepEqual(await on.eval(() => window.heard), []);
    const told = await on.said("trouble");
    assert.ok(told.some((t) => t.level === "error" && /third frame/.test(t.text) && t.frame === 2), JSON.stringify(told));
  }, html);
});

test("a seekable page jumps; a page opened by itself is left alone; orders of another origin are not heard", async () => {
  const html = `<!doctype html><meta name=helios content="width=320,height=180,fps=10,duration=100"><script>if (window.helios) helios.seekable = true; window.n = 0; (function f(t) { n++; document.title = String(t); requestAnimationFrame(f) })(0)</script>`;
  await withPreview({}, async (on) => {
    await on.load();
    await on.show(900);
    assert.equal(await on.eval(() => document.title), "90005");
    await on.show(20);
    assert.equal(await on.eval(() => document.title), "2005");
    assert.ok((await on.eval(() => window.n)) < 10);
    await on.eval(() => window.postMessage({ heliosPreview: 1, type: "seek", frame: 50 }, "*"));
    await on.eval(() => window.postMessage({ heliosPreview: 2, type: "seek", frame: 50 }, "*"));
    await on.show(21);
    assert.equal(await on.eval(() => document.title), "2105");
    const alone = await on.page.context().newPage();
    await alone.goto(`${on.origin}/page`);
    await alone.waitForFunction("window.n > 3");
    assert.equal(await alone.evaluate(() => typeof (/** @type {any} */ (window).helios)), "undefined");
  }, html);
});

test("iframes with a srcdoc are on the page's clock: those of the markup, those that come later, and those inside them", async () => {
  const inner = (/** @type {string} */ name, page = "parent") => `<p>&</p><script>{ let n = 0; requestAnimationFrame(function f() { ${page}.log.${name} = [++n, performance.now(), Math.random()]; requestAnimationFrame(f) }) }<\\/script>`;
  const nested = `<iframe srcdoc='${inner("nested", "parent.parent").replaceAll("&", "&amp;").replace("<\\/", "</")}'></iframe>`;
  const markup = (inner("first").replace("<\\/", "</") + nested).replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  const html = `<!doctype html><meta name=helios content="width=320,height=180,fps=10,duration=3"><script>window.log = {}</script><iframe srcdoc="${markup}"></iframe><script>
    let n = 0; requestAnimationFrame(function f() { log.own = [++n, performance.now()]; requestAnimationFrame(f) });
    helios.onFrame(({ frame }) => { if (frame !== 2) return; const late = document.createElement("iframe"); late.srcdoc = \`${inner("late")}\`; document.body.append(late) })</script>`;
  await withPreview({}, async (on) => {
    const read = () => on.eval(() => /** @type {any} */ (window).log);
    await on.load();
    for (let n = 1; n <= 6; n++) {
      await on.show(n);
      // A clock of their own would go on meanwhile.
      await on.page.waitForTimeout(60);
    }
    const log = await read();
    assert.deepEqual(log.own, [7, 605]);
    assert.deepEqual([log.first.slice(0, 2), log.nested.slice(0, 2)], [log.own, log.own]);
    assert.deepEqual(log.late.slice(0, 2), [4, 400]);
    await on.load({}, 6);
    assert.deepEqual(await read(), log, "the same when it is loaded there");
  }, html);
});

/** A second of sound: silence, and then a loud half. */
function wav() {
  const rate = 8000;
  const file = Buffer.alloc(44 + rate * 2);
  file.write("RIFF", 0);
  file.writeUInt32LE(36 + rate * 2, 4);
  file.write("WAVEfmt ", 8);
  for (const [value, at] of [[16, 16], [rate, 24], [rate * 2, 28], [rate * 2, 40]]) file.writeUInt32LE(value, at);
  for (const [value, at] of [[1, 20], [1, 22], [2, 32], [16, 34]]) file.writeUInt16LE(value, at);
  file.write("data", 36);
  for (let i = rate / 2; i < rate; i++) file.writeInt16LE(i % 2 ? 26_000 : -26_000, 44 + i * 2);
  return file;
}

test("tracks that a page declares or plays, and how loud they are", async () => {
  const html = `<!doctype html><meta name=helios content="width=320,height=180,fps=10,duration=3"><audio src="/tone.wav" data-start="0.5" data-name="Tone"></audio><div data-start="1" data-duration="1.5" id="card">x</div>`;
  await withPreview({ files: { "/tone.wav": wav() } }, async (on) => {
    await on.load({}, 12);
    const tracks = (await on.said("tracks")).at(-1).tracks;
    assert.deepEqual(tracks.map((t) => [t.name, t.kind, t.start, t.length]), [["Tone", "audio", 0.5, null], ["div#card", "div", 1, 1.5]]);
    const sound = await on.page.evaluate(() => /** @type {any} */ (window).stage.sound);
    assert.deepEqual(sound.map((s) => [s.url, s.from, s.position]), [[`${on.origin}/tone.wav`, 500, 0]]);
    await on.page.evaluate(async (url) => {
      const w = /** @type {any} */ (window);
      w.stage.peaks(url, 10);
      await w.until(() => w.said.some((/** @type {any[]} */ [type]) => type === "peaks"), "the peaks");
    }, `${on.origin}/tone.wav`);
    const { peaks, seconds } = (await on.said("peaks"))[0];
    assert.ok(Math.abs(seconds - 1) < 0.01);
    assert.ok(peaks.slice(0, 4).every((p) => p < 0.01) && peaks.slice(6).every((p) => p > 0.7), JSON.stringify(peaks));
  }, html);
});

test("how loud a sound is, is asked of the page that comes, not of the one that leaves", async () => {
  const html = '<!doctype html><meta name=helios content="width=320,height=180,fps=10,duration=1">';
  await withPreview({ files: { "/b/page.html": html, "/b/tone.wav": wav() } }, async (on) => {
    await on.load();
    const told = await on.page.evaluate(async (origin) => {
      const w = /** @type {any} */ (window);
      const { say } = w.stage;
      let asked = false;
      w.stage.say = (/** @type {string} */ type, /** @type {any} */ detail) => {
        say(type, detail);
        // As one would who draws the tracks; the address is one of the new page alone.
        if (type !== "tracks" || asked) return;
        asked = true;
        w.stage.peaks("tone.wav", 10);
      };
      w.stage.load({ url: `${origin}/b/page.html`, origin });
      await w.until(() => w.said.some((/** @type {any[]} */ [k]) => k === "peaks"), "the peaks");
      return w.said.find((/** @type {any[]} */ [k]) => k === "peaks")[1];
    }, on.origin);
    assert.equal(told.failed, undefined);
    assert.equal(told.peaks.length, 10);
  }, html);
});

test("a page that does not become ready says what it waits for", async () => {
  await withPreview({}, async (on) => {
    await on.load({ timeoutMs: 300 });
    assert.match((await on.said("failed"))[0].message, /hold "tiles" was not released within 300 ms/);
  }, "<!doctype html><script>helios.hold('tiles')</script>");
});
