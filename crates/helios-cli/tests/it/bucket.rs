//! A little S3 in the test's own process: as much of it as jobs and credentials take, and silence, refusal or a long wait where a test
//! asks for it.
//! `engine_s3` has a real one.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const SILENCE: &str = "";

/// What is there, and what was asked.
#[derive(Default)]
pub struct Bucket {
    pub objects: BTreeMap<String, Vec<u8>>,
    /// Parts of uploads that are not complete.
    pub parts: BTreeMap<String, BTreeMap<u32, Vec<u8>>>,
    /// Method, path with query, and headers of every request.
    pub asked: Vec<(String, String)>,
    /// From this part on uploads are not answered, or refused.
    pub silent_from: Option<u32>,
    pub refused_from: Option<u32>,
    /// What is written here is answered when this is no longer said, or refused.
    pub held: Option<&'static str>,
    pub refused: Option<&'static str>,
}

pub struct Server {
    pub address: String,
    pub bucket: Arc<Mutex<Bucket>>,
}

impl Server {
    pub fn start() -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let bucket = Arc::new(Mutex::new(Bucket::default()));
        let shared = Arc::clone(&bucket);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let bucket = Arc::clone(&shared);
                std::thread::spawn(move || serve(&stream, &bucket));
            }
        });
        Server { address, bucket }
    }

    /// Whether a request was made, by the beginning of its line.
    pub fn was_asked(&self, line: &str) -> bool {
        self.bucket.lock().unwrap().asked.iter().any(|(asked, _)| asked.contains(line))
    }
}

/// Answers the requests of one connection.
fn serve(stream: &TcpStream, bucket: &Mutex<Bucket>) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    loop {
        let (mut line, mut headers) = (String::new(), String::new());
        reader.read_line(&mut line).ok().filter(|length| *length > 0)?;
        while reader.read_line(&mut headers).ok()? > 2 {}
        let headers = headers.to_ascii_lowercase();
        let length = headers.lines().find_map(|header| header.strip_prefix("content-length: "));
        let mut body = vec![0; length.and_then(|length| length.trim().parse().ok()).unwrap_or(0)];
        reader.read_exact(&mut body).ok()?;
        // A test may wait for what it holds.
        bucket.lock().unwrap().asked.push((line.trim().to_owned(), headers.clone()));
        while bucket.lock().unwrap().held.is_some_and(|held| writes(&line, held)) {
            std::thread::sleep(Duration::from_millis(10));
        }
        let (status, body) = bucket.lock().unwrap().answer(line.trim(), &headers, body)?;
        if status == SILENCE {
            // The connection stays, as one does over which nothing comes.
            loop {
                std::thread::park();
            }
        }
        let mut stream = stream;
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-length: {length}\r\netag: \"e\"\r\nlast-modified: Thu, 01 Jan 2026 00:00:00 GMT\r\n\r\n"
        );
        let body = if line.starts_with("HEAD ") { Vec::new() } else { body };
        stream.write_all(&[head.as_bytes(), &body].concat()).ok()?;
    }
}

/// Whether a request writes this object in one piece.
fn writes(line: &str, path: &str) -> bool {
    line.split(' ').take(2).eq(["PUT", path])
}

impl Bucket {
    /// `None`: the connection ends.
    fn answer(&mut self, line: &str, headers: &str, body: Vec<u8>) -> Option<(&'static str, Vec<u8>)> {
        let mut words = line.split(' ');
        let (method, target) = (words.next()?, words.next()?);
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let value = |name: &str| {
            query
                .split('&')
                .find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == name))
                .map(|(_, value)| value)
        };
        let xml = |text: &str| Some(("200 OK", text.as_bytes().to_vec()));
        let part = value("partNumber").and_then(|part| part.parse::<u32>().ok());
        let beyond = |limit: Option<u32>| limit.is_some_and(|limit| part.is_some_and(|part| part >= limit));
        match (method, value("uploadId")) {
            _ if path.starts_with("/latest/") || path == "/credentials" => Some(credentials(path, headers)),
            _ if beyond(self.silent_from) => Some((SILENCE, Vec::new())),
            _ if beyond(self.refused_from) || self.refused.is_some_and(|refused| writes(line, refused)) => {
                Some(("403 Forbidden", b"<Error><Code>AccessDenied</Code></Error>".to_vec()))
            }
            ("GET", None) if value("list-type").is_some() => {
                let folder = value("prefix").unwrap_or_default().replace("%2F", "/");
                let one = |(name, object): (&String, &Vec<u8>)| {
                    let key = name.strip_prefix(path)?.trim_start_matches('/');
                    let is_here = key.strip_prefix(&folder).is_some_and(|rest| !rest.contains('/'));
                    let (size, time) = (object.len(), "2026-01-01T00:00:00.000Z");
                    is_here.then(|| {
                        format!(
                            "<Contents><Key>{key}</Key><LastModified>{time}</LastModified><Size>{size}</Size></Contents>"
                        )
                    })
                };
                let found: String = self.objects.iter().filter_map(one).collect();
                xml(&format!("<ListBucketResult>{found}</ListBucketResult>"))
            }
            ("POST", None) if query.starts_with("delete") => {
                let text = String::from_utf8(body).ok()?;
                let keys = text.split("<Key>").skip(1).filter_map(|rest| rest.split_once("</Key>"));
                let gone = |(key, _): (&str, &str)| {
                    self.objects.remove(&format!("{path}/{key}"));
                    format!("<Deleted><Key>{key}</Key></Deleted>")
                };
                let gone: String = keys.map(gone).collect();
                xml(&format!("<DeleteResult>{gone}</DeleteResult>"))
            }
            ("POST", None) => {
                xml("<InitiateMultipartUploadResult><UploadId>one</UploadId></InitiateMultipartUploadResult>")
            }
            ("PUT", Some(_)) => {
                self.parts.entry(path.to_owned()).or_default().insert(part?, body);
                xml("")
            }
            ("POST", Some(_)) => {
                let parts = self.parts.remove(path)?;
                self.objects.insert(path.to_owned(), parts.into_values().flatten().collect());
                xml("<CompleteMultipartUploadResult><ETag>\"e\"</ETag></CompleteMultipartUploadResult>")
            }
            ("DELETE", Some(_)) => {
                self.parts.remove(path);
                Some(("204 No Content", Vec::new()))
            }
            ("PUT", None) => {
                self.objects.insert(path.to_owned(), body);
                xml("")
            }
            _ => match self.objects.get(path) {
                Some(object) => Some(("200 OK", object.clone())),
                None => Some(("404 Not Found", b"<Error><Code>NoSuchKey</Code></Error>".to_vec())),
            },
        }
    }
}

/// What a machine's and a pod's services say who they are.
fn credentials(path: &str, headers: &str) -> (&'static str, Vec<u8>) {
    let keys = |id: &str| {
        format!(
            r#"{{"AccessKeyId":"{id}","SecretAccessKey":"s","Token":"t","Expiration":"2099-01-01T00:00:00Z"}}"#
        )
    };
    let text = match path {
        "/latest/api/token" => "ticket".to_owned(),
        "/latest/meta-data/iam/security-credentials/" => "renderer".to_owned(),
        "/latest/meta-data/iam/security-credentials/renderer" if headers.contains("ticket") => {
            keys("MACHINE")
        }
        "/credentials" if headers.contains("authorization: pod secret") => keys("POD"),
        _ => return ("403 Forbidden", Vec::new()),
    };
    ("200 OK", text.into_bytes())
}
