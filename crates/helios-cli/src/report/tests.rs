//! One render, told in every form.

use super::{Bar, JsonLines, Lines, Reporter, summary};
use crate::settings::Loudness;
use helios_job::{
    ChunkReport, Event, Failure, FailureKind, Fps, FrameHash, FrameRange, Level, Phase, Progress,
};
use indicatif::{InMemoryTerm, ProgressDrawTarget, TermLike as _};
use std::path::Path;
use std::time::Duration;

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn range(chunk: u32) -> FrameRange {
    FrameRange { start: chunk * 30, count: 30 }
}

fn started(chunk: u32, attempt: u32) -> Event {
    let output_file = format!("chunk_{chunk}.mov");
    Event::ChunkStarted { worker: chunk, chunk, range: range(chunk), attempt, output_file }
}

fn finished(chunk: u32, attempt: u32) -> Event {
    let frame_hashes = vec![FrameHash(u128::from(chunk)); 2];
    let capture = "tap".to_owned();
    let report = ChunkReport {
        chunk,
        range: range(chunk),
        attempt,
        bytes: 1000,
        capture,
        versions: Default::default(),
        frame_hashes,
        times: Default::default(),
        spans: Vec::new(),
        files: Vec::new(),
        sound: helios_job::SoundTimeline::default(),
    };
    Event::ChunkFinished { worker: chunk, report }
}

fn notice(level: Level, frame: Option<u32>, message: &str) -> Event {
    Event::Notice { worker: Some(1), level, frame, message: message.to_owned() }
}

/// Two workers, 60 frames; the second chunk fails once. With the time of each event.
fn script() -> Vec<(Duration, Event)> {
    let failure = Failure { kind: FailureKind::Transient, message: "the browser crashed".to_owned() };
    let mut script = vec![
        (ms(0), Event::Phase { phase: Phase::Preparing }),
        (
            ms(900),
            Event::Planned {
                job_id: "0123456789abcdef".to_owned(),
                total_frames: 60,
                chunks: vec![range(0), range(1)],
                concurrency: 2,
            },
        ),
        (ms(910), Event::Phase { phase: Phase::Rendering }),
        (ms(920), Event::WorkerStarted { worker: 0, pid: 100 }),
        (ms(920), started(0, 1)),
        (ms(930), started(1, 1)),
        (ms(950), notice(Level::Warn, Some(31), "TypeError: x is undefined")),
        (ms(960), notice(Level::Debug, Some(32), "console.log: hello")),
    ];
    for done in 1..=10 {
        let now = ms(1000 + u64::from(done) * 200);
        script.push((now, Event::Frames { worker: 0, chunk: 0, done }));
        script.push((now, Event::Frames { worker: 1, chunk: 1, done }));
    }
    script
        .push((ms(3100), Event::ChunkFailed { worker: 1, chunk: 1, attempt: 1, failure, will_retry: true }));
    script.push((ms(3150), started(1, 2)));
    for done in 11..=30 {
        let now = ms(1000 + u64::from(done) * 200);
        script.push((now, Event::Frames { worker: 0, chunk: 0, done }));
        script.push((now, Event::Frames { worker: 1, chunk: 1, done }));
    }
    script.extend([
        (ms(7010), finished(0, 1)),
        (ms(7020), finished(1, 2)),
        (ms(7030), Event::Phase { phase: Phase::Stitching }),
        (ms(7400), Event::Merged { frames: 60, bytes: 2_345_678 }),
        (ms(7420), Event::Finished { output: "output.mp4".to_owned(), frames: 60, bytes: 2_345_678 }),
    ]);
    script
}

/// Feeds the script as the console does, with a tick every 100 ms.
fn play(reporter: &mut dyn Reporter, until: Duration) {
    let mut progress = Progress::new();
    let mut clock = Duration::ZERO;
    for (now, event) in script().into_iter().filter(|(now, _)| *now <= until) {
        while clock + ms(100) <= now {
            clock += ms(100);
            reporter.tick(&progress, clock);
        }
        progress.apply(&event, now);
        reporter.event(&event, &progress, now);
    }
}

fn lines(loudness: Loudness) -> String {
    let mut out = Vec::new();
    let mut reporter = Lines::new(&mut out, loudness);
    play(&mut reporter, Duration::MAX);
    reporter.close();
    String::from_utf8(out).unwrap()
}

#[test]
fn plain_lines() {
    insta::assert_snapshot!(lines(Loudness::Normal));
}

#[test]
fn verbose_lines_add_what_the_page_logs() {
    let (more, less) = (lines(Loudness::Verbose), lines(Loudness::Normal));
    assert!(more.contains("[Worker 1] frame 32: console.log: hello") && !less.contains("console.log"));
    assert!(less.lines().all(|line| more.contains(line)));
}

#[test]
fn silence_is_broken_while_nothing_happens() {
    let mut out = Vec::new();
    let mut reporter = Lines::new(&mut out, Loudness::Normal);
    for tenth in 0..=110 {
        reporter.tick(&Progress::new(), ms(tenth * 100));
    }
    assert_eq!(String::from_utf8(out).unwrap(), "Preparing (5 s)\nPreparing (10 s)\n");
}

#[test]
fn json_lines() {
    let mut out = Vec::new();
    let mut reporter = JsonLines::new(&mut out);
    play(&mut reporter, Duration::MAX);
    // Browsers can take their time to end; `finished` is the last word even so.
    reporter.tick(&Progress::new(), Duration::from_secs(100));
    reporter.close();
    let text = String::from_utf8(out).unwrap();
    let events: Vec<Event> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let values: Vec<f64> = events
        .iter()
        .filter_map(|event| match event {
            Event::Progress { progress, .. } => Some(*progress),
            _ => None,
        })
        .collect();
    assert!(values.is_sorted(), "{values:?}");
    assert!(values.len() <= 75, "ten a second, {} in 7.4 s", values.len());
    assert_eq!(values.last(), Some(&1.0));
    assert!(matches!(events.last(), Some(Event::Finished { .. })));
    insta::assert_snapshot!(text.lines().take(16).collect::<Vec<_>>().join("\n"));
}

#[test]
fn json_lines_are_at_most_ten_a_second() {
    let mut out = Vec::new();
    let mut reporter = JsonLines::new(&mut out);
    let mut progress = Progress::new();
    let plan = Event::Planned {
        job_id: String::new(),
        total_frames: 1000,
        chunks: vec![FrameRange { start: 0, count: 1000 }],
        concurrency: 1,
    };
    progress.apply(&plan, ms(0));
    for done in 1..=1000 {
        let event = Event::Frames { worker: 0, chunk: 0, done };
        progress.apply(&event, ms(u64::from(done)));
        reporter.event(&event, &progress, ms(u64::from(done)));
    }
    // One second: ten progress events, each with the count of the chunk before it.
    assert_eq!(String::from_utf8(out).unwrap().lines().count(), 20);
}

#[test]
fn a_page_that_throws_in_every_frame_does_not_bury_the_rest() {
    for (loudness, shown) in [(Loudness::Normal, 3), (Loudness::Verbose, 100)] {
        let mut out = Vec::new();
        let mut reporter = Lines::new(&mut out, loudness);
        for frame in 0..100 {
            let event = notice(Level::Warn, Some(frame), "TypeError: x is undefined");
            reporter.event(&event, &Progress::new(), ms(0));
        }
        reporter.event(&notice(Level::Warn, Some(100), "something else"), &Progress::new(), ms(0));
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.matches("TypeError").count(), shown, "{text}");
        assert_eq!(text.contains("will not be shown"), loudness == Loudness::Normal);
        assert!(text.contains("something else"));
    }
}

/// A pipe that nobody reads.
struct Broken;

impl std::io::Write for Broken {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(std::io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Err(std::io::ErrorKind::BrokenPipe.into())
    }
}

#[test]
fn a_broken_pipe_is_no_reason_to_stop() {
    play(&mut Lines::new(Broken, Loudness::Verbose), Duration::MAX);
    play(&mut JsonLines::new(Broken), Duration::MAX);
}

#[test]
fn the_bar_with_log_lines_above_it() {
    let term = InMemoryTerm::new(14, 100);
    let mut bar = Bar::new(ProgressDrawTarget::term_like(Box::new(term.clone())), Loudness::Normal);
    bar.line("Preparing page.html");
    assert!(term.contents().contains("Preparing"), "something is visible at once");
    play(&mut bar, ms(4000));
    // indicatif draws by the wall clock, at most twenty times a second: the last tick has to wait for its turn, and how
    // far the spinner has come is anybody's guess.
    std::thread::sleep(ms(200));
    bar.tick(&halfway(), ms(4100));
    let spinner = |c: char| ('\u{2800}'..='\u{28ff}').contains(&c);
    insta::assert_snapshot!(term.contents().replace(spinner, "*"));
    bar.close();
    assert!(!term.contents().contains("frames/s"), "the bar is gone, the log lines stay");
    assert_eq!(term.width(), 100);
}

fn halfway() -> Progress {
    let mut progress = Progress::new();
    for (now, event) in script().iter().filter(|(now, _)| *now <= ms(4000)) {
        progress.apply(event, *now);
    }
    progress
}

#[test]
fn summaries() {
    let fps: Fps = "30".parse().unwrap();
    let lines = [
        summary(Path::new("output.mp4"), 150, Some(fps), 1_234_567, ms(4140)),
        summary(Path::new("a/b.webm"), 1, Some(fps), 850, ms(900)),
        summary(Path::new("long.mov"), 216_000, Some(fps), 98_765_432_100, ms(3_725_000)),
        summary(Path::new("merged.mp4"), 60, None, 99_990, ms(61_000)),
    ];
    insta::assert_snapshot!(lines.join("\n"));
}
