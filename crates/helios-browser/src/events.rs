//! Events of one session, and the subscription to them.
//!
//! Every listener has its own place in a ring of [`BACKLOG`] events. Nothing is kept when nobody listens; a listener
//! that stops reading costs at most the ring, and is told how many events it missed instead of silently skipping them.

use crate::{BrowserError, Result, connection::Lifeline};
use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::{sync::Arc, time::Duration};
use tokio::sync::broadcast::{self, error::RecvError};

/// How many unread events a listener may have before it loses some.
pub(crate) const BACKLOG: usize = 4096;

/// Something that happened in a session.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// The DevTools name, e.g. `Page.loadEventFired`.
    pub method: String,
    /// Its parameters: always an object.
    pub params: Value,
}

impl Event {
    /// The parameters as `T`; [`BrowserError::Decode`] when they do not fit.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T> {
        T::deserialize(&self.params)
            .map_err(|source| BrowserError::Decode { method: self.method.clone(), source: Arc::new(source) })
    }
}

/// An event as it is kept until a listener takes it: unparsed, so that skipping it costs nothing.
#[derive(Debug, Clone)]
pub(crate) struct RawEvent {
    pub(crate) method: Arc<str>,
    pub(crate) params: Bytes,
}

/// A subscription made by [`crate::Session::events`]: every event of the session since that call, in order.
#[derive(Debug)]
pub struct EventStream {
    receiver: broadcast::Receiver<RawEvent>,
    lifeline: Arc<Lifeline>,
}

impl EventStream {
    pub(crate) fn new(lifeline: Arc<Lifeline>) -> Self {
        Self { receiver: lifeline.listen(), lifeline }
    }

    /// The next event. Cancel safe.
    ///
    /// Errors: [`BrowserError::EventsLost`] when this listener fell too far behind (the stream goes on after the gap),
    /// or, once all events were read, why the session ended.
    pub async fn next(&mut self) -> Result<Event> {
        self.next_where(|_| true).await
    }

    /// Skips to the next event called `method`.
    ///
    /// Errors: [`BrowserError::CallTimeout`] naming the event, and those of [`EventStream::next`].
    pub async fn wait_for(&mut self, method: &str, timeout: Duration) -> Result<Event> {
        match tokio::time::timeout(timeout, self.next_where(|name| name == method)).await {
            Ok(event) => event,
            Err(_) => Err(BrowserError::CallTimeout { method: method.to_owned(), after: timeout }),
        }
    }

    async fn next_where(&mut self, wanted: impl Fn(&str) -> bool) -> Result<Event> {
        loop {
            match self.receiver.recv().await {
                Ok(event) if wanted(&event.method) => return decode(&event),
                Ok(_) => {}
                Err(RecvError::Lagged(missed)) => return Err(BrowserError::EventsLost { missed }),
                Err(RecvError::Closed) => return Err(self.lifeline.end().unwrap_or(BrowserError::Closed)),
            }
        }
    }
}

fn decode(event: &RawEvent) -> Result<Event> {
    let method = event.method.to_string();
    match crate::json::parse(&event.params) {
        Ok(params) => Ok(Event { method, params }),
        Err(source) => Err(BrowserError::Decode { method, source: Arc::new(source) }),
    }
}
