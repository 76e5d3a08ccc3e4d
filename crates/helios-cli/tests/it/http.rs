//! The Studio as a client sees it: a running `helios studio`, its answers, its events. HTTP by hand: one request, one connection.

use crate::live::{HANG, Live};
use crate::run::Place;
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A running Studio.
pub struct Studio {
    pub live: Live,
    /// `127.0.0.1:PORT`.
    pub address: String,
}

/// What came back.
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

/// Sends one request.
pub fn send(address: &str, method: &str, path: &str, headers: &str, body: &str) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(HANG)).unwrap();
    let json = if body.is_empty() { "" } else { "content-type: application/json\r\n" };
    let length = body.len();
    let head = format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{headers}{json}");
    write!(stream, "{head}content-length: {length}\r\n\r\n{body}").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let status = String::from_utf8_lossy(&answer[9..12]).parse().unwrap();
    Answer { status, body: answer.split_off(end + 4) }
}

impl Studio {
    /// Starts `helios studio` in the place.
    pub fn open(place: &Place) -> Studio {
        Studio::open_command(place.command(&["studio", ".", "--no-open"]))
    }

    /// The same for a command of [`Place::command`].
    pub fn open_command(command: Command) -> Studio {
        let mut live = Live::start_command(command);
        let url = |live: &Live| live.stdout().strip_prefix("Studio: http://").map(str::to_owned);
        let url = live.until(|live| url(live).filter(|text| text.ends_with('\n')));
        let address = url.unwrap().trim().trim_end_matches('/').to_owned();
        Studio { live, address }
    }

    /// An answer that must be good.
    #[track_caller]
    pub fn ask(&self, method: &str, path: &str, body: &str) -> Vec<u8> {
        let answer = send(&self.address, method, path, "", body);
        let text = String::from_utf8_lossy(&answer.body);
        assert!((200..300).contains(&answer.status), "{method} {path}: {} {text}", answer.status);
        answer.body
    }

    #[track_caller]
    pub fn json(&self, method: &str, path: &str, body: &str) -> Value {
        serde_json::from_slice(&self.ask(method, path, body)).unwrap()
    }

    /// Waits until a job is as wanted.
    #[track_caller]
    pub fn until(&self, id: &str, mut wanted: impl FnMut(&Value) -> bool) -> Value {
        let began = Instant::now();
        loop {
            let job = self.json("GET", &format!("/api/jobs/{id}"), "");
            if wanted(&job) {
                return job;
            }
            let ended = ["failed", "cancelled", "completed"].iter().any(|state| job["state"] == *state);
            assert!(!ended && began.elapsed() < HANG, "{job:#}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Listens to the events from now on.
    pub fn listen(&self) -> Arc<Mutex<Vec<Value>>> {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "GET /api/events HTTP/1.1\r\nhost: {}\r\n\r\n", self.address).unwrap();
        let events = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&events);
        let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
        // The first word: from now on nothing is missed.
        assert!(lines.any(|line| line.contains("hello")));
        std::thread::spawn(move || {
            for line in lines {
                if let Some(event) =
                    line.strip_prefix("data:").and_then(|data| serde_json::from_str(data).ok())
                {
                    sink.lock().unwrap().push(event);
                }
            }
        });
        events
    }

    /// Ends it as Ctrl-C does. Nothing of it is left running.
    #[track_caller]
    pub fn close(self) -> crate::live::Ended {
        self.live.signal(rustix::process::Signal::INT);
        self.live.end()
    }
}
