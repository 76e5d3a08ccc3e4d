//! `--mode canvas`: the video is the page's canvas at its own size, whatever the page around it looks like.

use crate::film::{assert_same, near};
use crate::run::Place;

/// A canvas of 96 x 48 pixels that the page shows elsewhere, smaller, turned and half transparent.
fn page(draw: &str) -> String {
    format!(
        r#"<!doctype html><meta name="helios" content="width=400,height=300,fps=30,duration=0.3">
        <style>body {{ background: #f0f }} canvas {{ position: absolute; left: 70px; top: 50px; width: 33px; rotate: 9deg; opacity: .5 }}</style>
        <canvas width="10" height="10"></canvas><canvas id="c" width="96" height="48"></canvas><script>{draw}</script>"#
    )
}

/// Left half: 20 levels of green per frame. Right half: blue.
const FLAT: &str = r##"const context = c.getContext("2d");
requestAnimationFrame(function draw(t) {
  context.fillStyle = `rgb(0 ${Math.round(t * 30 / 1000) * 20} 0)`; context.fillRect(0, 0, 48, 48);
  context.fillStyle = "#0000ff"; context.fillRect(48, 0, 48, 48);
  requestAnimationFrame(draw);
});"##;

/// The same by WebGL, whose drawing buffer is gone after the frame unless somebody keeps it.
const DEEP: &str = r#"const gl = c.getContext("webgl", { preserveDrawingBuffer: false, antialias: false });
gl.enable(gl.SCISSOR_TEST);
requestAnimationFrame(function draw(t) {
  gl.scissor(0, 0, 48, 48); gl.clearColor(0, Math.round(t * 30 / 1000) * 20 / 255, 0, 1); gl.clear(gl.COLOR_BUFFER_BIT);
  gl.scissor(48, 0, 48, 48); gl.clearColor(0, 0, 1, 1); gl.clear(gl.COLOR_BUFFER_BIT);
  requestAnimationFrame(draw);
});"#;

#[track_caller]
fn recorded(draw: &str) {
    let place = Place::new();
    place.write("page.html", &page(draw));
    let alone = place.hashes("page.html", "1.mp4", &["--mode", "canvas"]);
    let film = place.film("1.mp4");
    assert_eq!((film.size(), film.frames()), ((96, 48), 9));
    for (frame, picture) in film.pixels().iter().enumerate() {
        let green = u8::try_from(frame * 20).unwrap();
        for y in [4, 24, 44] {
            let (left, right) = (picture.at(24, y), picture.at(72, y));
            assert!(near(left, [0, green, 0]), "frame {frame}: {left:?}");
            assert!(near(right, [0, 0, 255]), "frame {frame}: {right:?}");
        }
    }
    let shared = place.hashes("page.html", "2.mp4", &["--mode", "canvas", "--concurrency", "2"]);
    assert_same(&shared, &alone, "2 workers");
}

#[test]
fn a_2d_canvas() {
    recorded(FLAT);
}

#[test]
fn a_webgl_canvas() {
    recorded(DEEP);
}
