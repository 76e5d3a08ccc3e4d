// CSS animations, transitions, Web Animations and SMIL at exact times, born early and late, interrupted, toggled, finished.
import assert from "node:assert/strict";
import { LEAD, slowly, test, withPage } from "./harness.js";

const KEYFRAMES = "body { margin: 0 } @keyframes go { from { left: 0px } to { left: 1000px } } div { position: absolute }";
const left = () => parseFloat(getComputedStyle(document.querySelector("#a")).left);
/** @param {number[]} got @param {number[]} want @param {number} [tolerance] */
function near(got, want, tolerance = 0.01) {
  assert.equal(got.length, want.length, `${got}`);
  got.forEach((v, i) => assert.ok(Math.abs(v - want[i]) <= tolerance, `value ${i}: ${got.join()} is not ${want.join()}`));
}

test("a CSS animation: linear, delays, iterations, direction, fill", async () => {
  await withPage(`<style>${KEYFRAMES} #a { animation: go 1s linear } #b { animation: go .4s linear -.1s infinite alternate } #c { animation: go .2s linear .2s both }</style>
    <div id=a></div><div id=b></div><div id=c></div>`, {}, async (on) => {
    const got = await on.run(0, 6, () => ["a", "b", "c"].map((id) => parseFloat(getComputedStyle(document.getElementById(id)).left)));
    near(got.map((v) => v[0]), [0, 100, 200, 300, 400, 500, 600]);
    near(got.map((v) => v[1]), [250, 500, 750, 1000, 750, 500, 250]);
    near(got.map((v) => v[2]), [0, 0, 0, 500, 1000, 1000, 1000]);
  });
});

test("an animation born late starts at the frame in which it appears, in open and closed shadow roots too", async () => {
  await withPage(`<style>${KEYFRAMES} .go { animation: go 1s linear }</style><div id=a></div><div id=o></div><div id=c></div>
    <div id=d><template shadowrootmode=open><style>${KEYFRAMES} p { position: absolute; animation: go 1s linear }</style><p></p></template></div>
    <script>
      window.roots = [o.attachShadow({ mode: "open" }), c.attachShadow({ mode: "closed" }), d.shadowRoot];
      setTimeout(() => { a.className = "go"; for (const r of roots.slice(0, 2)) r.innerHTML = "<style>${KEYFRAMES} p { position: absolute; animation: go 1s linear }</style><p></p>" }, 250);
    </script>`, {}, async (on) => {
    const got = await on.run(0, 5, () => [getComputedStyle(a), ...window.roots.map((r) => r.querySelector("p") && getComputedStyle(r.querySelector("p")))].map((s) => (s ? parseFloat(s.left) || 0 : -1)));
    near(got.map((v) => v[0]), [0, 0, 0, 0, 100, 200]);
    near(got.map((v) => v[1]), [-1, -1, -1, 0, 100, 200]);
    near(got.map((v) => v[2]), [-1, -1, -1, 0, 100, 200]);
    near(got.map((v) => v[3]), [0, 100, 200, 300, 400, 500]);
  });
});

test("a transition, interrupted half-way and reversed: shortened as CSS says", async () => {
  await withPage(`<style>#a { position: absolute; left: 0px; transition: left 1s linear } #a.on { left: 1000px }</style><div id=a></div><script>
    addEventListener("helios:frame", (e) => { if (e.detail.frame === 1) a.className = "on"; if (e.detail.frame === 5) a.className = "" });
  </script>`, {}, async (on) => {
    // Starts in frame 1, is at 400 in frame 5, and takes 0.4 s back.
    near(await on.run(0, 10, left), [0, 0, 100, 200, 300, 400, 300, 200, 100, 0, 0]);
  });
});

test("a transition interrupted by a third value starts from where it was", async () => {
  await withPage(`<style>#a { position: absolute; left: 0px; transition: left 1s linear }</style><div id=a></div><script>
    addEventListener("helios:frame", (e) => { if (e.detail.frame === 1) a.style.left = "1000px"; if (e.detail.frame === 6) a.style.left = "1500px" });
  </script>`, {}, async (on) => {
    near(await on.run(0, 8, left), [0, 0, 100, 200, 300, 400, 500, 600, 700]);
  });
});

test("animation-play-state stops and resumes", async () => {
  await withPage(`<style>${KEYFRAMES} #a { animation: go 1s linear } #a.stop { animation-play-state: paused }</style><div id=a></div><script>
    addEventListener("helios:frame", (e) => { if (e.detail.frame === 2) a.className = "stop"; if (e.detail.frame === 5) a.className = "" });
  </script>`, {}, async (on) => {
    near(await on.run(0, 7, left), [0, 100, 200, 200, 200, 200, 300, 400]);
    assert.equal(await on.eval(() => a.getAnimations()[0].playState), "running");
  });
});

test("what pages see of an animation: running, its own rate, virtual start time, ready and finished in order", async () => {
  await withPage(`<div id=a></div><script>
    window.log = [];
    setTimeout(() => {
      const x = window.x = a.animate([{ left: "0px" }, { left: "100px" }], { duration: 300 });
      log.push([x.playState, x.playbackRate, x.pending, x.startTime].join());
      x.ready.then(() => log.push("ready" + performance.now() + "," + x.startTime));
      const y = a.animate([{ top: "0px" }, { top: "100px" }], 250);
      x.finished.then(() => log.push("x" + performance.now()));
      y.finished.then(() => log.push("y" + performance.now()));
      y.onfinish = (e) => log.push("y event" + e.timelineTime);
      x.onfinish = (e) => log.push("x event" + e.currentTime);
    }, 120);
  </script>`, {}, async (on) => {
    await on.run(0, 6);
    assert.deepEqual(await on.eval(() => window.log),
      ["running,1,true,", `ready${LEAD + 200},${LEAD + 200}`, `y${LEAD + 500}`, `x${LEAD + 500}`, `y event${LEAD + 500}`, "x event300"]);
    assert.equal(await on.eval(() => window.x.playState), "finished");
  });
});

test("pause, play, reverse, rates and seeking through the API", async () => {
  await withPage(`<style>body { margin: 0 } div { position: absolute }</style><div id=a></div><script>
    const x = window.x = a.animate([{ left: "0px" }, { left: "1000px" }], 1000);
    const acts = { 2: () => x.pause(), 4: () => x.play(), 6: () => { x.playbackRate = 2 }, 8: () => x.reverse(), 10: () => { x.currentTime = 100 }, 12: () => { x.playbackRate = 1; x.startTime = ${LEAD + 1000} } };
    addEventListener("helios:frame", (e) => acts[e.detail.frame]?.());
  </script>`, {}, async (on) => {
    near(await on.run(0, 14, left), [0, 100, 200, 200, 200, 300, 400, 600, 800, 600, 100, 0, 200, 300, 400]);
  });
});

// What is ready at once has fewer real frames of the browser before its first event than what is asked later.
for (const hurried of [false, true]) {
  test(`native animation events arrive at their frame, with and without drawing${hurried ? ", ready at once" : ""}`, async () => {
    await withPage(`<style>${KEYFRAMES} #a { animation: go .25s linear 2 } #b { position: absolute; left: 0px; transition: left .2s linear }</style><div id=a></div><div id=b></div><script>
      window.log = [];
      for (const t of ["animationstart", "animationiteration", "animationend", "transitionrun", "transitionend"]) addEventListener(t, (e) => log.push(t + "@" + performance.now() + (e.timeStamp === performance.now() ? "" : "!")));
      addEventListener("animationend", () => { b.style.left = "100px" });
      if (${hurried}) addEventListener("load", () => __helios.ready());
    </script>`, {}, async (on) => {
      await on.run(0, 9);
      assert.deepEqual(await on.eval(() => window.log), ["animationstart@0", ...["animationiteration@3", "animationend@5", "transitionrun@5", "transitionend@7"].map((e) => `${e}0${LEAD}`)]);
    });
  });
}

test("an animation made by what its elder's start event does while the page loads has its event before frame 0 too", async () => {
  await withPage(`<style>${KEYFRAMES} .go { animation: go 1s linear }</style><div id=a class=go></div><div id=b></div><script>
    window.log = [];
    addEventListener("animationstart", (e) => { log.push(e.target.id + performance.now()); b.className = "go" });
    addEventListener("load", () => __helios.ready());
  </script>`, {}, async (on) => {
    await on.run(0, 2);
    assert.deepEqual(await on.eval(() => window.log), ["a0", "b0"]);
  });
});

test("what a script does with an animation while the page loads counts from frame 0, before or after its first real frame", async () => {
  const act = "const [it] = document.getAnimations(); it.playbackRate = 2; const log = [it.pending]; it.ready.then(() => log.push(performance.now()))";
  for (const wait of [0, 300]) {
    await withPage(`<style>${KEYFRAMES} #a { animation: go 1s linear }</style><div id=a></div><script src=/act.js></script>`, { files: { "/act.js": slowly(wait, act) } }, async (on) => {
      near(await on.run(0, 3, left), [0, 200, 400, 600]);
      assert.deepEqual(await on.eval("log"), [true, LEAD], `${wait} ms`);
    });
  }
});

test("an animation that is cancelled and made again starts anew", async () => {
  await withPage(`<style>${KEYFRAMES} #a.go { animation: go 1s linear }</style><div id=a class=go></div><script>
    addEventListener("helios:frame", (e) => { if (e.detail.frame === 3) { a.className = ""; void a.offsetWidth; a.className = "go" } });
  </script>`, {}, async (on) => {
    near(await on.run(0, 5, left), [0, 100, 200, 0, 100, 200]);
  });
});

test("an animation that styles cancel rejects its promises before its event, whichever task of the browser comes first", async () => {
  await withPage(`<style>${KEYFRAMES} div.go { animation: go 1s linear } #c { left: 0px; transition: left 1s linear } #c.to { left: 9px }</style><div id=a class=go></div><div id=b></div><div id=c></div><script>
    window.log = [];
    const tell = (what) => () => log.push(what + performance.now());
    addEventListener("animationcancel", (e) => tell(e.target.id + " event")());
    addEventListener("transitioncancel", tell("c event"));
    const watch = (el) => { const [it] = el.getAnimations(); it.finished.catch((e) => log.push(e.name)); it.finished.catch(tell(el.id + " finished")); return it.finished === it.finished; };
    addEventListener("helios:frame", (e) => {
      if (e.detail.frame === 1) { watch(a); c.className = "to"; }
      if (e.detail.frame === 2) log.push(watch(c));
    });
    setTimeout(() => { a.className = ""; c.style.transition = "none"; }, 270);
    setTimeout(() => { b.className = "go"; b.getAnimations()[0].ready.catch(tell("b ready")); setTimeout(() => { b.className = ""; }, 5); }, 520);
  </script>`, {}, async (on) => {
    await on.run(0, 7);
    assert.deepEqual(await on.eval(() => window.log), [true,
      "AbortError", `a finished${LEAD + 300}`, "AbortError", `c finished${LEAD + 300}`, `c event${LEAD + 300}`, `a event${LEAD + 300}`, `b ready${LEAD + 600}`]);
  });
});

test("events of styles come in tree order, whichever element was made first, out of shadow roots and of pseudo-elements too", async () => {
  await withPage(`<style>${KEYFRAMES} .t { left: 0px; transition: left .3s linear } .on { left: 9px }
      .a, #e2::after, #e2::before { animation: go .3s linear } #e2::after, #e2::before { content: "."; position: absolute }</style><body><script>
    window.log = [];
    const tell = (e) => log.push(e.type.slice(0, 5) + e.type.slice(-3) + " " + e.target.id + (e.pseudoElement || ""));
    for (const type of ["transitionrun", "transitionend", "animationstart", "animationend"]) addEventListener(type, tell);
    // The last in the tree is the first in memory.
    for (let i = 9; i > 0; i--) { const el = document.createElement("div"); el.id = "e" + i; document.body.prepend(el); }
    const root = e5.attachShadow({ mode: "closed" });
    root.innerHTML = "<style>${KEYFRAMES} p { position: absolute; animation: go .3s linear }</style>";
    root.addEventListener("animationend", tell);
    setTimeout(() => {
      for (const id of ["e7", "e3", "e9", "e1"]) window[id].className = "t";
      document.body.offsetWidth;
      for (const id of ["e9", "e1", "e3", "e7"]) window[id].className = "t on";
      for (const id of ["e8", "e2", "e6", "e5"]) window[id].className = "a";
      root.append(Object.assign(document.createElement("p"), { id: "inner" }));
    }, 150);
    for (const el of [e2, e8]) el.addEventListener("animationend", () => Promise.resolve().then(() => log.push("answer " + el.id)));
  </script>`, {}, async (on) => {
    await on.run(0, 1);
    // The pseudo-elements run from the beginning.
    assert.deepEqual(await on.eval(() => window.log.splice(0)), ["animaart e2::before", "animaart e2::after"]);
    await on.run(2, 7);
    const log = await on.eval(() => window.log);
    const both = ["animaend e2::before", "answer e2", "animaend e2::after", "answer e2"];
    assert.deepEqual(log, [
      ...["e1", "e3", "e7", "e9"].map((id) => `transrun ${id}`), ...["e2", "e5", "e6", "e8"].map((id) => `animaart ${id}`), ...both,
      ...["e1", "e3", "e7", "e9"].map((id) => `transend ${id}`), "animaend e2", "answer e2", "animaend e5", "animaend inner", "animaend e6", "animaend e8", "answer e8"]);
  });
});

test("who asks for events of styles by their old names hears them", async () => {
  await withPage(`<style>${KEYFRAMES} div { animation: go .2s linear }</style><div id=a></div><script>
    window.log = [];
    a.addEventListener("webkitAnimationEnd", (e) => log.push(e.type + performance.now()));
  </script>`, {}, async (on) => {
    await on.run(0, 4);
    assert.deepEqual(await on.eval(() => window.log), [`webkitAnimationEnd${LEAD + 200}`]);
  });
});

test("the page's time line follows the frames", async () => {
  await withPage(`<script>window.log = []; requestAnimationFrame(function f(t) { log.push(t === document.timeline.currentTime && t === performance.now()); requestAnimationFrame(f) })</script>`, {}, async (on) => {
    await on.run(0, 3);
    assert.deepEqual(await on.eval(() => window.log), [true, true, true, true]);
  });
});

test("a transition turned back by a timer goes on from where it is in the frame that comes", async () => {
  await withPage(`<style>#a { position: absolute; left: 0px; transition: left 1s linear } #a.on { left: 1000px }</style><div id=a></div><script>
    addEventListener("helios:frame", (e) => { if (e.detail.frame === 1) a.className = "on" });
    setTimeout(() => { a.className = "" }, 550);
  </script>`, {}, async (on) => {
    // 500 after half a second of the way, then back from there at the same speed.
    near(await on.run(0, 8, left), [0, 0, 100, 200, 300, 400, 500, 400, 300]);
  });
});

test("a new animation starts behind the frame's callbacks: so does ready, also of one made while the page loads", async () => {
  await withPage(`<div id=a></div><script>
    window.log = [];
    const watch = (name) => { const made = a.animate({ opacity: [0, 1] }, 1000); made.ready.then((it) => log.push(name + performance.now() + (it === made) + made.startTime)); return made; };
    const early = watch("early ");
    requestAnimationFrame(() => log.push("frame " + early.startTime + early.pending));
    setTimeout(() => watch("late "), 150);
    setTimeout(() => requestAnimationFrame(() => log.push("frame")), 150);
  </script>`, {}, async (on) => {
    await on.run(0, 2);
    assert.deepEqual(await on.eval(() => window.log), ["frame nulltrue", `early ${LEAD}true${LEAD}`, "frame", `late ${LEAD + 200}true${LEAD + 200}`]);
  });
});

test("beginElement() begins at the time of the timer that calls it, and is told", async () => {
  await withPage(`<svg width=100 height=100><rect width=10 height=10><animate id=x attributeName=x from=0 to=1000 dur=1s begin=indefinite /></rect></svg><script>
    window.log = [];
    x.addEventListener("beginEvent", () => log.push("begun"));
    setTimeout(() => x.beginElement(), LEAD_150);
  </script>`.replace("LEAD_150", String(LEAD + 150)), {}, async (on) => {
    near(await on.run(0, 3, () => document.querySelector("rect").x.animVal.value), [0, 0, 50, 150]);
    assert.deepEqual(await on.eval(() => window.log), ["begun"]);
  });
});

test("SMIL follows the clock, also in an svg that comes late", async () => {
  const svg = (/** @type {string} */ id) => `<svg width=100 height=100><rect id=${id} width=10 height=10><animate attributeName=x from=0 to=100 dur=1s fill=freeze /></rect></svg>`;
  await withPage(`${svg("a")}<div id=late></div><script>setTimeout(() => { late.innerHTML = '${svg("b")}' }, 250)</script>`, {}, async (on) => {
    const got = await on.run(0, 6, () => ["a", "b"].map((id) => { const r = /** @type {any} */ (document.getElementById(id)); return r ? r.x.animVal.value : -1; }));
    near(got.map((v) => v[0]), [0, 10, 20, 30, 40, 50, 60]);
    near(got.map((v) => v[1]), [-1, -1, -1, 0, 10, 20, 30]);
  });
});

test("a seekable page jumps forward and back", async () => {
  await withPage(`<style>${KEYFRAMES} #a { animation: go .5s linear both }</style><div id=a></div><script>helios.seekable = true; window.calls = 0; helios.onFrame(() => calls++)</script>`, {}, async (on) => {
    const got = [];
    for (const n of [0, 4, 2, 9, 3]) { await on.step(n); got.push(await on.eval(left)); }
    near(got, [0, 800, 400, 1000, 600]);
    assert.equal(await on.eval(() => window.calls), 5);
  });
});

test("a seekable page that begins in the middle has what it made while it loaded", async () => {
  await withPage(`<style>${KEYFRAMES}</style><div id=a></div><script>helios.seekable = true; a.animate({ left: ["0px", "1000px"] }, 1000)</script>`, {}, async (on) => {
    await on.step(6);
    near([await on.eval(left)], [600]);
  });
});

test("a page that is not seekable is replayed forward, and asks to be loaded again to go back", async () => {
  await withPage(`<script>window.n = 0; requestAnimationFrame(function f() { n++; requestAnimationFrame(f) })</script>`, {}, async (on) => {
    await on.step(7);
    assert.equal(await on.eval(() => window.n), 8);
    assert.equal((await on.step(3)).needsReload, true);
  });
});

test("an animation in an iframe ends, and the browser lives", async () => {
  await withPage(`<iframe srcdoc="<p>x</p><script>document.querySelector('p').animate({ opacity: [0, 1] }, 200).finished.then(() => { parent.ended = performance.now() })</script>"></iframe>`, {}, async (on) => {
    await on.run(0, 4);
    assert.equal(await on.eval(() => window.ended), LEAD + 200);
  });
});

test("an animation that had ended goes on by the clock when it is made longer", async () => {
  await withPage(`<style>@keyframes k { to { margin-left: 100px } } p { animation: k .3s linear both } .longer { animation-duration: 1s } .little { animation-duration: .4s }</style><p id=p>x</p><p id=q>y</p><script>
    helios.onFrame(({ frame }) => { if (frame === 5) { p.className = "longer"; q.className = "little" } });
  </script>`, {}, async (on) => {
    const got = [];
    for (let n = 0; n <= 11; n++) {
      await on.step(n);
      await on.page.waitForTimeout(40);
      got.push(Math.round(parseFloat(await on.eval(() => getComputedStyle(p).marginLeft))));
      if (n >= 3) assert.equal(await on.eval(() => getComputedStyle(q).marginLeft), "100px");
    }
    assert.deepEqual(got, [0, 33, 67, 100, 100, 50, 60, 70, 80, 90, 100, 100]);
  });
});
