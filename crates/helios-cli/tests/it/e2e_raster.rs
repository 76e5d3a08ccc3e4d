//! Layers that Chromium keeps an old picture of: what a frame looks like must not depend on what was drawn before it.
//! The findings are in docs/capture.md.

use crate::film::assert_same;
use crate::run::Place;

/// Text and a picture in layers that grow, shrink and turn; small things that change beside things that stay.
const PAGE: &str = r#"<!doctype html><meta name="helios" content="width=320,height=180,fps=30,duration=1">
<style>
  body { margin: 0; background: #123; color: #fff; font: 20px/1.2 serif; overflow: hidden }
  div, img { position: absolute; transform-origin: 0 0; background: #c338 }
  .css { left: 20px; top: 10px; will-change: transform; animation: grow 1s linear both }
  .scale { left: 20px; top: 90px; animation: shrink 1s linear both; will-change: scale }
  .late, .script { left: 120px; top: 60px; will-change: transform, opacity }
  img { left: 200px; top: 20px; width: 24px }
  p { position: absolute; left: 33.3px; bottom: 3.7px; margin: 0; display: flex; gap: 2.3px }
  p i { width: 5.1px; height: 5.1px; border-radius: 50%; background: #fff4 }
  p .on { background: #fa0 }
  @keyframes grow { from { transform: scale(.2) } to { transform: scale(3) } }
  @keyframes shrink { from { scale: 3 } to { scale: .2 } }
</style>
<div class="css">Raster text</div><div class="scale">Scaled alone</div><div class="script">By script</div>
<img src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><circle cx='4' cy='5' r='3' fill='red'/></svg>">
<p></p>
<script>
  const dots = document.querySelector("p");
  dots.innerHTML = "<i></i>".repeat(30);
  requestAnimationFrame(function draw(t) {
    document.querySelector(".script").style.transform = `scale(${.2 + t / 400}) rotate(${t / 50}deg)`;
    document.querySelector("img").style.transform = `translate3d(${t / 97}px, 0, 0) scale(${.1 + t / 300})`;
    const late = document.querySelector(".late");
    if (late) late.style.transform = `translate3d(${t / 31}px, ${t / 57}px, 0) scale(${t / 300})`;
    dots.children[Math.round(t * 30 / 1000)].className = "on";
    requestAnimationFrame(draw);
  });
  setTimeout(() => document.body.insertAdjacentHTML("beforeend", "<div class=late>Born late</div>"), 200);
</script>"#;

#[test]
fn does_not_depend_on_history() {
    let place = Place::new();
    place.write("layers.html", PAGE);
    let alone = place.hashes("layers.html", "1.mp4", &["--capture", "tap"]);
    for workers in ["1", "3", "7"] {
        let shared = place.hashes("layers.html", "n.mp4", &["--capture", "tap", "--concurrency", workers]);
        assert_same(&shared, &alone, &format!("{workers} workers"));
    }
    let part = ["--capture", "screenshot", "--start-frame", "25"];
    let part = place.hashes("layers.html", "part.mp4", &part);
    assert_eq!(part.hashes, alone.hashes[25..]);
}
