//! Answers requests until there are no more. Tools run beside each other; answers leave one by one.

use super::protocol::{Fault, Message, PARAMS, UNKNOWN, VERSIONS, answer, fault, read};
use super::tools::{self, Tools};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

const INSTRUCTIONS: &str = "Helios renders web pages to video, frame by frame in a real Chromium. `list` the pages, `check` one, look at \
frames with `still`, then `render` it and ask `status` until it is done.";

/// The server.
pub struct Server {
    tools: Arc<Tools>,
    /// Calls that are being worked on, by the text of their ids.
    calls: Arc<Mutex<HashMap<String, CancellationToken>>>,
    tasks: Mutex<JoinSet<()>>,
    stop: CancellationToken,
}

impl Server {
    /// `stop` ends it.
    pub fn new(tools: Tools, stop: CancellationToken) -> Server {
        Server { tools: Arc::new(tools), calls: Arc::default(), tasks: Mutex::default(), stop }
    }

    /// Serves until the requests end, then ends what still runs.
    ///
    /// # Errors
    /// When requests cannot be read.
    pub async fn serve(
        self,
        requests: impl AsyncRead + Unpin,
        answers: impl AsyncWrite + Unpin + Send + 'static,
    ) -> std::io::Result<()> {
        let (sender, outbox) = mpsc::channel::<Value>(64);
        let writing = tokio::spawn(write(answers, outbox));
        let mut lines = BufReader::new(requests).lines();
        let result = loop {
            let line = tokio::select! {
                line = lines.next_line() => line,
                () = self.stop.cancelled() => break Ok(()),
            };
            match line {
                Ok(None) => break Ok(()),
                Ok(Some(line)) if line.trim().is_empty() => {}
                Ok(Some(line)) => match read(&line) {
                    Ok(Some(message)) => self.take(message, &sender).await,
                    Ok(None) => {}
                    Err(answer) => drop(sender.send(answer).await),
                },
                Err(error) => break Err(error),
            }
        };
        self.stop.cancel();
        self.tools.renders.close().await;
        let mut tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        while tasks.join_next().await.is_some() {}
        drop(sender);
        // Whoever has gone away reads no answers.
        let _ = writing.await;
        result
    }

    async fn take(&self, message: Message, sender: &mpsc::Sender<Value>) {
        match message {
            Message::Request { id, method, params } if method == "tools/call" => {
                self.call(id, params, sender.clone())
            }
            Message::Request { id, method, params } => {
                let said = match self.ask(&method, &params) {
                    Ok(result) => answer(id, result),
                    Err(why) => fault(id, &why),
                };
                let _ = sender.send(said).await;
            }
            Message::Notice { method, params } if method == "notifications/cancelled" => {
                let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(call) = calls.get(&params["requestId"].to_string()) {
                    call.cancel();
                }
            }
            Message::Notice { .. } => {}
        }
    }

    fn ask(&self, method: &str, params: &Value) -> Result<Value, Fault> {
        match method {
            "initialize" => {
                let asked = params["protocolVersion"].as_str().unwrap_or_default();
                let version = VERSIONS.iter().find(|version| **version == asked).unwrap_or(&VERSIONS[0]);
                Ok(json!({
                    "protocolVersion": version,
                    "capabilities": { "tools": { "listChanged": false } },
                    "serverInfo": { "name": "helios", "version": env!("CARGO_PKG_VERSION") },
                    "instructions": INSTRUCTIONS,
                }))
            }
            "ping" => Ok(json!({})),
            "tools/list" => Ok(json!({ "tools": tools::list() })),
            _ => Err(Fault(UNKNOWN, format!("there is no method {method:?}"))),
        }
    }

    fn call(&self, id: Value, params: Value, sender: mpsc::Sender<Value>) {
        let (tools, calls, cancel, key) =
            (Arc::clone(&self.tools), Arc::clone(&self.calls), self.stop.child_token(), id.to_string());
        calls.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone(), cancel.clone());
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(async move {
            let name = params["name"].as_str().unwrap_or_default();
            let result = tools.call(name, &params["arguments"], cancel.clone()).await;
            calls.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
            // The protocol wants no answer to what was cancelled.
            if cancel.is_cancelled() {
                return;
            }
            let said = match result {
                Some(result) => answer(id, result),
                None => fault(id, &Fault(PARAMS, format!("there is no tool {name:?}"))),
            };
            let _ = sender.send(said).await;
        });
    }
}

async fn write(
    mut answers: impl AsyncWrite + Unpin,
    mut outbox: mpsc::Receiver<Value>,
) -> std::io::Result<()> {
    while let Some(value) = outbox.recv().await {
        answers.write_all(format!("{value}\n").as_bytes()).await?;
        answers.flush().await?;
    }
    Ok(())
}
