//! A web server for one test: answers by path, or never.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};

/// A server on 127.0.0.1; its thread ends with the test process.
pub struct Web {
    pub port: u16,
    /// The paths that were asked for.
    pub asked: Receiver<String>,
}

/// An answer: status, header lines, body. `None` is silence for ever.
pub type Reply = Option<(u16, String, Vec<u8>)>;

pub fn html(body: &str) -> Reply {
    Some((200, "Content-Type: text/html\r\n".to_owned(), body.into()))
}

impl Web {
    pub fn start(reply: impl Fn(&str) -> Reply + Send + 'static) -> Web {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, asked) = channel();
        std::thread::spawn(move || {
            let mut silent = Vec::new();
            for stream in listener.incoming().map_while(Result::ok) {
                let Some(path) = path(&stream) else { continue };
                // The test may have stopped listening to this.
                let _ = sender.send(path.clone());
                match reply(&path) {
                    Some(reply) => answer(stream, reply),
                    None => silent.push(stream),
                }
            }
        });
        Web { port, asked }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }
}

/// `None` for a connection that was opened in advance and never used: browsers do that.
fn path(stream: &TcpStream) -> Option<String> {
    stream.set_read_timeout(Some(std::time::Duration::from_millis(500))).ok()?;
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    lines.take_while(|line| !line.is_empty()).for_each(drop);
    Some(path)
}

fn answer(mut stream: TcpStream, (status, headers, body): (u16, String, Vec<u8>)) {
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status} Test\r\n{headers}Connection: close\r\nContent-Length: {length}\r\n\r\n");
    // The browser may have gone away.
    let _ = stream.write_all(&[head.as_bytes(), &body].concat());
}
