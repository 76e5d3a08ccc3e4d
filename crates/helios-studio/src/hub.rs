//! Events to everybody who listens: a ring of the last ones, each with a number, so that a connection that broke goes on where it
//! was.

use crate::api::StudioEvent;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{Stream, unfold};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::watch;

/// Events that are kept.
const KEPT: usize = 4000;

/// A sign of life for connections on which nothing happens.
const ALIVE: Duration = Duration::from_secs(15);

/// Where events come together.
pub struct Hub {
    /// Tells this run of the server from others.
    run: String,
    ring: Mutex<Ring>,
    newest: watch::Sender<u64>,
}

#[derive(Default)]
struct Ring {
    /// The number of the newest event, from 1.
    newest: u64,
    events: VecDeque<Arc<str>>,
}

/// Where a listener is.
struct Listener {
    hub: Arc<Hub>,
    seen: u64,
    greeting: Option<StudioEvent>,
    newest: watch::Receiver<u64>,
}

impl Hub {
    /// Nothing has happened yet.
    pub fn new() -> Arc<Hub> {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let run = format!("{:x}", since.as_millis());
        Arc::new(Hub { run, ring: Mutex::default(), newest: watch::Sender::new(0) })
    }

    /// Tells everybody.
    pub fn tell(&self, event: &StudioEvent) {
        let Ok(text) = serde_json::to_string(event) else { return };
        let mut ring = self.ring();
        ring.newest += 1;
        ring.events.push_back(text.into());
        if ring.events.len() > KEPT {
            ring.events.pop_front();
        }
        self.newest.send_replace(ring.newest);
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The events from now on, or behind the one with the id `last`.
    pub fn listen(
        self: &Arc<Hub>,
        last: Option<&str>,
    ) -> Sse<impl Stream<Item = Result<Event, Infallible>> + use<>> {
        let newest = self.newest.subscribe();
        let ring = self.ring();
        let (seen, greeting) = match last {
            None => (ring.newest, Some(StudioEvent::Hello)),
            Some(id) => match self.number(id).filter(|number| ring.has_behind(*number)) {
                Some(number) => (number, None),
                None => (ring.newest, Some(StudioEvent::Reset)),
            },
        };
        drop(ring);
        let listener = Listener { hub: Arc::clone(self), seen, greeting, newest };
        let events = unfold(listener, |mut listener| async move {
            let event = listener.next().await?;
            Some((Ok(event), listener))
        });
        Sse::new(events).keep_alive(KeepAlive::new().interval(ALIVE))
    }

    fn number(&self, id: &str) -> Option<u64> {
        let (run, number) = id.split_once('-')?;
        if run == self.run { number.parse().ok() } else { None }
    }
}

impl Ring {
    /// Whether everything behind `number` is still there.
    fn has_behind(&self, number: u64) -> bool {
        number <= self.newest && self.newest - number <= self.events.len() as u64
    }

    /// The event behind `number`.
    fn behind(&self, number: u64) -> Option<Arc<str>> {
        let back = usize::try_from(self.newest.checked_sub(number)?).ok()?;
        self.events.get(self.events.len().checked_sub(back)?).cloned()
    }
}

impl Listener {
    /// `None` when the server has ended.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(greeting) = self.greeting.take() {
                return Some(self.event(&serde_json::to_string(&greeting).ok()?));
            }
            let next = {
                let ring = self.hub.ring();
                if ring.has_behind(self.seen) {
                    ring.behind(self.seen)
                } else {
                    // Too slow to follow.
                    self.seen = ring.newest;
                    self.greeting = Some(StudioEvent::Reset);
                    continue;
                }
            };
            if let Some(text) = next {
                self.seen += 1;
                return Some(self.event(&text));
            }
            self.newest.changed().await.ok()?;
        }
    }

    fn event(&self, data: &str) -> Event {
        Event::default().id(format!("{}-{}", self.hub.run, self.seen)).data(data)
    }
}
