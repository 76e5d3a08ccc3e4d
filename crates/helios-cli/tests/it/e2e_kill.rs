//! Signals and kills, at every phase and at random moments, with the real browser and the real FFmpeg.

use crate::live::{Ended, Live, Member, hashes_in};
use crate::run::Place;
use crate::web::{Web, html};
use rustix::process::Signal;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

/// Two seconds are promised; the rest is for machines that run other tests at the same time.
const PROMPT: Duration = Duration::from_secs(4);

/// State that builds up from frame to frame, and a millisecond or ten of work in each: a chunk that went on from a wrong
/// place would show it.
const PAGE: &str = r#"<!doctype html><meta name="helios" content="width=160,height=90,fps=30,duration=2">
<body style="margin:0"><canvas id="c" width="160" height="90"></canvas><script>
const pen = c.getContext("2d");
let x = 80, y = 45, n = 0;
requestAnimationFrame(function draw() {
  requestAnimationFrame(draw);
  for (let i = 0; i < 400; i++) {
    x = (x + Math.random() * 6 + 157) % 160;
    y = (y + Math.random() * 6 + 87) % 90;
    pen.fillStyle = `hsl(${n++ / 50} 80% 50%)`;
    pen.fillRect(x, y, 3, 3);
  }
});
</script>"#;

fn place() -> Place {
    let place = Place::new();
    std::fs::write(place.path().join("page.html"), PAGE).unwrap();
    place
}

/// Writes an `ffmpeg` that stops for ever, and says so by a file `stuck`, when its arguments match `pattern`.
fn stubborn_ffmpeg(place: &Place, pattern: &str) {
    let script = format!(
        "#!/bin/sh\ncase \"$*\" in {pattern}) cat >/dev/null; touch '{}'; while :; do sleep 1; done;; esac\nexec ffmpeg \"$@\"\n",
        place.path().join("stuck").display()
    );
    let path = place.path().join("stubborn");
    std::fs::write(&path, script).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

const RENDER: [&str; 8] =
    ["render", "page.html", "-o", "new/out.mp4", "--json", "--timeout", "20", "--concurrency=2"];

/// Signals the render once `reached` is true, and asserts that it ends soon, with nothing left behind.
#[track_caller]
fn stops(place: &Place, signal: Signal, args: &[&str], reached: impl Fn(&Live) -> bool) {
    stopped(place, signal, args, reached);
    let output = place.path().join("new");
    assert!(!output.exists() || output.read_dir().unwrap().count() == 0, "{:?}", output.read_dir().unwrap());
}

/// Signals the render once `reached` is true, and asserts that it ends soon, without output.
#[track_caller]
fn stopped(place: &Place, signal: Signal, args: &[&str], reached: impl Fn(&Live) -> bool) -> Ended {
    let mut live = Live::start(place, &[&RENDER, args].concat());
    assert!(live.until(|live| reached(live).then_some(())).is_some(), "the render ended too early");
    let before = Instant::now();
    live.signal(signal);
    live.until(|_| None::<()>);
    let took = before.elapsed();
    let ended = live.end();
    assert!(took < PROMPT, "it took {took:?}: {}", ended.answer.stderr);
    let code = if signal == Signal::INT { 130 } else { 143 };
    assert_eq!(ended.answer.code, Some(code), "{}", ended.answer.stderr);
    assert!(ended.answer.stderr.contains("nothing was written"), "{}", ended.answer.stderr);
    assert_eq!(ended.left, [""; 0]);
    assert!(!place.path().join("new/out.mp4").exists());
    ended
}

const BOTH: [Signal; 2] = [Signal::INT, Signal::TERM];

#[test]
fn signals_while_the_browser_starts() {
    for signal in BOTH {
        stops(&place(), signal, &[], |live| live.members().iter().any(is_browser));
    }
}

#[test]
fn signals_while_the_page_loads() {
    for signal in BOTH {
        let web = Web::start(|path| if path == "/" { html("<script src=never.js></script>") } else { None });
        let url = web.url("/");
        let args = ["render", &url, "-o", "new/out.mp4", "--json", "--timeout", "20"];
        let place = place();
        let mut live = Live::start(&place, &args);
        while web.asked.recv().unwrap() != "/never.js" {}
        let before = Instant::now();
        live.signal(signal);
        live.until(|_| None::<()>);
        let took = before.elapsed();
        let ended = live.end();
        assert!(took < PROMPT, "it took {took:?}");
        let code = if signal == Signal::INT { 130 } else { 143 };
        assert_eq!(ended.answer.code, Some(code), "{}", ended.answer.stderr);
        assert_eq!(ended.left, [""; 0]);
    }
}

#[test]
fn signals_while_frames_are_drawn() {
    for signal in BOTH {
        stops(&place(), signal, &["--duration", "60"], |live| live.stdout().contains(r#""event":"frames""#));
    }
}

#[test]
fn signals_while_the_encoder_finishes() {
    for signal in BOTH {
        let place = place();
        stubborn_ffmpeg(&place, "*chunk_*.part*");
        let stuck = place.path().join("stuck");
        stops(&place, signal, &["--ffmpeg", "./stubborn", "--frame-count", "4"], |_| stuck.exists());
    }
}

/// The chunks are finished then, and stay: the next render has only to join them.
#[test]
fn signals_while_chunks_are_joined() {
    for signal in BOTH {
        let place = place();
        stubborn_ffmpeg(&place, "*merged*.part*");
        let stuck = place.path().join("stuck");
        let ended =
            stopped(&place, signal, &["--ffmpeg", "./stubborn", "--frame-count", "4"], |_| stuck.exists());
        let stderr = ended.answer.stderr;
        assert!(stderr.contains("2 of 2 chunks are finished and kept in "), "{stderr}");
        let left =
            std::fs::read_dir(place.path().join("new")).unwrap().map(|entry| entry.unwrap().file_name());
        let left: Vec<_> = left.map(|name| name.into_string().unwrap()).collect();
        assert!(left.len() == 1 && left[0].starts_with(".out.mp4.helios-"), "{left:?}");

        let resumed =
            Live::start(&place, &[&RENDER, ["--frame-count", "4", "--resume"].as_slice()].concat()).end();
        assert_eq!(resumed.answer.code, Some(0), "{}", resumed.answer.stderr);
        assert!(
            resumed.answer.stderr.contains("2 of 2 chunks are there already"),
            "{}",
            resumed.answer.stderr
        );
        assert!(!resumed.answer.stdout.contains(r#""event":"chunk_started""#), "{}", resumed.answer.stdout);
        let kept = take(&place, "new/out.mp4");
        let files = std::fs::read_dir(place.path().join("new")).unwrap().count();
        assert_eq!(files, 0, "the chunks are gone once the output is there");
        Live::start(&place, &[&RENDER, ["--frame-count", "4"].as_slice()].concat()).end();
        assert!(kept == take(&place, "new/out.mp4"), "the same bytes as an undisturbed render");
    }
}

fn is_browser(member: &Member) -> bool {
    member.has("--remote-debugging-pipe") && !member.args.iter().any(|arg| arg.starts_with("--type="))
}

/// Who is killed.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Victim {
    Helios,
    Worker,
    Browser,
    Renderer,
    Gpu,
    Ffmpeg,
}

const VICTIMS: [Victim; 6] =
    [Victim::Helios, Victim::Worker, Victim::Browser, Victim::Renderer, Victim::Gpu, Victim::Ffmpeg];

impl Victim {
    fn is(self, member: &Member) -> bool {
        let program = Path::new(&member.args[0]).file_name().unwrap_or_default();
        match self {
            Victim::Helios => program == "helios" && member.has("render"),
            Victim::Worker => program == "helios" && member.has("worker"),
            Victim::Browser => is_browser(member),
            Victim::Renderer => member.has("--type=renderer"),
            Victim::Gpu => member.has("--type=gpu-process"),
            Victim::Ffmpeg => program == "ffmpeg",
        }
    }
}

/// Numbers that look random and are the same in every run (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }
}

const ROUNDS: u64 = 20;

#[test]
fn twenty_kills_at_random_moments() {
    let place = place();
    let args = [
        "render",
        "page.html",
        "-o",
        "out.mp4",
        "--frame-hashes",
        "hashes",
        "--concurrency",
        "2",
        "--timeout",
        "6",
    ];
    let undisturbed = Live::start(&place, &args).end();
    assert_eq!(undisturbed.answer.code, Some(0), "{}", undisturbed.answer.stderr);
    let expected = hashes_in(&take(&place, "hashes"));
    assert_eq!(expected.len(), 60);
    take(&place, "out.mp4");

    let mut dice = Dice(20_261_121);
    let mut hits = 0;
    for round in 0..ROUNDS {
        // Every kind of process comes up three times or more; which is first, and when it happens, is chance.
        let victim = VICTIMS[((round + dice.below(2)) % 6) as usize];
        let delay = Duration::from_millis(dice.below(700));
        let mut live = Live::start(&place, &args);
        // The moment is counted from the first appearance, so that none is killed before it is born.
        live.until(|live| live.members().iter().any(|member| victim.is(member)).then_some(()));
        let due = Instant::now() + delay;
        live.until(|_| (Instant::now() >= due).then_some(()));
        let targets = live.members();
        let mut targets: Vec<_> = targets.iter().filter(|member| victim.is(member)).collect();
        let hit = !targets.is_empty() && live.is_running();
        if hit {
            hits += 1;
            targets.swap_remove(dice.below(targets.len() as u64) as usize).kill();
        }
        let ended = live.end();
        let story = format!("round {round}, {victim:?} after {delay:?}, hit {hit}: {}", ended.answer.stderr);
        if ended.status.signal() == Some(9) {
            assert_eq!(victim, Victim::Helios, "{story}");
            assert!(
                !place.path().join("out.mp4").exists() && !place.path().join("hashes").exists(),
                "{story}"
            );
            continue;
        }
        assert_eq!(ended.answer.code, Some(0), "{story}");
        assert_eq!(ended.left, [""; 0], "{story}");
        assert_eq!(hashes_in(&take(&place, "hashes")), expected, "{story}");
        assert_eq!(frames(&place.path().join("out.mp4")), expected.len(), "{story}");
        take(&place, "out.mp4");
        let retried = ended.answer.stderr.contains("trying again");
        // A process may be gone that is no longer needed, and Chromium replaces some of its own without a word.
        assert!(
            retried || !hit || victim != Victim::Browser && victim != Victim::Worker || is_idle(&story),
            "{story}"
        );
        // What a killed helios left beside the output is gone with the next render of the same page.
        assert_eq!(place.files(), ["page.html", "test.html"], "{story}");
    }
    assert!(hits >= ROUNDS * 3 / 4, "only {hits} of {ROUNDS} kills hit something");
}

/// Where nobody says where temporary files go, profiles of browsers are in memory, if there is a gigabyte of it.
#[test]
fn what_a_killed_render_left_in_memory_is_removed_by_the_next() {
    let room = rustix::fs::statvfs("/dev/shm").is_ok_and(|stat| stat.f_bavail * stat.f_frsize >= 1 << 30);
    let parent = if room { "/dev/shm/" } else { "/tmp/" };
    let place = place();
    let mut live = Live::start_among_others(&place, &RENDER);
    let profile = live.until(|live| {
        let browser = live.members().into_iter().find(is_browser)?;
        browser.args.iter().find_map(|arg| arg.strip_prefix("--user-data-dir=").map(str::to_owned))
    });
    let profile = profile.expect("the render ended too early");
    let name = profile
        .strip_prefix(parent)
        .and_then(|rest| rest.split('/').next())
        .unwrap_or_else(|| panic!("{profile}"));
    let folder = Path::new(parent).join(name);
    live.signal(Signal::KILL);
    live.end();
    assert!(folder.is_dir(), "nobody was left to remove {}", folder.display());
    let after = Live::start_among_others(&place, &[&RENDER, ["--frame-count=1"].as_slice()].concat()).end();
    assert_eq!(after.answer.code, Some(0), "{}", after.answer.stderr);
    assert!(!folder.exists(), "{} is left", folder.display());
}

/// Whether all frames were there when the kill came, so that there was nothing to try again.
fn is_idle(story: &str) -> bool {
    story.matches("Finished frames").count() >= 2
}

/// Reads a file and removes it.
fn take(place: &Place, name: &str) -> String {
    let path = place.path().join(name);
    let bytes = std::fs::read(&path).unwrap();
    std::fs::remove_file(path).unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The number of frames that a decoder finds.
fn frames(film: &Path) -> usize {
    let words = "-v error -count_frames -select_streams v -show_entries stream=nb_read_frames -of csv=p=0";
    let output = std::process::Command::new("ffprobe").args(words.split(' ')).arg(film).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().parse().unwrap()
}
