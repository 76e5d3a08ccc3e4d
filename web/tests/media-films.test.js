// Videos whose pictures come from the renderer (video-frames.js): here from a server that makes them up, as slowly as it is told to.
// What a page is told of a video comes when its picture is there, and the same in every worker.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test, withPage } from "./harness.js";

// What the native player has until the film is there.
const clip = execFileSync("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", "color=white:s=16x16:r=10:d=1", "-c:v", "libvpx", "-f", "webm", "-"]);
const sine = execFileSync("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", "sine=d=1", "-f", "wav", "-"]);

/** One grey, as a BMP of 2 x 2 pixels. @param {number} grey */
function picture(grey) {
  const bmp = Buffer.alloc(54 + 16, grey);
  bmp.fill(0, 0, 54);
  bmp.write("BM");
  for (const [at, value] of [[2, 70], [10, 54], [14, 40], [18, 2], [22, 2], [34, 16]]) bmp.writeUInt32LE(value, at);
  bmp.writeUInt16LE(1, 26);
  bmp.writeUInt16LE(24, 28);
  return bmp;
}

/** The grey of a frame. @param {number} n */
const greyOf = (n) => 20 + 10 * n;

/**
 * Two seconds of film; frame n is a grey of its own.
 * @param {{ rate?: number, delay?: number }} [how] delay: real milliseconds before each picture
 */
function films({ rate = 10, delay = 0 } = {}) {
  const counted = { pictures: 0 };
  /** @param {any} req @param {any} res */
  const film = (req, res) => {
    const at = new URL(req.url, "http://x").searchParams.get("at");
    if (at === null) return res.end(JSON.stringify({ width: 2, height: 2, length: 2 }));
    counted.pictures += 1;
    const n = Math.min(Math.floor((+at * rate) / 1e9 + 1e-3), 2 * rate - 1);
    const from = Math.round((n * 1e9) / rate);
    const to = Math.round(((n + 1) * 1e9) / rate) - 1000;
    res.writeHead(200, { "content-type": "image/bmp", "x-from": n === 0 ? "-9223372036854775808" : from - 1000, "x-to": to, "x-time": from });
    setTimeout(() => res.end(picture(greyOf(n))), delay);
  };
  /** @param {Buffer} bytes @param {string} type */
  const file = (bytes, type) => (/** @type {any} */ _req, /** @type {any} */ res) => res.writeHead(200, { "content-type": type, "content-length": bytes.length }).end(bytes);
  return { files: { "/films": film, "/v.webm": file(clip, "video/webm"), "/a.wav": file(sine, "audio/wav") }, config: { films: "/films" }, counted };
}

/** In a page: `look(video)` is the grey of what it draws, 0 for nothing. */
const LOOK = `<script>
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const look = (video) => { pen.clearRect(0, 0, 1, 1); pen.drawImage(video, 0, 0, 1, 1); return pen.getImageData(0, 0, 1, 1).data[0] };
</script>`;

test("loadeddata comes with the first picture; before it there is nothing to draw", async () => {
  await withPage(`${LOOK}<video id=v muted src=/v.webm></video><script>
    window.log = [];
    onload = () => { for (const type of ["loadedmetadata", "loadeddata", "canplay", "canplaythrough"]) v.addEventListener(type, () => {
      pen.createPattern(v, "repeat");
      log.push([type, v.readyState, look(v)]);
    }) };</script>`, films({ delay: 60 }), async (on) => {
    await on.step(0);
    assert.deepEqual(await on.eval("log"), [
      ["loadedmetadata", 1, 0], ["loadeddata", 4, 20], ["canplay", 4, 20], ["canplaythrough", 4, 20],
    ]);
    assert.deepEqual(on.errors, []);
  });
});

for (const delay of [0, 60]) {
  test(`seeked comes with the new picture, and in the same frame: ${delay} ms for a picture`, async () => {
    await withPage(`${LOOK}<video id=v muted src=/v.webm></video><video id=w muted src=/v.webm></video><script>
      window.frames0 = []; window.thumbs = []; window.order = [];
      helios.onFrame(({ frame, time }) => {
        v.onseeking = () => order.push("seeking" + frame);
        v.onseeked = () => { order.push("seeked" + frame); frames0.push(look(v)) };
        v.currentTime = time + .05;
        if (frame === 1) order.push(v.seeking);
      });
      setTimeout(() => {
        let n = 0;
        w.onseeked = () => { thumbs.push(look(w)); if (++n < 12) w.currentTime = n * .1 + .05; else order.push("thumbs" + performance.now()) };
        w.currentTime = .05;
        setTimeout(() => order.push("timer"));
      }, 150);</script>`, films({ delay }), async (on) => {
      for (let n = 0; n < 3; n++) {
        await on.step(n);
        assert.equal(await on.eval("frames0.length"), n + 1, "a frame waits for its seek");
      }
      assert.deepEqual(await on.eval("frames0"), [0, 1, 2].map(greyOf));
      assert.deepEqual(await on.eval("thumbs"), Array.from({ length: 12 }, (_, n) => greyOf(n)));
      assert.deepEqual(await on.eval("order"), ["seeking0", "seeked0", true, "seeking1", "seeked1", "timer", "thumbs150", "seeking2", "seeked2"]);
    });
  });
}

test("a page that answers each seek with the next one does not stop time", async () => {
  await withPage(`${LOOK}<video id=v muted src=/v.webm></video><script>
    window.seeks = 0;
    v.onseeked = () => { seeks += 1; v.currentTime = seeks % 2 };
    helios.onFrame(({ frame }) => { if (frame === 1) v.currentTime = .5 });</script>`, films(), async (on) => {
    await on.run(0, 2, null);
    const seeks = await on.eval("seeks");
    assert.ok(seeks > 200 && seeks < 260, `${seeks}`);
  });
});

test("a seek made while the page loads is told of when the film is there", async () => {
  await withPage(`${LOOK}<video id=v muted src=/v.webm></video><script>
    window.seen = [];
    const release = helios.hold("the picture");
    v.onseeked = () => { seen.push(look(v)); release() };
    v.currentTime = .75;</script>`, films({ delay: 30 }), async (on) => {
    await on.step(0);
    assert.deepEqual(await on.eval("seen"), [greyOf(7)]);
  });
});

/**
 * What a page hears of its videos, frame by frame: drawn from the first frame on, or passed up to a frame as another worker does.
 * @param {string} html @param {number} frames @param {number} drawnFrom
 */
async function heard(html, frames, drawnFrom) {
  const server = films({ rate: 24 });
  let log = "";
  await withPage(html, { files: server.files, config: { ...server.config, fps: { num: 30, den: 1 } } }, async (on) => {
    for (let n = 0; n < frames; n++) {
      await on.page.evaluate(([k, drawn]) => /** @type {any} */ (frames[0]).__helios.step(k, drawn), /** @type {[number, boolean]} */ ([n, n >= drawnFrom]));
      log += `${n}: ${await on.eval("log.splice(0).join()")}\n`;
    }
    assert.deepEqual(on.errors, []);
  });
  return { log, pictures: server.counted.pictures };
}

test("what is told of a video does not depend on whether frames are drawn", async () => {
  // No canvas: who passes the frames needs no pictures.
  const html = `<video id=v autoplay muted src=/v.webm></video><video id=w autoplay muted src=/v.webm></video><video id=s muted src=/v.webm></video><script>
    window.log = [];
    v.ontimeupdate = () => log.push("v" + v.currentTime.toFixed(3));
    w.ontimeupdate = () => log.push("w" + w.currentTime.toFixed(3));
    for (const type of ["seeking", "seeked", "timeupdate"]) s.addEventListener(type, () => log.push(type));
    helios.onFrame(({ frame, time }) => {
      setTimeout(() => log.push("timer"));
      if (frame % 4 === 0) s.currentTime = time;
      if (frame === 20) v.pause();
      if (frame === 22) v.play();
      if (frame === 10) w.requestVideoFrameCallback(function next(now, { mediaTime, presentedFrames }) {
        log.push("new" + mediaTime.toFixed(4) + "#" + presentedFrames);
        w.requestVideoFrameCallback(next);
      });
      if (frame === 24) { s.currentTime = .1; s.requestVideoFrameCallback((now, { mediaTime }) => log.push("sought" + mediaTime.toFixed(4))) }
    });</script>`;
  const drawn = await heard(html, 34, 0);
  const passed = await heard(html, 34, 32);
  assert.equal(passed.log, drawn.log);
  assert.ok(passed.pictures < drawn.pictures - 20, `${passed.pictures} of ${drawn.pictures}`);
  assert.match(drawn.log, /v0\.100/);
  assert.match(drawn.log, /sought0\.0833/);
  // From frame 10 on, at 8/24 s: a frame of the film is told of once, with its own time.
  const times = [...drawn.log.matchAll(/new([\d.]+)#(\d+)/g)].map(([, time, n]) => [Math.round(+time * 24 * 100) / 100, +n]);
  assert.deepEqual(times, Array.from({ length: 18 }, (_, n) => [9 + n, 1 + n]));
});

test("a video that is in no document is sought, and shown paused", async () => {
  await withPage(`${LOOK}<script>
    window.sought = []; window.paused = [];
    const v = document.createElement("video"), w = document.createElement("video");
    v.src = w.src = "/v.webm";
    v.onseeked = () => sought.push(look(v));
    w.onseeked = () => paused.push(look(w));
    helios.onFrame(({ frame, time }) => {
      v.currentTime = time + .05;
      if (frame === 1) { w.play(); w.pause(); }
      if (frame === 2) paused.push(look(w));
      if (frame > 2) w.currentTime = time + .05;
    });</script>`, films({ delay: 30 }), async (on) => {
    await on.run(0, 4, null);
    assert.deepEqual(await on.eval("sought"), [0, 1, 2, 3, 4].map(greyOf));
    assert.deepEqual(await on.eval("paused"), [0, 3, 4].map(greyOf));
  });
});

test("a video that has left its document stops, and may be told to play again", async () => {
  await withPage(`<video id=v autoplay muted src=/v.webm></video><script>
    const video = document.querySelector("video");
    window.seen = [];
    helios.onFrame(({ frame }) => { if (frame === 2) video.remove(); if (frame === 4) video.play(); seen.push(+video.currentTime.toFixed(1)) });</script>`, films(), async (on) => {
    await on.run(0, 6, null);
    assert.deepEqual(await on.eval("seen"), [0, 0.1, 0.2, 0.2, 0.2, 0.3, 0.4]);
  });
});

test("<audio>: timeupdate, metadata in the frame that asks for it, and a word on <track>", async () => {
  const server = films();
  /** @type {any} */ (server.files)["/late.wav"] = (/** @type {any} */ _req, /** @type {any} */ res) => setTimeout(() => server.files["/a.wav"](_req, res), 300);
  await withPage(`<audio id=a autoplay src=/a.wav><track default kind=captions src="data:text/vtt,WEBVTT"></audio><script>
    window.log = []; window.late = [];
    a.ontimeupdate = () => log.push(+a.currentTime.toFixed(1));
    helios.onFrame(({ frame }) => {
      if (frame !== 2) return;
      const audio = document.body.appendChild(document.createElement("audio"));
      audio.onloadedmetadata = () => late.push(audio.duration);
      audio.src = "/late.wav";
    });</script>`, server, async (on) => {
    const { warnings } = await on.step(0);
    assert.match(warnings.join(), /a <track> of <audio> .*a\.wav is not on the clock/);
    await on.run(1, 2, null);
    assert.deepEqual(await on.eval("late"), [1]);
    await on.run(3, 4, null);
    assert.deepEqual(await on.eval("log"), [0, 0.1, 0.2, 0.3]);
  });
});
