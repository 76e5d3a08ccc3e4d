// Frames that need not be drawn: the page looks the same as in the drawing before.

import assert from "node:assert/strict";
import { test, withPage } from "./harness.js";

/** Draws the frames a..b and returns those that are said to be the same as before. @param {any} on @param {number} a @param {number} b */
async function repeated(on, a, b) {
  const same = [];
  for (let n = a; n <= b; n++) {
    const result = await on.step(n);
    if (result.same) same.push(n);
    else await on.page.evaluate(() => /** @type {any} */ (frames[0]).__helios.drawing());
  }
  return same;
}

const box = "<div id=b style='width: 40px; height: 40px; background: red'></div>";

test("a page without motion is drawn three times", async () => {
  await withPage(box, {}, async (on) => assert.deepEqual(await repeated(on, 0, 6), [3, 4, 5, 6]));
});

// At 10 frames/s frame n comes at 5 + 100 n ms.
test("whatever moves is drawn, and three drawings of its rest", async () => {
  const cases = {
    "a timer": "<script>setTimeout(() => { b.style.width = '80px' }, 450)</script>",
    "a transition": "<script>setTimeout(() => { b.style.transition = 'opacity 150ms'; b.style.opacity = .5 }, 350)</script>",
    "an image that comes": "<script>setTimeout(() => { const i = new Image(); i.src = '/i.svg'; document.body.append(i) }, 450)</script>",
    "a message": "<script>const c = new MessageChannel(); c.port1.onmessage = () => { b.style.width = '80px' }; setTimeout(() => c.port2.postMessage(0), 450)</script>",
  };
  const files = { "/i.svg": "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>" };
  for (const [name, script] of Object.entries(cases)) {
    await withPage(box + script, { files }, async (on) => {
      const same = await repeated(on, 0, 12);
      assert.ok(!same.includes(5), `${name}: ${same}`);
      assert.deepEqual(same.slice(-3), [10, 11, 12], name);
    });
  }
});

test("what goes on and on is always drawn", async () => {
  const cases = {
    "an animation": "<style>@keyframes k { to { opacity: 0 } } div { animation: k 1s infinite }</style>",
    "animation frames": "<script>(function f() { requestAnimationFrame(f) })()</script>",
    "a callback for frames": "<script>helios.onFrame(() => {})</script>",
    "an interval": "<script>setInterval(() => {}, 100)</script>",
    SMIL: "<svg><rect width=9 height=9><animate attributeName=x to=9 dur=1s repeatCount=indefinite /></rect></svg>",
  };
  for (const [name, script] of Object.entries(cases)) {
    await withPage(box + script, {}, async (on) => assert.deepEqual(await repeated(on, 0, 8), [], name));
  }
});

test("code that nobody saw coming is noticed by what it does", async () => {
  await withPage(`${box}<div id=host></div><script>host.attachShadow({ mode: "open" }).innerHTML = "<p>x</p>"</script>`, {}, async (on) => {
    assert.deepEqual(await repeated(on, 0, 4), [3, 4]);
    await on.eval(() => { /** @type {any} */ (document.getElementById("b")).style.width = "80px"; });
    assert.deepEqual(await repeated(on, 5, 8), [8]);
    await on.eval(() => { /** @type {any} */ (document.getElementById("host")).shadowRoot.querySelector("p").firstChild.data = "y"; });
    assert.deepEqual(await repeated(on, 9, 12), [12]);
  });
});
