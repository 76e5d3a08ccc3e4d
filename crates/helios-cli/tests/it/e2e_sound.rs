//! What is heard of a page: to the sample, the same for every number of workers, and what becomes of sources that are not as
//! they should be.

use crate::run::Place;
use crate::sounds::{RATE, Sum, clicks, tone};
use crate::web::Web;

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
    let said = place.render(&["page.html", "-o", "x.gif", "--frame-count", "3"]);
    assert!(said.contains("the page plays sound, which .gif has no place for"), "{said}");
    let said = place.render(&["page.html", "-o", "x.gif", "--frame-count", "3", "--muted"]);
    assert!(!said.contains("sound"), "{said}");
}

/// Commands of a job, run by themselves, and what only the page has: the sound is in their manifests and beside their chunks.
#[test]
fn a_job_sounds_like_its_render() {
    let place = Place::new();
    place.wav("click.wav", RATE as u32, 1, &clicks(9600, &[(0, 9000), (4800, 5000)]));
    place.write(
        "page.html",
        r#"<!doctype html><meta name="helios" content="width=64,height=64,fps=30,duration=0.6"><audio id=a></audio><script>
        const release = helios.hold("the sound");
        fetch("click.wav").then((answer) => answer.blob()).then((blob) => { a.src = URL.createObjectURL(blob); a.play(); release(); });
        helios.onFrame(({ frame }) => frame === 10 && new Audio("click.wav").play())</script>"#,
    );
    place.wav("music.wav", RATE as u32, 1, &tone(20_000));
    let args =
        ["--audio-codec", "pcm", "--concurrency", "3", "--audio", "music.wav@0.2,volume=0.5,fade-out=0.1"];
    place.render(&[&["page.html", "-o", "direct.mov"], args.as_slice()].concat());
    // A part of it: what lies there of the whole, also of a track that began before, and fades out.
    let part = ["page.html", "-o", "part.mov", "--start-frame", "8", "--frame-count", "10"];
    place.render(&[&part, args.as_slice()].concat());
    assert!(place.samples("part.mov") == place.samples("direct.mov")[8 * 1600..]);
    place.render(&[&["page.html", "-o", "merged.mov", "--emit-job", "job.json"], args.as_slice()].concat());
    let job: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(place.path().join("job.json")).unwrap()).unwrap();
    let run = |argv: &serde_json::Value| {
        let words: Vec<String> = serde_json::from_value(argv.clone()).unwrap();
        let answer = place.helios(&words[1..].iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(answer.code, Some(0), "{answer:?}");
    };
    job["partitions"].as_array().unwrap().iter().rev().for_each(|partition| run(&partition["argv"]));
    assert_eq!(place.streams("chunk_1.mov").len(), 1, "chunks carry no sound");
    run(&job["merge"]["argv"]);

    let mut meant = Sum::silence(28_800);
    meant.add(0, &clicks(9600, &[(0, 9000), (4800, 5000)]), 0, 1.0);
    meant.add(16_000, &clicks(9600, &[(0, 9000), (4800, 5000)]), 0, 1.0);
    let fade = |n: usize| if n < 24_000 { 1.0 } else { 1.0 - (n - 24_000) as f64 / 4800.0 };
    let music: Vec<i16> =
        (9600..28_800).zip(tone(20_000)).map(|(n, s)| (f64::from(s) * fade(n)).round() as i16).collect();
    meant.add(9600, &music, 0, 0.5);
    meant.assert_heard(&place.samples("direct.mov"), "direct");
    assert!(place.samples("merged.mov") == place.samples("direct.mov"));

    // Chunk 0 alone has what the page made itself.
    let beside = place.files().into_iter().find(|name| name.starts_with("chunk_0.sound_")).unwrap();
    let words: Vec<String> = serde_json::from_value(job["merge"]["argv"].clone()).unwrap();
    let merge = |why: &str| {
        let answer = place.helios(&words[1..].iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(answer.code, Some(75), "{answer:?}");
        assert!(answer.stderr.contains(&beside) && answer.stderr.contains(why), "{answer:?}");
    };
    // A bit of it flips, then it is gone.
    let mut bytes = std::fs::read(place.path().join(&beside)).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(place.path().join(&beside), bytes).unwrap();
    merge("chunk_0.mov: corrupt: ");
    std::fs::remove_file(place.path().join(&beside)).unwrap();
    merge("chunk_0.mov: unfinished: ");
}

/// Sources that are missing, empty, damaged, of another rate or of other channels; and a sum that is too loud.
#[test]
fn odd_sources() {
    let place = Place::new();
    let ffmpeg = |args: &str| {
        let ran =
            std::process::Command::new("ffmpeg").args(args.split(' ')).current_dir(place.path()).status();
        assert!(ran.unwrap().success(), "{args}");
    };
    // A click that a lower rate keeps in its place, at 0.1 s.
    place.wav("slow.wav", 44_100, 1, &clicks(44_100, &[(4410, 20_000)]));
    ffmpeg(
        "-v error -f lavfi -i aevalsrc=0.1|0.2|0.3|0|0.4|0.5:c=5.1:s=48000:d=0.2 -c:a pcm_s16le surround.wav",
    );
    ffmpeg("-v error -f lavfi -i testsrc=s=64x64:r=10:d=0.3 mute.mp4");
    ffmpeg("-v error -f lavfi -i sine=f=440:d=0.5 -c:a libmp3lame whole.mp3");
    let whole = std::fs::read(place.path().join("whole.mp3")).unwrap();
    std::fs::write(place.path().join("half.mp3"), &whole[..whole.len() / 2]).unwrap();
    place.write("empty.mp3", "");
    place.write("text.mp3", "this is no sound at all");
    place.wav("loud.wav", RATE as u32, 1, &[25_000; 4800]);
    let page = |body: &str| {
        format!("<!doctype html><meta name=helios content='width=64,height=64,fps=10,duration=0.5'>{body}")
    };
    place.write(
        "a.html",
        &page("<audio autoplay src=slow.wav></audio><audio data-helios-offset=0.2 src=surround.wav></audio>"),
    );
    place.render(&["a.html", "-o", "a.mkv", "--audio-codec", "pcm"]);
    let heard = place.samples("a.mkv");
    assert_eq!(heard.len(), 24_000);
    let loudest = (0..9600).max_by_key(|n| heard[*n][0].abs()).unwrap();
    assert_eq!(loudest, 4800, "the click of the 44.1 kHz source");
    // ITU-R BS.775: the centre and the surrounds at -3 dB, nothing of the low frequencies.
    let meant = [0.1 + 0.5f64.sqrt() * (0.3 + 0.4), 0.2 + 0.5f64.sqrt() * (0.3 + 0.5)];
    for (side, meant) in heard[12_000].iter().zip(meant) {
        assert!((f64::from(*side) / 32_768.0 - meant).abs() < 0.001, "{side} instead of {meant}");
    }

    let broken = "<audio autoplay src=missing.mp3></audio><audio autoplay src=empty.mp3></audio><audio autoplay src=text.mp3></audio>\
                  <video autoplay src=mute.mp4></video><audio autoplay src=half.mp3></audio>";
    place.write("b.html", &page(broken));
    let said = place.render(&["b.html", "-o", "b.mov", "--audio-codec", "pcm"]);
    for name in ["missing.mp3", "empty.mp3", "text.mp3"] {
        assert!(said.contains(name), "{name} is not in {said}");
    }
    assert!(!said.contains("mute.mp4: ") && said.contains("cannot be played"), "{said}");
    let heard = place.samples("b.mov");
    assert!(heard[6000..9000].iter().any(|sides| sides[0].abs() > 1000), "the first half is there");
    assert!(heard[20_000..].iter().all(|sides| sides == &[0, 0]), "and nothing behind it");

    place
        .write("c.html", &page("<audio autoplay src=loud.wav></audio><audio autoplay src=loud.wav></audio>"));
    let said = place.render(&["c.html", "-o", "c.mov", "--audio-codec", "pcm"]);
    assert!(said.contains("3.7 dB above full scale"), "{said}");
    assert!(place.samples("c.mov").iter().all(|sides| sides[0] >= 0), "nothing wraps around");
    let track = std::fs::read(place.path().join("slow.wav")).unwrap();
    let web = Web::start(move |path| (path == "/slow.wav").then(|| (200, String::new(), track.clone())));
    place.write("none.html", &page(""));
    let far = web.url("/slow.wav");
    place.render(&["none.html", "-o", "f.mov", "--audio-codec", "pcm", "--audio", &format!("{far}@0.2s")]);
    let heard = place.samples("f.mov");
    assert_eq!(
        (0..24_000).max_by_key(|n| heard[*n][0].abs()).unwrap(),
        4800 + 9600,
        "a track of the web, 0.2 s late"
    );
    place.render(&["c.html", "-o", "d.mp4", "--muted"]);
    assert_eq!(place.streams("d.mp4").len(), 1);
    for (track, word) in [
        ("missing.mp3", "missing.mp3 is not a file"),
        ("text.mp3", "text.mp3"),
        ("mute.mp4", "no sound"),
        ("loud.wav,volume=x", "volume=0 to 100"),
    ] {
        assert!(
            place.refused(&["render", "c.html", "-o", "e.mp4", "--audio", track]).contains(word),
            "{track}"
        );
    }
}

/// A graph of Web Audio: rendered in step with the frames, with what is started by times, by frames and by media elements.
#[test]
fn web_audio_is_exact() {
    let place = Place::new();
    let click = clicks(9600, &[(0, 9000), (4800, 5000)]);
    place.wav("click.wav", RATE as u32, 1, &click);
    place.write(
        "page.html",
        r#"<!doctype html><meta name="helios" content="width=64,height=64,fps=30,duration=1.2"><audio id=a src="click.wav"></audio><script>
        const context = new AudioContext(), half = context.createGain();
        half.gain.value = .5;
        half.connect(context.destination);
        context.createMediaElementSource(a).connect(half);
        const pulse = context.createBuffer(1, 1, 48000);
        pulse.getChannelData(0)[0] = .25;
        const play = (when) => { const node = context.createBufferSource(); node.buffer = pulse; node.connect(half); node.start(when) };
        play(.5);
        const look = context.createAnalyser();
        half.connect(look);
        const seen = new Float32Array(32);
        helios.onFrame(({ frame }) => {
          if (frame === 10) play();
          if (frame === 20) a.play();
          if (frame === 23) context.suspend();
          if (frame === 24) { context.resume(); play(context.currentTime + .1) }
          look.getFloatTimeDomainData(seen);
          document.body.style.background = seen.some((x) => x > .1) ? 'white' : 'black';
        });
        setTimeout(() => play(), 455);</script><body>"#,
    );
    let mut meant = Sum::silence(57_600);
    for at in [24_000, 16_000, 21_600, 38_400 + 4800] {
        meant.add(at, &[8192], 0, 0.5);
    }
    // Before the context is suspended for a frame, and after.
    meant.add(32_000, &click[..4800], 0, 0.5);
    meant.add(38_400, &click[4800..], 0, 0.5);
    let mut first = None;
    for workers in ["1", "3"] {
        let args = ["--audio-codec", "pcm", "--concurrency", workers];
        let hashes = place.hashes("page.html", "x.mov", &args);
        let heard = place.samples("x.mov");
        meant.assert_heard(&heard, workers);
        let made = (heard, hashes);
        assert!(first.get_or_insert_with(|| made.clone()) == &made, "{workers} workers: not to the bit");
    }
}

/// Files as long as the video to within one frame of the codec, sound and pictures both beginning at 0; and sound alone.
#[test]
fn lengths_of_files_and_sound_alone() {
    let place = Place::new();
    place.wav("tone.wav", RATE as u32, 1, &tone(RATE));
    place.write(
        "page.html",
        "<!doctype html><meta name=helios content='width=64,height=64,fps=30000/1001,duration=0.7'><body style='background:#fff'>\
         <audio autoplay src=tone.wav></audio>",
    );
    let seconds = 21.0 * 1001.0 / 30_000.0;
    let float = |value: &serde_json::Value| value.as_str().and_then(|text| text.parse::<f64>().ok());
    for (file, codec, frame) in [
        ("a.mp4", "aac", 1024.0),
        ("b.webm", "opus", 960.0),
        ("c.mkv", "aac", 2048.0),
        ("d.mov", "aac", 1024.0),
    ] {
        place.render(&["page.html", "-o", file, "--concurrency", "2"]);
        let streams = place.streams(file);
        assert_eq!(streams[1]["codec_name"], codec, "{file}");
        assert!(float(&streams[0]["start_time"]).unwrap().abs() < 0.001, "{file}: {streams:?}");
        // In Matroska the padding of AAC lies before 0, where players leave it out.
        assert!(float(&streams[1]["start_time"]).unwrap().abs() < 0.025, "{file}: {streams:?}");
        let heard = place.samples(file).len() as f64;
        assert!((heard - seconds * 48_000.0).abs() <= frame + 1.0, "{file}: {heard} samples");
        let white = place.film(file).pixels()[0].at(32, 32);
        assert!(white.iter().all(|level| *level > 250), "{file}: the first frame is {white:?}");
        let peak = place.samples(file)[2000..30_000].iter().map(|sides| sides[0].abs()).max().unwrap();
        assert!((5500..6500).contains(&peak), "{file}: {peak}");
    }
    for (file, codec, frame) in [
        ("a.wav", "pcm_s16le", 0.0),
        ("a.flac", "flac", 0.0),
        ("a.m4a", "aac", 1024.0),
        ("a.mp3", "mp3", 1152.0),
        ("a.opus", "opus", 960.0),
    ] {
        place.render(&["page.html", "-o", file, "--concurrency", "2"]);
        let streams = place.streams(file);
        assert_eq!((streams.len(), streams[0]["codec_name"].as_str()), (1, Some(codec)), "{file}");
        let heard = place.samples(file).len() as f64;
        assert!((heard - seconds * 48_000.0).abs() <= frame + 1.0, "{file}: {heard} samples");
    }
    let mut meant = Sum::silence((seconds * 48_000.0).round() as usize);
    meant.add(0, &tone(RATE), 0, 1.0);
    meant.assert_heard(&place.samples("a.wav"), "a.wav");
    assert!(place.samples("a.flac") == place.samples("a.wav"));
}
