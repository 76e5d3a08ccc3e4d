//! Layers that Chromium keeps an old picture of: what a frame looks like must not depend on what was drawn before it.
//! The findings are in docs/capture.md.

use crate::film::{assert_same, example};
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

/// Boxes with a gradient and something on it that overlaps its edge, growing from scale 1 (no group) to others (a group each),
/// wherever a box can be: moved by script, by CSS, as a pseudo-element, in a shadow root, in an iframe, as an SVG. The page can
/// be jumped about in, so that a part has no past.
pub const GROUPS: &str = r#"<!doctype html><meta name="helios" content="width=640,height=360,fps=30,duration=1">
<style>
  body { margin: 0; background: #123 }
  .box, .pseudo::before, iframe, svg, main { position: absolute; top: 40px; width: 90px; height: 90px; border: 0 }
  .box, .pseudo::before { content: ""; background: linear-gradient(33deg, #5b86d6, #ffd9a8) }
  .box::after { content: ""; position: absolute; left: 40%; top: 60%; width: 120%; height: 70%; border-radius: 50%; background: #7a7fc0; box-shadow: 0 0 20px #fff }
  .css, .pseudo::before { animation: grow 1s linear both }
  @keyframes grow { 0%, 25% { transform: scale(1) } 75%, 100% { transform: scale(1.9) } }
</style>
<div class="box css" style="left: 20px"></div>
<div class="box script" style="left: 170px"></div>
<div class="pseudo" style="position: absolute; left: 320px"></div>
<div class="box back" style="left: 470px"></div>
<iframe style="left: 20px; top: 190px; width: 150px; height: 150px"></iframe>
<main style="left: 220px; top: 220px"></main>
<svg class="script" style="left: 420px; top: 220px" viewBox="0 0 90 90"><rect width="90" height="90" rx="20" fill="orange"/><circle cx="70" cy="70" r="30" fill="blue"/></svg>
<script>
  helios.seekable = true;
  const style = document.querySelector("style").outerHTML;
  const box = (left) => `${style}<div class="box script" style="left: ${left}px; top: 10px"></div>`;
  document.querySelector("iframe").contentDocument.body.innerHTML = box(20);
  document.querySelector("main").attachShadow({ mode: "open" }).innerHTML = box(0);
  const roots = [document, document.querySelector("iframe").contentDocument, document.querySelector("main").shadowRoot];
  const grown = roots.flatMap((root) => [...root.querySelectorAll(".script")]);
  requestAnimationFrame(function draw(t) {
    const part = Math.min(1, Math.max(0, (t - 250) / 500));
    for (const element of grown) element.style.transform = `scale(${1 + part * .7})`;
    document.querySelector(".back").style.transform = `scale(${1.7 - part * .7})`;
    requestAnimationFrame(draw);
  });
</script>"#;

#[test]
fn groups_do_not_depend_on_history() {
    let place = Place::new();
    place.write("groups.html", GROUPS);
    let alone = place.hashes("groups.html", "1.mp4", &["--capture", "tap"]);
    for start in ["12", "20", "27"] {
        let part = place.hashes("groups.html", "part.mp4", &["--capture", "tap", "--start-frame", start]);
        assert_eq!(part.hashes, alone.hashes[start.parse().unwrap()..], "from frame {start}");
    }
}

/// Glass over the lower edge, next to which the strip lies.
const GLASS: &str = r#"<!doctype html><meta name="helios" content="width=320,height=180,fps=30,duration=0.6">
<style>
  body { margin: 0; background: #fff; overflow: hidden }
  i { position: absolute; width: 40px; height: 40px; border-radius: 50%; background: #26c; animation: fall .6s linear both }
  @keyframes fall { to { transform: translate(60px, 150px) } }
  b { position: absolute; left: 60px; top: 90px; width: 200px; height: 120px; background: #fff3; backdrop-filter: invert(1) blur(3px); animation: turn .6s linear both }
  @keyframes turn { to { transform: translateY(10px) rotate(6deg) } }
</style>
<i style="left: 50px"></i><i style="left: 130px; top: 60px"></i><b></b>"#;

/// Text that comes to rest, out of transforms of different functions: Chromium moves it in layers, and where its letters stand
/// is kept from the last of them.
const REST: &str = r##"<!doctype html><meta name="helios" content="width=640,height=180,fps=30,duration=1">
<style>
  body { margin: 0; background: #fff; overflow: hidden; font: bold 20px "Liberation Sans", sans-serif; color: #35f }
  div { position: absolute; top: 40px; padding: 8px; background: linear-gradient(90deg, #def, #fde); animation: jack .5s both; transform-origin: center bottom }
  @keyframes jack { from { transform: scale(.1) rotate(30deg) } 50% { transform: rotate(-10deg) } 70% { transform: rotate(3deg) } to { transform: scale(1) } }
</style>
<div style="left: 10.3px">jackInTheBox</div><div style="left: 200.6px; animation-duration: .4s">and the lid</div><div style="left: 400.1px; top: 90px; animation-duration: .6s">of the quick box</div>"##;

#[test]
fn what_lies_at_the_edge_or_comes_to_rest_has_no_history() {
    let place = Place::new();
    for (name, page, starts) in [("glass.html", GLASS, [3, 8]), ("rest.html", REST, [17, 22])] {
        place.write(name, page);
        let alone = place.hashes(name, "1.mp4", &["--capture", "tap"]);
        for start in starts {
            let from = start.to_string();
            let part = place.hashes(name, "part.mp4", &["--capture", "tap", "--start-frame", &from]);
            assert_eq!(part.hashes, alone.hashes[start..], "{name} from frame {start}");
        }
    }
}

/// The size matters: at 320x180 the edges of these pictures fall the same way with and without a group.
#[test]
fn gsap_timeline_at_its_own_size() {
    let place = Place::new();
    let example = example("gsap-timeline");
    let alone = place.hashes(&example, "1.mp4", &["--capture", "tap", "--frame-count", "94"]);
    // In the middle of a movement, and at rest after one that ended softly.
    for start in [60, 90] {
        let from = start.to_string();
        let part = ["--capture", "tap", "--start-frame", &from, "--frame-count", "4"];
        let part = place.hashes(&example, "part.mp4", &part);
        assert_eq!(part.hashes, alone.hashes[start..start + 4], "from frame {start}");
    }
}

/// A pixel of white beside a pixel of black all over, drawn by WebGL: what is moved by a part of a row turns grey.
const CHECKERBOARD: &str = r#"<!doctype html><style>body { margin: 0; overflow: hidden } canvas { display: block }</style>
<canvas></canvas>
<script>
  const canvas = document.querySelector("canvas");
  [canvas.width, canvas.height] = [innerWidth, innerHeight];
  const gl = canvas.getContext("webgl", { antialias: false });
  const program = gl.createProgram();
  const sources = [
    "attribute vec2 at; void main() { gl_Position = vec4(at, 0, 1); }",
    "precision highp float; void main() { gl_FragColor = vec4(vec3(mod(floor(gl_FragCoord.x) + floor(gl_FragCoord.y), 2.)), 1); }",
  ];
  [gl.VERTEX_SHADER, gl.FRAGMENT_SHADER].forEach((kind, i) => {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, sources[i]);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  });
  gl.linkProgram(program);
  gl.useProgram(program);
  gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
  gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([-1, -1, 3, -1, -1, 3]), gl.STATIC_DRAW);
  gl.enableVertexAttribArray(0);
  gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
  requestAnimationFrame(function draw() {
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    requestAnimationFrame(draw);
  });
</script>"#;

/// With just the strip below, the windows of these heights would have 188, 488 and 908 rows, at which Chromium interpolates.
#[test]
fn pixels_of_a_canvas_stay_where_they_are() {
    let place = Place::new();
    place.write("board.html", CHECKERBOARD);
    for (height, capture) in [("180", "tap"), ("180", "screenshot"), ("480", "tap"), ("900", "tap")] {
        let args = [
            "still",
            "board.html",
            "-o",
            "x.png",
            "--width",
            "320",
            "--height",
            height,
            "--capture",
            capture,
        ];
        let answer = place.helios(&[&args[..], &["--fps", "30", "--duration", "1", "--overwrite"]].concat());
        assert_eq!(answer.code, Some(0), "{}", answer.stderr);
        let mut reader = png::Decoder::new(std::io::BufReader::new(
            std::fs::File::open(place.path().join("x.png")).unwrap(),
        ))
        .read_info()
        .unwrap();
        let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut bytes).unwrap();
        let pixel = info.color_type.samples();
        let grey = bytes.chunks(pixel).filter(|pixel| !matches!(pixel[0], 0 | 255)).count();
        let white = bytes.chunks(pixel).filter(|pixel| pixel[0] == 255).count();
        assert_eq!((grey, 2 * white), (0, bytes.len() / pixel), "{height} rows by {capture}");
    }
}
