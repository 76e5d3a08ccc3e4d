//! A scripted browser on the other end of a pipe.

use helios_browser::Connection;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

/// Longer than anything here takes.
pub const LONG: Duration = Duration::from_secs(20);

pub struct Peer {
    pub stream: DuplexStream,
    read: Vec<u8>,
}

/// A connection, and the peer it is connected to. `room` bytes fit into the pipe, per direction.
pub fn connect_with(room: usize) -> (Connection, Peer) {
    let (ours, theirs) = tokio::io::duplex(room);
    let (read, write) = tokio::io::split(ours);
    (Connection::new(read, write), Peer { stream: theirs, read: Vec::new() })
}

pub fn connect() -> (Connection, Peer) {
    connect_with(64 * 1024)
}

impl Peer {
    /// The next call we are sent.
    pub async fn call(&mut self) -> Value {
        loop {
            if let Some(end) = self.read.iter().position(|byte| *byte == 0) {
                let rest = self.read.split_off(end + 1);
                let message = std::mem::replace(&mut self.read, rest);
                return serde_json::from_slice(&message[..end]).unwrap();
            }
            assert_ne!(self.stream.read_buf(&mut self.read).await.unwrap(), 0, "the connection closed");
        }
    }

    pub async fn bytes(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
    }

    pub async fn send(&mut self, message: &Value) {
        self.bytes(&framed(message)).await;
    }

    /// Answers `call` with `result`.
    pub async fn answer(&mut self, call: &Value, result: Value) {
        self.send(&json!({ "id": call["id"], "result": result })).await;
    }

    pub async fn event(&mut self, session: &str, method: &str, params: Value) {
        self.send(&json!({ "sessionId": session, "method": method, "params": params })).await;
    }
}

pub fn framed(message: &Value) -> Vec<u8> {
    let mut bytes = serde_json::to_vec(message).unwrap();
    bytes.push(0);
    bytes
}
