//! The wire: NUL-terminated JSON messages in a byte stream, and the envelope around every message.
//!
//! Results can be many megabytes (a base64 screenshot), so each byte is searched once, and payloads are handed on as
//! slices of the receive buffer: parsed when, and only if, somebody wants them. Does not know sessions or calls.

use bytes::{Bytes, BytesMut};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::io;
use tokio::io::{AsyncRead, AsyncReadExt};

/// Smallest free space offered to a read; what a Linux pipe holds by default.
const READ_SIZE: usize = 64 * 1024;

/// Cuts a byte stream into messages.
pub(crate) struct Frames<R> {
    stream: R,
    buffer: BytesMut,
    /// Bytes at the start of `buffer` known to hold no terminator, so that a huge message is not searched again per read.
    searched: usize,
}

impl<R: AsyncRead + Unpin> Frames<R> {
    pub(crate) fn new(stream: R) -> Self {
        Self { stream, buffer: BytesMut::new(), searched: 0 }
    }

    /// The next message without its terminator; `None` at the end of the stream, where an unterminated rest is dropped
    /// (the peer died while it wrote).
    pub(crate) async fn next(&mut self) -> io::Result<Option<Bytes>> {
        loop {
            if let Some(end) = memchr::memchr(0, &self.buffer[self.searched..]) {
                let mut frame = self.buffer.split_to(self.searched + end + 1);
                frame.truncate(frame.len() - 1);
                self.searched = 0;
                return Ok(Some(frame.freeze()));
            }
            self.searched = self.buffer.len();
            // Doubling keeps the copying linear when one message fills many reads.
            self.buffer.reserve(READ_SIZE.max(self.buffer.len()));
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Ok(None);
            }
        }
    }
}

/// A call as it is written.
#[derive(Serialize)]
pub(crate) struct Request<'a, P> {
    pub(crate) id: u64,
    pub(crate) method: &'a str,
    pub(crate) params: P,
    #[serde(rename = "sessionId", skip_serializing_if = "Option::is_none")]
    pub(crate) session: Option<&'a str>,
}

impl<P: Serialize> Request<'_, P> {
    /// The message with its terminator.
    pub(crate) fn encode(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut message = serde_json::to_vec(self)?;
        message.push(0);
        Ok(message)
    }
}

/// A message as it is read.
#[derive(Debug)]
pub(crate) struct Incoming {
    /// `None`: from the browser itself.
    pub(crate) session: Option<String>,
    pub(crate) body: Body,
}

/// The two kinds of messages a browser sends.
#[derive(Debug)]
pub(crate) enum Body {
    /// The answer to the call `id`.
    Reply { id: u64, outcome: Result<Bytes, Refusal> },
    /// Something happened. `params` is unparsed JSON.
    Event { method: String, params: Bytes },
}

/// The error object of a reply.
#[derive(Debug, Deserialize)]
pub(crate) struct Refusal {
    #[serde(default)]
    pub(crate) code: i64,
    #[serde(default)]
    pub(crate) message: String,
    #[serde(default)]
    pub(crate) data: Option<String>,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    id: Option<u64>,
    method: Option<String>,
    #[serde(rename = "sessionId")]
    session: Option<String>,
    #[serde(borrow)]
    params: Option<&'a RawValue>,
    #[serde(borrow)]
    result: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
}

impl Incoming {
    /// Reads the envelope of one frame. The reason is in words when the frame is not a protocol message.
    pub(crate) fn decode(frame: &Bytes) -> Result<Self, String> {
        let envelope: Envelope<'_> = serde_json::from_slice(frame).map_err(|error| error.to_string())?;
        let slice = |raw: Option<&RawValue>| match raw {
            Some(raw) => frame.slice_ref(raw.get().as_bytes()),
            None => Bytes::from_static(b"{}"),
        };
        let body = match (envelope.id, envelope.method) {
            (Some(id), _) => {
                let outcome = match envelope.error {
                    None => Ok(slice(envelope.result)),
                    Some(error) => Err(refusal(error)),
                };
                Body::Reply { id, outcome }
            }
            (None, Some(method)) => Body::Event { method, params: slice(envelope.params) },
            // Chromium's answer to a message it cannot read has an error, but no id; nobody waits for it by name.
            (None, None) => return Err("neither an answer nor an event".to_owned()),
        };
        Ok(Self { session: envelope.session, body })
    }
}

fn refusal(error: &RawValue) -> Refusal {
    let text = error.get();
    crate::json::parse(text.as_bytes()).unwrap_or_else(|_| Refusal {
        code: 0,
        message: text.to_owned(),
        data: None,
    })
}
