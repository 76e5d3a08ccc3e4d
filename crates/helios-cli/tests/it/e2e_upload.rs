//! Large files on their way to object storage, killed and refused in the middle; and who is let in. No browser takes part there: everything
//! about the page is said, and its fonts are in a folder. And chunks on their way when a signal comes.

use crate::bucket::Server;
use crate::film::TINY;
use crate::live::Live;
use crate::run::{Answer, Place};
use rustix::process::Signal;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Three parts: 16 MiB, 16 MiB and the rest.
const LARGE: usize = 36 << 20;

const EMIT: [&str; 16] = [
    "render",
    "site/page.html",
    "--width",
    "64",
    "--height",
    "64",
    "--fps",
    "30",
    "--duration",
    "1",
    "--fonts",
    "fonts",
    "--emit-job",
    "s3://films/one",
    "--bundle",
    "-q",
];

const KEYS: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "STATIC"), ("AWS_SECRET_ACCESS_KEY", "s")];

fn command(place: &Place, server: &Server, args: &[&str], env: &[(&str, &str)]) -> Command {
    let mut command = place.command(args);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("AWS_")) {
        command.env_remove(name);
    }
    command.env("AWS_ENDPOINT_URL", &server.address).envs(env.iter().copied());
    command
}

#[test]
fn an_upload_that_is_killed_or_refused_shows_nothing_and_is_made_again() {
    let place = Place::new();
    place.write("site/page.html", "<!doctype html><p>Large");
    place.write("fonts/a.ttf", "no font");
    let large: Vec<u8> = (0..LARGE).map(|at| (at / 1000) as u8).collect();
    std::fs::write(place.path().join("site/large.bin"), &large).unwrap();
    let server = Server::start();
    let bucket = || server.bucket.lock().unwrap();
    let (file, job) = ("/films/one/page/large.bin", "/films/one/job.json");

    // Killed while the second part is on its way.
    bucket().silent_from = Some(2);
    let mut child = command(&place, &server, &EMIT, &KEYS).stdin(Stdio::null()).spawn().unwrap();
    let began = Instant::now();
    while !server.was_asked("partNumber=2") {
        assert!(began.elapsed() < Duration::from_secs(100), "waited 100 s for the second part");
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let seen = |name: &str| bucket().objects.contains_key(name);
    assert!(!seen(file) && !seen(job));

    // Refused at the third: said, and what was sent is given up.
    bucket().silent_from = None;
    bucket().refused_from = Some(3);
    bucket().asked.clear();
    let refused: Answer = command(&place, &server, &EMIT, &KEYS).output().unwrap().into();
    assert_eq!(refused.code, Some(64), "{refused:?}");
    assert!(
        refused.stderr.contains("s3://films/one/page/large.bin: the storage denies access"),
        "{refused:?}"
    );
    assert!(!seen(file) && !seen(job));
    assert!(server.was_asked("DELETE /films/one/page/large.bin?uploadId=one") && bucket().parts.is_empty());

    // Made again: whole, the job file last.
    bucket().refused_from = None;
    bucket().asked.clear();
    let made: Answer = command(&place, &server, &EMIT, &KEYS).output().unwrap().into();
    assert_eq!(made.code, Some(0), "{made:?}");
    assert!(bucket().objects[file] == large);
    let asked: Vec<String> = bucket().asked.iter().map(|(line, _)| line.clone()).collect();
    assert!(asked.last().unwrap().starts_with("PUT /films/one/job.json"), "{asked:?}");
}

/// Keys in the environment, those of a pod, those of a machine, and a web identity, which is asked for in the right place.
#[test]
fn credentials_come_from_the_environment_or_a_role() {
    let place = Place::new();
    place.write("token", "pod secret");
    let server = Server::start();
    let token = place.path().join("token").to_str().unwrap().to_owned();
    let pod = format!("{}/credentials", server.address);
    let ask = |env: &[(&str, &str)]| -> Answer {
        command(&place, &server, &["job", "missing", "s3://films/none/job.json"], env)
            .output()
            .unwrap()
            .into()
    };
    let session = [KEYS[0], KEYS[1], ("AWS_SESSION_TOKEN", "ticket")];
    let cases: [(&str, &[(&str, &str)]); 4] = [
        ("STATIC", &KEYS),
        ("STATIC", &session),
        (
            "POD",
            &[
                ("AWS_CONTAINER_CREDENTIALS_FULL_URI", &pod),
                ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", &token),
            ],
        ),
        ("MACHINE", &[("AWS_METADATA_ENDPOINT", &server.address)]),
    ];
    for (who, env) in cases {
        server.bucket.lock().unwrap().asked.clear();
        let answer = ask(env);
        assert!(
            answer.code == Some(64) && answer.stderr.contains("there is no such object"),
            "{who}: {answer:?}"
        );
        let asked = std::mem::take(&mut server.bucket.lock().unwrap().asked);
        let (_, headers) = asked.iter().find(|(line, _)| line.contains("/films/none/job.json")).unwrap();
        assert!(headers.contains(&format!("credential={}/", who.to_ascii_lowercase())), "{who}: {headers}");
        assert_eq!(
            headers.contains("x-amz-security-token: t"),
            env.len() == 3 || who != "STATIC",
            "{headers}"
        );
    }
    let identity = [
        ("AWS_WEB_IDENTITY_TOKEN_FILE", token.as_str()),
        ("AWS_ROLE_ARN", "arn:aws:iam::1:role/render"),
        ("AWS_ENDPOINT_URL_STS", "https://127.0.0.1:9"),
    ];
    let answer = ask(&identity);
    assert!(answer.code == Some(75) && answer.stderr.contains("onnection refused"), "{answer:?}");
}

/// A chunk that is finished is sent while the next ones are rendered. A signal ends those, and that chunk is sent all the same, however
/// long it takes; the second signal ends that.
#[test]
fn a_finished_chunk_is_sent_whatever_becomes_of_the_others() {
    let place = Place::new();
    place.write("site/page.html", TINY);
    let server = Server::start();
    let bucket = || server.bucket.lock().unwrap();
    let helios = |args: &[&str]| command(&place, &server, args, &KEYS);
    let ask = |args: &[&str]| -> Answer { helios(args).output().unwrap().into() };
    let emit =
        ["render", "site/page.html", "--chunk-frames", "30", "--emit-job", "s3://films/two", "--bundle"];
    let emitted = ask(&emit);
    assert_eq!(emitted.code, Some(0), "{emitted:?}");

    const CHUNK: &str = "/films/two/chunk_0.mov";
    let run = ["job", "run", "s3://films/two/job.json", "--chunk", "0-9", "--json"];
    let begin = || {
        bucket().held = Some(CHUNK);
        bucket().asked.clear();
        let mut live = Live::start_command(helios(&run));
        let asked = live.until(|_| server.was_asked(&format!("PUT {CHUNK}")).then_some(()));
        assert!(asked.is_some(), "{}", live.stderr());
        let finished = live.stdout().matches(r#""event":"chunk_finished""#).count();
        assert!(finished < 10, "all chunks were finished before the first was sent");
        live.signal(Signal::TERM);
        // Longer than any other stop may take.
        std::thread::sleep(Duration::from_secs(3));
        assert!(live.is_running(), "{}", live.stderr());
        live
    };
    let impatient = begin();
    impatient.signal(Signal::TERM);
    let ended = impatient.end();
    assert_eq!(ended.answer.code, Some(143), "{}", ended.answer.stderr);
    assert!(!bucket().objects.contains_key("/films/two/chunk_0.json"));

    let patient = begin();
    bucket().held = None;
    let ended = patient.end();
    assert_eq!(ended.answer.code, Some(143), "{}", ended.answer.stderr);
    assert!(ended.answer.stderr.contains("Sending finished chunks"), "{}", ended.answer.stderr);
    let missing = ask(&["job", "missing", "s3://films/two/job.json"]);
    assert!(missing.code == Some(0) && !missing.stdout.starts_with("0,"), "{missing:?}");
    assert!(missing.stdout.ends_with(",9\n"), "{missing:?}");

    // One that cannot be sent fails the command, and is told of when it is tried first.
    bucket().refused = Some("/films/two/chunk_9.mov");
    let refused = ask(&["job", "run-chunk", "s3://films/two/job.json", "9"]);
    assert_eq!(refused.code, Some(64), "{refused:?}");
    let denied = "failed to write s3://films/two/chunk_9.mov: the storage denies access";
    assert_eq!(refused.stderr.matches(denied).count(), 2, "{refused:?}");
    bucket().refused = None;
    let made = ask(&["job", "run-chunk", "s3://films/two/job.json", "9"]);
    assert_eq!(made.code, Some(0), "{made:?}");
}
