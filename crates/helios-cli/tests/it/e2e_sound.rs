//! What is heard of a page: to the sample, the same for every number of workers, and what becomes of sources that are not as
//! they should be.

use crate::run::Place;
use crate::sounds::{RATE, Sum, clicks, tone};

/// Every way in which a page makes an element play, at times that are no frame's and across all seams between chunks.
const PAGE: &str = r#"<!doctype html><meta name="helios" content="width=64,height=64,fps=30,duration=1.4">
<style>@keyframes s { to { background: #eee } } html { animation: s 2s }</style>
<audio id=a src="tone.wav" autoplay></audio>
<audio loop data-helios-offset="0.9" data-duration="0.3" src="short.wav"></audio>
<audio muted autoplay src="tone.wav"></audio>
<script>
const click = (at, how) => Object.assign(new Audio("click.wav"), how);
// The page's time at frame 0 is 5 ms.
setTimeout(() => click().play(), 308);
setTimeout(() => a.pause(), 705);
helios.onFrame(({ frame }) => {
  if (frame === 15) click(0, { currentTime: .05, volume: .5 }).play();
  if (frame === 22) { a.currentTime = .2; a.play(); }
  if (frame === 26) a.remove();
  if (frame === 33) click(0, { preservesPitch: false, playbackRate: 2 }).play();
});
a.addEventListener("pause", () => { document.title = "paused" });
</script>"#;

#[test]
fn clicks_lie_on_their_sample_and_tones_go_on_across_chunks() {
    let place = Place::new();
    let (tone, click) = (tone(40_000), clicks(9600, &[(0, 9000), (4800, 5000)]));
    let short: Vec<i16> = (0..5280).map(|n| (n % 911) as i16).collect();
    place.wav("tone.wav", RATE as u32, 1, &tone);
    place.wav("click.wav", RATE as u32, 1, &click);
    place.wav("short.wav", RATE as u32, 1, &short);
    place.write("page.html", PAGE);

    let mut meant = Sum::silence(67_200);
    meant.add(0, &tone[..33_600], 0, 1.0);
    meant.add(14_544, &click, 0, 1.0);
    meant.add(24_000, &click, 2400, 0.5);
    meant.add(35_200, &tone[9600..9600 + 6400], 0, 1.0);
    let looped: Vec<i16> = short.iter().copied().cycle().take(14_400).collect();
    meant.add(43_200, &looped, 0, 1.0);
    meant.add(52_800, &clicks(4800, &[(0, 9000), (2400, 5000)]), 0, 1.0);

    let mut first = None;
    for workers in ["1", "2", "3", "7"] {
        place.render(&["page.html", "-o", "x.mov", "--audio-codec", "pcm", "--concurrency", workers]);
        let heard = place.samples("x.mov");
        meant.assert_heard(&heard, workers);
        assert!(first.get_or_insert_with(|| heard.clone()) == &heard, "{workers} workers: not to the bit");
    }
}
