//! The sound of chunks adds up to that of the whole, and tracks survive their text.

use helios_job::{
    AudioTrack, Fps, FrameRange, SoundSource, SoundTimeline, Split, Stretch, frame_nanos, sample_at,
    sound_window, split,
};

fn stretch(element: u32, from: u64, to: u64) -> Stretch {
    Stretch {
        source: 0,
        element,
        from,
        to,
        anchor: from,
        position: 7,
        rate: 1_000_000,
        keep_pitch: true,
        volume: 1_000_000,
        repeat: None,
        fade_in: None,
        fade_out: None,
    }
}

#[test]
fn what_chunks_know_covers_the_job_once() {
    let fps = Fps::new(30_000, 1001).unwrap();
    for (start, count) in [(0, 100), (17, 31), (5, 1)] {
        let job = FrameRange { start, count };
        for size in [1, 2, 7, 30, 200] {
            let mut at = frame_nanos(start, fps);
            for chunk in split(job, Split::Frames(size)) {
                let (from, to) = sound_window(chunk, job, fps);
                assert_eq!(from, at, "{job} in {size}: {chunk}");
                at = to;
            }
            assert_eq!(at, frame_nanos(job.end(), fps));
        }
    }
}

#[test]
fn cut_and_joined_it_is_the_same() {
    let mut whole = SoundTimeline::default();
    let file = |name: &str| SoundSource::File(name.to_owned());
    whole.push(file("a"), stretch(0, 0, 900));
    whole.push(file("b"), stretch(1, 100, 250));
    whole.push(file("a"), stretch(2, 300, u64::MAX));
    let mut joined = SoundTimeline::default();
    for window in [(0, 100), (100, 120), (120, 600), (600, 601), (601, 2000)] {
        let part = whole.clipped(window);
        let text = serde_json::to_string(&part).unwrap();
        joined.append(serde_json::from_str(&text).unwrap());
    }
    assert_eq!(joined, whole.clipped((0, 2000)));
    assert!(whole.clipped((950, 960)).sources == [file("a")], "only what is needed");
}

#[test]
fn samples_are_rounded_once() {
    let fps = Fps::new(30_000, 1001).unwrap();
    // 29.97 frames a second: 8008 samples in five frames.
    assert_eq!(
        [0, 5, 10, 30_000].map(|frame| sample_at(frame_nanos(frame, fps))),
        [0, 8008, 16_016, 48_048_000]
    );
}

#[test]
fn tracks_survive_their_text() {
    for (text, canonical) in [
        ("music.mp3", "music.mp3@0"),
        ("music.mp3@2.5s", "music.mp3@2.5"),
        ("a, b@home.mp3,volume=0.5,loop", "a, b@home.mp3@0,volume=0.5,loop"),
        ("x@1m,fade-out=2s,fade-in=500ms,seek=3", "x@60,seek=3,fade-in=0.5,fade-out=2"),
        ("https://a.example/b.mp3?c=1,2", "https://a.example/b.mp3?c=1,2@0"),
    ] {
        let track: AudioTrack = text.parse().unwrap();
        assert_eq!(track.to_string(), canonical);
        assert_eq!(canonical.parse::<AudioTrack>().as_ref(), Ok(&track));
    }
    for wrong in [
        "",
        "@2",
        "a.mp3,volume=-1",
        "a.mp3,volume=101",
        "a.mp3,volume=",
        "a.mp3,seek=soon",
        "a.mp3,loop=1",
        ",loop",
    ] {
        let refused = wrong.parse::<AudioTrack>().unwrap_err().to_string();
        assert!(refused.starts_with("invalid --audio"), "{wrong}: {refused}");
    }
}
