// Moving images: GIF, APNG and animated WebP show the picture of the frame's time, whenever they are looked at.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { paintedGreys, test, twoFrames, withPage } from "./harness.js";

/** Five pictures of a fifth of a second: greys of 0, 50, 100, 150, 200. An APNG needs a file to seek in. @param {string[]} how */
function make(...how) {
  const folder = mkdtempSync(join(tmpdir(), "helios-film-"));
  try {
    execFileSync("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", "color=black:s=32x32:r=5:d=1,format=gray,geq=lum=50*N,format=rgba", ...how, join(folder, "x")]);
    return readFileSync(join(folder, "x"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
const FILES = { "/a.gif": make("-f", "gif"), "/a.png": make("-plays", "1", "-f", "apng"), "/a.webp": make("-c:v", "libwebp_anim", "-lossless", "1", "-loop", "0", "-f", "webp") };
const STILL = { "/s.gif": make("-frames:v", "1", "-f", "gif") };

test("GIF, APNG and WebP in <img>: the picture of the time, loops as the file says, late ones from their frame", async () => {
  await withPage(`<body style="margin:0"><style>img { position: absolute; left: 0; top: 0 } img + img { left: 40px } img + img + img { left: 80px }</style><img src=/a.gif><img src=/a.png><img id=w>
    <script>helios.onFrame(({ frame }) => { if (frame === 3) w.src = "/a.webp" })</script>`, { files: FILES }, async (on) => {
    const got = [];
    for (let n = 0; n <= 11; n++) {
      await on.step(n);
      if (n % 3 === 0 || n === 11) {
        await twoFrames(on.page);
        got.push((await paintedGreys(on.page, n < 3 ? 2 : 3)).map((v) => Math.round(v / 50)));
      }
      await on.page.waitForTimeout(40);
    }
    assert.deepEqual(got, [[0, 0], [1, 1, 0], [3, 3, 1], [4, 4, 3], [0, 4, 4]]);
    assert.deepEqual(await on.eval(() => [...document.images].map((i) => [i.naturalWidth, i.offsetWidth, i.getAttribute("src")])), [[32, 32, "/a.gif"], [32, 32, "/a.png"], [32, 32, "/a.webp"]]);
  });
});

test("an image that stands still is left alone; one in a style is named", async () => {
  await withPage(`<style>p { background: url(/a.gif) }</style><p>x</p><img src=/s.gif>`, { files: { ...FILES, ...STILL } }, async (on) => {
    const { warnings } = await on.step(0);
    assert.match(warnings.join(), /moving image .*a\.gif in a style/);
    assert.equal(await on.eval(() => document.images[0].getAttribute("style")), null);
  });
});
