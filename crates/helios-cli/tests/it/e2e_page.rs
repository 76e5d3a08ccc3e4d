//! What goes into a page (props, seed, epoch) and what comes out of it (its size, rate and length).

use crate::film::near;
use crate::run::Place;
use serde_json::Value;

#[test]
fn props_reach_the_page() {
    let place = Place::new();
    place.write(
        "page.html",
        r#"<!doctype html><meta name="helios" content="width=64,height=64,fps=30,duration=0.1">
        <script>document.documentElement.style.background = helios.props?.theme?.[1] ?? "red"</script>"#,
    );
    place.write("props.json", r##"{"theme": ["x", "#00ff00"]}"##);
    let shown = |args: &[&str]| {
        place.render(&[&["page.html", "-o", "x.mp4", "--concurrency", "2"], args].concat());
        place.film("x.mp4").pixels()[2].at(32, 32)
    };
    assert!(near(shown(&[]), [255, 0, 0]));
    assert!(near(shown(&["--props", r##"{"theme": ["x", "#0000ff"]}"##]), [0, 0, 255]));
    assert!(near(shown(&["--props", "props.json"]), [0, 255, 0]));
}

#[test]
fn the_seed_decides_the_random_numbers() {
    let place = Place::new();
    place.write(
        "page.html",
        r#"<!doctype html><meta name="helios" content="width=64,height=64,fps=30,duration=0.2"><script>
        requestAnimationFrame(function draw() {
          const level = () => Math.floor(Math.random() * 256);
          const [more] = crypto.getRandomValues(new Uint8Array(1));
          document.documentElement.style.background = `rgb(${level()} ${level()} ${more})`;
          requestAnimationFrame(draw);
        });</script>"#,
    );
    let seeded = |seed: &str, workers: &str| {
        place.hashes("page.html", "x.mp4", &["--seed", seed, "--concurrency", workers]).hashes
    };
    let one = seeded("1", "1");
    assert_eq!(seeded("1", "3"), one);
    let two = seeded("2", "1");
    assert!(one.iter().all(|hash| !two.contains(hash)));
    let unseeded = place.hashes("page.html", "x.mp4", &[]).hashes;
    assert_eq!(seeded("0", "1"), unseeded, "0 is the default");
}

#[test]
fn the_epoch_is_the_date_of_frame_0() {
    let place = Place::new();
    // Red: the year above 2000. Green: seconds. Blue: whether the local time is UTC.
    place.write(
        "page.html",
        r#"<!doctype html><meta name="helios" content="width=64,height=64,fps=2,duration=2"><script>
        requestAnimationFrame(function draw() {
          const now = new Date(), utc = now.getHours() === now.getUTCHours() && now.getTimezoneOffset() === 0;
          document.documentElement.style.background =
            `rgb(${now.getFullYear() - 2000} ${now.getSeconds()} ${utc ? 200 : 0})`;
          requestAnimationFrame(draw);
        });</script>"#,
    );
    let shown = |args: &[&str]| {
        place.render(&[&["page.html", "-o", "x.mp4", "--concurrency", "2", "--quality", "1"], args].concat());
        let pictures = place.film("x.mp4").pixels();
        pictures.iter().map(|picture| picture.at(32, 32)).collect::<Vec<_>>()
    };
    let assert_shown = |args: &[&str], meant: [[u8; 3]; 4]| {
        let shown = shown(args);
        assert!(shown.iter().zip(meant).all(|(shown, meant)| near(*shown, meant)), "{args:?}: {shown:?}");
    };
    assert_shown(&[], [[26, 0, 200], [26, 0, 200], [26, 1, 200], [26, 1, 200]]);
    let late = [[99, 58, 200], [99, 58, 200], [99, 59, 200], [99, 59, 200]];
    assert_shown(&["--epoch", "2099-12-31T23:59:58Z"], late);
}

/// The config of the job that a page leads to. Emitting asks the page what rendering would ask it.
fn planned(html: &str, args: &[&str]) -> Value {
    let place = Place::new();
    place.write("page.html", html);
    place.render(&[&["page.html", "--emit-job", "job.json"], args].concat());
    let text = std::fs::read_to_string(place.path().join("job.json")).unwrap();
    serde_json::from_str::<Value>(&text).unwrap()["config"].take()
}

#[track_caller]
fn assert_planned(config: &Value, (width, height): (u32, u32), fps: &str, frames: u32) {
    let size = (config["width"].as_u64().unwrap() as u32, config["height"].as_u64().unwrap() as u32);
    assert_eq!(size, (width, height), "{config}");
    assert_eq!(
        (config["fps"].as_str().unwrap(), config["totalFrames"].as_u64().unwrap() as u32),
        (fps, frames),
        "{config}"
    );
}

#[test]
fn declared_in_a_meta_element() {
    let html = r#"<!doctype html><meta name="helios" content="width=640, height=360, fps=30000/1001, duration=2.002s">"#;
    assert_planned(&planned(html, &[]), (640, 360), "30000/1001", 60);
    // What is given on the command line goes before what the page says, value by value.
    assert_planned(&planned(html, &["--height", "480", "--fps", "10"]), (640, 480), "10", 21);
}

#[test]
fn declared_by_script() {
    let html = r#"<!doctype html><meta name="helios" content="width=640,height=360,fps=24,duration=9">
        <script>window.helios = { width: 800, height: 450, fps: 50, duration: 1.5 }</script>"#;
    assert_planned(&planned(html, &[]), (800, 450), "50", 75);
    assert_planned(&planned(html, &["--duration", "1", "--width", "200"]), (200, 450), "50", 50);
}

#[test]
fn declared_by_data_attributes() {
    let html = r#"<!doctype html><body>
        <main data-composition-id="intro" data-width="320" data-height="568" data-fps="25" data-duration="4"></main>"#;
    assert_planned(&planned(html, &[]), (320, 568), "25", 100);
    assert_planned(&planned(html, &["--duration", "2"]), (320, 568), "25", 50);
}

#[test]
fn as_long_as_the_longest_finite_animation() {
    let html = r#"<!doctype html><style>
        @keyframes a { to { opacity: 0 } }
        p { animation: a .5s .25s 2 } i { animation: a 100ms } b { animation: a 9s infinite }
        </style><p>long</p><i>short</i><b>for ever</b>"#;
    assert_planned(&planned(html, &[]), (1920, 1080), "30", 38);
    assert_planned(&planned(html, &["--duration", "3"]), (1920, 1080), "30", 90);
}
