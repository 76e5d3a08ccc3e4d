//! One DevTools connection: calls out, replies and events in, over any pair of byte streams.
//!
//! A reader task alone takes messages in and gives them to the call or session they belong to; a writer task alone
//! writes, so that a caller who gives up half-way cannot leave half a message on the wire. Both end with the pipe, and
//! everybody who waits is told why. Does not start or end processes, and does not interpret events but the few that
//! say a session is over.

use crate::{
    BrowserError, Reply, Result, Session,
    events::{BACKLOG, RawEvent},
    wire::{Body, Frames, Incoming, Refusal, Request},
};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt},
    sync::{broadcast, mpsc, oneshot},
};

/// Messages queued for writing before callers have to wait.
const WRITE_QUEUE: usize = 32;

/// A DevTools connection. Clones share it; it ends when the peer closes its end or the last clone (sessions included) is
/// dropped.
#[derive(Debug, Clone)]
pub struct Connection {
    shared: Arc<Shared>,
    writer: mpsc::Sender<Vec<u8>>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    last_id: u64,
    pending: HashMap<u64, Pending>,
    /// By session id; `None` is the browser itself.
    sessions: HashMap<Option<String>, Arc<Lifeline>>,
    /// Why the connection ended.
    end: Option<BrowserError>,
}

#[derive(Debug)]
struct Pending {
    lifeline: Arc<Lifeline>,
    reply: oneshot::Sender<Result<Bytes, Failure>>,
}

/// Why a call has no result.
#[derive(Debug)]
enum Failure {
    Refused(Refusal),
    Ended(BrowserError),
}

/// What is known of a session by all who hold on to it: its id, its listeners, and whether it is over.
#[derive(Debug)]
pub(crate) struct Lifeline {
    pub(crate) id: Option<String>,
    state: Mutex<Life>,
}

#[derive(Debug)]
enum Life {
    Alive(broadcast::Sender<RawEvent>),
    Over(BrowserError),
}

impl Connection {
    /// Starts to read `read` and write `write`. Must be called within a tokio runtime.
    pub fn new<R, W>(read: R, write: W) -> Self
    where
        R: AsyncRead + Send + Unpin + 'static,
        W: AsyncWrite + Send + Unpin + 'static,
    {
        Self::with_epitaph(read, write, std::future::ready(BrowserError::Closed))
    }

    /// Like [`Connection::new`]; when the peer closes its end, `epitaph` is awaited for the error that all waiting and
    /// later calls get. It should take milliseconds.
    pub fn with_epitaph<R, W, E>(read: R, write: W, epitaph: E) -> Self
    where
        R: AsyncRead + Send + Unpin + 'static,
        W: AsyncWrite + Send + Unpin + 'static,
        E: Future<Output = BrowserError> + Send + 'static,
    {
        let shared = Arc::new(Shared::default());
        let (writer, outgoing) = mpsc::channel(WRITE_QUEUE);
        let reading = tokio::spawn(read_all(Arc::clone(&shared), read, epitaph));
        tokio::spawn(async move {
            // Ends when no `Connection` is left (or the peer stopped reading): then nobody waits for a reply either.
            let broken = write_all(write, outgoing).await;
            if !broken {
                reading.abort();
            }
        });
        Self { shared, writer }
    }

    /// The session with the browser itself: `Browser.*`, `Target.*`.
    pub fn root(&self) -> Session {
        self.session_by(None)
    }

    /// The session called `id`, as given by `Target.attachToTarget` with `flatten` or `Target.attachedToTarget`.
    pub fn session(&self, id: &str) -> Session {
        self.session_by(Some(id.to_owned()))
    }

    /// Calls a method of the browser itself; see [`Session::call`].
    pub async fn call(
        &self,
        method: &str,
        params: serde_json::Value,
        timeout: Duration,
    ) -> Result<serde_json::Value> {
        self.root().call(method, params, timeout).await
    }

    fn session_by(&self, id: Option<String>) -> Session {
        Session::new(self.clone(), self.shared.lock().lifeline(id))
    }

    pub(crate) async fn call_on(
        &self,
        lifeline: &Arc<Lifeline>,
        method: &str,
        params: impl Serialize,
        timeout: Duration,
    ) -> Result<Reply> {
        let (ticket, reply) = Ticket::take(&self.shared, lifeline)?;
        let message = Request { id: ticket.id, method, params, session: lifeline.id.as_deref() }
            .encode()
            .map_err(|source| BrowserError::Encode { method: method.to_owned(), source: Arc::new(source) })?;
        let exchange = async {
            // When the writer is gone the reader knows why, and will say so through `reply`.
            let _ = self.writer.send(message).await;
            reply.await
        };
        match tokio::time::timeout(timeout, exchange).await {
            Err(_) => Err(BrowserError::CallTimeout { method: method.to_owned(), after: timeout }),
            Ok(Ok(Ok(result))) => Ok(Reply::new(method, result)),
            Ok(Ok(Err(Failure::Ended(error)))) => Err(error),
            Ok(Ok(Err(Failure::Refused(refusal)))) => Err(refused(method, refusal)),
            Ok(Err(_)) => Err(self.shared.lock().end.clone().unwrap_or(BrowserError::Closed)),
        }
    }
}

fn refused(method: &str, refusal: Refusal) -> BrowserError {
    let message = match refusal.data {
        Some(data) => format!("{} {data}", refusal.message),
        None => refusal.message,
    };
    BrowserError::Protocol { method: method.to_owned(), code: refusal.code, message }
}

/// The right to one reply. Dropping it (answered, timed out, cancelled) forgets the call, so that calls given up on do
/// not pile up.
struct Ticket<'a> {
    shared: &'a Shared,
    id: u64,
}

impl<'a> Ticket<'a> {
    fn take(
        shared: &'a Shared,
        lifeline: &Arc<Lifeline>,
    ) -> Result<(Self, oneshot::Receiver<Result<Bytes, Failure>>)> {
        let mut state = shared.lock();
        // Under the lock of the connection, so that a session cannot end between this look and the entry below.
        if let Some(end) = state.end.clone().or_else(|| lifeline.end()) {
            return Err(end);
        }
        state.last_id += 1;
        let id = state.last_id;
        let (sender, receiver) = oneshot::channel();
        state.pending.insert(id, Pending { lifeline: Arc::clone(lifeline), reply: sender });
        Ok((Self { shared, id }, receiver))
    }
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        self.shared.lock().pending.remove(&self.id);
    }
}

/// Writes until the queue ends (`false`) or the stream breaks (`true`; the reader will find out why).
async fn write_all(mut stream: impl AsyncWrite + Unpin, mut outgoing: mpsc::Receiver<Vec<u8>>) -> bool {
    while let Some(message) = outgoing.recv().await {
        tracing::trace!("> {}", excerpt(&message));
        let written = async {
            stream.write_all(&message).await?;
            stream.flush().await
        };
        if let Err(error) = written.await {
            tracing::debug!(%error, "writing to the browser failed");
            return true;
        }
    }
    false
}

/// Reads until the stream ends or says something that is not the protocol, then tells everybody.
async fn read_all(
    shared: Arc<Shared>,
    stream: impl AsyncRead + Unpin,
    epitaph: impl Future<Output = BrowserError>,
) {
    let mut frames = Frames::new(stream);
    let end = loop {
        match frames.next().await {
            Ok(Some(frame)) => {
                tracing::trace!("< {}", excerpt(&frame));
                match Incoming::decode(&frame) {
                    Ok(message) => shared.take_in(message),
                    Err(reason) => break garbage(&frame, reason),
                }
            }
            Ok(None) => break epitaph.await,
            Err(error) => {
                tracing::debug!(%error, "reading from the browser failed");
                break epitaph.await;
            }
        }
    };
    shared.end_all(&end);
}

fn garbage(frame: &[u8], reason: String) -> BrowserError {
    BrowserError::Garbage { excerpt: excerpt(frame).into_owned(), reason }
}

/// The beginning of a message, to read.
fn excerpt(message: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(&message[..message.len().min(200)])
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it holds the lock; should it ever, the maps are still whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_in(&self, message: Incoming) {
        match message.body {
            Body::Reply { id, outcome } => {
                // Not found: the caller gave up on it.
                if let Some(pending) = self.lock().pending.remove(&id) {
                    let _ = pending.reply.send(outcome.map_err(Failure::Refused));
                }
            }
            Body::Event { method, params } => {
                let lifeline = self.lock().lifeline(message.session);
                let over = over(&method, &params, &lifeline);
                lifeline.publish(RawEvent { method: method.into(), params });
                if let Some((session, error)) = over {
                    self.end_session(session, error);
                }
            }
        }
    }

    fn end_session(&self, id: Option<String>, error: BrowserError) {
        let mut state = self.lock();
        let crashed = matches!(error, BrowserError::TargetCrashed);
        let lifeline = state.lifeline(id.clone());
        lifeline.finish(&error);
        if !crashed {
            // Its id will not come back; a crashed one is still attached, and must stay known as crashed.
            state.sessions.remove(&id);
        }
        for (_, pending) in state.pending.extract_if(|_, pending| Arc::ptr_eq(&pending.lifeline, &lifeline)) {
            let _ = pending.reply.send(Err(Failure::Ended(error.clone())));
        }
    }

    fn end_all(&self, error: &BrowserError) {
        let mut state = self.lock();
        state.end = Some(error.clone());
        for (_, lifeline) in state.sessions.drain() {
            lifeline.finish(error);
        }
        for (_, pending) in state.pending.drain() {
            let _ = pending.reply.send(Err(Failure::Ended(error.clone())));
        }
    }
}

/// The session which an event says is over, and why.
fn over(method: &str, params: &Bytes, lifeline: &Lifeline) -> Option<(Option<String>, BrowserError)> {
    #[derive(Deserialize)]
    struct Detached {
        #[serde(rename = "sessionId")]
        session: String,
    }
    match method {
        // `Inspector.targetCrashed` comes unasked; `Target.targetCrashed` goes to the parent and names a target only.
        "Inspector.targetCrashed" => Some((lifeline.id.clone(), BrowserError::TargetCrashed)),
        "Target.detachedFromTarget" => {
            let detached: Detached = serde_json::from_slice(params).ok()?;
            let reason = "it was closed, or something detached from it".to_owned();
            Some((Some(detached.session), BrowserError::TargetClosed { reason }))
        }
        _ => None,
    }
}

impl State {
    /// The session `id`, known from its first mention on, so that what happens to it before somebody asks is not lost.
    fn lifeline(&mut self, id: Option<String>) -> Arc<Lifeline> {
        if let Some(known) = self.sessions.get(&id) {
            return Arc::clone(known);
        }
        let life = match &self.end {
            Some(end) => Life::Over(end.clone()),
            None => Life::Alive(broadcast::Sender::new(BACKLOG)),
        };
        let lifeline = Arc::new(Lifeline { id: id.clone(), state: Mutex::new(life) });
        if self.end.is_none() {
            self.sessions.insert(id, Arc::clone(&lifeline));
        }
        lifeline
    }
}

impl Lifeline {
    fn lock(&self) -> MutexGuard<'_, Life> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Why the session is over, if it is.
    pub(crate) fn end(&self) -> Option<BrowserError> {
        match &*self.lock() {
            Life::Alive(_) => None,
            Life::Over(error) => Some(error.clone()),
        }
    }

    /// Events from now on; an ended session gives a stream that is at its end.
    pub(crate) fn listen(&self) -> broadcast::Receiver<RawEvent> {
        match &*self.lock() {
            Life::Alive(events) => events.subscribe(),
            Life::Over(_) => broadcast::channel(1).1,
        }
    }

    fn publish(&self, event: RawEvent) {
        if let Life::Alive(events) = &*self.lock() {
            // An error means that nobody listens.
            let _ = events.send(event);
        }
    }

    /// The first reason stays: what comes after it is a consequence. Dropping the sender ends the listeners' streams.
    fn finish(&self, error: &BrowserError) {
        let mut life = self.lock();
        if matches!(*life, Life::Alive(_)) {
            *life = Life::Over(error.clone());
        }
    }
}
