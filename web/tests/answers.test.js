// What answers by events: requests, readers, databases, broadcasts. The frame waits, and the order is that of asking.
import assert from "node:assert/strict";
import { slowly, test, withPage } from "./harness.js";

const FILES = { "/slow": slowly(120, "slow"), "/quick": slowly(0, "quick") };
const LOG = `window.log = []; window.say = (what) => log.push(what + "@" + performance.now());`;

test("requests and readers answer in the order of asking, within their frame", async () => {
  await withPage(`<script>${LOG}
    const get = (url) => { const x = new XMLHttpRequest(); x.open("GET", url); x.onload = () => say(x.responseText); x.send(); return x };
    const read = (text) => { const r = new FileReader(); r.onload = () => { say(r.result); if (r.result === "a") r.readAsText(new Blob(["again"])) }; r.readAsText(new Blob([text])) };
    setTimeout(() => { get("/slow"); fetch("/quick").then(() => say("fetched")); get("/quick"); read("a"); navigator.locks.request("l", () => { say("lock"); return "kept" }).then(say); fetch("/quick").then(() => say("last")); setTimeout(() => say("timer")) }, 150);
  </script>`, { files: FILES }, async (on) => {
    await on.run(0, 2);
    assert.deepEqual(await on.eval(() => window.log), ["slow@150", "fetched@150", "quick@150", "a@150", "lock@150", "kept@150", "last@150", "again@150", "timer@150"]);
  });
});

test("a request can be given up, sent again and asked about before its turn", async () => {
  await withPage(`<script>${LOG}
    const make = (name, url) => { const x = new XMLHttpRequest(); x.open("GET", url); for (const t of ["load", "abort", "loadend", "error"]) x.addEventListener(t, () => say(name + " " + t)); return x };
    setTimeout(() => {
      make("first", "/slow").send();
      const gone = make("gone", "/quick"); gone.send(); gone.abort();
      const other = make("other", "/quick"); other.send(); other.open("GET", "/slow"); other.send();
      const twice = make("twice", "/quick"); twice.send(); try { twice.send() } catch (e) { say(e.name) }
      const sync = new XMLHttpRequest(); sync.open("GET", "/quick", false); sync.send(); say(sync.responseText);
      const reader = new FileReader(); reader.onloadend = () => say("reader " + reader.error?.name); reader.readAsText(new Blob(["x"])); reader.abort();
      try { reader.readAsText("no blob") } catch (e) { say(e.name) }
      make("missing", "http://127.0.0.1:1/").send();
    }, 100);
  </script>`, { files: FILES }, async (on) => {
    await on.run(0, 1);
    const log = (await on.eval(() => window.log)).map((/** @type {string} */ line) => line.replace("@100", ""));
    assert.deepEqual(log.slice(0, 6), ["gone abort", "gone loadend", "InvalidStateError", "quick", "reader AbortError", "TypeError"]);
    // The one that was sent twice had to be under way at once: its answer is not bound to the order.
    assert.deepEqual(log.filter((/** @type {string} */ line) => /^(first|other|missing)/.test(line)),
      ["first load", "first loadend", "other load", "other loadend", "missing error", "missing loadend"]);
    assert.ok(log.includes("twice load"), log.join());
  });
});

test("a frame waits for databases and caches", async () => {
  await withPage(`<script>${LOG}
    let n = 0;
    setTimeout(() => {
      const opening = indexedDB.open("x");
      opening.onupgradeneeded = () => opening.result.createObjectStore("s");
      opening.onsuccess = () => {
        say("open");
        const store = opening.result.transaction("s", "readwrite").objectStore("s");
        store.put(7, "n"); store.get("n").onsuccess = (e) => say("read " + e.target.result);
        store.transaction.oncomplete = () => say("complete");
      };
    }, 130);
    setTimeout(async () => { const c = await caches.open("c"); await c.put("/x", new Response("kept")); say(await (await c.match("/x")).text()) }, 160);
  </script>`, {}, async (on) => {
    await on.run(0, 2);
    assert.deepEqual(await on.eval(() => window.log), ["open@130", "read 7@130", "complete@130", "kept@160"]);
  });
});

test("broadcasts reach windows and workers in order, and not their sender", async () => {
  const worker = `const c = new BroadcastChannel("x"); c.onmessage = (e) => { if (e.data.ask) { c.postMessage({ answer: e.data.ask, at: performance.now() }) } }; const own = new BroadcastChannel("x"); own.onmessage = (e) => { if (e.data.answer) c.postMessage({ own: e.data.answer }) }; postMessage("up");`;
  await withPage(`<iframe src="/inner"></iframe><script>${LOG}
    const here = new BroadcastChannel("x"), there = new BroadcastChannel("x"), other = new BroadcastChannel("y");
    here.onmessage = (e) => say("here " + JSON.stringify(e.data)); other.onmessage = () => say("WRONG");
    there.onmessage = (e) => { if (e.data.ask) say("there " + e.data.ask + " " + (e.data instanceof Object) + e.origin.startsWith("http")) };
    const w = new Worker("/w.js");
    let n = 0; setInterval(() => { n += 1; here.postMessage({ ask: n }); setTimeout(() => say("timer")) }, 100);
    setTimeout(() => { there.close(); try { there.postMessage(1) } catch (e) { say(e.name) } try { here.postMessage(() => {}) } catch (e) { say(e.name) } }, 150);
  </script>`, { files: { "/w.js": worker, "/inner": `<script>const i = new BroadcastChannel("x"); i.onmessage = (e) => { if (e.data.ask) parent.say("inner " + e.data.ask) }</script>` } }, async (on) => {
    await on.run(0, 2);
    const log = await on.eval(() => window.log);
    const first = ["there 1 truetrue@100", "inner 1@100", "timer@100"];
    assert.deepEqual(log.slice(0, 3), first, "messages come before a later timer");
    // A worker answers when it has come to the frame, whose time begins 5 ms after the timers'.
    assert.match(log[3], /^here {"answer":1,"at":\d+}@105$/);
    assert.match(log[4], /^here {"own":1}@105$/);
    assert.deepEqual(log.slice(5, 7), ["InvalidStateError@150", "DataCloneError@150"]);
    assert.ok(log.includes("inner 2@200") && !log.includes("there 2 truetrue@200"), log.join());
  });
});
