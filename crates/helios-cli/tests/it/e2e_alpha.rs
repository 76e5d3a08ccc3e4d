//! Transparency: what is composited over a colour must look like the page over this colour.

use crate::film::{assert_same, rgba};
use crate::run::Place;

/// Things that overlap, in part transparent, moving, with soft edges; `GROUND` is what the page has behind them.
const PAGE: &str = r#"<!doctype html><meta name="helios" content="width=96,height=64,fps=30,duration=0.2">
<style>html { background: GROUND } body { margin: 0 } i { position: absolute }
.a { left: 4px; top: 4px; width: 40px; height: 40px; background: rgb(200 40 40 / .5); animation: go .2s linear }
.b { left: 24px; top: 20px; width: 56px; height: 40px; border-radius: 12px; background: rgb(20 200 90 / .7) }
.c { left: 60px; top: 2px; width: 30px; height: 60px; background: linear-gradient(rgb(30 60 250), transparent) }
@keyframes go { to { left: 40px } }</style><i class="a"></i><i class="b"></i><i class="c"></i>"#;

const GROUNDS: [[u8; 3]; 2] = [[250, 230, 40], [20, 10, 90]];

/// The largest difference between frames with transparency, put over a colour, and frames of the page over it.
fn furthest(with: &[u8], page: &[u8], ground: [u8; 3]) -> u8 {
    assert_eq!(with.len(), page.len());
    let pixels = with.chunks_exact(4).zip(page.chunks_exact(4));
    let channels = pixels.flat_map(|(with, page)| {
        let alpha = u32::from(with[3]);
        let over =
            move |c: usize| (u32::from(with[c]) * alpha + u32::from(ground[c]) * (255 - alpha) + 127) / 255;
        (0..3).map(move |c| over(c).abs_diff(u32::from(page[c])) as u8)
    });
    channels.max().unwrap()
}

#[test]
fn over_two_colours_it_is_the_page_over_them() {
    let place = Place::new();
    place.write("alpha.html", &PAGE.replace("GROUND", "none"));
    let exact = place.hashes_of("alpha.html", "a.apng", &["--alpha"]);
    let three = place.hashes_of("alpha.html", "b.apng", &["--alpha", "--concurrency", "3"]);
    assert_same(&three, &exact, "3 workers");
    let best: &[&str] = &["--alpha", "--quality", "4", "--concurrency", "2"];
    place.render(&[&["alpha.html", "-o", "a.webm"], best].concat());
    place.render(&["alpha.html", "-o", "a.mov", "--video-codec", "prores", "--alpha", "--concurrency", "2"]);
    place.render(&["alpha.html", "-o", "shot.apng", "--alpha", "--capture", "screenshot"]);
    place.render(&["alpha.html", "-o", "frames/%d.png", "--alpha", "--capture", "beginframe"]);
    for (index, ground) in GROUNDS.into_iter().enumerate() {
        let [r, g, b] = ground;
        let name = format!("over{index}");
        place.write(&format!("{name}.html"), &PAGE.replace("GROUND", &format!("rgb({r} {g} {b})")));
        place.render(&[&format!("{name}.html"), "-o", &format!("{name}.apng")]);
        let page = rgba(&place, &format!("{name}.apng"));
        assert_eq!(page.len(), 6 * 4 * 96 * 64);
        // The second number: of lossy codecs, at edges between colours as well.
        for (file, limit) in
            [("a.apng", 2), ("shot.apng", 2), ("frames/%d.png", 2), ("a.mov", 6), ("a.webm", 48)]
        {
            let found = furthest(&rgba(&place, file), &page, ground);
            assert!(found <= limit, "{file} over {ground:?}: {found} levels");
        }
    }
    // Without the flag, white is behind the page.
    place.render(&["alpha.html", "-o", "white.apng"]);
    assert!(rgba(&place, "white.apng").chunks_exact(4).all(|pixel| pixel[3] == 255));
}

#[test]
fn a_still_and_a_canvas() {
    let place = Place::new();
    let canvas = "<canvas width=64 height=32></canvas><script>const context = document.querySelector('canvas').getContext('2d');
        context.fillStyle = 'rgb(200 100 0 / .5)'; context.fillRect(0, 0, 32, 32);</script>";
    place.write("canvas.html", &format!("<meta name=helios content='fps=30,duration=0.1'>{canvas}"));
    place.render(&["canvas.html", "-o", "c.apng", "--mode", "canvas", "--alpha"]);
    let pixels = rgba(&place, "c.apng");
    let at = |x: usize| &pixels[4 * x..4 * x + 4];
    assert!(at(16)[3].abs_diff(128) <= 1 && at(16)[0].abs_diff(200) <= 2, "{:?}", at(16));
    assert_eq!(at(48), [0; 4]);

    place.write("alpha.html", &PAGE.replace("GROUND", "none"));
    let args = ["still", "alpha.html", "--alpha", "--frame", "3", "-o"];
    for file in ["still.png", "still.webp"] {
        assert_eq!(place.helios(&[args.as_slice(), &[file]].concat()).code, Some(0), "{file}");
    }
    // WebP does not keep the colour of what is not seen.
    let (png, webp) = (rgba(&place, "still.png"), rgba(&place, "still.webp"));
    let mut pairs = png.chunks_exact(4).zip(webp.chunks_exact(4));
    assert!(png.len() == webp.len() && pairs.all(|(png, webp)| png == webp || (png[3] == 0 && webp[3] == 0)));
    assert!(place.refused(&[args.as_slice(), &["still.jpg"]].concat()).contains("transparency"));
}
