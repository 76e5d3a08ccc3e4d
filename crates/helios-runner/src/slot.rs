//! A worker with the task that it has. Who gets which task is decided by `dispatcher`.

use crate::RunnerError;
use crate::reporter::Reporter;
use crate::task::{Task, Work};
use crate::worker::Worker;
use helios_job::Event;
use std::time::Duration;
use tokio::time::Instant;

/// A worker and what it does.
pub(crate) struct Slot {
    pub(crate) worker: Worker,
    pub(crate) busy: Option<Busy>,
}

/// A task, and how long the worker may stay silent about it.
pub(crate) struct Busy {
    pub(crate) task: Task,
    pub(crate) patience: Duration,
    pub(crate) deadline: Instant,
}

impl Slot {
    /// Gives `task` to the worker.
    pub(crate) fn begin(
        &mut self,
        task: Task,
        margin: Duration,
        reporter: &mut Reporter,
    ) -> Result<(), RunnerError> {
        let order = serde_json::to_string(&task.order());
        let order = order.map_err(|error| RunnerError::io("encode", task.doing())(error.into()))?;
        if let Work::Chunk { partition, .. } = &task.work {
            reporter.emit(Event::ChunkStarted {
                worker: self.worker.index,
                chunk: partition.id,
                range: partition.range(),
                attempt: task.attempt,
                output_file: partition.output_file.clone(),
            });
        }
        self.worker.order(order);
        let patience = task.patience(margin);
        self.busy = Some(Busy { task, patience, deadline: Instant::now() + patience });
        Ok(())
    }
}
