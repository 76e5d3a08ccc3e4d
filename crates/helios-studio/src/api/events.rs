//! What `GET /api/events` tells.

use super::{JobView, LogLine};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One event, as the `data` of a server-sent message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
#[ts(export_to = "./")]
pub enum StudioEvent {
    /// The first word of a new connection: what happened before is to be asked for.
    Hello,
    /// Events were missed that are not kept any more: ask for everything again.
    Reset,
    /// Files of the project have changed: the paths, at most 100 of them; none: too many to name.
    Files {
        /// Paths in the project.
        paths: Vec<String>,
    },
    /// The list of compositions, or what is known of one, has changed.
    Compositions,
    /// A job is new or has changed. At most five times a second for each job while it renders.
    Job {
        /// All of it.
        job: Box<JobView>,
    },
    /// A job is gone.
    JobRemoved {
        /// Which.
        id: String,
    },
    /// The queue has another order, or may run another number of jobs.
    Queue {
        /// How many jobs may run at once.
        limit: u32,
        /// The jobs that wait, in order.
        order: Vec<String>,
    },
    /// A line of a job's log.
    Log {
        /// The job.
        id: String,
        /// The line.
        line: LogLine,
    },
}
