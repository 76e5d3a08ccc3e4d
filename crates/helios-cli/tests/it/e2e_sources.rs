//! Media of other servers: what never ends, what never begins, and what a page may not have.

use crate::run::Place;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};

/// The head of a WAV file that does not say how long it is: one channel, 48 kHz, 16 bits.
const HEAD: &[u8] = b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0\x01\0\x01\0\x80\xbb\0\0\x00\x77\x01\0\x02\0\x10\0data\xff\xff\xff\xff";

/// Serves every file as a WAV of one loudness: `endless-3000` without an end, `a-5000` a second of it; `silent` nothing, for ever.
fn server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || serve(stream));
        }
    });
    address
}

fn serve(mut stream: TcpStream) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().ok()?).lines().map_while(Result::ok);
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    lines.take_while(|line| !line.is_empty()).for_each(drop);
    if path == "/silent" {
        std::thread::park();
    }
    let level: i16 = path.rsplit_once('-')?.1.parse().ok()?;
    let second = level.to_le_bytes().repeat(48_000);
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: audio/wav\r\nConnection: close\r\n\r\n").ok()?;
    stream.write_all(HEAD).ok()?;
    stream.write_all(&second).ok()?;
    while path.starts_with("/endless") {
        // Until nobody reads on.
        stream.write_all(&second).ok()?;
    }
    Some(())
}

/// A radio station is heard as long as the video; what an origin keeps from the page is silent, as in a browser, and said.
#[test]
fn endless_and_forbidden_sources() {
    let (place, server) = (Place::new(), server());
    let page = |body: &str| {
        format!("<!doctype html><meta name=helios content='width=64,height=64,fps=10,duration=0.5'>{body}")
    };
    place.write(
        "page.html",
        &page(&format!(
            "<audio autoplay src={server}/endless-3000></audio><audio autoplay crossorigin src={server}/a-5000></audio>\
             <video autoplay crossorigin src={server}/b-6000></video>"
        )),
    );
    let said = place.render(&["page.html", "-o", "x.mov", "--audio-codec", "pcm", "--concurrency", "2"]);
    assert!(said.contains("a-5000 cannot be played") && said.contains("b-6000 cannot be played"), "{said}");
    let heard = place.samples("x.mov");
    assert!(heard.len() == 24_000 && heard.iter().all(|sides| sides == &[3000, 3000]), "{:?}", heard[12_000]);

    place.write("page.html", &page(&format!("<video autoplay src={server}/silent></video>")));
    let answer = place.helios(&["render", "page.html", "--timeout", "3", "--retries", "0"]);
    assert_eq!(answer.code, Some(75), "{answer:?}");
    assert!(
        answer.stderr.contains("timed out after 3 s") && answer.stderr.contains("/silent did not load"),
        "{answer:?}"
    );
}
