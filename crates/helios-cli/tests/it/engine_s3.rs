//! A job on an S3 server: moto, on loopback, started and ended by the test. `make test-engines`.

use crate::e2e_remote::{Storage, story};
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start() -> Server {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/engines/venv/bin/moto_server");
        assert!(program.exists(), "{} is missing: make test-engines installs it", program.display());
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let child = Command::new(program)
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let server = Server { child: child.unwrap(), address: format!("127.0.0.1:{port}") };
        let began = Instant::now();
        while TcpStream::connect(&server.address).is_err() {
            assert!(began.elapsed() < Duration::from_secs(100), "waited 100 s for moto_server");
            std::thread::sleep(Duration::from_millis(100));
        }
        server.send("PUT", "/films", &[]);
        server
    }

    /// One request; the body of the answer, which must be good.
    fn send(&self, method: &str, path: &str, body: &[u8]) -> Vec<u8> {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(100))).unwrap();
        let (address, length) = (&self.address, body.len());
        // moto asks who it is, and not for proof.
        let who = "AWS4-HMAC-SHA256 Credential=who/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0";
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\nauthorization: {who}\r\n"
        );
        write!(stream, "{head}content-length: {length}\r\n\r\n").unwrap();
        stream.write_all(body).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        let head = String::from_utf8_lossy(&answer[..end]).into_owned();
        assert!(head.contains(" 200 "), "{method} {path}: {head}");
        answer.split_off(end + 4)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Storage for Server {
    fn url(&self) -> String {
        "s3://films/a year/one".to_owned()
    }

    fn get(&self, name: &str) -> Vec<u8> {
        self.send("GET", &format!("/films/a%20year/one/{name}"), &[])
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        self.send("PUT", &format!("/films/a%20year/one/{name}"), bytes);
    }

    fn settings(&self, command: &mut Command) {
        command
            .env("AWS_ENDPOINT_URL", format!("http://{}", self.address))
            .env("AWS_ACCESS_KEY_ID", "who")
            .env("AWS_SECRET_ACCESS_KEY", "knows")
            .env("AWS_REGION", "eu-central-1");
    }
}

#[test]
#[ignore = "needs moto: make test-engines"]
fn a_job_on_an_s3_server() {
    story(&Server::start());
}
