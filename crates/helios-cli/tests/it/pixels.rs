//! What a frame shows: its own moment by every clock of the page, and the colours that the page names.

use crate::film::{Film, Picture, near};
use crate::run::Place;

/// Frame numbers as rows of eight black or white blocks, 16 pixels each, lowest bit first: one row per kind of time.
/// At 25 frames per second a frame is 40 ms, which integer timers can hit.
const NUMBERS: &str = r##"<!doctype html>
<meta name="helios" content="width=128,height=112,fps=25,duration=2.44">
<style>
  body { margin: 0; background: #000; overflow: hidden }
  .row { width: 128px; height: 16px; overflow: hidden; position: relative }
  i { position: absolute; width: 16px; height: 16px; background: #fff }
  /* Half a frame early, so that no frame lies on the edge between two steps. */
  #sprite { position: absolute; width: 128px; height: 1024px; animation: count 2.56s steps(64) -20ms both }
  @keyframes count { to { transform: translateY(-1024px) } }
</style>
<div class="row"></div><div class="row"><div id="sprite"></div></div>
<div class="row"></div><div class="row"></div><div class="row"></div><div class="row"></div><div class="row"></div>
<script>
  const rows = document.querySelectorAll(".row");
  const bits = (n, top) => [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => n >> bit & 1)
    .map((bit) => `<i style="left:${bit * 16}px;top:${top}px"></i>`).join("");
  const show = (row, n) => { rows[row].innerHTML = bits(n, 0); };
  for (let n = 0; n < 64; n += 1) document.querySelector("#sprite").innerHTML += bits(n, n * 16);

  requestAnimationFrame(function frame(t) {
    show(0, Math.round(t / 40));
    show(3, Math.round((Date.now() - Date.UTC(2026, 0, 1)) / 40));
    requestAnimationFrame(frame);
  });
  let ticks = 0;
  setInterval(() => show(2, ++ticks), 40);
  let turns = 0;
  setTimeout(function turn() { show(4, ++turns); setTimeout(turn, 40); }, 40);
  helios.onFrame(({ frame }) => show(5, frame));
  const blocks = rows[6].animate([], 2560);
  addEventListener("helios:frame", () => show(6, Math.round(blocks.currentTime / 40)));
</script>"##;

const CLOCKS: [&str; 7] = [
    "requestAnimationFrame",
    "CSS steps()",
    "setInterval",
    "Date",
    "setTimeout",
    "helios.onFrame",
    "Animation.currentTime",
];

fn number(picture: &Picture, row: usize) -> usize {
    (0..8).map(|bit| usize::from(picture.at(bit * 16 + 8, row * 16 + 8)[0] > 128) << bit).sum()
}

#[test]
fn frame_n_shows_n_by_every_clock() {
    let place = Place::new();
    place.write("numbers.html", NUMBERS);
    for workers in ["1", "3"] {
        place.render(&["numbers.html", "-o", "x.mp4", "--concurrency", workers]);
        let pictures = place.film("x.mp4").pixels();
        assert_eq!(pictures.len(), 61);
        for (frame, picture) in pictures.iter().enumerate() {
            for (row, clock) in CLOCKS.iter().enumerate() {
                assert_eq!(number(picture, row), frame, "frame {frame} by {clock}, {workers} workers");
            }
        }
    }
}

#[test]
fn a_part_from_the_middle_shows_its_own_numbers() {
    let place = Place::new();
    place.write("numbers.html", NUMBERS);
    let part = ["--start-frame", "50", "--frame-count", "3", "--capture", "screenshot"];
    place.render(&[&["numbers.html", "-o", "x.mp4"], part.as_slice()].concat());
    let pictures = place.film("x.mp4").pixels();
    assert_eq!(pictures.len(), 3);
    for (frame, picture) in (50..).zip(&pictures) {
        for (row, clock) in CLOCKS.iter().enumerate() {
            assert_eq!(number(picture, row), frame, "frame {frame} by {clock}");
        }
    }
}

/// What the eye notices first when it is wrong: the ends of the range, the primaries, skin, a brand colour.
const COLOURS: [[u8; 3]; 8] = [
    [0, 0, 0],
    [255, 255, 255],
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
    [128, 128, 128],
    [224, 172, 140],
    [18, 52, 86],
];

/// The colours as 32 x 32 swatches, once as CSS and once on a canvas below.
fn swatches() -> String {
    let css: String = (0..)
        .zip(COLOURS)
        .map(|(i, [r, g, b])| format!("<i style='left:{}px;background:rgb({r},{g},{b})'></i>", i * 32))
        .collect();
    format!(
        r#"<!doctype html><meta name="helios" content="width=256,height=64,fps=30,duration=0.1">
        <style>body {{ margin: 0 }} i {{ position: absolute; top: 0; width: 32px; height: 32px }}
        canvas {{ position: absolute; left: 0; top: 32px }}</style>
        {css}<canvas width="256" height="32"></canvas><script>
        const context = document.querySelector("canvas").getContext("2d");
        {COLOURS:?}.forEach(([r, g, b], i) => {{
          context.fillStyle = `rgb(${{r}} ${{g}} ${{b}})`; context.fillRect(i * 32, 0, 32, 32);
        }});</script>"#
    )
}

#[track_caller]
fn assert_swatches(film: &Film) {
    let pictures = film.pixels();
    assert_eq!(pictures.len(), 3);
    for picture in &pictures {
        for (i, colour) in COLOURS.into_iter().enumerate() {
            for y in [16, 48] {
                let shown = picture.at(i * 32 + 16, y);
                assert!(near(shown, colour), "{colour:?} became {shown:?}");
            }
        }
    }
}

#[test]
fn colours_come_back() {
    let place = Place::new();
    place.write("colours.html", &swatches());
    for args in [["-o", "h264.mp4"], ["-o", "prores.mov"], ["-o", "vp9.webm"]] {
        let codec: &[&str] = if args[1].starts_with("prores") { &["--video-codec", "prores"] } else { &[] };
        place.render(&[&["colours.html"], args.as_slice(), codec].concat());
        assert_swatches(&place.film(args[1]));
    }
}
