//! Workers that stay when a render is over, with their browsers, for the next one. One render at a time has them; what they do is
//! for `dispatcher` to say.

use crate::scratch::Places;
use crate::slot::Slot;
use crate::worker::Message;
use crate::{RunnerError, WorkerCommand};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Signals that may wait for the dispatcher; a worker that says more has to wait itself.
const BACKLOG: usize = 256;

/// Workers for several renders, one after the other: [`crate::RenderOptions::crew`]. Renders that fail or are cancelled end theirs.
/// Dropping the last handle kills the workers; [`Crew::close`] ends them.
#[derive(Clone, Default)]
pub struct Crew {
    idle: Arc<Mutex<Option<(WorkerCommand, Party)>>>,
}

/// Worker processes and the way to hear them.
pub(crate) struct Party {
    pub(crate) slots: BTreeMap<u32, Slot>,
    pub(crate) messages: mpsc::Receiver<Message>,
    pub(crate) sender: mpsc::Sender<Message>,
    pub(crate) serial: u64,
    pub(crate) places: Places,
}

impl Party {
    /// Nobody yet.
    pub(crate) fn new() -> Result<Party, RunnerError> {
        let (sender, messages) = mpsc::channel(BACKLOG);
        Ok(Party { slots: BTreeMap::new(), messages, sender, serial: 0, places: Places::new()? })
    }
}

impl Crew {
    /// The workers that wait, if they are of this kind.
    pub(crate) fn take(&self, command: &WorkerCommand) -> Option<Party> {
        let found = self.idle.lock().unwrap_or_else(PoisonError::into_inner).take();
        found.filter(|(kind, _)| kind == command).map(|(_, party)| party)
    }

    /// Lets them wait.
    pub(crate) fn put(&self, command: &WorkerCommand, party: Party) {
        *self.idle.lock().unwrap_or_else(PoisonError::into_inner) = Some((command.clone(), party));
    }

    /// Ends the workers that wait, and returns when they have ended.
    pub async fn close(&self) {
        let found = self.idle.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some((_, party)) = found else { return };
        let Party { slots, mut messages, places, .. } = party;
        // Nobody listens to their last words.
        messages.close();
        for slot in slots.into_values() {
            slot.worker.stop(false, CancellationToken::new()).await;
        }
        drop(places);
    }
}
